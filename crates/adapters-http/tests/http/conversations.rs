//! Conversations, line by line of contract, conversations 3, 4.7 and 4.8.

mod assign;
mod block;
mod close;
mod corrections;
mod departments;
mod describe;
mod erase;
mod hand_over;
mod inquiries;
mod messages;
mod methods;
mod open;
mod rooms;
mod timeouts;
mod values;
mod verify;
mod visitors;
mod widget;

use omnicontact_domain::setting::{ACCEPT_WITHOUT_AGENTS, ROUTING_METHOD};
use omnicontact_domain::user::{LivechatStatus, Presence, PresenceStatus, User};
use serde_json::{Value, json};

use crate::support::{Answer, Caller, TestApp};

const ROOM: &str = "/api/v1/livechat/room";

fn plain(text: &str) -> String {
    json!({"success": false, "error": text}).to_string()
}

fn coded(text: &str, code: &str) -> String {
    json!({"success": false, "error": text, "errorType": code}).to_string()
}

fn missing(key: &str) -> String {
    coded(&format!("must have required property '{key}' [invalid-params]"), "invalid-params")
}

/// A server on which conversations are opened with nobody online, and wait until an agent takes them.
async fn start() -> TestApp {
    let app = TestApp::start().await;
    app.set(ACCEPT_WITHOUT_AGENTS, true).await;
    app.set(ROUTING_METHOD, "Manual_Selection").await;
    app
}

/// Registers a visitor whose session has that token.
async fn visitor(app: &TestApp, token: &str) -> Value {
    visitor_who(app, json!({"token": token, "name": "Ada Visitor"})).await
}

async fn visitor_who(app: &TestApp, said: Value) -> Value {
    let answer = app.post("/api/v1/livechat/visitor", json!({ "visitor": said }).to_string()).send().await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["visitor"].clone()
}

async fn asked(app: &TestApp, query: &str) -> Answer {
    app.get(&format!("{ROOM}?{query}")).send().await
}

/// The visitor's open conversation, or a new one.
async fn room(app: &TestApp, token: &str) -> Value {
    let answer = asked(app, &format!("token={token}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["room"].clone()
}

fn id(document: &Value) -> &str {
    document["_id"].as_str().unwrap()
}

/// Makes an agent available and online.
async fn appear(app: &TestApp, agent: &Caller) {
    let mut tx = app.ctx.store.begin().await.unwrap();
    let user = tx.users().find(&agent.id.as_str().into()).await.unwrap().unwrap();
    let presence = Presence { shown: PresenceStatus::Online, ..user.presence.clone() };
    let user = User { livechat_status: Some(LivechatStatus::Available), presence, ..user };
    tx.users().update(&user).await.unwrap();
    tx.commit().await.unwrap();
}

/// An agent who is online.
async fn online_agent(app: &TestApp) -> Caller {
    let agent = app.agent().await;
    appear(app, &agent).await;
    agent
}

async fn read(app: &TestApp, path: &str, by: &Caller) -> Value {
    let answer = app.get(&format!("/api/v1/{path}")).by(by).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn sent(app: &TestApp, path: &str, body: Value, by: &Caller) -> Answer {
    app.post(&format!("/api/v1/{path}"), body.to_string()).by(by).await
}

async fn inquiry(app: &TestApp, room: &Value, by: &Caller) -> Value {
    read(app, &format!("livechat/inquiries.getOne?roomId={}", id(room)), by).await["inquiry"].clone()
}

async fn channel(app: &TestApp, room: &Value, by: &Caller) -> Value {
    read(app, &format!("channels.info?roomId={}", id(room)), by).await["channel"].clone()
}

/// Lets the agent take the conversation.
async fn take(app: &TestApp, room: &Value, agent: &Caller) {
    let inquiry = inquiry(app, room, agent).await;
    let answer = sent(app, "livechat/inquiries.take", json!({"inquiryId": id(&inquiry)}), agent).await;
    answer.says(200, r#"{"success":true}"#);
}

async fn close(app: &TestApp, room: &Value, by: &Caller) {
    let body = json!({"rid": id(room), "comment": "bye"});
    sent(app, "livechat/room.closeByUser", body, by).await.says(200, r#"{"success":true}"#);
}

async fn said(app: &TestApp, token: &str, room: &Value, text: &str) -> Answer {
    let body = json!({"token": token, "rid": id(room), "msg": text});
    app.post("/api/v1/livechat/message", body.to_string()).send().await
}

async fn contact(app: &TestApp, room: &Value, by: &Caller) -> Value {
    let contact = room["contactId"].as_str().unwrap();
    read(app, &format!("omnichannel/contacts.get?contactId={contact}"), by).await["contact"].clone()
}
