//! Roles through the router (contract, framework 4.2).

use omnicontact_domain::audit::{Action, SubjectKind};
use omnicontact_domain::permission::{ACCESS_PERMISSIONS, ASSIGN_ADMIN_ROLE, VIEW_OTHER_USER_CHANNELS};
use serde_json::{Value, json};

use crate::permissions::trail;
use crate::support::{Answer, Caller, NOT_PERMITTED, TestApp};

async fn post(app: &TestApp, caller: &Caller, route: &str, body: Value) -> Answer {
    app.post(&format!("/api/v1/roles.{route}"), body.to_string()).by(caller).await
}

async fn get(app: &TestApp, caller: &Caller, route: &str) -> Answer {
    app.get(&format!("/api/v1/roles.{route}")).by(caller).await
}

/// Makes a custom role and returns its id.
async fn made(app: &TestApp, caller: &Caller, body: Value) -> String {
    let answer = post(app, caller, "create", body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["role"]["_id"].as_str().unwrap().to_owned()
}

async fn roles_of(app: &TestApp, username: &str) -> Vec<String> {
    let mut tx = app.ctx.store.read().await.unwrap();
    let user = tx.users().find_by_username(username).await.unwrap().unwrap();
    user.roles.into_iter().map(omnicontact_domain::role::RoleId::into_string).collect()
}

#[track_caller]
fn refused(answer: &Answer, text: &str, error_type: &str) {
    let expected = json!({ "success": false, "error": text, "errorType": error_type });
    answer.says(400, &expected.to_string());
}

#[track_caller]
fn coded(answer: &Answer, code: &str, reason: &str) {
    refused(answer, format!("{reason} [{code}]").trim_start(), code);
}

#[tokio::test]
async fn the_built_in_roles_are_listed_without_times() {
    let app = TestApp::start().await;
    let guest = app.user("guest", &["guest"]).await;
    let body = get(&app, &guest, "list").await.json();
    let roles = body["roles"].as_array().unwrap();
    assert_eq!((roles.len(), &body["success"]), (13, &json!(true)));
    assert_eq!(
        roles[0],
        json!({
            "_id": "admin",
            "name": "admin",
            "description": "Admin",
            "scope": "Users",
            "protected": true,
            "mandatory2fa": false,
        })
    );
    let scope = |id: &str| roles.iter().find(|role| role["_id"] == id).unwrap()["scope"].clone();
    assert_eq!((scope("owner"), scope("livechat-monitor")), (json!("Subscriptions"), json!("Users")));
}

#[tokio::test]
async fn a_role_is_made_with_defaults_or_as_described() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let plain = post(&app, &admin, "create", json!({ "name": "plain" })).await.json()["role"].clone();
    assert_eq!(plain["_id"].as_str().unwrap().len(), 24);
    let keys: Vec<_> = plain.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["_id", "name", "description", "scope", "protected", "mandatory2fa", "_updatedAt"]);
    for (key, value) in [
        ("name", json!("plain")),
        ("description", json!("")),
        ("scope", json!("Users")),
        ("protected", json!(false)),
        ("mandatory2fa", json!(false)),
    ] {
        assert_eq!(plain[key], value, "{key}");
    }
    let described = json!({
        "name": "described", "scope": "Subscriptions", "description": "a test role", "mandatory2fa": true
    });
    let role = post(&app, &admin, "create", described.clone()).await.json()["role"].clone();
    for (key, value) in described.as_object().unwrap() {
        assert_eq!(&role[key], value, "{key}");
    }
    let events = trail(&app, SubjectKind::Role).await;
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|event| event.action == Action::Created));
}

