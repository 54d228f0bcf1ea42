//! `PUT livechat/room.visitor` (contract, conversations 3.7) and `GET livechat/rooms/filters` (3.6).

use axum::http::Method;
use serde_json::{Value, json};

use super::{
    asked, channel, close, contact, id, inquiry, missing, online_agent, plain, read, room, said, sent, start,
    take, visitor, visitor_who,
};
use crate::support::{Answer, Caller, TestApp};

async fn hand(app: &TestApp, room: &str, from: &str, to: &str, by: &Caller) -> Answer {
    let body = json!({"rid": room, "oldVisitorId": from, "newVisitorId": to}).to_string();
    let call =
        app.call(Method::PUT, "/api/v1/livechat/room.visitor").header("content-type", "application/json");
    call.body(body).by(by).await
}

async fn history(app: &TestApp, contact: &Value, by: &Caller) -> Vec<Value> {
    let path = format!("omnichannel/contacts.history?contactId={}", contact.as_str().unwrap());
    let history = read(app, &path, by).await["history"].clone();
    history.as_array().unwrap().iter().map(|room| room["_id"].clone()).collect()
}

#[tokio::test]
async fn the_conversation_goes_to_the_visitor_and_the_contact_behind_it() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let agent = online_agent(&app).await;
    let ada = visitor(&app, "t1").await;
    let bert = visitor_who(&app, json!({"token": "t2", "name": "Bert"})).await;
    let begun = room(&app, "t1").await;
    take(&app, &begun, &agent).await;
    assert_eq!(said(&app, "t1", &begun, "hello").await.status, 200);
    let answer = hand(&app, id(&begun), id(&ada), id(&bert), &agent).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let handed = answer.json()["room"].clone();
    assert_eq!((&handed["v"]["_id"], &handed["fname"]), (&bert["_id"], &json!("Bert")));
    assert_eq!((handed["v"].get("token"), &handed["msgs"]), (None, &json!(1)));
    assert_ne!(handed["contactId"], begun["contactId"]);
    let his = contact(&app, &handed, &admin).await;
    assert_eq!((&his["name"], &his["channels"][0]["lastChat"]["_id"]), (&json!("Bert"), &begun["_id"]));
    assert_eq!(inquiry(&app, &begun, &admin).await["v"]["_id"], bert["_id"]);
    let mine = read(&app, &format!("subscriptions.getOne?roomId={}", id(&begun)), &agent).await;
    assert_eq!(
        (&mine["subscription"]["v"]["_id"], &mine["subscription"]["fname"]),
        (&bert["_id"], &json!("Bert"))
    );
    // The new visitor leads it on, the old one begins another, and cannot reach what was written.
    assert_eq!(said(&app, "t2", &begun, "it is me").await.status, 200);
    assert_eq!(asked(&app, "token=t2").await.json()["room"]["_id"], begun["_id"]);
    said(&app, "t1", &begun, "x").await.says(400, &plain("invalid-room"));
    assert_ne!(asked(&app, "token=t1").await.json()["room"]["_id"], begun["_id"]);
    close(&app, &begun, &admin).await;
    assert_eq!(history(&app, &handed["contactId"], &admin).await, [begun["_id"].clone()]);
    assert_eq!(history(&app, &begun["contactId"], &admin).await, [Value::Null; 0]);
    // A closed one is given, too: back again.
    assert_eq!(hand(&app, id(&begun), id(&bert), id(&ada), &admin).await.status, 200);
    assert_eq!(history(&app, &begun["contactId"], &admin).await, [begun["_id"].clone()]);
    assert_eq!(channel(&app, &begun, &admin).await["v"]["status"], "offline");
}

#[tokio::test]
async fn a_prepared_contact_adopts_the_new_visitor() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let ada = visitor(&app, "t1").await;
    let bert = visitor_who(&app, json!({"token": "t2", "email": "bert@example.org"})).await;
    let prepared = json!({"name": "Bert Brown", "emails": ["bert@example.org"], "phones": []});
    let made = sent(&app, "omnichannel/contacts", prepared, &admin).await.json()["contactId"].clone();
    let begun = room(&app, "t1").await;
    let handed = hand(&app, id(&begun), id(&ada), id(&bert), &admin).await.json()["room"].clone();
    assert_eq!((&handed["contactId"], &handed["fname"]), (&made, &json!("Bert Brown")));
}

#[tokio::test]
async fn refusals_leave_the_conversation_where_it_is() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let ada = visitor(&app, "t1").await;
    let bert = visitor(&app, "t2").await;
    let third = visitor(&app, "t3").await;
    let (begun, his) = (room(&app, "t1").await, room(&app, "t2").await);
    for (room, from, to, expected) in [
        (id(&begun), id(&ada), "nobody", "invalid-visitor"),
        ("nowhere", id(&ada), id(&third), "invalid-room"),
        (id(&begun), id(&bert), id(&third), "invalid-room-visitor"),
        (id(&begun), id(&ada), id(&bert), "error-visitor-has-open-room"),
    ] {
        hand(&app, room, from, to, &admin).await.says(400, &plain(expected));
    }
    assert!(his["contactId"].is_string());
    let blocked = json!({"visitor": {"visitorId": bert["_id"], "source": {"type": "api"}}});
    assert_eq!(sent(&app, "omnichannel/contacts.block", blocked, &admin).await.status, 200);
    let refused = hand(&app, id(&begun), id(&ada), id(&bert), &admin).await;
    refused.says(400, &plain("error-contact-channel-blocked"));
    assert_eq!(channel(&app, &begun, &admin).await["v"]["_id"], ada["_id"]);
    let call =
        app.call(Method::PUT, "/api/v1/livechat/room.visitor").header("content-type", "application/json");
    let body = json!({"rid": "a", "oldVisitorId": "b"}).to_string();
    call.body(body).by(&admin).await.says(400, &missing("newVisitorId"));
}

#[tokio::test]
async fn the_sources_in_use_are_listed_once() {
    let app = start().await;
    let agent = app.agent().await;
    let filters = async || read(&app, "livechat/rooms/filters", &agent).await;
    assert_eq!(filters().await, json!({"filters": [], "success": true}));
    for token in ["t1", "t2"] {
        visitor(&app, token).await;
        room(&app, token).await;
    }
    visitor(&app, "t3").await;
    let widget = app.get("/api/v1/livechat/room?token=t3").header("cookie", "rc_room_type=l; rc_is_widget=t");
    assert_eq!(widget.header("host", "shop.example").send().await.status, 200);
    assert_eq!(filters().await["filters"], json!([{"type": "api"}, {"type": "widget"}]));
}
