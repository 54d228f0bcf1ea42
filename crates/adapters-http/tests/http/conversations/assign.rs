//! Conversations that find their agents (contract, conversations 3.1.4).

use omnicontact_domain::setting::MANAGER_ROUTING;
use serde_json::json;

use super::*;

/// A server that assigns conversations, with two agents online.
async fn assigning() -> (TestApp, Caller, Caller) {
    let app = start().await;
    app.set(ROUTING_METHOD, "Auto_Selection").await;
    let one = app.user("one", &["user", "livechat-agent"]).await;
    let other = app.user("other", &["user", "livechat-agent"]).await;
    appear(&app, &one).await;
    appear(&app, &other).await;
    (app, one, other)
}

#[tokio::test]
async fn the_least_busy_agent_serves_from_the_first_moment() {
    let (app, one, other) = assigning().await;
    let mut served = Vec::new();
    for token in ["t1", "t2", "t3", "t4"] {
        visitor(&app, token).await;
        let room = room(&app, token).await;
        served.push(room["servedBy"]["_id"].as_str().unwrap().to_owned());
        assert_eq!(inquiry(&app, &room, &one).await["status"], "taken");
    }
    for agent in [&one, &other] {
        assert_eq!(served.iter().filter(|id| **id == agent.id).count(), 2, "{served:?}");
    }
}

#[tokio::test]
async fn the_contacts_manager_comes_first_while_online() {
    let (app, one, other) = assigning().await;
    visitor(&app, "t1").await;
    let first = room(&app, "t1").await;
    let administrator = app.user("boss", &["user", "admin"]).await;
    let manager = if first["servedBy"]["_id"] == one.id.as_str() { &other } else { &one };
    let body = json!({"contactId": first["contactId"], "contactManager": manager.id});
    assert_eq!(sent(&app, "omnichannel/contacts.update", body, &administrator).await.status, 200);
    close(&app, &first, &administrator).await;
    // The manager is busier, and comes first all the same.
    for token in ["t2", "t3", "t4"] {
        visitor(&app, token).await;
        room(&app, token).await;
    }
    let next = room(&app, "t1").await;
    assert_eq!(next["servedBy"]["_id"], manager.id.as_str());
    close(&app, &next, &administrator).await;
    app.set(MANAGER_ROUTING, false).await;
    let last = room(&app, "t1").await;
    assert!(last["servedBy"].is_object(), "{last}");
}

#[tokio::test]
async fn with_nobody_online_conversations_wait() {
    let app = start().await;
    app.set(ROUTING_METHOD, "Auto_Selection").await;
    let agent = app.agent().await;
    visitor(&app, "t1").await;
    let room = room(&app, "t1").await;
    assert_eq!(room.get("servedBy"), None);
    assert_eq!(inquiry(&app, &room, &agent).await["status"], "queued");
}
