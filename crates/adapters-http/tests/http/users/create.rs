//! `POST users.create` (contract, framework 1.12 and 4.4.2).

use omnicontact_domain::permission::{ASSIGN_ADMIN_ROLE, CREATE_USER, VIEW_FULL_OTHER_USER_INFO};
use serde_json::{Value, json};

use super::{coded, draft, keys, made, plain, post, start, stored, with};
use crate::support::TestApp;

const CUSTOM_FIELDS: &str = "Accounts_CustomFields";

#[tokio::test]
async fn the_answer_is_the_whole_account_but_for_secrets() {
    let (app, root) = start().await;
    let answer = post(&app, "create", &root, draft("kim")).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let user = answer.json()["user"].clone();
    assert_eq!(
        keys(&user),
        [
            "_id",
            "createdAt",
            "username",
            "name",
            "emails",
            "type",
            "status",
            "active",
            "roles",
            "settings",
            "_updatedAt",
        ]
    );
    assert_eq!(user["_id"].as_str().unwrap().len(), 17);
    assert_eq!(user["emails"], json!([{"address": "kim@rocket.chat", "verified": false}]));
    assert_eq!(
        (&user["type"], &user["status"], &user["active"]),
        (&json!("user"), &json!("offline"), &json!(true))
    );
    assert_eq!((&user["roles"], &user["settings"]), (&json!(["user"]), &json!({})));
}

#[tokio::test]
async fn everything_that_was_given_is_stored_and_answered() {
    let (app, root) = start().await;
    let body = with(
        draft("kim"),
        json!({
            "roles": ["livechat-agent", "bot"], "verified": true, "requirePasswordChange": true, "bio": "about",
            "nickname": "kj", "statusText": "new", "freeSwitchExtension": "1000", "joinDefaultChannels": false,
            "sendWelcomeEmail": null, "setRandomPassword": false, "active": true, "fields": "",
        }),
    );
    let user = made(&app, &root, body).await;
    for (key, value) in [
        ("roles", json!(["livechat-agent", "bot"])),
        ("emails", json!([{"address": "kim@rocket.chat", "verified": true}])),
        ("requirePasswordChange", json!(true)),
        ("bio", json!("about")),
        ("nickname", json!("kj")),
        ("statusText", json!("new")),
        ("freeSwitchExtension", json!("1000")),
        ("statusLivechat", json!("not-available")),
    ] {
        assert_eq!(user[key], value, "{key}");
    }
    let login =
        app.post("/api/v1/login", json!({"user": "kim", "password": super::GOOD}).to_string()).send().await;
    assert_eq!(login.status.as_u16(), 200);
}

#[tokio::test]
async fn whoever_may_make_users_but_not_see_them_in_full_sees_little() {
    let (app, _) = start().await;
    app.grant(&CREATE_USER, &["guest"]).await;
    let clerk = app.user("clerk", &["guest"]).await;
    let user = made(&app, &clerk, draft("kim")).await;
    assert_eq!(keys(&user), ["_id", "username", "name", "type", "status", "active"]);
}

#[tokio::test]
async fn default_roles_are_a_setting_and_need_no_permission() {
    let (app, root) = start().await;
    app.set("Accounts_Registration_Users_Default_Roles", "user,admin").await;
    app.grant(&ASSIGN_ADMIN_ROLE, &[]).await;
    assert_eq!(made(&app, &root, draft("kim")).await["roles"], json!(["user", "admin"]));
    let exactly = made(&app, &root, with(draft("jane"), json!({"roles": ["guest"]}))).await;
    assert_eq!(exactly["roles"], json!(["guest"]));
}

#[tokio::test]
async fn approval_is_a_setting_that_the_maker_overrules() {
    let (app, root) = start().await;
    app.set("Accounts_ManuallyApproveNewUsers", true).await;
    let waiting = made(&app, &root, with(draft("a"), json!({"active": null}))).await;
    assert_eq!((&waiting["active"], &waiting["inactiveReason"]), (&json!(false), &json!("pending_approval")));
    let active = made(&app, &root, with(draft("b"), json!({"active": true}))).await;
    assert_eq!(active["active"], true);
    app.set("Accounts_ManuallyApproveNewUsers", false).await;
    assert_eq!(made(&app, &root, with(draft("c"), json!({"active": false}))).await["active"], false);
}

#[tokio::test]
async fn names_and_addresses_of_suites_pass() {
    let (app, root) = start().await;
    for (username, email) in [
        ("user.test.1700000000000.0.123456", "user.test.1700000000000.0.123456@rocket.chat"),
        ("customField_apiuser.test-1700000000000", "apiuser.test@rocket.chat-1700000000000"),
        ("deactivated", "deactivated_+1700000000000apiuser.test@rocket.chat-1700000000000"),
        ("test", "test1700000000000.@test.com"),
    ] {
        made(&app, &root, with(draft(username), json!({"email": email}))).await;
    }
}

