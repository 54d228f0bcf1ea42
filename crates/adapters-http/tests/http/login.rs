//! `POST login` and `logout` (contract, framework 2.4, 2.5 and 9).

use omnicontact_domain::password::PasswordDigest;
use omnicontact_domain::user::{User, UserEmail, UserKind};
use serde_json::json;

use crate::support::{Answer, Caller, NOT_LOGGED_IN, PASSWORD, TestApp};

const LOGIN: &str = "/api/v1/login";
const UNAUTHORIZED: &str =
    r#"{"success":false,"error":"Unauthorized","status":"error","message":"Unauthorized"}"#;

async fn log_in(app: &TestApp, body: &serde_json::Value) -> Answer {
    app.post(LOGIN, body.to_string()).send().await
}

/// Changes a stored user.
async fn change(app: &TestApp, id: &str, change: impl FnOnce(&mut User)) {
    let mut tx = app.ctx.store.begin().await.unwrap();
    let mut user = tx.users().find(&id.into()).await.unwrap().unwrap();
    change(&mut user);
    tx.users().update(&user).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn every_form_gets_in() {
    let app = TestApp::start().await;
    let kim = app.agent().await;
    let digest = PasswordDigest::of(PASSWORD);
    for body in [
        json!({"user": "kim.jane", "password": PASSWORD}),
        json!({"user": "KIM.JANE@example.org", "password": PASSWORD}),
        json!({"username": "Kim.Jane", "password": PASSWORD}),
        json!({"email": "kim.jane@example.org", "password": PASSWORD}),
        json!({"user": {"username": "kim.jane"}, "password": PASSWORD}),
        json!({"user": {"email": "kim.jane@example.org"}, "password": PASSWORD}),
        json!({"user": {"id": kim.id}, "password": PASSWORD}),
        json!({"user": "kim.jane", "password": {"digest": digest.expose(), "algorithm": "sha-256"}}),
        json!({"user": "kim.jane", "username": "nobody", "email": "no@where", "password": PASSWORD, "code": "123"}),
    ] {
        let answer = log_in(&app, &body).await;
        assert_eq!(answer.status.as_u16(), 200, "{body}: {}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let sent = answer.json();
        assert_eq!((sent["status"].as_str(), sent["success"].as_bool()), (Some("success"), Some(true)));
        assert_eq!(sent["data"]["userId"].as_str(), Some(kim.id.as_str()));
        assert_eq!(sent["data"]["authToken"].as_str().unwrap().len(), 43);
        assert_eq!(sent["data"]["me"]["username"], "kim.jane");
        let keys: Vec<&String> = sent.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["status", "data", "success"]);
    }
}

#[tokio::test]
async fn a_login_opens_a_session_and_a_logout_ends_it() {
    let app = TestApp::start().await;
    let kim = app.agent().await;
    for method in ["POST", "GET"] {
        let sent = log_in(&app, &json!({"user": "kim.jane", "password": PASSWORD})).await.json();
        let token = sent["data"]["authToken"].as_str().unwrap().to_owned();
        let session = Caller { id: kim.id.clone(), token: token.clone() };
        assert_eq!(app.get("/api/v1/me").by(&session).await.status.as_u16(), 200);

        let resumed = log_in(&app, &json!({"resume": token})).await.json();
        assert_eq!(resumed["data"]["authToken"].as_str(), Some(token.as_str()));

        let call = app.call(method.parse().unwrap(), "/api/v1/logout");
        let answer = call.header("content-type", "application/json").body("{}").by(&session).await;
        answer.says(200, r#"{"status":"success","data":{"message":"You've been logged out!"}}"#);
        app.get("/api/v1/me").by(&session).await.says(401, NOT_LOGGED_IN);
        log_in(&app, &json!({"resume": token})).await.says(401, UNAUTHORIZED);
        assert_eq!(app.get("/api/v1/me").by(&kim).await.status.as_u16(), 200, "other tokens stay");
    }
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same() {
    let app = TestApp::start().await;
    app.agent().await;
    let digest = PasswordDigest::of(PASSWORD);
    for body in [
        json!({"user": "nobody", "password": PASSWORD}),
        json!({"user": "kim.jane", "password": "wrong"}),
        json!({"user": "kim.jane", "password": ""}),
        json!({"user": "kim.jane"}),
        json!({"user": "kim.jane", "password": digest.expose()}),
        json!({"user": "kim.jane", "password": {"digest": digest.expose(), "algorithm": "md5"}}),
        json!({"user": "kim.jane", "password": {"digest": digest.expose()}}),
        json!({"user": "kim.jane", "password": PASSWORD, "extra": 1}),
        json!({"user": {"username": "kim.jane", "id": "x"}, "password": PASSWORD}),
        json!({"user": "kim.jane\u{0}", "password": PASSWORD}),
        json!({"user": "x".repeat(10_000), "password": PASSWORD}),
        json!({"resume": "unknown"}),
        json!({"resume": ""}),
        json!({}),
        json!([]),
        json!("kim.jane"),
        json!(null),
        json!(5),
    ] {
        log_in(&app, &body).await.says(401, UNAUTHORIZED);
    }
    app.post(LOGIN, "{broken").send().await.says(401, UNAUTHORIZED);
    app.call(axum::http::Method::POST, LOGIN).send().await.says(401, UNAUTHORIZED);
}

#[tokio::test]
async fn accounts_that_may_not_log_in_are_told_why() {
    let app = TestApp::start().await;
    let kim = app.agent().await;
    let right = json!({"user": "kim.jane", "password": PASSWORD});
    let wrong = json!({"user": "kim.jane", "password": "wrong"});

    change(&app, &kim.id, |user| user.active = false).await;
    log_in(&app, &right).await.says(
        401,
        r#"{"success":false,"error":"error-user-is-not-activated","status":"error","message":"User is not activated","details":{"function":"Accounts.validateLoginAttempt"}}"#,
    );
    log_in(&app, &wrong).await.says(401, UNAUTHORIZED);

    change(&app, &kim.id, |user| (user.active, user.kind) = (true, UserKind::App)).await;
    log_in(&app, &right).await.says(
        401,
        r#"{"success":false,"error":"error-app-user-is-not-allowed-to-login","status":"error","message":"App user is not allowed to login","details":{"function":"Accounts.validateLoginAttempt"}}"#,
    );

    app.set("Accounts_EmailVerification", true).await;
    let unverified = UserEmail { address: "kim.jane@example.org".into(), verified: false };
    change(&app, &kim.id, |user| (user.kind, user.emails) = (UserKind::User, vec![unverified])).await;
    log_in(&app, &right).await.says(
        401,
        r#"{"success":false,"error":"error-invalid-email","status":"error","message":"Invalid email __email__"}"#,
    );
}

#[tokio::test]
async fn answers_to_logins_are_not_cached() {
    let app = TestApp::start().await;
    app.agent().await;
    for password in [PASSWORD, "wrong"] {
        let answer = log_in(&app, &json!({"user": "kim.jane", "password": password})).await;
        assert_eq!(
            (answer.header("cache-control"), answer.header("pragma")),
            (Some("no-store"), Some("no-cache"))
        );
    }
}
