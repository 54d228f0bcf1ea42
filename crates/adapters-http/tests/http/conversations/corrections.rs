//! `GET`, `PUT` and `DELETE livechat/message/:_id` (contract, conversations 3.8).

use axum::http::Method;
use omnicontact_domain::setting::{LIMIT_MESSAGES, MESSAGE_LIMIT};
use omnicontact_domain::value::Value as Stored;
use serde_json::{Value, json};

use super::{channel, close, id, inquiry, missing, plain, room, said, sent, start, take, visitor};
use crate::support::{Answer, TestApp};

fn path(message: &str) -> String {
    format!("/api/v1/livechat/message/{message}")
}

async fn shown(app: &TestApp, message: &str, token: &str, room: &Value) -> Answer {
    app.get(&format!("{}?token={token}&rid={}", path(message), id(room))).send().await
}

async fn with_body(app: &TestApp, method: Method, message: &str, body: Value) -> Answer {
    let call = app.call(method, &path(message)).header("content-type", "application/json");
    call.body(body.to_string()).send().await
}

async fn changed(app: &TestApp, message: &str, token: &str, room: &Value, text: &str) -> Answer {
    with_body(app, Method::PUT, message, json!({"token": token, "rid": id(room), "msg": text})).await
}

async fn removed(app: &TestApp, message: &str, token: &str, room: &Value) -> Answer {
    with_body(app, Method::DELETE, message, json!({"token": token, "rid": id(room)})).await
}

/// Writes a message of the visitor and returns its id.
async fn wrote(app: &TestApp, token: &str, room: &Value, text: &str) -> String {
    let answer = said(app, token, room, text).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    id(&answer.json()["message"]).to_owned()
}

#[tokio::test]
async fn the_visitor_reads_each_message_of_the_conversation_open_or_closed() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let mine = wrote(&app, "t1", &begun, "hello").await;
    let answer =
        sent(&app, "chat.sendMessage", json!({"message": {"rid": begun["_id"], "msg": "hi"}}), &admin);
    let theirs = id(&answer.await.json()["message"]).to_owned();
    let message = shown(&app, &mine, "t1", &begun).await.json()["message"].clone();
    assert_eq!((&message["msg"], &message["token"]), (&json!("hello"), &json!("t1")));
    assert_eq!(message.get("editedAt"), None);
    let message = shown(&app, &theirs, "t1", &begun).await.json()["message"].clone();
    assert_eq!((&message["msg"], message.get("token")), (&json!("hi"), None));
    close(&app, &begun, &admin).await;
    assert_eq!(shown(&app, &mine, "t1", &begun).await.status, 200);
}

#[tokio::test]
async fn a_changed_message_says_so_everywhere() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let guest = visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let first = wrote(&app, "t1", &begun, "hello").await;
    let last = wrote(&app, "t1", &begun, "hello?").await;
    let answer = changed(&app, &last, "t1", &begun, "still there? call 12345678").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let message = answer.json()["message"].clone();
    assert_eq!(message["msg"], "still there? call 12345678");
    assert_eq!((&message["token"], &message["editedAt"]), (&json!("t1"), &message["_updatedAt"]));
    let author = json!({"_id": guest["_id"], "username": guest["username"], "name": "Ada Visitor"});
    assert_eq!((&message["editedBy"], &message["u"]), (&author, &author));
    assert_eq!(shown(&app, &last, "t1", &begun).await.json()["message"], message);
    for seen in [channel(&app, &begun, &admin).await, inquiry(&app, &begun, &admin).await] {
        let seen = &seen["lastMessage"];
        assert_eq!((&seen["msg"], &seen["editedAt"]), (&message["msg"], &message["editedAt"]));
        assert_eq!(seen.get("token"), None);
    }
    // Leads are looked for in new messages only.
    let found = app.get("/api/v1/livechat/visitor/t1").send().await.json();
    assert_eq!(found["visitor"].get("phone"), None);
    assert_eq!(changed(&app, &first, "t1", &begun, "good morning").await.status, 200);
    let seen = channel(&app, &begun, &admin).await;
    assert_eq!((&seen["lastMessage"]["_id"], &seen["msgs"]), (&json!(last), &json!(2)));
}