#[tokio::test]
async fn making_a_role_is_refused_in_order() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let guest = app.user("guest", &["guest"]).await;
    let id = made(&app, &admin, json!({ "name": "taken" })).await;
    let create = async |caller: &Caller, body| post(&app, caller, "create", body).await;
    for (body, message) in [
        (json!({}), "must have required property 'name'"),
        (json!({ "name": "x", "more": 1 }), "must NOT have additional properties"),
        (json!({ "name": "x", "scope": "Rooms" }), "must be equal to one of the allowed values"),
        (json!({ "name": "x", "mandatory2fa": "yes" }), "must be boolean"),
        (json!({ "name": [] }), "must be string"),
    ] {
        refused(&create(&guest, body).await, message, "invalid-params");
    }
    coded(
        &create(&guest, json!({ "name": " " })).await,
        "error-invalid-role-properties",
        "The role properties are invalid.",
    );
    coded(
        &create(&guest, json!({ "name": "taken" })).await,
        "error-action-not-allowed",
        "Accessing permissions is not allowed",
    );
    for name in ["taken", "admin", &id] {
        coded(
            &create(&admin, json!({ "name": name })).await,
            "error-duplicate-role-names-not-allowed",
            "Role name already exists",
        );
    }
    let long = create(&admin, json!({ "name": "x".repeat(513) })).await;
    coded(&long, "error-invalid-params", "The value of field name is longer than 512 characters");
    assert_eq!(get(&app, &admin, "list").await.json()["roles"].as_array().unwrap().len(), 14);
}

#[tokio::test]
async fn a_role_is_changed_and_what_is_not_said_stays() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let id = made(&app, &admin, json!({ "name": "old", "description": "Known", "mandatory2fa": true })).await;
    let role =
        post(&app, &admin, "update", json!({ "roleId": id, "name": "new" })).await.json()["role"].clone();
    assert_eq!(
        (&role["name"], &role["description"], &role["mandatory2fa"]),
        (&json!("new"), &json!("Known"), &json!(true))
    );
    let all = json!({ "roleId": id, "name": "new", "description": "", "scope": "Subscriptions", "mandatory2fa": false });
    let role = post(&app, &admin, "update", all).await.json()["role"].clone();
    assert_eq!(
        (&role["description"], &role["scope"], &role["mandatory2fa"]),
        (&json!(""), &json!("Subscriptions"), &json!(false))
    );
    let built_in = json!({ "roleId": "guest", "name": "guest", "scope": "Users", "description": "Visits" });
    let role = post(&app, &admin, "update", built_in).await.json()["role"].clone();
    assert_eq!((&role["description"], &role["protected"]), (&json!("Visits"), &json!(true)));
    let events = trail(&app, SubjectKind::Role).await;
    let changed: Vec<_> = events[1].changes.iter().map(|change| change.key.as_str()).collect();
    assert_eq!(changed, ["name"]);
}

#[tokio::test]
async fn changing_a_role_is_refused_in_order() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let guest = app.user("guest", &["guest"]).await;
    let id = made(&app, &admin, json!({ "name": "mine" })).await;
    let before = get(&app, &admin, "sync").await.body;
    let update = async |caller: &Caller, body| post(&app, caller, "update", body).await;
    refused(
        &update(&admin, json!({ "roleId": id })).await,
        "must have required property 'name'",
        "invalid-params",
    );
    coded(
        &update(&guest, json!({ "roleId": "nobody", "name": "" })).await,
        "error-invalid-role-properties",
        "The role properties are invalid.",
    );
    coded(
        &update(&guest, json!({ "roleId": "nobody", "name": "x" })).await,
        "error-action-not-allowed",
        "Accessing permissions is not allowed",
    );
    coded(
        &update(&admin, json!({ "roleId": "nobody", "name": "admin" })).await,
        "error-invalid-roleId",
        "This role does not exist",
    );
    for body in [
        json!({ "roleId": "user", "name": "admin" }),
        json!({ "roleId": "user", "name": "user", "scope": "Subscriptions" }),
        json!({ "roleId": "user", "name": "user", "scope": "Rooms" }),
    ] {
        coded(&update(&admin, body).await, "error-role-protected", "Role is protected");
    }
    coded(
        &update(&admin, json!({ "roleId": id, "name": "user", "scope": "Rooms" })).await,
        "error-duplicate-role-names-not-allowed",
        "Role name already exists",
    );
    coded(
        &update(&admin, json!({ "roleId": id, "name": "mine", "scope": "Rooms" })).await,
        "error-invalid-scope",
        "Invalid scope",
    );
    assert_eq!(get(&app, &admin, "sync").await.body, before);
}