/// The faults of users.create in the order of the contract: what is wrong, and what is said.
fn faults() -> Vec<(Value, &'static str, &'static str)> {
    vec![
        (
            json!({"roles": ["user", "nobody"]}),
            "The field Roles consist invalid role id",
            "error-action-not-allowed",
        ),
        (json!({"roles": ["user", "admin"]}), "Assigning admin is not allowed", "error-action-not-allowed"),
        (json!({"name": "  "}), "The field Name is required", "error-the-field-is-required"),
        (json!({"username": " "}), "The field Username is required", "error-the-field-is-required"),
        (json!({"username": "k m"}), "k m is not a valid username", "error-input-is-not-a-valid-field"),
        (json!({"password": ""}), "The field Password is required", "error-the-field-is-required"),
        (json!({"username": "Here"}), "Here is blocked and can't be used!", "error-blocked-username"),
        (json!({"username": "ROOT"}), "ROOT is already in use :(", "error-field-unavailable"),
        (
            json!({"email": "Root@example.org"}),
            "Root@example.org is already in use :(",
            "error-field-unavailable",
        ),
        (json!({"email": "kim"}), "Invalid email kim", "error-invalid-email"),
        (json!({"email": "kim@x"}), "The email domain is not in whitelist", "error-invalid-domain"),
    ]
}

#[tokio::test]
async fn every_fault_has_its_text_and_the_first_one_wins() {
    let (app, root) = start().await;
    app.grant(&ASSIGN_ADMIN_ROLE, &[]).await;
    app.set("Accounts_AllowedDomainsList", "rocket.chat").await;
    for (change, reason, code) in faults() {
        let answer = post(&app, "create", &root, with(draft("kim"), change)).await;
        coded(&answer, reason, code);
        assert_eq!(answer.json()["details"]["method"], "insertOrUpdateUser", "{reason}");
    }
    // A body with two faults is told the one that stands first.
    for pair in faults().windows(2) {
        let ((first, reason, code), (second, ..)) = (&pair[0], &pair[1]);
        let both = with(with(draft("kim"), second.clone()), first.clone());
        coded(&post(&app, "create", &root, both).await, reason, code);
    }
    for reserved in ["all", "here", "admin", "administrator", "system", "user"] {
        let answer = post(&app, "create", &root, draft(reserved)).await;
        coded(&answer, &format!("{reserved} is blocked and can't be used!"), "error-blocked-username");
    }
    assert_eq!(super::get(&app, "info?username=kim", &root).await.json()["error"], "User not found.");
}

