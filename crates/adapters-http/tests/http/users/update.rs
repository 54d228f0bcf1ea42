//! `POST users.update` (contract, framework 4.4.3 and 9, item 19).

use omnicontact_domain::permission::{
    ASSIGN_ADMIN_ROLE, ASSIGN_ROLES, EDIT_OTHER_USER_ACTIVE_STATUS, EDIT_OTHER_USER_INFO,
    EDIT_OTHER_USER_PASSWORD,
};
use serde_json::{Value, json};

use super::{GOOD, coded, draft, get, made, plain, post, start, stored, with};
use crate::support::{Answer, Caller, NOT_LOGGED_IN, PASSWORD, TestApp};

async fn update(app: &TestApp, by: &Caller, id: &str, data: Value) -> Answer {
    post(app, "update", by, json!({"userId": id, "data": data})).await
}

/// The account after an update that works.
async fn updated(app: &TestApp, by: &Caller, id: &str, data: Value) -> Value {
    let answer = update(app, by, id, data).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    answer.json()["user"].clone()
}

async fn log_in(app: &TestApp, username: &str, password: &str) -> u16 {
    let body = json!({"user": username, "password": password});
    app.post("/api/v1/login", body.to_string()).send().await.status.as_u16()
}

#[tokio::test]
async fn what_is_given_changes_and_what_is_not_stays() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    let user = updated(&app, &root, &kim.id, json!({"name": "Kim Jane", "username": "kim.jane"})).await;
    assert_eq!((&user["name"], &user["username"]), (&json!("Kim Jane"), &json!("kim.jane")));
    assert_eq!(user["emails"], json!([{"address": "kim@example.org", "verified": true}]));
    let user = updated(&app, &root, &kim.id, json!({"bio": "b", "nickname": "n", "statusText": "s"})).await;
    assert_eq!(
        (&user["bio"], &user["nickname"], &user["statusText"]),
        (&json!("b"), &json!("n"), &json!("s"))
    );
    assert_eq!(user["name"], "Kim Jane");
    let user = updated(&app, &root, &kim.id, json!({"bio": "", "name": null, "status": "online"})).await;
    assert!(user.get("bio").is_none());
    assert_eq!((&user["name"], &user["status"]), (&json!("Kim Jane"), &json!("online")));
    // Sending what is stored is fine, even for whoever may change nothing.
    let same = json!({"username": "kim.jane", "roles": ["user"], "email": "kim@example.org", "active": true});
    updated(&app, &kim, &kim.id, same).await;
}

#[tokio::test]
async fn others_are_edited_with_the_permission_alone_and_the_unknown_are_not_found() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    let answer = update(&app, &kim, &root.id, json!({"name": "x"})).await;
    coded(&answer, "Editing user is not allowed", "error-action-not-allowed");
    let answer = update(&app, &kim, "unknown", json!({"name": "x"})).await;
    coded(&answer, "Editing user is not allowed", "error-action-not-allowed");
    coded(
        &update(&app, &root, "unknown", json!({"name": "x"})).await,
        "User not found",
        "error-user-not-found",
    );
    plain(&update(&app, &kim, &root.id, json!({"name": "<x>"})).await, "Name contains invalid characters");
}

#[tokio::test]
async fn roles_replace_the_list_and_ask_for_permissions_only_when_they_change() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    let user = updated(&app, &root, &kim.id, json!({"roles": ["bot", "livechat-agent"]})).await;
    assert_eq!(
        (&user["roles"], &user["statusLivechat"]),
        (&json!(["bot", "livechat-agent"]), &json!("not-available"))
    );
    let answer = update(&app, &root, &kim.id, json!({"roles": ["nobody"]})).await;
    coded(&answer, "The field Roles consist invalid role id", "error-action-not-allowed");
    app.grant(&ASSIGN_ADMIN_ROLE, &[]).await;
    let answer = update(&app, &root, &kim.id, json!({"roles": ["admin", "nobody"]})).await;
    coded(&answer, "Assigning admin is not allowed", "error-action-not-allowed");
    app.grant(&ASSIGN_ROLES, &[]).await;
    let answer = update(&app, &root, &kim.id, json!({"roles": ["admin"]})).await;
    coded(&answer, "Assign roles is not allowed", "error-action-not-allowed");
    let kept = updated(&app, &root, &kim.id, json!({"roles": ["bot", "livechat-agent"]})).await;
    assert_eq!(kept["roles"], json!(["bot", "livechat-agent"]));
    let user = updated(&app, &root, &root.id, json!({"roles": ["admin"], "bio": "still root"})).await;
    assert_eq!(user["roles"], json!(["admin"]));
}

