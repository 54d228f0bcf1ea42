//! Agents and managers over HTTP (contract, framework 4.5), on a real store.

use omnicontact_domain::permission::{
    EDIT_OMNICHANNEL_CONTACT, MANAGE_LIVECHAT_AGENTS, TRANSFER_LIVECHAT_GUEST, VIEW_L_ROOM,
    VIEW_LIVECHAT_MANAGER,
};
use serde_json::{Value, json};

use crate::support::{Answer, Caller, NOT_PERMITTED, TestApp};

const USERS: &str = "/api/v1/livechat/users";
const STATUS: &str = "/api/v1/livechat/agent.status";
const SAVE: &str = "/api/v1/livechat/agents.saveInfo";
const REFUSED: &str = r#"{"success":false,"error":"unauthorized"}"#;
const INVALID_TYPE: &str = r#"{"success":false,"error":"Invalid type"}"#;
const INVALID_USER: &str =
    r#"{"success":false,"error":"Invalid user [error-invalid-user]","errorType":"error-invalid-user"}"#;

async fn start() -> (TestApp, Caller) {
    let app = TestApp::start().await;
    let root = app.user("root", &["admin"]).await;
    (app, root)
}

async fn add(app: &TestApp, by: &Caller, kind: &str, username: &str) -> Answer {
    app.post(&format!("{USERS}/{kind}"), json!({"username": username}).to_string()).by(by).await
}

async fn get(app: &TestApp, by: &Caller, path: &str) -> Answer {
    app.get(&format!("{USERS}/{path}")).by(by).await
}

async fn remove(app: &TestApp, by: &Caller, path: &str) -> Answer {
    app.call(axum::http::Method::DELETE, &format!("{USERS}/{path}")).by(by).await
}

async fn set(app: &TestApp, by: &Caller, body: Value) -> Answer {
    app.post(STATUS, body.to_string()).by(by).await
}

