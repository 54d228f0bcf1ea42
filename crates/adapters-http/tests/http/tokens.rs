//! Sessions and personal access tokens of users (contract, framework 2.7 and 9).

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use omnicontact_domain::permission::{
    CREATE_PERSONAL_ACCESS_TOKENS, LOGOUT_OTHER_USER, USER_GENERATE_ACCESS_TOKEN,
};
use omnicontact_domain::shared_secret::SharedSecret;
use omnicontact_usecases::Context;
use serde_json::{Value, json};

use crate::support::{Answer, Call, Caller, NOT_LOGGED_IN, NOT_PERMITTED, PASSWORD, TestApp, router_over};

const GENERATE: &str = "/api/v1/users.generatePersonalAccessToken";
const REGENERATE: &str = "/api/v1/users.regeneratePersonalAccessToken";
const LIST: &str = "/api/v1/users.getPersonalAccessTokens";
const REMOVE: &str = "/api/v1/users.removePersonalAccessToken";
const LOG_OUT_OTHERS: &str = "/api/v1/users.logoutOtherClients";
const REMOVE_OTHERS: &str = "/api/v1/users.removeOtherTokens";
const LOG_OUT: &str = "/api/v1/users.logout";
const CREATE: &str = "/api/v1/users.createToken";
const ME: &str = "/api/v1/me";

/// A fresh session of a user.
async fn session(app: &TestApp, username: &str) -> Caller {
    let body = json!({"user": username, "password": PASSWORD});
    let sent = app.post("/api/v1/login", body.to_string()).send().await.json();
    let text = |key: &str| sent["data"][key].as_str().unwrap().to_owned();
    Caller { id: text("userId"), token: text("authToken") }
}

async fn post(app: &TestApp, path: &str, body: Value, caller: &Caller) -> Answer {
    app.post(path, body.to_string()).by(caller).await
}

/// POST without a body and without a content type.
async fn bare(app: &TestApp, path: &str, caller: &Caller) -> Answer {
    app.call(Method::POST, path).by(caller).await
}

/// A personal access token.
async fn personal(app: &TestApp, name: &str, caller: &Caller) -> Caller {
    let answer = post(app, GENERATE, json!({"tokenName": name}), caller).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    Caller { id: caller.id.clone(), token: answer.json()["token"].as_str().unwrap().to_owned() }
}

async fn works(app: &TestApp, caller: &Caller) -> bool {
    let answer = app.get(ME).by(caller).await;
    if answer.status.as_u16() != 200 {
        answer.says(401, NOT_LOGGED_IN);
    }
    answer.status.as_u16() == 200
}

fn refused(reason: &str, code: &str, method: &str) -> String {
    format!(
        r#"{{"success":false,"error":"{reason} [{code}]","errorType":"{code}","details":{{"method":"{method}"}}}}"#
    )
}

