//! `GET me` (contract, framework 2.6).

use omnicontact_domain::user::UserEmail;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn the_own_profile_is_shown_without_the_password() {
    let app = TestApp::start().await;
    let kim = app.agent().await;
    let answer = app.get("/api/v1/me?ignored=1").by(&kim).await;
    let me = answer.json();
    assert_eq!(me["_id"].as_str(), Some(kim.id.as_str()));
    assert_eq!((me["username"].as_str(), me["name"].as_str()), (Some("kim.jane"), Some("Name of kim.jane")));
    assert_eq!(me["emails"], json!([{"address": "kim.jane@example.org", "verified": true}]));
    assert_eq!(me["email"], "kim.jane@example.org");
    assert_eq!(me["roles"], json!(["user", "livechat-agent"]));
    assert_eq!((me["active"].as_bool(), me["status"].as_str()), (Some(true), Some("offline")));
    assert_eq!(me["avatarUrl"], "http://localhost:3000/avatar/kim.jane");
    assert_eq!(me["isOAuthUser"], false);
    assert_eq!(me["services"], json!({"password": {"exists": true}}));
    assert_eq!((&me["settings"]["profile"], &me["settings"]["calendar"]), (&json!({}), &json!({})));
    assert_eq!(me["settings"]["preferences"].as_object().unwrap().len(), 39);
    assert_eq!(me["settings"]["preferences"]["idleTimeLimit"], 300);
    assert!(me["_updatedAt"].as_str().unwrap().ends_with('Z'));
    assert!(answer.body.ends_with(r#","success":true}"#));
    assert!(!answer.body.contains("quick:"), "the stored password must not be shown");
}

#[tokio::test]
async fn what_is_not_stored_is_absent() {
    let app = TestApp::start().await;
    let kim = app.agent().await;
    let mut tx = app.ctx.store.begin().await.unwrap();
    let mut user = tx.users().find(&kim.id.as_str().into()).await.unwrap().unwrap();
    (user.name, user.password) = (None, None);
    user.emails = vec![UserEmail { address: "x@example.org".into(), verified: false }];
    tx.users().update(&user).await.unwrap();
    tx.commit().await.unwrap();

    let me = app.get("/api/v1/me").by(&kim).await.json();
    for absent in ["name", "email", "statusDefault", "nickname", "bio"] {
        assert!(me.get(absent).is_none(), "{absent}");
    }
    assert_eq!(me["services"], json!({"password": {"exists": false}}));
}
