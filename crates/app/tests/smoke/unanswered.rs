//! What nobody answers goes on by itself, whichever of the nodes looks first.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Credentials, Home, Server};

crate::on_both_stores!(what_nobody_answers_waits_in_the_queue_again);

/// Long enough for any machine.
const PATIENCE: Duration = Duration::from_mins(1);

fn done(server: &Server, who: Option<&Credentials>, path: &str, body: &Value) -> Value {
    let (status, answer) = server.post(&format!("/api/v1/{path}"), who, body);
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

fn read(server: &Server, who: &Credentials, path: &str) -> Value {
    let (status, answer) = server.get(&format!("/api/v1/{path}"), Some(who));
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

fn what_nobody_answers_waits_in_the_queue_again(home: &Home) {
    let admin = home.user("root.one", &["admin"]);
    let servers = [home.serve(), home.serve()];
    let (one, other) = (&servers[0], &servers[1]);
    let who = Some(&admin);
    done(one, who, "settings/Livechat_Routing_Method", &json!({"value": "Manual_Selection"}));
    done(one, who, "livechat/users/agent", &json!({"username": "root.one"}));
    done(one, who, "users.setStatus", &json!({"message": "", "status": "online"}));
    done(one, None, "livechat/visitor", &json!({"visitor": {"token": "t1", "name": "Ada"}}));
    let (status, opened) = one.get("/api/v1/livechat/room?token=t1", None);
    assert_eq!(status, 200, "{opened}");
    let room = opened["room"]["_id"].as_str().unwrap();
    let inquiry =
        || read(other, &admin, &format!("livechat/inquiries.getOne?roomId={room}"))["inquiry"].clone();
    let waiting = inquiry();
    done(one, who, "livechat/inquiries.take", &json!({"inquiryId": waiting["_id"]}));
    let channel = || read(one, &admin, &format!("channels.info?roomId={room}"))["channel"].clone();
    assert!(channel()["servedBy"].is_object());
    done(one, who, "settings/Livechat_auto_transfer_chat_timeout", &json!({"value": 1}));
    let begin = Instant::now();
    while channel().get("servedBy").is_some() {
        assert!(begin.elapsed() < PATIENCE, "nobody looked: {}", one.said());
        std::thread::sleep(Duration::from_millis(100));
    }
    let again = inquiry();
    assert_eq!((&again["_id"], &again["status"]), (&waiting["_id"], &json!("queued")));
    let (_, history) = one.get(&format!("/api/v1/livechat/messages.history/{room}?token=t1"), None);
    let notes = history["messages"].as_array().unwrap().iter();
    assert_eq!(notes.filter(|note| note["t"] == "livechat_transfer_history").count(), 1, "{history}");
}
