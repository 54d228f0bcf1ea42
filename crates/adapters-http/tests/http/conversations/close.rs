//! `POST livechat/room.close` and `room.closeByUser`.

use omnicontact_domain::permission::CLOSE_OTHERS_LIVECHAT_ROOM;
use omnicontact_domain::setting::{ALLOW_FORCE_CLOSE, REQUEST_COMMENT, VISITORS_CLOSE};
use serde_json::{Value, json};

use super::{channel, id, inquiry, missing, online_agent, plain, room, sent, start, take, visitor};
use crate::support::{Answer, Caller, TestApp};

async fn close_as_visitor(app: &TestApp, token: &str, rid: &str) -> Answer {
    let body = json!({"token": token, "rid": rid}).to_string();
    app.post("/api/v1/livechat/room.close", body).send().await
}

async fn close_as_user(app: &TestApp, body: Value, by: &Caller) -> Answer {
    sent(app, "livechat/room.closeByUser", body, by).await
}

const DONE: &str = r#"{"success":true}"#;

#[tokio::test]
async fn a_visitor_closes_the_own_open_conversation_if_visitors_may() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let guest = visitor(&app, "t1").await;
    visitor(&app, "t2").await;
    let begun = room(&app, "t1").await;
    for (body, key) in [("{}", "rid"), (r#"{"rid":"r1"}"#, "token")] {
        app.post("/api/v1/livechat/room.close", body).send().await.says(400, &missing(key));
    }
    app.set(VISITORS_CLOSE, false).await;
    close_as_visitor(&app, "t1", id(&begun))
        .await
        .says(400, &plain("error-not-allowed-to-close-conversation"));
    app.set(VISITORS_CLOSE, true).await;
    close_as_visitor(&app, "nobody", id(&begun)).await.says(400, &plain("invalid-token"));
    for (token, rid) in [("t2", id(&begun)), ("t1", "nowhere")] {
        close_as_visitor(&app, token, rid).await.says(400, &plain("invalid-room"));
    }
    let expected = json!({"rid": begun["_id"], "comment": "Closed by visitor", "success": true}).to_string();
    close_as_visitor(&app, "t1", id(&begun)).await.says(200, &expected);
    close_as_visitor(&app, "t1", id(&begun)).await.says(400, &plain("room-closed"));
    let closed = channel(&app, &begun, &admin).await;
    assert_eq!((&closed["closer"], &closed["closedBy"]["_id"]), (&json!("visitor"), &guest["_id"]));
    assert_eq!((closed.get("open"), &closed["v"]["status"]), (None, &json!("offline")));
    assert_eq!(closed["lastMessage"]["msg"], "Closed by visitor");
    assert_eq!(closed["lastMessage"]["t"], "livechat-close");
    assert_eq!(inquiry(&app, &begun, &admin).await, Value::Null);
}

#[tokio::test]
async fn what_a_user_may_not_close_stays_open() {
    let app = start().await;
    let agent = online_agent(&app).await;
    let admin = app.user("root", &["admin"]).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    close_as_user(&app, json!({}), &agent).await.says(400, &missing("rid"));
    let body = |rid: &str| json!({"rid": rid, "comment": "bye"});
    close_as_user(&app, body("nowhere"), &agent).await.says(400, &plain("error-invalid-room"));
    close_as_user(&app, body(id(&begun)), &agent).await.says(400, &plain("error-not-authorized"));
    for comment in [json!({"rid": id(&begun)}), json!({"rid": id(&begun), "comment": "  "})] {
        close_as_user(&app, comment, &admin).await.says(400, &plain("error-comment-is-required"));
    }
    app.grant(&CLOSE_OTHERS_LIVECHAT_ROOM, &[]).await;
    close_as_user(&app, body(id(&begun)), &admin).await.says(400, &plain("error-not-authorized"));
    assert_eq!(channel(&app, &begun, &admin).await["open"], true);
}

#[tokio::test]
async fn an_agent_closes_what_that_agent_serves_and_everything_of_it_is_measured() {
    let app = start().await;
    let agent = online_agent(&app).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    take(&app, &begun, &agent).await;
    app.wait(std::time::Duration::from_secs(5));
    let body = json!({
        "rid": id(&begun), "comment": "thank you", "tags": ["b", "a", "b"], "generateTranscriptPdf": true,
        "transcriptEmail": {"sendToVisitor": false},
    });
    close_as_user(&app, body, &agent).await.says(200, DONE);
    let admin = app.user("root", &["admin"]).await;
    let closed = channel(&app, &begun, &admin).await;
    assert_eq!((&closed["closer"], &closed["closedBy"]["username"]), (&json!("user"), &json!("kim.jane")));
    assert_eq!((&closed["tags"], &closed["servedBy"]["_id"]), (&json!(["b", "a"]), &json!(agent.id)));
    assert!(closed["metrics"]["chatDuration"].as_f64().unwrap() >= 5.0);
    assert!(closed["metrics"]["serviceTimeDuration"].as_f64().unwrap() >= 5.0);
    assert_eq!(closed["lastMessage"]["msg"], "thank you");
    assert!(closed["closedAt"].is_string());
    let own = super::read(&app, &format!("subscriptions.getOne?roomId={}", id(&begun)), &agent).await;
    assert_eq!(own["subscription"], Value::Null);
}

#[tokio::test]
async fn what_is_closed_is_closed_again_only_by_force_and_stays_as_it_was() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    app.set(REQUEST_COMMENT, false).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    close_as_user(&app, json!({"rid": id(&begun)}), &admin).await.says(200, DONE);
    let closed = channel(&app, &begun, &admin).await;
    let again = json!({"rid": id(&begun), "comment": "again", "forceClose": true});
    close_as_user(&app, again.clone(), &admin).await.says(400, &plain("error-room-already-closed"));
    app.set(ALLOW_FORCE_CLOSE, true).await;
    close_as_user(&app, again, &admin).await.says(200, DONE);
    assert_eq!(channel(&app, &begun, &admin).await, closed);
}
