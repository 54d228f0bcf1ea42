//! What goes with an erased visitor or contact (contract, conversations 1.3; 4.4, 35 to 40; contacts 10, Delete).

use axum::http::Method;
use omnicontact_domain::permission::DELETE_LIVECHAT_CONTACT;
use omnicontact_domain::setting::COLLECT_HEADERS;
use serde_json::json;

use super::*;
use crate::support::NOT_PERMITTED;

async fn erase(app: &TestApp, token: &str) -> Answer {
    app.call(Method::DELETE, &format!("/api/v1/livechat/visitor/{token}")).send().await
}

fn has_open_rooms() -> String {
    coded("Cannot remove visitors with opened rooms [visitor-has-open-rooms]", "visitor-has-open-rooms")
}

/// Nothing of the conversation is there.
async fn is_gone(app: &TestApp, room: &Value, by: &Caller) {
    assert_eq!(app.get(&format!("/api/v1/channels.info?roomId={}", id(room))).by(by).await.status, 400);
    assert_eq!(inquiry(app, room, by).await, Value::Null);
    let own = read(app, &format!("subscriptions.getOne?roomId={}", id(room)), by).await;
    assert_eq!(own["subscription"], Value::Null);
    let contact =
        format!("/api/v1/omnichannel/contacts.get?contactId={}", room["contactId"].as_str().unwrap());
    app.get(&contact).by(by).await.says(404, &plain("Resource not found"));
    let history = contact.replace("get", "history");
    app.get(&history).by(by).await.says(400, &plain("error-contact-not-found"));
}

#[tokio::test]
async fn an_open_conversation_holds_back_the_erasure_unless_headers_are_collected() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let guest = visitor(&app, "t1").await;
    let first = room(&app, "t1").await;
    take(&app, &first, &online_agent(&app).await).await;
    close(&app, &first, &admin).await;
    let open = room(&app, "t1").await;
    erase(&app, "t1").await.says(400, &has_open_rooms());
    assert_eq!(contact(&app, &open, &admin).await["name"], "Ada Visitor");
    app.set(COLLECT_HEADERS, true).await;
    let erased = erase(&app, "t1").await;
    assert_eq!((erased.status.as_u16(), &erased.json()["visitor"]["_id"]), (200, &guest["_id"]));
    for gone in [&first, &open] {
        is_gone(&app, gone, &admin).await;
    }
    assert_eq!(asked(&app, &format!("rid={}", id(&open))).await.status, 400);
    asked(&app, "token=t1").await.says(400, &plain("invalid-token"));
    assert_eq!(read(&app, "livechat/inquiries.list", &admin).await["total"], 0);
    assert_eq!(read(&app, "livechat/rooms", &admin).await["total"], 0);
}

#[tokio::test]
async fn a_visitor_without_an_open_conversation_goes_with_the_closed_ones() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    visitor(&app, "t1").await;
    let closed = room(&app, "t1").await;
    close(&app, &closed, &admin).await;
    assert_eq!(erase(&app, "t1").await.status, 200);
    is_gone(&app, &closed, &admin).await;
}

#[tokio::test]
async fn all_visitors_of_the_contact_go_with_one_of_them() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    for token in ["t1", "t2"] {
        visitor_who(&app, json!({"token": token, "name": token})).await;
    }
    let (one, other) = (room(&app, "t1").await, room(&app, "t2").await);
    for (room, value) in [(&one, "ada@x.org"), (&other, "ada@x.org")] {
        let proof = json!({
            "contactId": room["contactId"], "field": "email", "value": value,
            "visitor": {"visitorId": room["v"]["_id"], "source": {"type": "api"}},
        });
        assert_eq!(sent(&app, "omnichannel/contacts.verifyChannel", proof, &admin).await.status, 200);
        close(&app, room, &admin).await;
    }
    assert_eq!(erase(&app, "t1").await.status, 200);
    erase(&app, "t2").await.says(400, &coded("[invalid-token]", "invalid-token"));
    for gone in [&one, &other] {
        is_gone(&app, gone, &admin).await;
    }
}

#[tokio::test]
async fn a_contact_is_deleted_by_the_same_rule() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let prepared = json!({"name": "Ada", "emails": ["ada@x.org"], "phones": ["1"]});
    sent(&app, "omnichannel/contacts", prepared, &admin).await;
    visitor_who(&app, json!({"token": "t1", "name": "Ada", "email": "ada@x.org", "phone": "1"})).await;
    let open = room(&app, "t1").await;
    let body = json!({"contactId": open["contactId"]});
    let delete = async || sent(&app, "omnichannel/contacts.delete", body.clone(), &admin).await;
    delete().await.says(400, &plain("error-contact-has-open-rooms"));
    assert_eq!(contact(&app, &open, &admin).await["name"], "Ada");
    app.set(COLLECT_HEADERS, true).await;
    delete().await.says(200, r#"{"success":true}"#);
    is_gone(&app, &open, &admin).await;
    delete().await.says(400, &plain("error-contact-not-found"));
    app.grant(&DELETE_LIVECHAT_CONTACT, &[]).await;
    delete().await.says(403, NOT_PERMITTED);
}

#[tokio::test]
async fn beside_a_closing_the_erasure_waits_or_is_refused() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    for round in 0..6 {
        let token = format!("t{round}");
        visitor(&app, &token).await;
        let open = room(&app, &token).await;
        let body = json!({"rid": id(&open), "comment": "bye"});
        let (erased, closed) =
            tokio::join!(erase(&app, &token), sent(&app, "livechat/room.closeByUser", body, &admin));
        closed.says(200, r#"{"success":true}"#);
        if erased.status == 200 {
            is_gone(&app, &open, &admin).await;
        } else {
            erased.says(400, &has_open_rooms());
            assert!(channel(&app, &open, &admin).await["closedAt"].is_string());
        }
    }
}

#[tokio::test]
async fn an_erasure_makes_nobody_less_active() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let agent = online_agent(&app).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let active = async || {
        let answer = read(&app, "licenses.info?loadValues=true", &admin).await;
        answer["license"]["limits"]["monthlyActiveContacts"]["value"].clone()
    };
    assert_eq!(active().await, 0);
    take(&app, &begun, &agent).await;
    let body = json!({"message": {"rid": id(&begun), "msg": "Good day."}});
    assert_eq!(sent(&app, "chat.sendMessage", body, &agent).await.status, 200);
    assert_eq!(active().await, 1);
    close(&app, &begun, &agent).await;
    assert_eq!(erase(&app, "t1").await.status, 200);
    assert_eq!(active().await, 1);
}