#[tokio::test]
async fn an_agent_who_comes_online_first_is_available_at_once() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    updated(&app, &root, &kim.id, json!({"status": "online"})).await;
    let user = updated(&app, &root, &kim.id, json!({"roles": ["livechat-agent"]})).await;
    assert_eq!(user["statusLivechat"], "available");
    let user = updated(&app, &root, &kim.id, json!({"roles": ["user"]})).await;
    assert!(user.get("statusLivechat").is_none());
}

#[tokio::test]
async fn a_new_address_must_be_verified_anew() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    let emails = |user: Value| user["emails"].clone();
    let one = |address: &str, verified: bool| json!([{"address": address, "verified": verified}]);
    let user = updated(&app, &root, &kim.id, json!({"email": "new@x.org"})).await;
    assert_eq!(emails(user), one("new@x.org", false));
    let user = updated(&app, &root, &kim.id, json!({"email": "new@x.org", "verified": true})).await;
    assert_eq!(emails(user), one("new@x.org", true));
    let user = updated(&app, &root, &kim.id, json!({"email": "newer@x.org", "verified": true})).await;
    assert_eq!(emails(user), one("newer@x.org", true));
    let answer = update(&app, &kim, &kim.id, json!({"email": "own@x.org", "verified": true})).await;
    coded(&answer, "Editing email verification is not allowed", "error-action-not-allowed");
    for (email, reason, code) in [
        ("root@EXAMPLE.org", "root@EXAMPLE.org is already in use :(", "error-field-unavailable"),
        ("nobody", "Invalid email nobody", "error-invalid-email"),
    ] {
        coded(&update(&app, &root, &kim.id, json!({"email": email})).await, reason, code);
    }
    app.set("Accounts_BlockedDomainsList", "spam.org").await;
    let answer = update(&app, &kim, &kim.id, json!({"email": "kim@spam.org"})).await;
    coded(&answer, "The email domain is blacklisted", "error-email-domain-blacklisted");
}

#[tokio::test]
async fn names_that_cannot_be_used_and_texts_that_are_too_long_are_refused() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    for username in ["ROOT", "all", "k m"] {
        let answer = update(&app, &root, &kim.id, json!({"username": username})).await;
        coded(&answer, "Could not save user identity", "error-could-not-save-identity");
    }
    assert_eq!(updated(&app, &kim, &kim.id, json!({"username": "KIM"})).await["username"], "KIM");
    let answer = update(&app, &root, &kim.id, json!({"nickname": "n".repeat(121)})).await;
    coded(&answer, "Nickname size exceeds 120 characters", "error-nickname-size-exceeded");
    let answer = update(&app, &root, &kim.id, json!({"bio": "b".repeat(261)})).await;
    coded(&answer, "Bio size exceeds 260 characters", "error-bio-size-exceeded");
    assert_eq!(stored(&app, &kim.id).await.unwrap().nickname, None);
}

#[tokio::test]
async fn a_setting_that_is_off_binds_the_owner_and_whoever_lacks_the_permission() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    for (setting, data, what) in [
        ("Accounts_AllowUsernameChange", json!({"username": "kimmy"}), "username"),
        ("Accounts_AllowRealNameChange", json!({"name": "Kimmy"}), "user real name"),
        ("Accounts_AllowUserStatusMessageChange", json!({"statusText": "hi"}), "user status"),
        ("Accounts_AllowEmailChange", json!({"email": "kimmy@x.org"}), "user email"),
        ("Accounts_AllowPasswordChange", json!({"password": GOOD}), "user password"),
    ] {
        app.set(setting, false).await;
        let answer = update(&app, &kim, &kim.id, data.clone()).await;
        coded(&answer, &format!("Edit {what} is not allowed"), "error-action-not-allowed");
        updated(&app, &root, &kim.id, data).await;
        app.set(setting, true).await;
    }
    let kim = app.token("kimmy", "again").await;
    app.set("Accounts_AllowUserProfileChange", false).await;
    let answer = update(&app, &kim, &kim.id, json!({"bio": "x"})).await;
    coded(&answer, "Edit user profile is not allowed", "error-action-not-allowed");
    updated(&app, &root, &root.id, json!({"bio": "x"})).await;
}

