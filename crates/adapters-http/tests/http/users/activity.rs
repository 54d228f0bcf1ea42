//! `POST users.setActiveStatus` and `users.deactivateIdle` (contract, framework 4.4.3 and 9, items 14 and 21).

use std::time::Duration;

use omnicontact_domain::permission::{EDIT_OTHER_USER_ACTIVE_STATUS, MANAGE_MODERATION_ACTIONS};
use omnicontact_domain::user::LivechatStatus;
use serde_json::{Value, json};

use super::{coded, get, plain, post, start, stored};
use crate::support::{Answer, Caller, NOT_LOGGED_IN, NOT_PERMITTED, PASSWORD, TestApp};

async fn set(app: &TestApp, by: &Caller, id: &str, active: bool) -> Answer {
    post(
        app,
        "setActiveStatus",
        by,
        json!({"userId": id, "activeStatus": active, "confirmRelinquish": false}),
    )
    .await
}

#[tokio::test]
async fn whoever_is_deactivated_is_out_at_once() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    let answer = set(&app, &root, &kim.id, false).await;
    answer.says(200, &format!(r#"{{"user":{{"_id":"{}","active":false}},"success":true}}"#, kim.id));
    app.get("/api/v1/me").by(&kim).await.says(401, NOT_LOGGED_IN);
    let login = json!({"user": "kim", "password": PASSWORD}).to_string();
    let refused = app.post("/api/v1/login", login.clone()).send().await.json();
    assert_eq!(refused["error"], "error-user-is-not-activated");
    set(&app, &root, &kim.id, true).await;
    assert_eq!(app.post("/api/v1/login", login).send().await.status.as_u16(), 200);
    app.get("/api/v1/me").by(&kim).await.says(401, NOT_LOGGED_IN);
}

#[tokio::test]
async fn an_available_agent_is_unavailable_after_coming_back() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    post(&app, "setStatus", &kim, json!({"status": "online"})).await;
    post(&app, "update", &root, json!({"userId": kim.id, "data": {"roles": ["livechat-agent"]}})).await;
    assert_eq!(stored(&app, &kim.id).await.unwrap().livechat_status, Some(LivechatStatus::Available));
    for active in [false, true] {
        set(&app, &root, &kim.id, active).await;
        let info = get(&app, &format!("info?userId={}", kim.id), &root).await.json()["user"].clone();
        assert_eq!((&info["statusLivechat"], &info["active"]), (&json!("not-available"), &json!(active)));
        assert_eq!(info["roles"], json!(["livechat-agent"]));
    }
}

#[tokio::test]
async fn the_permissions_tell_who_may_ask_and_who_may() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    set(&app, &kim, &kim.id, false).await.says(403, NOT_PERMITTED);
    app.grant(&EDIT_OTHER_USER_ACTIVE_STATUS, &[]).await;
    coded(&set(&app, &root, &kim.id, false).await, "Not allowed", "error-not-allowed");
    app.grant(&MANAGE_MODERATION_ACTIONS, &[]).await;
    set(&app, &root, &kim.id, false).await.says(403, NOT_PERMITTED);
    app.grant(&EDIT_OTHER_USER_ACTIVE_STATUS, &["admin"]).await;
    plain(&set(&app, &root, "unknown", false).await, "User not found");
    let answer = set(&app, &root, &root.id, false).await;
    coded(&answer, "Leaving the app without an active admin is not allowed", "error-action-not-allowed");
    assert_eq!(set(&app, &root, &root.id, true).await.status.as_u16(), 200);
    let answer = post(&app, "setActiveStatus", &root, json!({"userId": kim.id})).await;
    answer.says(
        400,
        r#"{"success":false,"error":"must have required property 'activeStatus'","errorType":"invalid-params"}"#,
    );
}

async fn deactivated(app: &TestApp, by: &Caller, body: Value) -> Value {
    let answer = post(app, "deactivateIdle", by, body).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    answer.json()["count"].clone()
}

#[tokio::test]
async fn whoever_was_away_for_too_long_is_deactivated_once() {
    const DAY: Duration = Duration::from_hours(24);
    let (app, root) = start().await;
    let never_there = app.user("old", &["user"]).await;
    let guest = app.user("guest", &["guest"]).await;
    app.wait(DAY * 10);
    app.user("young", &["user"]).await;
    assert_eq!(deactivated(&app, &root, json!({"daysIdle": 11})).await, 0);
    assert_eq!(deactivated(&app, &root, json!({"daysIdle": 9})).await, 1);
    assert_eq!(deactivated(&app, &root, json!({"daysIdle": 9})).await, 0);
    app.get("/api/v1/me").by(&never_there).await.says(401, NOT_LOGGED_IN);
    let user = stored(&app, &never_there.id).await.unwrap();
    assert_eq!(user.inactive_reason.unwrap().as_str(), "idle_too_long");
    assert_eq!(app.get("/api/v1/me").by(&guest).await.status.as_u16(), 200);
    assert_eq!(deactivated(&app, &root, json!({"daysIdle": 9, "role": "guest"})).await, 1);
    assert_eq!(deactivated(&app, &root, json!({"daysIdle": 0, "role": "nobody"})).await, 0);
    assert_eq!(
        deactivated(&app, &root, json!({"daysIdle": 0, "role": "admin"})).await,
        0,
        "the last one stays"
    );
    let answer = post(&app, "deactivateIdle", &root, json!({})).await;
    answer.says(
        400,
        r#"{"success":false,"error":"must have required property 'daysIdle'","errorType":"invalid-params"}"#,
    );
}