#[tokio::test]
async fn a_role_is_removed_by_id_or_name_and_from_its_permissions() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let guest = app.user("guest", &["guest"]).await;
    let first = made(&app, &admin, json!({ "name": "first" })).await;
    let second = made(&app, &admin, json!({ "name": "second" })).await;
    let start = get(&app, &admin, "sync").await.json()["roles"]["update"].clone();
    let start = start
        .as_array()
        .unwrap()
        .iter()
        .map(|role| role["_updatedAt"].as_str().unwrap())
        .max()
        .unwrap()
        .to_owned();
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let holds = json!({ "permissions": [{ "_id": "view-logs", "roles": [first, "admin"] }] });
    app.post("/api/v1/permissions.update", holds.to_string()).by(&admin).await;

    let delete =
        async |caller: &Caller, id: &str| post(&app, caller, "delete", json!({ "roleId": id })).await;
    delete(&guest, &first).await.says(403, NOT_PERMITTED);
    delete(&admin, &first).await.says(200, r#"{"success":true}"#);
    delete(&admin, "second").await.says(200, r#"{"success":true}"#);
    coded(&delete(&admin, &first).await, "error-invalid-roleId", "This role does not exist");
    coded(&delete(&admin, "user").await, "error-role-protected", "Cannot delete a protected role");
    let closed = post(&app, &admin, "delete", json!({ "roleId": "x", "name": "x" })).await;
    refused(&closed, "must NOT have additional properties", "invalid-params");

    let permission = trail(&app, SubjectKind::Permission).await.pop().unwrap();
    assert_eq!(permission.subject_id, "view-logs");
    assert_eq!(serde_json::to_value(&permission.changes[0].current).unwrap(), json!(["admin"]));
    let since = get(&app, &admin, &format!("sync?updatedSince={start}")).await.json()["roles"].clone();
    assert_eq!(since["update"], json!([]));
    let gone: Vec<_> = since["remove"].as_array().unwrap().iter().map(|role| role["_id"].clone()).collect();
    assert_eq!(gone, [json!(first), json!(second)]);
    assert!(since["remove"][0]["_deletedAt"].is_string());
}

#[tokio::test]
async fn a_role_that_somebody_holds_stays() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let id = made(&app, &admin, json!({ "name": "held" })).await;
    post(&app, &admin, "addUserToRole", json!({ "username": "root", "roleId": id })).await;
    coded(
        &post(&app, &admin, "delete", json!({ "roleId": id })).await,
        "error-role-in-use",
        "Cannot delete role because it's in use",
    );
    assert_eq!(roles_of(&app, "root").await, ["admin", &id]);
}

#[tokio::test]
async fn whoever_follows_the_roles_gets_what_was_written_later() {
    let app = TestApp::start().await;
    let guest = app.user("guest", &["guest"]).await;
    let all = get(&app, &guest, "sync").await.json();
    assert_eq!(all["roles"]["update"].as_array().unwrap().len(), 13);
    assert_eq!(all["roles"]["remove"], json!([]));
    assert!(all["roles"]["update"][0]["_updatedAt"].is_string());
    let none = get(&app, &guest, "sync?updatedSince=2999-01-01T00:00:00.000Z").await.json();
    assert_eq!(none["roles"], json!({ "update": [], "remove": [] }));
    coded(
        &get(&app, &guest, "sync?updatedSince=soon").await,
        "error-invalid-param",
        "updatedSince must be a valid date string",
    );
}

