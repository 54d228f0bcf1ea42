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

#[tokio::test]
async fn of_many_who_begin_at_once_every_agent_gets_as_many() {
    let (app, one, other) = assigning().await;
    let mut calls = tokio::task::JoinSet::new();
    for turn in 0..8 {
        visitor(&app, &format!("t{turn}")).await;
        calls.spawn(app.get(&format!("{ROOM}?token=t{turn}")).send());
    }
    let served: Vec<_> = calls
        .join_all()
        .await
        .into_iter()
        .map(|answer| answer.json()["room"]["servedBy"]["_id"].clone())
        .collect();
    for agent in [&one, &other] {
        assert_eq!(served.iter().filter(|id| **id == agent.id.as_str()).count(), 4, "{served:?}");
    }
}

#[tokio::test]
async fn the_agent_whom_the_visitor_wants_comes_first_and_who_is_no_agent_is_ignored() {
    let (app, one, other) = assigning().await;
    for (token, wanted, is_served_by) in [
        ("t1", &other.id, Some(&other)),
        ("t2", &other.id, Some(&other)),
        ("t3", &"nobody".to_owned(), Some(&one)),
    ] {
        visitor(&app, token).await;
        let begun = asked(&app, &format!("token={token}&agentId={wanted}")).await.json()["room"].clone();
        assert_eq!(begun["servedBy"]["_id"].as_str(), is_served_by.map(|agent| agent.id.as_str()));
    }
}