#[tokio::test]
async fn a_personal_token_is_made_listed_renewed_and_removed() {
    let app = TestApp::start().await;
    app.user("kim", &["user"]).await;
    let kim = session(&app, "kim").await;

    let answer = post(&app, GENERATE, json!({"tokenName": "ci", "bypassTwoFactor": true}), &kim).await;
    let first = answer.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(first.len(), 43);
    answer.says(200, &format!(r#"{{"token":"{first}","success":true}}"#));
    let ci = Caller { id: kim.id.clone(), token: first.clone() };
    assert!(works(&app, &ci).await);

    let listed = app.get(LIST).by(&kim).await.json();
    let entry = listed["tokens"].as_array().unwrap().iter().find(|token| token["name"] == "ci").unwrap();
    assert_eq!(entry["lastTokenPart"].as_str(), Some(&first[37..]));
    assert_eq!(entry["bypassTwoFactor"], true);
    let keys: Vec<&String> = entry.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["name", "createdAt", "lastTokenPart", "bypassTwoFactor"]);
    assert!(!listed.to_string().contains(&first) && !listed.to_string().contains("hashed"));

    let answer = post(&app, REGENERATE, json!({"tokenName": "ci"}), &kim).await;
    let second = answer.json()["token"].as_str().unwrap().to_owned();
    answer.says(200, &format!(r#"{{"token":"{second}","success":true}}"#));
    assert!(!works(&app, &ci).await);
    let ci = Caller { id: kim.id.clone(), token: second.clone() };
    assert!(works(&app, &ci).await);
    let listed = app.get(LIST).by(&kim).await.json();
    let entry = listed["tokens"].as_array().unwrap().iter().find(|token| token["name"] == "ci").unwrap();
    assert_eq!(
        (entry["lastTokenPart"].as_str(), &entry["bypassTwoFactor"]),
        (Some(&second[37..]), &json!(true))
    );

    post(&app, REMOVE, json!({"tokenName": "ci"}), &kim).await.says(200, r#"{"success":true}"#);
    assert!(!works(&app, &ci).await);
    let listed = app.get(LIST).by(&kim).await.json();
    assert!(listed["tokens"].as_array().unwrap().iter().all(|token| token["name"] != "ci"));
}

#[tokio::test]
async fn a_list_without_tokens_is_empty() {
    let app = TestApp::start().await;
    app.user("kim", &["user"]).await;
    let kim = session(&app, "kim").await;
    bare(&app, REMOVE_OTHERS, &kim).await.says(200, r#"{"success":true}"#);
    app.get(LIST).by(&kim).await.says(200, r#"{"tokens":[],"success":true}"#);
}

#[tokio::test]
async fn what_is_wrong_with_a_token_s_name_is_said_with_the_method() {
    let app = TestApp::start().await;
    let kim = app.user("kim", &["user"]).await;
    let other = app.user("other", &["user"]).await;
    personal(&app, "ci", &kim).await;
    post(&app, GENERATE, json!({"tokenName": "ci"}), &kim).await.says(
        400,
        &refused(
            "A token with this name already exists",
            "error-token-already-exists",
            "personalAccessTokens:generateToken",
        ),
    );
    personal(&app, "ci", &other).await;
    personal(&app, "CI", &kim).await;
    let unknown = |method| refused("Token does not exist", "error-token-does-not-exists", method);
    post(&app, REGENERATE, json!({"tokenName": "x"}), &kim)
        .await
        .says(400, &unknown("personalAccessTokens:regenerateToken"));
    post(&app, REMOVE, json!({"tokenName": "x"}), &kim)
        .await
        .says(400, &unknown("personalAccessTokens:removeToken"));
}

#[tokio::test]
async fn without_the_permission_handlers_refuse_with_400_and_the_list_with_403() {
    let app = TestApp::start().await;
    let kim = app.user("kim", &["user"]).await;
    personal(&app, "ci", &kim).await;
    app.grant(&CREATE_PERSONAL_ACCESS_TOKENS, &[]).await;
    for (path, method) in [
        (GENERATE, "personalAccessTokens:generateToken"),
        (REGENERATE, "personalAccessTokens:regenerateToken"),
        (REMOVE, "personalAccessTokens:removeToken"),
    ] {
        // The permission is asked before the name is looked at.
        for name in ["ci", "x"] {
            post(&app, path, json!({"tokenName": name}), &kim)
                .await
                .says(400, &refused("Not Authorized", "not-authorized", method));
        }
    }
    app.get(LIST).by(&kim).await.says(403, NOT_PERMITTED);
    app.grant(&CREATE_PERSONAL_ACCESS_TOKENS, &["user"]).await;
    assert_eq!(app.get(LIST).by(&kim).await.json()["tokens"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn bodies_are_closed_but_that_of_logout() {
    let app = TestApp::start().await;
    let kim = app.user("kim", &["user"]).await;
    let says = |text: &str| format!(r#"{{"success":false,"error":"{text}","errorType":"invalid-params"}}"#);
    let additional = says("must NOT have additional properties");
    for path in [GENERATE, REGENERATE, REMOVE] {
        let missing = says("must have required property 'tokenName'");
        bare(&app, path, &kim).await.says(400, &missing);
        app.post(path, "{broken").by(&kim).await.says(400, &missing);
        post(&app, path, json!({"tokenName": "ci", "more": 1}), &kim).await.says(400, &additional);
        post(&app, path, json!({"tokenName": {}}), &kim).await.says(400, &says("must be string"));
    }
    post(&app, GENERATE, json!({"tokenName": "ci", "bypassTwoFactor": "no"}), &kim)
        .await
        .says(400, &says("must be boolean"));
    for path in [LOG_OUT_OTHERS, REMOVE_OTHERS] {
        post(&app, path, json!({"more": 1}), &kim).await.says(400, &additional);
    }
    bare(&app, CREATE, &kim).await.says(400, &says("must have required property 'userId'"));
    post(&app, CREATE, json!({"userId": kim.id}), &kim)
        .await
        .says(400, &says("must have required property 'secret'"));
    post(&app, CREATE, json!({"userId": kim.id, "secret": "x", "more": 1}), &kim)
        .await
        .says(400, &additional);
    assert_eq!(post(&app, LOG_OUT, json!({"more": 1}), &kim).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_name_that_no_store_keeps_is_refused() {
    let app = TestApp::start().await;
    let kim = app.user("kim", &["user"]).await;
    let answer = post(&app, GENERATE, json!({"tokenName": "x".repeat(513)}), &kim).await;
    assert_eq!(answer.status.as_u16(), 400);
    assert_eq!(
        answer.json()["error"],
        "The value of field tokenName is longer than 512 characters [error-invalid-params]"
    );
    for path in [GENERATE, REGENERATE, REMOVE] {
        assert_eq!(post(&app, path, json!({"tokenName": "a\u{0}"}), &kim).await.status.as_u16(), 400);
    }
}

#[tokio::test]
async fn logging_out_other_clients_ends_other_sessions_and_keeps_personal_tokens() {
    let app = TestApp::start().await;
    app.user("kim", &["user"]).await;
    let (first, second, third) =
        (session(&app, "kim").await, session(&app, "kim").await, session(&app, "kim").await);
    let ci = personal(&app, "ci", &first).await;

    let answer = bare(&app, LOG_OUT_OTHERS, &first).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    let sent = answer.json();
    let keys: Vec<&String> = sent.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["token", "tokenExpires", "success"]);
    assert_eq!(sent["token"].as_str(), Some(first.token.as_str()));
    let expires = sent["tokenExpires"].as_str().unwrap();
    let expires = omnicontact_domain::time::Timestamp::parse(expires).unwrap();
    let left = expires.as_millis() - app.ctx.clock.now().as_millis();
    assert!((89 * 86_400_000..=90 * 86_400_000).contains(&left), "{left}");

    assert!(works(&app, &first).await && works(&app, &ci).await);
    assert!(!works(&app, &second).await && !works(&app, &third).await);

    // With a personal token, every session ends, and the token has no end.
    bare(&app, LOG_OUT_OTHERS, &ci)
        .await
        .says(200, &format!(r#"{{"token":"{}","tokenExpires":"","success":true}}"#, ci.token));
    assert!(!works(&app, &first).await);
    assert!(works(&app, &ci).await);
}

#[tokio::test]
async fn removing_other_tokens_ends_personal_ones_too() {
    let app = TestApp::start().await;
    let test = app.user("kim", &["user"]).await;
    let (first, second) = (session(&app, "kim").await, session(&app, "kim").await);
    let other = app.user("other", &["user"]).await;
    bare(&app, REMOVE_OTHERS, &first).await.says(200, r#"{"success":true}"#);
    assert!(works(&app, &first).await);
    assert!(!works(&app, &second).await && !works(&app, &test).await);
    assert!(works(&app, &other).await);
}

#[tokio::test]
async fn one_logs_oneself_out_everywhere() {
    let app = TestApp::start().await;
    let test = app.user("kim", &["user"]).await;
    let message = |id: &str| format!(r#"{{"message":"User {id} has been logged out!","success":true}}"#);
    for body in [None, Some(json!({})), Some(json!({"userId": ""})), Some(json!({"userId": test.id}))] {
        let (here, there) = (session(&app, "kim").await, session(&app, "kim").await);
        let answer = match body {
            None => bare(&app, LOG_OUT, &here).await,
            Some(body) => post(&app, LOG_OUT, body, &here).await,
        };
        answer.says(200, &message(&test.id));
        for caller in [&here, &there, &test] {
            assert!(!works(&app, caller).await);
        }
    }
}

#[tokio::test]
async fn others_are_logged_out_with_the_permission_only() {
    let app = TestApp::start().await;
    let root = app.user("root", &["admin"]).await;
    let kim = app.user("kim", &["user"]).await;
    for user in [&root.id, "nobody"] {
        post(&app, LOG_OUT, json!({"userId": user}), &kim)
            .await
            .says(403, r#"{"success":false,"error":"unauthorized"}"#);
    }
    assert!(works(&app, &root).await);
    post(&app, LOG_OUT, json!({"userId": "nobody"}), &root).await.says(
        400,
        r#"{"success":false,"error":"Invalid user id [error-invalid-user-id]","errorType":"error-invalid-user-id"}"#,
    );
    post(&app, LOG_OUT, json!({"userId": kim.id}), &root)
        .await
        .says(200, &format!(r#"{{"message":"User {} has been logged out!","success":true}}"#, kim.id));
    assert!(!works(&app, &kim).await);
    app.grant(&LOGOUT_OTHER_USER, &[]).await;
    let kim = session(&app, "kim").await;
    post(&app, LOG_OUT, json!({"userId": kim.id}), &root)
        .await
        .says(403, r#"{"success":false,"error":"unauthorized"}"#);
    assert!(works(&app, &kim).await);
}

#[tokio::test]
async fn sessions_for_users_are_made_only_as_the_operator_allows() {
    const SECRET: &str = "1234567890abcdef";
    let app = TestApp::start().await;
    let root = app.user("root", &["admin"]).await;
    let kim = app.user("kim", &["user"]).await;
    let not_authorized = refused("Not authorized", "error-not-authorized", "createToken");
    let body = |user: &str, secret: &str| json!({"userId": user, "secret": secret});
    for secret in ["", SECRET] {
        post(&app, CREATE, body(&root.id, secret), &root).await.says(400, &not_authorized);
    }
    app.post(CREATE, body(&root.id, SECRET).to_string()).send().await.says(401, NOT_LOGGED_IN);

    let allowing = Arc::new(Context { token_secret: SharedSecret::new(SECRET), ..(*app.ctx).clone() });
    let create = async |user: &str, secret: &str, caller: &Caller| {
        let call = Call::new(router_over(&allowing), Method::POST, CREATE);
        let call = call.header("content-type", "application/json").body(body(user, secret).to_string());
        call.by(caller).await
    };
    create(&root.id, "wrong", &root).await.says(400, &not_authorized);
    create(&root.id, SECRET, &kim).await.says(400, &not_authorized);
    create("nobody", SECRET, &kim).await.says(400, &not_authorized);
    let unknown = r#"{"success":false,"error":"The required \"userId\" or \"username\" param provided does not match any users [error-invalid-user]","errorType":"error-invalid-user","details":{"method":"createToken"}}"#;
    create("nobody", SECRET, &root).await.says(400, unknown);

    for caller in [&root, &kim] {
        let answer = create(&kim.id, SECRET, caller).await;
        let token = answer.json()["data"]["authToken"].as_str().unwrap().to_owned();
        answer.says(
            200,
            &format!(r#"{{"data":{{"userId":"{}","authToken":"{token}"}},"success":true}}"#, kim.id),
        );
        let made = Caller { id: kim.id.clone(), token };
        assert_eq!(app.get(ME).by(&made).await.json()["username"], "kim");
        // It is a session: it ends with the others, and with time.
        bare(&app, LOG_OUT_OTHERS, &kim).await;
        assert!(!works(&app, &made).await);
    }
    app.grant(&USER_GENERATE_ACCESS_TOKEN, &[]).await;
    create(&kim.id, SECRET, &root).await.says(400, &not_authorized);
}

#[tokio::test]
async fn personal_tokens_never_expire_and_the_51st_session_ends_the_first() {
    let app = TestApp::start().await;
    let ci = app.user("kim", &["user"]).await;
    let first = session(&app, "kim").await;
    let second = session(&app, "kim").await;
    for _ in 2..50 {
        app.wait(Duration::from_millis(1));
        session(&app, "kim").await;
    }
    assert!(works(&app, &first).await, "fifty sessions are kept");
    app.wait(Duration::from_millis(1));
    session(&app, "kim").await;
    assert!(!works(&app, &first).await, "one more is too many");
    assert!(works(&app, &second).await && works(&app, &ci).await);
    app.wait(Duration::from_hours(24 * 365));
    assert!(!works(&app, &second).await);
    assert!(works(&app, &ci).await);
}

#[tokio::test]
async fn of_two_who_take_one_name_at_once_one_is_refused() {
    let app = TestApp::start().await;
    let kim = app.user("kim", &["user"]).await;
    let made = async || post(&app, GENERATE, json!({"tokenName": "ci"}), &kim).await.status.as_u16();
    let (a, b) = tokio::join!(made(), made());
    assert_eq!((a.min(b), a.max(b)), (200, 400));
}