#[tokio::test]
async fn a_role_is_given_to_a_user_whose_name_is_spelled_anyhow() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    app.user("kim.jane", &["user"]).await;
    let given =
        post(&app, &admin, "addUserToRole", json!({ "username": "KIM.Jane", "roleId": "livechat-agent" }))
            .await;
    assert_eq!(given.json()["role"]["_id"], "livechat-agent");
    assert_eq!(given.json()["success"], true);
    assert_eq!(roles_of(&app, "kim.jane").await, ["user", "livechat-agent"]);
    let event = trail(&app, SubjectKind::User).await.pop().unwrap();
    assert_eq!(event.changes[0].key, "roles");
    let agents = get(&app, &admin, "getUsersInRole?role=livechat-agent").await.json();
    assert_eq!((&agents["users"][0]["username"], &agents["total"]), (&json!("kim.jane"), &json!(1)));
}

#[tokio::test]
async fn giving_a_role_is_refused_in_order_and_the_permission_comes_last() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let guest = app.user("guest", &["guest"]).await;
    let add = async |caller: &Caller, body| post(&app, caller, "addUserToRole", body).await;
    refused(
        &add(&guest, json!({ "roleId": "x" })).await,
        "must have required property 'username'",
        "invalid-params",
    );
    refused(
        &add(&guest, json!({ "username": "guest", "role": "x" })).await,
        "must NOT have additional properties",
        "invalid-params",
    );
    coded(
        &add(&guest, json!({ "username": "nobody" })).await,
        "error-invalid-user",
        "The required \"userId\" or \"username\" param provided does not match any users",
    );
    for no_role in [json!({ "username": "guest" }), json!({ "username": "guest", "roleId": "" })] {
        add(&guest, no_role).await.says(400, r#"{"success":false,"error":"error-invalid-role-properties"}"#);
    }
    refused(
        &add(&guest, json!({ "username": "guest", "roleId": "x" })).await,
        "error-role-not-found",
        "Role not found",
    );
    coded(
        &add(&guest, json!({ "username": "guest", "roleId": "guest" })).await,
        "error-user-already-in-role",
        "User already in role",
    );
    coded(
        &add(&guest, json!({ "username": "guest", "roleId": "user" })).await,
        "error-action-not-allowed",
        "Accessing permissions is not allowed",
    );
    app.grant(&ASSIGN_ADMIN_ROLE, &[]).await;
    coded(
        &add(&admin, json!({ "username": "guest", "roleId": "admin" })).await,
        "error-action-not-allowed",
        "Assigning admin is not allowed",
    );
    coded(
        &add(&admin, json!({ "username": "guest", "roleId": "owner", "roomId": "GENERAL" })).await,
        "error-invalid-user",
        "User is not part of given room",
    );
    assert_eq!(roles_of(&app, "guest").await, ["guest"]);
}

#[tokio::test]
async fn a_role_is_taken_from_a_user_whose_name_is_spelled_exactly() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let guest = app.user("guest", &["guest", "user"]).await;
    let remove = async |caller: &Caller, body| post(&app, caller, "removeUserFromRole", body).await;
    remove(&guest, json!({ "username": "guest", "roleId": "user" })).await.says(403, NOT_PERMITTED);
    refused(&remove(&admin, json!({})).await, "must have required property 'username'", "invalid-params");
    remove(&admin, json!({ "username": "nobody" }))
        .await
        .says(400, r#"{"success":false,"error":"error-invalid-role-properties"}"#);
    coded(
        &remove(&admin, json!({ "username": "Guest", "roleId": "nothing" })).await,
        "error-invalid-user",
        "There is no user with this username",
    );
    coded(
        &remove(&admin, json!({ "username": "guest", "roleId": "nothing" })).await,
        "error-invalid-roleId",
        "This role does not exist",
    );
    coded(
        &remove(&admin, json!({ "username": "guest", "roleId": "admin" })).await,
        "error-user-not-in-role",
        "User is not in this role",
    );
    let taken =
        remove(&admin, json!({ "username": "guest", "roleId": "user", "scope": "anything" })).await.json();
    assert_eq!((&taken["role"]["name"], &taken["success"]), (&json!("user"), &json!(true)));
    assert_eq!(roles_of(&app, "guest").await, ["guest"]);
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin", "user"]).await;
    let body = |username: &str| json!({ "username": username, "roleId": "admin" });
    coded(
        &post(&app, &admin, "removeUserFromRole", body("root")).await,
        "error-admin-required",
        "You need to have at least one admin",
    );
    app.user("boss", &["admin"]).await;
    assert_eq!(post(&app, &admin, "removeUserFromRole", body("root")).await.status, 200);
    assert_eq!(roles_of(&app, "root").await, ["user"]);
    // What is taken is gone with the next call.
    post(&app, &admin, "removeUserFromRole", body("boss")).await.says(403, NOT_PERMITTED);
}

