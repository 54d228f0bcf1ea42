//! Conversations that nobody answers in time (contract, conversations 3.4; 4.8, 27 and 28). Time is moved, and what the
//! server does by itself is done here.

use std::time::Duration;

use omnicontact_domain::setting::ANSWER_TIMEOUT;
use omnicontact_domain::value::Value as Stored;
use omnicontact_usecases::inquiries::pass_on::pass_on_unanswered;
use serde_json::json;

use super::*;

/// Longer than any test takes.
const TIMEOUT: u16 = 600;

fn seconds(count: u16) -> Duration {
    Duration::from_secs(count.into())
}

async fn passed_on(app: &TestApp) -> u64 {
    pass_on_unanswered(&app.ctx).await.unwrap()
}

async fn answered(app: &TestApp, room: &Value, by: &Caller) {
    let body = json!({"message": {"rid": id(room), "msg": "One moment."}});
    assert_eq!(sent(app, "chat.sendMessage", body, by).await.status, 200);
}

#[tokio::test]
async fn where_agents_choose_for_themselves_it_waits_in_the_queue_again() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let agent = online_agent(&app).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let waiting = inquiry(&app, &begun, &agent).await;
    take(&app, &begun, &agent).await;
    app.wait(seconds(TIMEOUT));
    assert_eq!(passed_on(&app).await, 0, "0 is never");
    app.set(ANSWER_TIMEOUT, Stored::Number((2 * TIMEOUT).into())).await;
    // The visitor's words do not stop the clock.
    assert_eq!(said(&app, "t1", &begun, "anybody?").await.status, 200);
    assert_eq!(passed_on(&app).await, 0, "not yet");
    assert!(channel(&app, &begun, &admin).await["servedBy"].is_object());
    app.wait(seconds(TIMEOUT));
    assert_eq!((passed_on(&app).await, passed_on(&app).await), (1, 0), "once");
    assert_eq!(channel(&app, &begun, &admin).await.get("servedBy"), None);
    let again = inquiry(&app, &begun, &agent).await;
    assert_eq!((&again["_id"], &again["status"]), (&waiting["_id"], &json!("queued")));
    assert_eq!(again["lastMessage"]["msg"], "anybody?");
    let own = read(&app, &format!("subscriptions.getOne?roomId={}", id(&begun)), &agent).await;
    assert_eq!(own["subscription"], Value::Null);
    let history = app.get(&format!("/api/v1/livechat/messages.history/{}?token=t1", id(&begun))).send().await;
    let note = history.json()["messages"][0].clone();
    assert_eq!((&note["t"], &note["u"]["_id"]), (&json!("livechat_transfer_history"), &json!("rocket.cat")));
    close(&app, &begun, &admin).await;
}

#[tokio::test]
async fn an_answer_or_the_closing_stops_the_clock() {
    let app = start().await;
    app.set(ANSWER_TIMEOUT, Stored::Number(TIMEOUT.into())).await;
    let agent = online_agent(&app).await;
    for token in ["t1", "t2"] {
        visitor(&app, token).await;
    }
    let (talking, ended) = (room(&app, "t1").await, room(&app, "t2").await);
    for begun in [&talking, &ended] {
        take(&app, begun, &agent).await;
    }
    answered(&app, &talking, &agent).await;
    close(&app, &ended, &agent).await;
    app.wait(seconds(2 * TIMEOUT));
    assert_eq!(passed_on(&app).await, 0);
    assert_eq!(channel(&app, &talking, &agent).await["servedBy"]["_id"], agent.id.as_str());
}

#[tokio::test]
async fn elsewhere_somebody_else_gets_it_and_has_as_much_time() {
    let app = start().await;
    app.set(ROUTING_METHOD, "Auto_Selection").await;
    app.set(ANSWER_TIMEOUT, Stored::Number(TIMEOUT.into())).await;
    let admin = app.user("root", &["admin"]).await;
    let one = online_agent(&app).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    assert_eq!(begun["servedBy"]["_id"], one.id.as_str());
    app.wait(seconds(TIMEOUT));
    assert_eq!(passed_on(&app).await, 1);
    let kept = channel(&app, &begun, &admin).await;
    assert_eq!(kept["servedBy"]["_id"], one.id.as_str(), "nobody else is online");
    assert_ne!(kept["servedBy"]["ts"], begun["servedBy"]["ts"], "the time begins anew");

    let other = app.user("other", &["user", "livechat-agent"]).await;
    appear(&app, &other).await;
    // The other one is busier, and gets it all the same.
    for token in ["t2", "t3", "t4"] {
        visitor(&app, token).await;
        let busy = room(&app, token).await;
        let by = if busy["servedBy"]["_id"] == one.id.as_str() { &one } else { &other };
        answered(&app, &busy, by).await;
    }
    app.wait(seconds(TIMEOUT));
    assert_eq!(passed_on(&app).await, 1);
    let moved = channel(&app, &begun, &admin).await;
    assert_eq!((&moved["servedBy"]["_id"], &moved["usersCount"]), (&json!(other.id), &json!(2)));
    let theirs = inquiry(&app, &begun, &admin).await;
    assert_eq!((&theirs["status"], theirs.get("queuedAt")), (&json!("taken"), None));
    for (agent, is_subscribed) in [(&one, false), (&other, true)] {
        let own = read(&app, &format!("subscriptions.getOne?roomId={}", id(&begun)), agent).await;
        assert_eq!(own["subscription"].is_object(), is_subscribed);
    }
    let found = app.get("/api/v1/livechat/visitor/t1").send().await.json();
    assert_eq!(found["visitor"]["lastAgent"]["agentId"], other.id.as_str());
    answered(&app, &begun, &other).await;
    app.wait(seconds(TIMEOUT));
    assert_eq!(passed_on(&app).await, 0);
}

#[tokio::test]
async fn of_many_nodes_one_passes_it_on() {
    let app = start().await;
    app.set(ROUTING_METHOD, "Auto_Selection").await;
    app.set(ANSWER_TIMEOUT, Stored::Number(TIMEOUT.into())).await;
    let admin = app.user("root", &["admin"]).await;
    let one = online_agent(&app).await;
    let mut rooms = Vec::new();
    for token in ["t1", "t2", "t3", "t4", "t5", "t6"] {
        visitor(&app, token).await;
        rooms.push(room(&app, token).await);
    }
    let mut others = Vec::new();
    for name in ["ann", "ben"] {
        let other = app.user(name, &["user", "livechat-agent"]).await;
        appear(&app, &other).await;
        others.push(other.id);
    }
    app.wait(seconds(TIMEOUT));
    let (a, b, c) = tokio::join!(passed_on(&app), passed_on(&app), passed_on(&app));
    assert_eq!(a + b + c, 6, "each of them once");
    let mut served = Vec::new();
    for begun in &rooms {
        let moved = channel(&app, begun, &admin).await;
        served.push(moved["servedBy"]["_id"].as_str().unwrap().to_owned());
        let mut view = app.ctx.store.read().await.unwrap();
        let subscribed = view.subscriptions().list_by_room(&id(begun).into()).await.unwrap();
        assert_eq!(subscribed.len(), 1);
    }
    assert!(!served.contains(&one.id));
    for other in others {
        assert_eq!(served.iter().filter(|id| **id == other).count(), 3, "{served:?}");
    }
}
