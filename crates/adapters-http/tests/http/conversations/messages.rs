//! `POST livechat/message` and `GET livechat/messages.history/:rid`.

use omnicontact_domain::setting::{LEAD_EMAIL_PATTERN, LEAD_PHONE_PATTERN, LIMIT_MESSAGES, MESSAGE_LIMIT};
use omnicontact_domain::value::Value as Stored;
use serde_json::{Value, json};

use super::{channel, close, id, inquiry, plain, room, said, start, visitor};
use crate::support::TestApp;

async fn history(app: &TestApp, room: &Value, query: &str) -> crate::support::Answer {
    app.get(&format!("/api/v1/livechat/messages.history/{}?{query}", id(room))).send().await
}

#[tokio::test]
async fn a_message_is_the_visitors_and_everybody_sees_it_last() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let guest = visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let body = json!({
        "token": "t1", "rid": id(&begun), "msg": "hello", "_id": "m1",
        "agent": {"agentId": "u1", "username": "kim"},
    });
    let message = app.post("/api/v1/livechat/message", body.to_string()).by(&admin).await;
    assert_eq!(message.status, 200, "{}", message.body);
    let message = message.json()["message"].clone();
    let expected = json!({
        "_id": "m1", "rid": begun["_id"], "msg": "hello", "token": "t1", "alias": "Ada Visitor",
        "ts": message["ts"], "_updatedAt": message["ts"],
        "u": {"_id": guest["_id"], "username": guest["username"], "name": "Ada Visitor"},
    });
    assert_eq!(message, expected);
    assert!(said(&app, "t1", &begun, "hello?").await.status.is_success());
    let shown = channel(&app, &begun, &admin).await;
    assert_eq!((&shown["msgs"], &shown["lastMessage"]["msg"]), (&json!(2), &json!("hello?")));
    assert_eq!(shown["lastMessage"].get("token"), None);
    assert_eq!(shown["v"]["lastMessageTs"], shown["lastMessage"]["ts"]);
    assert_eq!(inquiry(&app, &begun, &admin).await["lastMessage"]["msg"], "hello?");
}

#[tokio::test]
async fn what_cannot_be_heard_is_refused() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    visitor(&app, "t1").await;
    visitor(&app, "t2").await;
    let (mine, other) = (room(&app, "t1").await, room(&app, "t2").await);
    said(&app, "nobody", &mine, "hello").await.says(400, &plain("invalid-token"));
    said(&app, "t1", &other, "hello").await.says(400, &plain("invalid-room"));
    said(&app, "t1", &json!({"_id": "nowhere"}), "hello").await.says(400, &plain("invalid-room"));
    app.set(LIMIT_MESSAGES, true).await;
    app.set(MESSAGE_LIMIT, Stored::Number(4.0)).await;
    said(&app, "t1", &mine, "hello").await.says(400, &plain("message-length-exceeds-character-limit"));
    assert_eq!(said(&app, "t1", &mine, "hell").await.status, 200);
    close(&app, &mine, &admin).await;
    said(&app, "t1", &mine, "hi").await.says(400, &plain("room-closed"));
    let wanted = json!({"token": "t2", "rid": id(&other), "msg": "a", "_id": "m1"}).to_string();
    assert_eq!(app.post("/api/v1/livechat/message", wanted.clone()).send().await.status, 200);
    app.post("/api/v1/livechat/message", wanted).send().await.says(400, &plain("error-invalid-message-id"));
    assert_eq!(channel(&app, &other, &admin).await["msgs"], 1);
}

/// The addresses and numbers of the visitor.
async fn leads(app: &TestApp) -> (usize, usize) {
    let found = app.get("/api/v1/livechat/visitor/t1").send().await.json();
    let count = |key: &str| found["visitor"][key].as_array().map_or(0, Vec::len);
    (count("visitorEmails"), count("phone"))
}

#[tokio::test]
async fn addresses_and_numbers_that_a_visitor_mentions_are_the_visitors() {
    let app = start().await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let mention = async |text: &str| {
        assert_eq!(said(&app, "t1", &begun, text).await.status, 200);
        leads(&app).await
    };
    assert_eq!(mention("test@123.com").await, (1, 0));
    assert_eq!(mention("test@1234.com").await, (2, 0));
    assert_eq!(mention("test1@123.com and test2@123.com").await, (4, 0));
    assert_eq!(mention("test@123.com").await, (4, 0));
    assert_eq!(mention("12345678").await, (4, 1));
    assert_eq!(mention("87654321 87654323").await, (4, 3));
    assert_eq!(mention("12345678").await, (4, 3));
    assert_eq!(mention("test3@123.com 98765432").await, (5, 4));
    app.set(LEAD_EMAIL_PATTERN, "").await;
    app.set(LEAD_PHONE_PATTERN, "").await;
    assert_eq!(mention("test4@123.com 11112222").await, (5, 4));
    app.set(LEAD_EMAIL_PATTERN, r"\b[A-Z0-9._%+-]+@(?:[A-Z0-9-]+\.)+[A-Z]{2,4}\b").await;
    app.set(LEAD_PHONE_PATTERN, "(").await;
    assert_eq!(mention("test5@123.com 33334444").await, (6, 4));
    app.set(LEAD_EMAIL_PATTERN, "(").await;
    app.set(LEAD_PHONE_PATTERN, "[0-9]{8}").await;
    assert_eq!(mention("test6@123.com 55556666").await, (6, 5));
}

