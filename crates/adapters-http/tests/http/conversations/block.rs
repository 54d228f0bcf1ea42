//! Blocking a channel ends its conversation and lets none begin.

use serde_json::{Value, json};

use super::{asked, channel, contact, inquiry, plain, room, said, sent, start, visitor};

#[tokio::test]
async fn a_blocked_channel_has_no_conversation_until_it_is_unblocked() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let guest = visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let body = json!({"visitor": {"visitorId": guest["_id"], "source": {"type": "api"}}});
    let done = r#"{"success":true}"#;
    for _ in 0..2 {
        sent(&app, "omnichannel/contacts.block", body.clone(), &admin).await.says(200, done);
    }
    let closed = channel(&app, &begun, &admin).await;
    assert!(closed["closedAt"].is_string());
    assert_eq!((&closed["closer"], &closed["closedBy"]["_id"]), (&json!("user"), &json!(admin.id)));
    assert_eq!(closed["lastMessage"]["msg"], "This channel has been blocked");
    assert_eq!(inquiry(&app, &begun, &admin).await, Value::Null);
    assert_eq!(contact(&app, &begun, &admin).await["channels"][0]["blocked"], true);
    asked(&app, "token=t1").await.says(400, &plain("error-contact-channel-blocked"));
    said(&app, "t1", &begun, "hello?").await.says(400, &plain("room-closed"));
    // Another source is another channel.
    let widget = app.get("/api/v1/livechat/room?token=t1").header("cookie", "rc_room_type=l; rc_is_widget=t");
    let other = widget.send().await;
    assert_eq!(other.status, 200, "{}", other.body);
    let other = other.json()["room"].clone();
    sent(&app, "omnichannel/contacts.block", body.clone(), &admin).await.says(200, done);
    assert_eq!(channel(&app, &other, &admin).await["open"], true);
    super::close(&app, &other, &admin).await;
    sent(&app, "omnichannel/contacts.unblock", body, &admin).await.says(200, done);
    let again = room(&app, "t1").await;
    let known = contact(&app, &again, &admin).await;
    assert_eq!(
        (&known["channels"][0]["blocked"], known["channels"].as_array().unwrap().len()),
        (&json!(false), 1)
    );
}

#[tokio::test]
async fn whatever_comes_first_a_blocked_channel_has_no_open_conversation() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    for round in 0..6 {
        let token = format!("t{round}");
        let guest = visitor(&app, &token).await;
        super::close(&app, &room(&app, &token).await, &admin).await;
        let body = json!({"visitor": {"visitorId": guest["_id"], "source": {"type": "api"}}});
        let opening = format!("token={token}");
        let (opened, blocked) =
            tokio::join!(asked(&app, &opening), sent(&app, "omnichannel/contacts.block", body, &admin));
        assert_eq!(blocked.status, 200, "{}", blocked.body);
        if opened.status == 200 {
            let shown = channel(&app, &opened.json()["room"], &admin).await;
            assert_eq!(shown.get("open"), None);
        } else {
            opened.says(400, &plain("error-contact-channel-blocked"));
        }
    }
}