/// Usernames of a list.
async fn names(app: &TestApp, by: &Caller, path: &str) -> Vec<String> {
    let answer = get(app, by, path).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    let name = |user: &Value| user["username"].as_str().unwrap().to_owned();
    answer.json()["users"].as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn a_user_becomes_an_agent_is_listed_and_stops_being_one() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    get(&app, &root, "agent")
        .await
        .says(200, r#"{"users":[],"count":0,"offset":0,"total":0,"success":true}"#);
    for _ in 0..2 {
        let answer = add(&app, &root, "agent", "KIM").await;
        let expected = format!(r#"{{"user":{{"_id":"{}","username":"kim"}},"success":true}}"#, kim.id);
        answer.says(200, &expected);
    }
    let agent = json!({
        "_id": kim.id, "username": "kim", "name": "Name of kim", "status": "offline",
        "statusLivechat": "available", "emails": [{"address": "kim@example.org", "verified": true}],
    });
    let list = get(&app, &root, "agent").await.json();
    assert_eq!(list, json!({"users": [agent], "count": 1, "offset": 0, "total": 1, "success": true}));
    let one = get(&app, &root, &format!("agent/{}", kim.id)).await.json();
    assert_eq!(one, json!({"user": agent, "success": true}));
    remove(&app, &root, &format!("agent/{}", kim.id)).await.says(200, r#"{"success":true}"#);
    let gone = get(&app, &root, &format!("agent/{}", kim.id)).await;
    gone.says(200, r#"{"user":null,"success":true}"#);
    assert_eq!(names(&app, &root, "agent").await, Vec::<String>::new());
    assert_eq!(app.get("/api/v1/me").by(&kim).await.json()["roles"], json!(["user"]));
}

#[tokio::test]
async fn managers_are_no_agents_and_administrators_can_be_both() {
    let (app, root) = start().await;
    for kind in ["agent", "manager"] {
        assert_eq!(add(&app, &root, kind, "root").await.status.as_u16(), 200);
        assert_eq!(names(&app, &root, kind).await, ["root"]);
    }
    let me = app.get("/api/v1/me").by(&root).await.json();
    assert_eq!(me["roles"], json!(["admin", "livechat-agent", "livechat-manager"]));
    remove(&app, &root, &format!("manager/{}", root.id)).await.says(200, r#"{"success":true}"#);
    assert_eq!(names(&app, &root, "manager").await, Vec::<String>::new());
    assert_eq!(names(&app, &root, "agent").await, ["root"]);
}

#[tokio::test]
async fn lists_are_narrowed_by_text_status_and_presence() {
    let (app, root) = start().await;
    for username in ["kim", "zoe", "bob"] {
        let user = app.user(username, &["user"]).await;
        add(&app, &root, "agent", username).await;
        if username == "kim" {
            app.post("/api/v1/users.setStatus", r#"{"status":"online"}"#).by(&user).await;
        }
        if username == "zoe" {
            set(&app, &user, json!({"status": "not-available"})).await;
        }
    }
    let bob = get(&app, &root, "agent?text=bob").await.json()["users"][0]["_id"].as_str().unwrap().to_owned();
    for (query, expected) in [
        ("", &["bob", "kim", "zoe"][..]),
        ("?onlyAvailable=true", &["bob", "kim"]),
        ("?onlyAvailable=false&showIdleAgents=true", &["bob", "kim", "zoe"]),
        ("?showIdleAgents=false", &["kim"]),
        ("?text=IM%40EXAMPLE", &["kim"]),
        ("?text=name+of", &["bob", "kim", "zoe"]),
        ("?text=nobody", &[]),
        ("?count=1&offset=1", &["kim"]),
        ("?sort=%7B%22username%22:-1%7D", &["zoe", "kim", "bob"]),
        ("?sort=%7B%22shoe%22:-1%7D&fields=x&query=y", &["bob", "kim", "zoe"]),
    ] {
        assert_eq!(names(&app, &root, &format!("agent{query}")).await, expected, "{query}");
    }
    assert_eq!(names(&app, &root, &format!("agent?excludeId={bob}")).await, ["kim", "zoe"]);
    let answer = get(&app, &root, "agent?shoe=1").await;
    answer.says(
        400,
        r#"{"success":false,"error":"must NOT have additional properties [invalid-params]","errorType":"invalid-params"}"#,
    );
}

#[tokio::test]
async fn permissions_differ_by_type() {
    let (app, root) = start().await;
    let guest = app.user("guest", &["guest"]).await;
    get(&app, &guest, "agent").await.says(403, REFUSED);
    get(&app, &guest, "manager").await.says(403, REFUSED);
    app.grant(&MANAGE_LIVECHAT_AGENTS, &["guest"]).await;
    get(&app, &guest, "agent").await.says(403, REFUSED);
    for permission in [TRANSFER_LIVECHAT_GUEST, EDIT_OMNICHANNEL_CONTACT] {
        app.grant(&permission, &["guest"]).await;
        assert_eq!(get(&app, &guest, "agent").await.status.as_u16(), 200);
        app.grant(&permission, &[]).await;
    }
    for answer in [
        add(&app, &guest, "agent", "guest").await,
        get(&app, &guest, "agent/x").await,
        remove(&app, &guest, "agent/x").await,
    ] {
        answer.says(403, NOT_PERMITTED);
    }
    app.grant(&VIEW_LIVECHAT_MANAGER, &["guest"]).await;
    assert_eq!(get(&app, &guest, "manager").await.status.as_u16(), 200);
    assert_eq!(add(&app, &guest, "agent", "guest").await.status.as_u16(), 200);
    get(&app, &root, "agent").await.says(403, REFUSED);
}

#[tokio::test]
async fn other_types_and_unknown_users_are_refused() {
    let (app, root) = start().await;
    for answer in [
        get(&app, &root, "monitor").await,
        get(&app, &root, "monitor/x").await,
        add(&app, &root, "Agent", "root").await,
        remove(&app, &root, "monitor/x").await,
    ] {
        answer.says(400, INVALID_TYPE);
    }
    add(&app, &root, "agent", "nobody").await.says(400, INVALID_USER);
    remove(&app, &root, "agent/nobody").await.says(400, INVALID_USER);
    get(&app, &root, "agent/nobody").await.says(200, r#"{"user":null,"success":true}"#);
    let answer = app.post(&format!("{USERS}/agent"), "{}").by(&root).await;
    answer.says(
        400,
        r#"{"success":false,"error":"must have required property 'username' [invalid-params]","errorType":"invalid-params"}"#,
    );
}

#[tokio::test]
async fn an_agent_who_goes_manages_no_visitors_and_a_deactivated_one_is_found() {
    let (app, root) = start().await;
    let kim = app.agent().await;
    let body = r#"{"token":"t1","name":"Chris","contactManager":{"username":"kim.jane"}}"#;
    let contact = app.registered(&kim, body).await;
    let body = json!({"userId": kim.id, "activeStatus": false}).to_string();
    app.post("/api/v1/users.setActiveStatus", body).by(&root).await;
    let found = get(&app, &root, &format!("agent/{}", kim.id)).await.json();
    assert_eq!(found["user"]["statusLivechat"], "not-available");
    remove(&app, &root, &format!("agent/{}", kim.id)).await.says(200, r#"{"success":true}"#);
    let shown = app.get(&format!("/api/v1/omnichannel/contact?contactId={contact}")).by(&root).await.json();
    assert!(shown["contact"].get("contactManager").is_none());
}

#[tokio::test]
async fn agents_say_whether_they_take_conversations() {
    let (app, root) = start().await;
    let kim = app.agent().await;
    for (body, status) in [
        (json!({}), "available"),
        (json!({}), "not-available"),
        (json!({"status": "available"}), "available"),
        (json!({"status": "available", "agentId": kim.id}), "available"),
    ] {
        set(&app, &kim, body).await.says(200, &format!(r#"{{"status":"{status}","success":true}}"#));
    }
    let body = json!({"status": "not-available", "agentId": kim.id});
    set(&app, &root, body).await.says(200, r#"{"status":"not-available","success":true}"#);
}

#[tokio::test]
async fn refusals_about_a_status_come_in_the_order_of_the_contract() {
    let (app, root) = start().await;
    let kim = app.agent().await;
    let zoe = app.user("zoe", &["livechat-agent"]).await;
    let not_found = r#"{"success":false,"error":"Agent not found"}"#;
    let schema = set(&app, &root, json!({"status": "away"})).await;
    schema.says(
        400,
        r#"{"success":false,"error":"must be equal to one of the allowed values [invalid-params]","errorType":"invalid-params"}"#,
    );
    set(&app, &root, json!({"status": "available"})).await.says(404, not_found);
    set(&app, &kim, json!({"agentId": "unknown"})).await.says(404, not_found);
    let of_zoe = |status: &str| json!({"agentId": zoe.id, "status": status});
    set(&app, &kim, of_zoe("not-available")).await.says(200, r#"{"status":"not-available","success":true}"#);
    set(&app, &kim, of_zoe("available")).await.says(403, REFUSED);
    let body = json!({"userId": zoe.id, "activeStatus": false}).to_string();
    app.post("/api/v1/users.setActiveStatus", body).by(&root).await;
    set(&app, &kim, of_zoe("available"))
        .await
        .says(400, r#"{"success":false,"error":"error-user-deactivated"}"#);
    app.grant(&VIEW_L_ROOM, &[]).await;
    set(&app, &kim, json!({})).await.says(403, NOT_PERMITTED);
}

#[tokio::test]
async fn what_was_saved_about_an_agent_is_shown_until_the_role_goes() {
    let (app, root) = start().await;
    let kim = app.agent().await;
    let body = |id: &str| {
        let data = json!({"maxNumberSimultaneousChat": 5, "voipExtension": ""});
        json!({"agentId": id, "agentData": data, "agentDepartments": []}).to_string()
    };
    app.post(SAVE, body(&kim.id)).by(&root).await.says(200, r#"{"success":true}"#);
    let saved =
        async || get(&app, &root, &format!("agent/{}", kim.id)).await.json()["user"].get("livechat").cloned();
    assert_eq!(saved().await, Some(json!({"maxNumberSimultaneousChat": 5})));
    for id in [&root.id, "unknown"] {
        app.post(SAVE, body(id)).by(&root).await.says(
            400,
            r#"{"success":false,"error":"User is not a livechat agent [error-user-is-not-agent]","errorType":"error-user-is-not-agent"}"#,
        );
    }
    app.post(SAVE, body(&kim.id)).by(&kim).await.says(403, NOT_PERMITTED);
    remove(&app, &root, &format!("agent/{}", kim.id)).await;
    add(&app, &root, "agent", "kim.jane").await;
    assert_eq!(saved().await, None);
}

#[tokio::test]
async fn an_unknown_department_is_refused_and_nothing_is_saved() {
    let (app, root) = start().await;
    let kim = app.agent().await;
    let body = json!({"agentId": kim.id, "agentData": {"a": 1}, "agentDepartments": ["sales"]}).to_string();
    app.post(SAVE, body).by(&root).await.says(
        400,
        r#"{"success":false,"error":"Department not found [error-department-not-found]","errorType":"error-department-not-found"}"#,
    );
    let shown = get(&app, &root, &format!("agent/{}", kim.id)).await.json();
    assert!(shown["user"].get("livechat").is_none());
    let body = json!({"agentId": kim.id, "agentData": {}}).to_string();
    let error = "must have required property 'agentDepartments' [invalid-params]";
    assert_eq!(app.post(SAVE, body).by(&root).await.json()["error"], error);
}

#[tokio::test]
async fn a_user_made_agent_and_manager_at_once_is_both() {
    let (app, root) = start().await;
    for number in 0..5 {
        let username = format!("kim{number}");
        let kim = app.user(&username, &["user"]).await;
        let (one, other) =
            tokio::join!(add(&app, &root, "agent", &username), add(&app, &root, "manager", &username));
        assert_eq!((one.status.as_u16(), other.status.as_u16()), (200, 200));
        let me = app.get("/api/v1/me").by(&kim).await.json();
        let mut roles: Vec<_> = me["roles"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        roles.sort_unstable();
        assert_eq!(roles, ["livechat-agent", "livechat-manager", "user"]);
        assert_eq!(me["statusLivechat"], "available");
    }
}
