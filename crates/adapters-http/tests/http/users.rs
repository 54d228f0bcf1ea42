//! Accounts over HTTP (contract, framework 4.4 and 9), on a real store.

mod activity;
mod create;
mod delete;
mod list;
mod preferences;
mod presence;
mod races;
mod register;
mod show;
mod update;

use omnicontact_domain::user::User;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, TestApp};

/// A password that the policy lets pass.
const GOOD: &str = "R0ck3t.ch@tP@ssw0rd1234.!";

/// A server without a rate limit, and its administrator.
async fn start() -> (TestApp, Caller) {
    let app = TestApp::start().await;
    app.set("API_Enable_Rate_Limiter", false).await;
    let root = app.user("root", &["admin"]).await;
    (app, root)
}

/// POST to a route of users.
async fn post(app: &TestApp, route: &str, by: &Caller, body: Value) -> Answer {
    app.post(&format!("/api/v1/users.{route}"), body.to_string()).by(by).await
}

/// GET from a route of users; `route` may carry a query.
async fn get(app: &TestApp, route: &str, by: &Caller) -> Answer {
    app.get(&format!("/api/v1/users.{route}")).by(by).await
}

/// What is needed to make a user with that username.
fn draft(username: &str) -> Value {
    json!({
        "username": username,
        "name": format!("Name of {username}"),
        "email": format!("{username}@rocket.chat"),
        "password": GOOD,
    })
}

/// An object with some keys set anew.
fn with(mut object: Value, mut changes: Value) -> Value {
    object.as_object_mut().unwrap().append(changes.as_object_mut().unwrap());
    object
}

/// Makes a user and returns it as it was answered.
async fn made(app: &TestApp, by: &Caller, body: Value) -> Value {
    let answer = post(app, "create", by, body).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    answer.json()["user"].clone()
}

/// The stored account.
async fn stored(app: &TestApp, id: &str) -> Option<User> {
    app.ctx.store.read().await.unwrap().users().find(&id.into()).await.unwrap()
}

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// A failure with a code: its text and its type, whatever the details.
#[track_caller]
fn coded(answer: &Answer, reason: &str, code: &str) {
    let body = answer.json();
    assert_eq!(answer.status.as_u16(), 400, "{}", answer.body);
    assert_eq!(body["error"], format!("{reason} [{code}]"));
    assert_eq!(body["errorType"], code);
    assert_eq!(body["success"], false);
}

/// A failure without a code.
#[track_caller]
fn plain(answer: &Answer, text: &str) {
    answer.says(400, &json!({"success": false, "error": text}).to_string());
}