#[tokio::test]
async fn the_password_of_another_asks_for_its_own_permission() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    app.grant(&EDIT_OTHER_USER_PASSWORD, &[]).await;
    updated(&app, &root, &kim.id, json!({"password": GOOD, "bio": "ignored silently"})).await;
    assert_eq!(log_in(&app, "kim", PASSWORD).await, 200);
    app.set("Accounts_AllowPasswordChange", false).await;
    let answer = update(&app, &root, &kim.id, json!({"password": GOOD})).await;
    coded(&answer, "Edit user password is not allowed", "error-action-not-allowed");
    app.grant(&EDIT_OTHER_USER_PASSWORD, &["admin"]).await;
    updated(&app, &root, &kim.id, json!({"password": GOOD})).await;
    assert_eq!((log_in(&app, "kim", GOOD).await, log_in(&app, "kim", PASSWORD).await), (200, 401));
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_token_of_the_user() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    let other = app.token("kim", "other").await;
    updated(&app, &kim, &kim.id, json!({"password": GOOD})).await;
    for caller in [&kim, &other] {
        app.get("/api/v1/me").by(caller).await.says(401, NOT_LOGGED_IN);
    }
    assert_eq!(app.get("/api/v1/me").by(&root).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_password_against_the_policy_is_refused_with_all_that_it_lacks() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    let fault = |code: &str, message: &str| json!({"error": format!("error-password-policy-not-met-{code}"), "message": message});
    let lacks = |code: &str, what: &str| {
        let text =
            "The password does not contain at least one X character which is against the password policy.";
        fault(code, &text.replace('X', what))
    };
    let short = fault("minLength", "The password does not meet the minimum length password policy.");
    let repeats = fault(
        "repeatingCharacters",
        "The password contains repeating characters which is against the password policy.",
    );
    app.set("Accounts_Password_Policy_MaxLength", omnicontact_domain::value::Value::Number(20.0)).await;
    for (password, faults) in [
        (
            "aaaa",
            json!([
                short,
                repeats,
                lacks("oneUppercase", "uppercase"),
                lacks("oneNumber", "numerical"),
                lacks("oneSpecial", "special")
            ]),
        ),
        ("SHORT1.", json!([short, lacks("oneLowercase", "lowercase")])),
        (
            "R0ck3t.ch@tP@ssw0rd1234.!",
            json!([fault("maxLength", "The password does not meet the maximum length password policy.")]),
        ),
    ] {
        let answer = update(&app, &root, &kim.id, json!({"password": password})).await;
        let body = json!({
            "success": false,
            "error": "The password provided does not meet the server's password policy.",
            "errorType": "error-password-policy-not-met",
            "details": faults,
        });
        answer.says(400, &body.to_string());
    }
    assert_eq!(app.get("/api/v1/me").by(&kim).await.status.as_u16(), 200, "nothing was written");
    app.set("Accounts_Password_Policy_Enabled", false).await;
    updated(&app, &root, &kim.id, json!({"password": "aaaa"})).await;
}

