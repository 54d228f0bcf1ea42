//! `POST users.delete` (contract, framework 4.4.3).

use serde_json::json;

use super::{coded, post, start, stored};
use crate::support::{NOT_LOGGED_IN, NOT_PERMITTED};

const NO_MATCH: &str = "The required \"userId\" or \"username\" param provided does not match any users";

#[tokio::test]
async fn a_user_goes_by_any_name_with_all_tokens() {
    let (app, root) = start().await;
    for key in ["userId", "username", "user"] {
        let kim = app.user("kim", &["livechat-agent"]).await;
        let name = if key == "userId" { kim.id.clone() } else { "KIM".to_owned() };
        let answer = post(&app, "delete", &root, json!({key: name, "confirmRelinquish": true})).await;
        answer.says(200, r#"{"deletedRooms":[],"success":true}"#);
        app.get("/api/v1/me").by(&kim).await.says(401, NOT_LOGGED_IN);
        assert_eq!(stored(&app, &kim.id).await, None);
    }
}

#[tokio::test]
async fn contacts_keep_no_manager_who_is_gone() {
    let (app, root) = start().await;
    let kim = app.agent().await;
    let body = r#"{"token":"t1","name":"Chris","contactManager":{"username":"kim.jane"}}"#;
    let contact = app.registered(&kim, body).await;
    let read = async || {
        app.get(&format!("/api/v1/omnichannel/contact?contactId={contact}")).by(&root).await.json()["contact"]
            .get("contactManager")
            .cloned()
    };
    assert!(read().await.is_some());
    post(&app, "delete", &root, json!({"userId": kim.id}))
        .await
        .says(200, r#"{"deletedRooms":[],"success":true}"#);
    assert_eq!(read().await, None);
}

#[tokio::test]
async fn some_users_cannot_be_removed() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    post(&app, "delete", &kim, json!({"userId": kim.id})).await.says(403, NOT_PERMITTED);
    for body in [json!({"userId": "unknown"}), json!({"username": "unknown"}), json!({"userId": " "})] {
        coded(&post(&app, "delete", &root, body).await, NO_MATCH, "error-invalid-user");
    }
    let answer = post(&app, "delete", &root, json!({"userId": "rocket.cat"})).await;
    coded(&answer, "Deleting the rocket.cat user is not allowed", "error-action-not-allowed");
    let answer = post(&app, "delete", &root, json!({"userId": root.id})).await;
    coded(&answer, "Leaving the app without an active admin is not allowed", "error-action-not-allowed");
    assert!(stored(&app, &root.id).await.is_some());
    let body = json!({"userId": "x", "username": "y"});
    let answer = post(&app, "delete", &root, body).await;
    assert_eq!((answer.status.as_u16(), answer.json()["errorType"].as_str()), (400, Some("invalid-params")));
}