#[tokio::test]
async fn a_removed_message_is_gone_and_the_one_before_is_the_last() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let first = wrote(&app, "t1", &begun, "one").await;
    take(&app, &begun, &online(&app).await).await;
    let last = wrote(&app, "t1", &begun, "write to ada@example.org").await;
    let answer = removed(&app, &last, "t1", &begun).await;
    let ts = answer.json()["message"]["ts"].clone();
    assert!(ts.is_string(), "{}", answer.body);
    assert_eq!(answer.json(), json!({"message": {"_id": last, "ts": ts}, "success": true}));
    for seen in [channel(&app, &begun, &admin).await, inquiry(&app, &begun, &admin).await] {
        assert_eq!(seen["lastMessage"]["_id"], json!(first));
    }
    assert_eq!(channel(&app, &begun, &admin).await["msgs"], 1);
    shown(&app, &last, "t1", &begun).await.says(400, &plain("invalid-message"));
    removed(&app, &last, "t1", &begun).await.says(400, &plain("invalid-message"));
    // What it told stays.
    let found = app.get("/api/v1/livechat/visitor/t1").send().await.json();
    assert_eq!(found["visitor"]["visitorEmails"], json!([{"address": "ada@example.org"}]));
    assert_eq!(removed(&app, &first, "t1", &begun).await.status, 200);
    let seen = channel(&app, &begun, &admin).await;
    assert_eq!((&seen["msgs"], seen.get("lastMessage")), (&json!(0), None));
}

async fn online(app: &TestApp) -> crate::support::Caller {
    super::online_agent(app).await
}

#[tokio::test]
async fn only_the_own_messages_of_an_open_conversation_are_changed_or_removed() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    visitor(&app, "t1").await;
    visitor(&app, "t2").await;
    let (mine, other) = (room(&app, "t1").await, room(&app, "t2").await);
    let message = wrote(&app, "t1", &mine, "hello").await;
    let foreign = wrote(&app, "t2", &other, "hello").await;
    let answer =
        sent(&app, "chat.sendMessage", json!({"message": {"rid": mine["_id"], "msg": "hi"}}), &admin);
    let agents = id(&answer.await.json()["message"]).to_owned();
    let nowhere = json!({"_id": "nowhere"});
    for (token, room, message, expected) in [
        ("nobody", &mine, &message, "invalid-token"),
        ("t1", &nowhere, &message, "invalid-room"),
        ("t2", &mine, &message, "invalid-room"),
        ("t1", &mine, &foreign, "invalid-message"),
        ("t1", &mine, &"nothing".to_owned(), "invalid-message"),
    ] {
        shown(&app, message, token, room).await.says(400, &plain(expected));
        changed(&app, message, token, room, "x").await.says(400, &plain(expected));
        removed(&app, message, token, room).await.says(400, &plain(expected));
    }
    changed(&app, &agents, "t1", &mine, "x").await.says(400, &plain("invalid-message"));
    removed(&app, &agents, "t1", &mine).await.says(400, &plain("invalid-message"));
    app.set(LIMIT_MESSAGES, true).await;
    app.set(MESSAGE_LIMIT, Stored::Number(4.0)).await;
    let long = changed(&app, &message, "t1", &mine, "longer").await;
    long.says(400, &plain("message-length-exceeds-character-limit"));
    close(&app, &mine, &admin).await;
    changed(&app, &message, "t1", &mine, "x").await.says(400, &plain("room-closed"));
    removed(&app, &message, "t1", &mine).await.says(400, &plain("room-closed"));
    assert_eq!(shown(&app, &message, "t1", &mine).await.json()["message"]["msg"], "hello");
    for (method, body, key) in [
        (Method::PUT, json!({"rid": "r", "msg": "x"}), "token"),
        (Method::PUT, json!({"token": "t1", "msg": "x"}), "rid"),
        (Method::PUT, json!({"token": "t1", "rid": "r"}), "msg"),
        (Method::DELETE, json!({"token": "t1"}), "rid"),
    ] {
        with_body(&app, method, &message, body).await.says(400, &missing(key));
    }
}