#[tokio::test]
async fn custom_values_are_merged_key_by_key() {
    let (app, root) = start().await;
    app.set("Accounts_CustomFields", r#"{"a":{"type":"text"},"b":{"type":"text","minLength":2}}"#).await;
    let user =
        made(&app, &root, with(draft("kim"), json!({"customFields": {"a": "init", "b": "init"}}))).await;
    let id = user["_id"].as_str().unwrap();
    for (given, stored) in [
        (json!({"b": "new", "c": "unknown"}), json!({"a": "init", "b": "new"})),
        (json!({"b": ""}), json!({"a": "init", "b": ""})),
        (json!({"b": null}), json!({"a": "init", "b": null})),
    ] {
        let user = updated(&app, &root, id, json!({"customFields": given})).await;
        assert_eq!(user["customFields"], stored);
        assert_eq!(
            get(&app, &format!("info?userId={id}"), &root).await.json()["user"]["customFields"],
            stored
        );
    }
    let answer = update(&app, &root, id, json!({"customFields": {"b": "x"}})).await;
    coded(&answer, "Min length of field b 2", "error-user-registration-custom-field");
}

#[tokio::test]
async fn who_need_not_change_the_password_is_given_no_reason_to() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    let user = updated(&app, &root, &kim.id, json!({"requirePasswordChange": true})).await;
    assert_eq!(user["requirePasswordChange"], true);
    let mut user = stored(&app, &kim.id).await.unwrap();
    user.require_password_change_reason = Some("leaked".into());
    let mut tx = app.ctx.store.begin().await.unwrap();
    tx.users().update(&user).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(app.get("/api/v1/me").by(&kim).await.json()["requirePasswordChangeReason"], "leaked");
    let user = updated(&app, &root, &kim.id, json!({"requirePasswordChange": false})).await;
    assert_eq!(user["requirePasswordChange"], false);
    assert!(user.get("requirePasswordChangeReason").is_none());
}

#[tokio::test]
async fn activity_behaves_like_set_active_status() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    let user = updated(&app, &root, &kim.id, json!({"active": false})).await;
    assert_eq!((&user["active"], &user["inactiveReason"]), (&json!(false), &json!("deactivated")));
    app.get("/api/v1/me").by(&kim).await.says(401, NOT_LOGGED_IN);
    let user = updated(&app, &root, &kim.id, json!({"active": true})).await;
    assert!(user["active"] == true && user.get("inactiveReason").is_none());
    app.grant(&EDIT_OTHER_USER_ACTIVE_STATUS, &[]).await;
    let answer = update(&app, &root, &kim.id, json!({"active": false})).await;
    coded(&answer, "Not allowed", "error-not-allowed");
}

#[tokio::test]
async fn the_last_administrator_keeps_role_and_account() {
    let (app, root) = start().await;
    for data in [json!({"roles": ["user"]}), json!({"active": false})] {
        let answer = update(&app, &root, &root.id, data.clone()).await;
        coded(&answer, "Leaving the app without an active admin is not allowed", "error-action-not-allowed");
        let other = app.user(&format!("boss{}", data.to_string().len()), &["admin"]).await;
        updated(&app, &root, &other.id, data).await;
    }
}

#[tokio::test]
async fn the_bodies_are_closed_and_typed() {
    let (app, root) = start().await;
    let refused = async |body: Value, text: &str| {
        let schema = json!({"success": false, "error": text, "errorType": "invalid-params"}).to_string();
        post(&app, "update", &root, body).await.says(400, &schema);
    };
    refused(json!({}), "must have required property 'userId'").await;
    refused(json!({"userId": "x"}), "must have required property 'data'").await;
    refused(json!({"userId": "", "data": {}}), "must NOT have fewer than 1 characters").await;
    refused(json!({"userId": "x", "data": {"extra": 1}}), "must NOT have additional properties").await;
    refused(json!({"userId": "x", "data": {}, "extra": 1}), "must NOT have additional properties").await;
    refused(json!({"userId": "x", "data": {"status": "gone"}}), "must be equal to one of the allowed values")
        .await;
    app.grant(&EDIT_OTHER_USER_INFO, &[]).await;
}

#[tokio::test]
async fn the_servers_own_bot_can_be_edited() {
    let (app, root) = start().await;
    let user =
        updated(&app, &root, "rocket.cat", json!({"email": "cat@rocket.chat", "verified": true})).await;
    assert_eq!(user["emails"], json!([{"address": "cat@rocket.chat", "verified": true}]));
    assert_eq!((&user["type"], &user["roles"]), (&json!("bot"), &json!(["bot"])));
}