#[tokio::test]
async fn the_holders_of_a_role_come_by_username_and_page_by_page() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    for name in ["walter", "Anna", "bert"] {
        app.user(name, &["livechat-agent"]).await;
    }
    let page =
        async |query: &str| get(&app, &admin, &format!("getUsersInRole?role=livechat-agent{query}")).await;
    let names = |answer: &Answer| {
        let users = answer.json()["users"].as_array().unwrap().clone();
        users.iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = page("").await;
    assert_eq!(names(&all), ["Anna", "bert", "walter"]);
    let keys: Vec<String> = all.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["users", "total", "success"]);
    let keys: Vec<String> = all.json()["users"][0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["_id", "name", "username", "emails", "createdAt", "_updatedAt"]);
    let second = page("&count=1&offset=1&sort=%7B%22username%22:-1%7D&query=%7B%7D").await;
    assert_eq!((names(&second), &second.json()["total"]), (vec!["bert".to_owned()], &json!(3)));
    assert_eq!(
        get(&app, &admin, "getUsersInRole?role=leader").await.body,
        r#"{"users":[],"total":0,"success":true}"#
    );
}

#[tokio::test]
async fn the_holders_of_a_role_are_refused_in_order() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let guest = app.user("guest", &["guest"]).await;
    made(&app, &admin, json!({ "name": "custom" })).await;
    get(&app, &guest, "getUsersInRole?role=admin").await.says(403, NOT_PERMITTED);
    refused(
        &get(&app, &admin, "getUsersInRole").await,
        "must have required property 'role'",
        "error-invalid-params",
    );
    refused(
        &get(&app, &admin, "getUsersInRole?role=admin&more=1").await,
        "must NOT have additional properties",
        "error-invalid-params",
    );
    for unknown in ["nobody", "custom", ""] {
        coded(
            &get(&app, &admin, &format!("getUsersInRole?role={unknown}")).await,
            "error-invalid-roleId",
            "",
        );
    }
    assert_eq!(get(&app, &admin, "getUsersInRole?role=owner&roomId=r1").await.json()["total"], 0);
    app.grant(&VIEW_OTHER_USER_CHANNELS, &[]).await;
    coded(
        &get(&app, &admin, "getUsersInRole?role=admin&roomId=r1").await,
        "error-not-allowed",
        "Not allowed",
    );
}

#[tokio::test]
async fn holders_of_described_roles_are_known_to_everybody() {
    let app = TestApp::start().await;
    let root = app.user("root", &["admin", "user"]).await;
    let guest = app.user("guest", &["guest"]).await;
    let known = async || get(&app, &guest, "getUsersInPublicRoles").await.json()["users"].clone();
    assert_eq!(known().await, json!([{ "_id": root.id, "username": "root", "roles": ["admin", "user"] }]));
    let described = json!({ "roleId": "guest", "name": "guest", "description": "Visits" });
    post(&app, &root, "update", described).await;
    assert_eq!(known().await[0]["username"], "guest");
    assert_eq!(known().await[1]["username"], "root");
}

#[tokio::test]
async fn access_permissions_is_what_opens_roles() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    app.grant(&ACCESS_PERMISSIONS, &["guest"]).await;
    let guest = app.user("guest", &["guest"]).await;
    assert_eq!(post(&app, &guest, "create", json!({ "name": "x" })).await.status, 200);
    assert_eq!(post(&app, &admin, "delete", json!({ "roleId": "x" })).await.status, 403);
}
