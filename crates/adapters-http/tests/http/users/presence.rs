//! `POST users.setStatus`, `GET users.getStatus` and `users.getPresence` (contract, framework 4.4.3).

use std::time::Duration;

use omnicontact_usecases::users::restore_presence::restore_presences;
use serde_json::{Value, json};

use super::{coded, get, post, start, stored};
use crate::support::{Caller, TestApp};

const REFUSED: &str = r#"{"success":false,"error":"unauthorized"}"#;
const DONE: &str = r#"{"success":true}"#;

async fn set(app: &TestApp, by: &Caller, body: Value) {
    post(app, "setStatus", by, body).await.says(200, DONE);
}

async fn status(app: &TestApp, by: &Caller) -> Value {
    get(app, "getStatus", by).await.json()
}

fn soon(app: &TestApp, seconds: u64) -> String {
    app.ctx.clock.now().plus(Duration::from_secs(seconds)).to_string()
}

#[tokio::test]
async fn presence_is_what_was_set_and_busy_waits_while_nobody_is_there() {
    let (app, _) = start().await;
    let kim = app.user("kim", &["user"]).await;
    get(&app, "getStatus", &kim).await.says(
        200,
        &format!(r#"{{"_id":"{}","connectionStatus":"offline","status":"offline","success":true}}"#, kim.id),
    );
    set(&app, &kim, json!({"status": "busy"})).await;
    let waiting = status(&app, &kim).await;
    assert_eq!((&waiting["status"], &waiting["statusSource"]), (&json!("offline"), &json!("manual")));
    assert_eq!(app.get("/api/v1/me").by(&kim).await.json()["statusDefault"], "busy");
    for shown in ["online", "away", "busy", "offline"] {
        set(&app, &kim, json!({"message": "", "status": shown})).await;
        assert_eq!(status(&app, &kim).await["status"], shown);
    }
    let me = app.get("/api/v1/me").by(&kim).await.json();
    assert_eq!(
        (&me["statusText"], &me["statusDefault"], &me["status"]),
        (&json!(""), &json!("offline"), &json!("offline"))
    );
}

#[tokio::test]
async fn a_presence_ends_by_itself_and_gives_way_to_the_former() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    set(&app, &kim, json!({"status": "online", "message": "here"})).await;
    let end = soon(&app, 60);
    set(&app, &kim, json!({"status": "busy", "message": "meeting", "expiresAt": end})).await;
    let busy = status(&app, &kim).await;
    assert_eq!((&busy["status"], &busy["statusExpiresAt"]), (&json!("busy"), &json!(end)));
    app.wait(Duration::from_secs(61));
    let back = status(&app, &kim).await;
    assert_eq!((&back["status"], &back["statusSource"]), (&json!("online"), &json!("internal")));
    assert!(back.get("statusExpiresAt").is_none());
    assert_eq!(app.get("/api/v1/me").by(&kim).await.json()["statusText"], "here");
    let info = get(&app, "info?username=kim", &root).await.json();
    assert_eq!((&info["user"]["status"], &info["user"]["statusText"]), (&json!("online"), &json!("here")));
    // What readers see is written, too, so that lists see it.
    assert!(stored(&app, &kim.id).await.unwrap().presence.expires_at.is_some());
    assert_eq!(restore_presences(&app.ctx).await.unwrap(), 1);
    assert!(stored(&app, &kim.id).await.unwrap().presence.expires_at.is_none());
    assert_eq!(restore_presences(&app.ctx).await.unwrap(), 0);
    // A call without an end takes one away.
    set(&app, &kim, json!({"status": "away", "expiresAt": soon(&app, 60)})).await;
    set(&app, &kim, json!({"message": "for good"})).await;
    assert!(status(&app, &kim).await.get("statusExpiresAt").is_none());
}