#[tokio::test]
async fn what_is_mentioned_is_added_to_what_the_visitor_said_before() {
    let app = start().await;
    let said_before = json!({"token": "t1", "name": "Ada", "email": "ada@x.org", "phone": "12345678"});
    super::visitor_who(&app, said_before).await;
    let begun = room(&app, "t1").await;
    let text = "Ada@x.org, eve@x.org; 12345678 or 87654321";
    assert_eq!(said(&app, "t1", &begun, text).await.status, 200);
    let found = app.get("/api/v1/livechat/visitor/t1").send().await.json()["visitor"].clone();
    let addresses = json!([{"address": "ada@x.org"}, {"address": "Ada@x.org"}, {"address": "eve@x.org"}]);
    assert_eq!(found["visitorEmails"], addresses, "as they stand there");
    assert_eq!(found["phone"], json!([{"phoneNumber": "12345678"}, {"phoneNumber": "87654321"}]));
    let admin = app.user("root", &["admin"]).await;
    let known = super::contact(&app, &begun, &admin).await;
    assert_eq!(known["emails"], json!([{"address": "ada@x.org"}]), "contacts are left alone");
}

#[tokio::test]
async fn the_visitor_reads_the_own_conversation_from_the_newest_on() {
    let app = start().await;
    visitor(&app, "t1").await;
    visitor(&app, "t2").await;
    let begun = room(&app, "t1").await;
    for text in ["one", "two", "three"] {
        app.wait(std::time::Duration::from_secs(1));
        said(&app, "t1", &begun, text).await;
    }
    history(&app, &begun, "").await.says(400, &plain("error-token-param-not-provided"));
    history(&app, &begun, "token=nobody").await.says(400, &plain("invalid-token"));
    history(&app, &begun, "token=t2").await.says(400, &plain("invalid-room"));
    history(&app, &begun, "token=t1&end=soon")
        .await
        .says(400, &plain("The \"end\" query parameter must be a valid date."));
    let texts = |answer: crate::support::Answer| {
        let messages = answer.json()["messages"].as_array().unwrap().clone();
        messages.iter().map(|message| message["msg"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = history(&app, &begun, "token=t1").await;
    let newest = all.json()["messages"][0].clone();
    assert_eq!((&newest["token"], &newest["alias"]), (&json!("t1"), &json!("Ada Visitor")));
    assert_eq!(texts(all), ["three", "two", "one", ""]);
    for page in ["limit=1&offset=1", "count=1&offset=1", "limit=1&count=50&offset=1"] {
        assert_eq!(texts(history(&app, &begun, &format!("token=t1&{page}")).await), ["two"], "{page}");
    }
    let before = format!("token=t1&end={}", newest["ts"].as_str().unwrap());
    assert_eq!(texts(history(&app, &begun, &before).await), ["two", "one", ""]);
}

#[tokio::test]
async fn an_agents_answer_ends_the_waiting_and_counts_once_a_month() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let other = app.user("lee", &["user"]).await;
    let agent = super::online_agent(&app).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let write = async |rid: &str, text: &str, by: &crate::support::Caller| {
        let body = json!({"message": {"rid": rid, "msg": text}});
        super::sent(&app, "chat.sendMessage", body, by).await
    };
    write("nowhere", "hi", &admin).await.says(400, &plain("error-invalid-room"));
    super::take(&app, &begun, &agent).await;
    write(id(&begun), "hi", &other).await.says(400, &plain("error-not-allowed"));
    let answer = write(id(&begun), "write to kim@x.org or 12345678", &agent).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let message = answer.json()["message"].clone();
    assert_eq!((message.get("alias"), &message["u"]["_id"]), (None, &json!(agent.id)));
    assert_eq!(write(id(&begun), "?", &admin).await.status, 200);
    assert_eq!(leads(&app).await, (0, 0));
    let shown = channel(&app, &begun, &admin).await;
    assert_eq!((shown.get("waitingResponse"), &shown["msgs"]), (None, &json!(2)));
    assert_eq!(shown["responseBy"]["username"], "root");
    assert_eq!(shown["v"]["activity"].as_array().unwrap().len(), 1);
    let known = super::contact(&app, &begun, &admin).await;
    assert_eq!(known["activity"], shown["v"]["activity"]);
    assert_eq!(known["unknown"], true);
    close(&app, &begun, &admin).await;
    write(id(&begun), "late", &admin).await.says(400, &plain("room-closed"));
}
