//! `POST users.register` and `users.forgotPassword` (contract, framework 4.4.3 and 10).

use std::sync::Arc;

use axum::http::Method;
use omnicontact_adapters_http::{HttpOptions, HttpState, router};
use serde_json::{Value, json};

use super::{GOOD, coded, get, keys, plain, start, with};
use crate::support::{Answer, Call, TestApp};

fn form(username: &str) -> Value {
    json!({"username": username, "email": format!("{username}@Domain.com "), "pass": GOOD, "name": "User"})
}

async fn register(app: &TestApp, body: Value) -> Answer {
    app.post("/api/v1/users.register", body.to_string()).send().await
}

async fn registered(app: &TestApp, body: Value) -> Value {
    let answer = register(app, body).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    answer.json()["user"].clone()
}

async fn log_in(app: &TestApp, username: &str) -> Value {
    let body = json!({"user": username, "password": GOOD}).to_string();
    app.post("/api/v1/login", body).send().await.json()
}

#[tokio::test]
async fn the_first_of_a_server_without_administrators_becomes_one() {
    let app = TestApp::start().await;
    app.set("API_Enable_Rate_Limiter", false).await;
    app.set("Accounts_ManuallyApproveNewUsers", true).await;
    registered(&app, form("user1")).await;
    let me = log_in(&app, "user1").await["data"]["me"].clone();
    assert_eq!(me["roles"], json!(["user", "admin"]));
    assert_eq!(me["emails"], json!([{"address": "user1@domain.com", "verified": false}]));
    assert_eq!(registered(&app, form("user2")).await["active"], false);
    app.set("Accounts_ManuallyApproveNewUsers", false).await;
    registered(&app, form("user3")).await;
    assert_eq!(log_in(&app, "user3").await["data"]["me"]["roles"], json!(["user"]));
}

#[tokio::test]
async fn approval_waits_with_the_reason() {
    let (app, root) = start().await;
    app.set("Accounts_ManuallyApproveNewUsers", true).await;
    let user = registered(&app, with(form("kim"), json!({"reason": "because"}))).await;
    assert_eq!(
        keys(&user),
        ["_id", "username", "name", "type", "status", "active", "inactiveReason", "reason"]
    );
    assert_eq!(user["active"], false);
    assert_eq!(get(&app, "info?username=kim", &root).await.json()["user"]["reason"], "because");
    assert_eq!(log_in(&app, "kim").await["error"], "error-user-is-not-activated");
}

#[tokio::test]
async fn refusals_come_in_the_order_of_the_contract() {
    let (app, root) = start().await;
    app.set("Accounts_RegistrationForm", "Disabled").await;
    app.set("Accounts_AllowedDomainsList", "example.org").await;
    app.set("Accounts_CustomFields", r#"{"plan":{"required":true}}"#).await;
    let wrong = || json!({"username": "ROOT", "email": "root@example.org", "pass": "x", "customFields": {}});
    let body = with(wrong(), json!({"name": "<b>", "username": "a b"}));
    let logged_in = app.post("/api/v1/users.register", body.to_string()).by(&root).await;
    plain(&logged_in, "Logged in users can not register again.");
    plain(&register(&app, body.clone()).await, "Name contains invalid characters");
    plain(&register(&app, with(body, json!({"name": "Kim"}))).await, "The username provided is not valid");
    for taken in ["ROOT", "admin", "all"] {
        plain(&register(&app, with(wrong(), json!({"username": taken}))).await, "Username is already in use");
    }
    plain(&register(&app, with(wrong(), json!({"username": "kim"}))).await, "Email already exists");
    let body = with(wrong(), json!({"username": "kim", "email": "kim@other.org"}));
    assert_eq!(register(&app, body.clone()).await.json()["errorType"], "error-password-policy-not-met");
    let body = with(body, json!({"pass": GOOD}));
    coded(
        &register(&app, body.clone()).await,
        "User registration is disabled",
        "error-user-registration-disabled",
    );
    app.set("Accounts_RegistrationForm", "Secret URL").await;
    for secret in [json!(""), json!("wrong")] {
        let answer = register(&app, with(body.clone(), json!({"secret": secret}))).await;
        let reason = "User registration is only allowed via Secret URL";
        coded(&answer, reason, "error-user-registration-secret");
    }
    app.set("Accounts_RegistrationForm_SecretURL", "right").await;
    let body = with(body, json!({"secret": "right"}));
    coded(
        &register(&app, body.clone()).await,
        "The email domain is not in whitelist",
        "error-invalid-domain",
    );
    let body = with(body, json!({"email": "kim@example.org"}));
    plain(&register(&app, body.clone()).await, "error-user-registration-custom-field");
    plain(&get(&app, "info?username=kim", &root).await, "User not found.");
    registered(&app, with(body, json!({"customFields": {"plan": "gold"}}))).await;
}

#[tokio::test]
async fn an_address_must_have_its_form_and_bodies_are_closed() {
    let (app, _) = start().await;
    let answer = register(&app, with(form("kim"), json!({"email": "kim"}))).await;
    coded(&answer, "Invalid email kim", "error-invalid-email");
    for (body, text) in [
        (json!({}), "must have required property 'username'"),
        (json!({"username": "a", "email": "a@b"}), "must have required property 'pass'"),
        (with(form("kim"), json!({"roles": ["admin"]})), "must NOT have additional properties"),
    ] {
        let schema = json!({"success": false, "error": text, "errorType": "invalid-params"}).to_string();
        register(&app, body).await.says(400, &schema);
    }
}

#[tokio::test]
async fn in_test_mode_the_answer_about_custom_values_is_wrapped() {
    let (app, _) = start().await;
    app.set("Accounts_CustomFields", r#"{"plan":{"required":true}}"#).await;
    let options = HttpOptions { test_mode: true, ..HttpOptions::default() };
    let router = router(HttpState::new(Arc::clone(&app.ctx), options));
    let body = with(form("kim"), json!({"customFields": {}})).to_string();
    let call = Call::new(router, Method::POST, "/api/v1/users.register");
    let answer = call.header("content-type", "application/json").body(body).send().await;
    let sent = answer.json();
    assert_eq!((answer.status.as_u16(), &sent["success"]), (400, &json!(false)));
    assert_eq!(sent["errorType"], "error-invalid-body");
    assert_eq!(sent["body"]["error"], "error-user-registration-custom-field");
}

#[tokio::test]
async fn whoever_forgot_a_password_learns_nothing() {
    let (app, _) = start().await;
    let forgot = async |body: Value| app.post("/api/v1/users.forgotPassword", body.to_string()).send().await;
    for email in ["root@example.org", "nobody@example.org", ""] {
        forgot(json!({"email": email})).await.says(200, r#"{"success":true}"#);
    }
    forgot(json!({})).await.says(
        400,
        r#"{"success":false,"error":"must have required property 'email'","errorType":"invalid-params"}"#,
    );
    app.set("Accounts_PasswordReset", false).await;
    plain(&forgot(json!({"email": "root@example.org"})).await, "Password reset is not enabled");
}
