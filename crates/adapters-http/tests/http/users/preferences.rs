//! `POST users.setPreferences` and `GET users.getPreferences` (contract, framework 4.4.3).

use serde_json::{Value, json};

use super::{coded, get, post, start};

/// What the suite sends.
fn of_the_suite() -> Value {
    json!({
        "newRoomNotification": "door", "newMessageNotification": "chime", "muteFocusedConversations": true,
        "clockMode": 1, "useEmojis": true, "convertAsciiEmoji": true, "saveMobileBandwidth": true,
        "collapseMediaByDefault": false, "autoImageLoad": true, "emailNotificationMode": "mentions",
        "unreadAlert": true, "notificationsSoundVolume": 100, "desktopNotifications": "default",
        "pushNotifications": "default", "enableAutoAway": true, "highlights": [], "hideUsernames": false,
        "desktopNotificationRequireInteraction": false, "hideRoles": false, "displayAvatars": true,
        "hideFlexTab": false, "sendOnEnter": "normal", "idleTimeLimit": 3600, "notifyCalendarEvents": false,
        "enableMobileRinging": false, "omnichannelTranscriptPDF": false, "sidebarSectionsOrder": ["Unread"],
    })
}

#[tokio::test]
async fn preferences_come_back_as_they_were_set() {
    let (app, _) = start().await;
    let kim = app.user("kim", &["user"]).await;
    get(&app, "getPreferences", &kim).await.says(200, r#"{"preferences":{},"success":true}"#);
    let answer = post(&app, "setPreferences", &kim, json!({"data": of_the_suite()})).await.json();
    assert_eq!(answer["user"], json!({"_id": kim.id, "settings": {"preferences": of_the_suite()}}));
    let body = json!({"userId": kim.id, "data": {"language": "en", "utcOffset": -3.5}});
    let answer = post(&app, "setPreferences", &kim, body).await.json();
    let expected = super::with(of_the_suite(), json!({"language": "en"}));
    assert_eq!(answer["user"]["settings"]["preferences"], expected);
    assert_eq!(get(&app, "getPreferences", &kim).await.json()["preferences"], expected);
    let me = app.get("/api/v1/me").by(&kim).await.json();
    assert_eq!((&me["utcOffset"], &me["language"]), (&json!(-3.5), &json!("en")));
    assert_eq!(me["settings"]["preferences"]["desktopNotifications"], "default");
}

#[tokio::test]
async fn others_ask_for_a_permission_and_must_exist() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    let of = |id: &str| json!({"userId": id, "data": {"hideRoles": true}});
    let answer = post(&app, "setPreferences", &kim, of(&root.id)).await;
    coded(&answer, "Editing user is not allowed", "error-action-not-allowed");
    assert_eq!(post(&app, "setPreferences", &root, of(&kim.id)).await.status.as_u16(), 200);
    assert_eq!(post(&app, "setPreferences", &root, of("rocket.cat")).await.status.as_u16(), 200);
    let answer = post(&app, "setPreferences", &root, of("unknown")).await;
    let reason = "The optional \"userId\" param provided does not match any users";
    coded(&answer, reason, "error-invalid-user");
}

#[tokio::test]
async fn unknown_keys_wrong_types_and_short_limits_are_refused() {
    let (app, _) = start().await;
    let kim = app.user("kim", &["user"]).await;
    for (body, text) in [
        (json!({}), "must have required property 'data'"),
        (json!({"data": {"shoe": 1}}), "must NOT have additional properties"),
        (json!({"data": {"hideRoles": "maybe"}}), "must be boolean"),
        (json!({"data": {"utcOffset": "east"}}), "must be number"),
        (json!({"data": {"highlights": "a"}}), "must be array"),
    ] {
        let answer = post(&app, "setPreferences", &kim, body).await;
        answer
            .says(400, &json!({"success": false, "error": text, "errorType": "invalid-params"}).to_string());
    }
    let answer =
        post(&app, "setPreferences", &kim, json!({"data": {"hideRoles": true, "idleTimeLimit": 59}})).await;
    coded(&answer, "Invalid idleTimeLimit", "invalid-idle-time-limit-value");
    get(&app, "getPreferences", &kim).await.says(200, r#"{"preferences":{},"success":true}"#);
}