#[tokio::test]
async fn name_and_custom_values_come_before_the_permission() {
    let (app, root) = start().await;
    let powerless = app.user("powerless", &["user"]).await;
    app.set(CUSTOM_FIELDS, r#"{"plan":{"type":"text","required":true}}"#).await;
    for name in ["<b>", "a\\b", "a/b", "a%3Cb", "a%2fb"] {
        let body = with(draft("kim"), json!({"name": name, "customFields": {}}));
        plain(&post(&app, "create", &powerless, body).await, "Name contains invalid characters");
    }
    let body = with(draft("kim"), json!({"customFields": {}, "roles": ["nobody"]}));
    let answer = post(&app, "create", &powerless, body).await;
    coded(&answer, "Field plan is required", "error-user-registration-custom-field");
    let answer = post(&app, "create", &powerless, with(draft("kim"), json!({"roles": ["nobody"]}))).await;
    coded(&answer, "Adding user is not allowed", "error-action-not-allowed");
    assert_eq!(answer.json()["details"], json!({"method": "insertOrUpdateUser", "action": "Adding_user"}));
    app.set(CUSTOM_FIELDS, "{").await;
    let answer = post(&app, "create", &root, with(draft("kim"), json!({"customFields": {}}))).await;
    coded(&answer, "Invalid JSON for Custom Fields", "error-invalid-customfield-json");
}

#[tokio::test]
async fn custom_values_are_stored_as_defined() {
    let (app, root) = start().await;
    let definition = r#"{"customFieldText":{"type":"text","required":true,"minLength":2,"maxLength":10},"c":{"type":"select","options":["x"]}}"#;
    app.set(CUSTOM_FIELDS, definition).await;
    let body = |text: &str, choice: &str| {
        with(draft("kim"), json!({"customFields": {"customFieldText": text, "c": choice, "other": 1}}))
    };
    for (text, choice, reason) in [
        ("", "x", "Field customFieldText is required"),
        ("1", "x", "Min length of field customFieldText 2"),
        ("0123456789|1", "x", "Max length of field customFieldText 10"),
        ("fine", "y", "Value for field c is invalid"),
    ] {
        let answer = post(&app, "create", &root, body(text, choice)).await;
        coded(&answer, reason, "error-user-registration-custom-field");
    }
    let user = made(&app, &root, body("success", "x")).await;
    assert_eq!(user["customFields"], json!({"customFieldText": "success", "c": "x"}));
    app.set(CUSTOM_FIELDS, " ").await;
    let user = made(&app, &root, with(draft("jane"), json!({"customFields": {"other": 1}}))).await;
    assert!(user.get("customFields").is_none());
}

#[tokio::test]
async fn new_users_opt_in_to_the_second_factor_only_where_three_settings_say_so() {
    const SETTINGS: [&str; 3] = [
        "Accounts_TwoFactorAuthentication_Enabled",
        "Accounts_TwoFactorAuthentication_By_Email_Enabled",
        "Accounts_TwoFactorAuthentication_By_Email_Auto_Opt_In",
    ];
    let (app, root) = start().await;
    assert_eq!(second_factor(&app, &root, "on").await, Some(json!(true)));
    for setting in SETTINGS {
        app.set(setting, false).await;
        assert_eq!(second_factor(&app, &root, "off").await, None, "{setting}");
        app.set(setting, true).await;
    }
}

/// What a new user reads of the own second factor, in users.info and in `me`.
async fn second_factor(app: &TestApp, root: &crate::support::Caller, username: &str) -> Option<Value> {
    let user = made(app, root, draft(username)).await;
    let id = user["_id"].as_str().unwrap();
    let kim = app.token(username, "test").await;
    let info = super::get(app, &format!("info?userId={id}"), &kim).await.json();
    let me = app.get("/api/v1/me").by(&kim).await.json();
    post(app, "delete", root, json!({"userId": id})).await;
    let read = |services: &Value| services.get("email2fa").map(|factor| factor["enabled"].clone());
    assert_eq!(read(&info["user"]["services"]), read(&me["services"]));
    read(&me["services"])
}

#[tokio::test]
async fn a_made_up_password_is_known_to_nobody() {
    let (app, root) = start().await;
    let body = with(draft("kim"), json!({"password": "", "setRandomPassword": true}));
    let user = made(&app, &root, body).await;
    assert_eq!(user["requirePasswordChange"], true);
    let password = stored(&app, user["_id"].as_str().unwrap()).await.unwrap().password.unwrap();
    assert!(!password.as_str().contains(omnicontact_domain::password::PasswordDigest::of("").expose()));
}

#[tokio::test]
async fn the_body_is_closed_and_typed() {
    let (app, root) = start().await;
    let schema =
        |text: &str| json!({"success": false, "error": text, "errorType": "invalid-params"}).to_string();
    let refused = async |body: Value, text: &str| {
        post(&app, "create", &root, body).await.says(400, &schema(text));
    };
    refused(json!({}), "must have required property 'email'").await;
    refused(json!({"email": "a@b"}), "must have required property 'name'").await;
    refused(with(draft("kim"), json!({"extra": 1})), "must NOT have additional properties").await;
    refused(with(draft("kim"), json!({"roles": "user"})), "must be array").await;
    refused(with(draft("kim"), json!({"active": "maybe"})), "must be boolean").await;
    refused(with(draft("kim"), json!({"customFields": []})), "must be object").await;
}

#[tokio::test]
async fn what_no_store_keeps_is_refused_with_its_field() {
    let (app, root) = start().await;
    for (field, length, limit) in [
        ("username", 513, 512),
        ("email", 513, 512),
        ("name", 2_001, 2_000),
        ("statusText", 2_001, 2_000),
        ("freeSwitchExtension", 513, 512),
    ] {
        let answer =
            post(&app, "create", &root, with(draft("kim"), json!({field: "x".repeat(length)}))).await;
        let reason = format!("The value of field {field} is longer than {limit} characters");
        coded(&answer, &reason, "error-invalid-params");
    }
    app.grant(&VIEW_FULL_OTHER_USER_INFO, &["admin"]).await;
    let nickname =
        post(&app, "create", &root, with(draft("kim"), json!({"nickname": "x".repeat(121)}))).await;
    coded(&nickname, "Nickname size exceeds 120 characters", "error-nickname-size-exceeded");
    let bio = post(&app, "create", &root, with(draft("kim"), json!({"bio": "x".repeat(261)}))).await;
    coded(&bio, "Bio size exceeds 260 characters", "error-bio-size-exceeded");
}