#[tokio::test]
async fn the_presence_of_others_asks_for_a_permission() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    for key in ["userId", "username", "user"] {
        let name = if key == "userId" { &kim.id } else { "KIM" };
        set(&app, &root, json!({key: name, "status": "online"})).await;
        set(&app, &kim, json!({key: name, "status": "away"})).await;
        assert_eq!(status(&app, &kim).await["status"], "away");
    }
    post(&app, "setStatus", &kim, json!({"username": "root", "status": "busy"})).await.says(403, REFUSED);
    post(&app, "setStatus", &kim, json!({"userId": "unknown", "status": "busy"})).await.says(403, REFUSED);
    let answer = post(&app, "setStatus", &root, json!({"userId": "unknown", "status": "busy"})).await;
    let reason = "The required \"userId\" or \"username\" param provided does not match any users";
    coded(&answer, reason, "error-invalid-user");
}

#[tokio::test]
async fn refusals_come_in_the_order_of_the_contract() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    app.set("Accounts_AllowInvisibleStatusOption", false).await;
    let past = "2001-01-01T00:00:00.000Z";
    let hidden = json!({"status": "offline", "expiresAt": past, "username": "root"});
    let own = json!({"status": "offline", "expiresAt": past});
    app.set("Accounts_AllowUserStatusMessageChange", false).await;
    let schema = post(&app, "setStatus", &kim, json!({"status": "gone"})).await;
    schema.says(
        400,
        r#"{"success":false,"error":"must be equal to one of the allowed values","errorType":"invalid-params"}"#,
    );
    for nothing in [json!({}), json!({"expiresAt": past})] {
        let answer = post(&app, "setStatus", &kim, nothing).await;
        answer.says(
            400,
            r#"{"success":false,"error":"Match error: Failed Match.OneOf, Match.Maybe or Match.Optional validation"}"#,
        );
    }
    let answer = post(&app, "setStatus", &kim, hidden.clone()).await;
    coded(&answer, "Change status is not allowed", "error-not-allowed");
    app.set("Accounts_AllowUserStatusMessageChange", true).await;
    post(&app, "setStatus", &kim, hidden).await.says(403, REFUSED);
    coded(&post(&app, "setStatus", &kim, own).await, "expiresAt must be a future date", "error-invalid-date");
    let answer = post(&app, "setStatus", &kim, json!({"status": "offline"})).await;
    coded(&answer, "Invisible status is disabled", "error-status-not-allowed");
    let answer = post(&app, "setStatus", &root, json!({"status": "online", "expiresAt": "tomorrow"})).await;
    coded(&answer, "expiresAt must be a future date", "error-invalid-date");
    assert!(stored(&app, &kim.id).await.unwrap().presence.chosen.is_none(), "nothing was written");
}

#[tokio::test]
async fn a_message_alone_is_refused_to_whoever_chose_to_be_invisible() {
    let (app, _) = start().await;
    let kim = app.user("kim", &["user"]).await;
    set(&app, &kim, json!({"status": "offline"})).await;
    app.set("Accounts_AllowInvisibleStatusOption", false).await;
    let answer = post(&app, "setStatus", &kim, json!({"message": "boo"})).await;
    coded(&answer, "Invisible status is disabled", "error-status-not-allowed");
    set(&app, &kim, json!({"message": "hello", "status": "online"})).await;
}

#[tokio::test]
async fn the_older_way_to_ask_shows_connections_to_the_caller_alone() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    let login = json!({"user": "kim", "password": crate::support::PASSWORD}).to_string();
    app.post("/api/v1/login", login).send().await;
    let own = get(&app, "getPresence", &kim).await.json();
    assert_eq!(super::keys(&own), ["presence", "connectionStatus", "lastLogin", "success"]);
    let other = get(&app, &format!("getPresence?userId={}", kim.id), &root).await;
    other.says(200, r#"{"presence":"offline","success":true}"#);
    let other = get(&app, "getStatus?userId=rocket.cat", &root).await.json();
    assert_eq!((&other["_id"], &other["status"]), (&json!("rocket.cat"), &json!("online")));
    assert!(other.get("connectionStatus").is_none());
    for route in ["getStatus", "getPresence"] {
        let answer = get(&app, &format!("{route}?username=unknown"), &root).await;
        let reason = "The required \"userId\" or \"username\" param provided does not match any users";
        coded(&answer, reason, "error-invalid-user");
    }
}
