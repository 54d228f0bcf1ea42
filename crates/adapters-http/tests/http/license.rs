//! `GET licenses.info` through the router (contract, framework 4.7 and conversations 3.16).

use serde_json::json;

use crate::support::TestApp;

const LICENSE: &str = "/api/v1/licenses.info";

#[tokio::test]
async fn everybody_learns_that_everything_is_licensed() {
    let app = TestApp::start().await;
    let guest = app.user("guest", &["guest"]).await;
    let body = app.get(LICENSE).by(&guest).await.json();
    assert_eq!(body["success"], true);
    let license = &body["license"];
    assert!(license["activeModules"].as_array().unwrap().contains(&json!("custom-roles")));
    assert_eq!(license["hasValidLicense"], true);
    assert_eq!(
        (&license["tags"], &license["preventedActions"], &license["trial"]),
        (&json!([]), &json!({}), &json!(false))
    );
    assert_eq!(license["limits"]["monthlyActiveContacts"], json!({ "max": -1 }));
    assert_eq!(license.get("license"), None);
}

#[tokio::test]
async fn whoever_sees_settings_sees_the_licence_itself() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    assert!(app.get(LICENSE).by(&admin).await.json()["license"]["license"].is_object());
}

#[tokio::test]
async fn limits_come_with_their_numbers_when_asked_for() {
    let app = TestApp::start().await;
    let guest = app.user("guest", &["guest"]).await;
    app.user("root", &["admin"]).await;
    let body = app.get(&format!("{LICENSE}?loadValues=true")).by(&guest).await.json();
    // The server's own bot is an active user, too.
    assert_eq!(
        body["license"]["limits"],
        json!({
            "activeUsers": { "value": 3, "max": -1 },
            "guestUsers": { "value": 1, "max": -1 },
            "monthlyActiveContacts": { "value": 0, "max": -1 },
        })
    );
}
