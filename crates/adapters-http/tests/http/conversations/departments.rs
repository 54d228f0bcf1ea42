//! Departments, line by line of contract, conversations 3.15, and conversations of departments (1.1, 3.1, 3.4, 3.6
//! and 4.8).

use axum::http::Method;
use axum::http::StatusCode;
use omnicontact_domain::permission::{
    MANAGE_LIVECHAT_AGENTS, MANAGE_LIVECHAT_DEPARTMENTS, REMOVE_LIVECHAT_DEPARTMENT, VIEW_L_ROOM,
    VIEW_LIVECHAT_DEPARTMENTS,
};
use omnicontact_domain::setting::{ACCEPT_WITHOUT_AGENTS, REMOVE_DEPARTMENTS, ROUTING_METHOD};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{
    appear, asked, channel, close, coded, id, inquiry, online_agent, plain, read, room, sent, start, take,
    visitor_who,
};
use crate::support::{Answer, Caller, NOT_PERMITTED, TestApp};

const PATH: &str = "livechat/department";

fn sales() -> Value {
    json!({
        "name": "Sales", "enabled": true, "showOnOfflineForm": false, "showOnRegistration": true,
        "email": "any text",
    })
}

fn sales_with(more: &Value) -> Value {
    let mut said = sales();
    said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    said
}

/// Makes a department with these agents.
async fn department(app: &TestApp, by: &Caller, agents: &[&Caller]) -> Value {
    let agents: Vec<_> = agents.iter().map(|agent| json!({"agentId": agent.id})).collect();
    let answer = sent(app, PATH, json!({"department": sales(), "agents": agents}), by).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["department"].clone()
}

async fn removed(app: &TestApp, id: &str, by: &Caller) -> Answer {
    app.call(Method::DELETE, &format!("/api/v1/{PATH}/{id}")).by(by).await
}

async fn changed(app: &TestApp, id: &str, body: Value, by: &Caller) -> Answer {
    let call = app.call(Method::PUT, &format!("/api/v1/{PATH}/{id}"));
    call.header("content-type", "application/json").body(body.to_string()).by(by).await
}

async fn total(app: &TestApp, by: &Caller) -> Value {
    read(app, PATH, by).await["total"].clone()
}

/// A conversation of a visitor of the department.
async fn room_in(app: &TestApp, department: &Value, token: &str) -> Value {
    visitor_who(app, json!({"token": token, "name": "Ada", "department": id(department)})).await;
    room(app, token).await
}

/// Departments of an agent.
async fn departments_of(app: &TestApp, agent: &Caller, by: &Caller) -> Vec<String> {
    let list = read(app, &format!("livechat/agents/{}/departments", agent.id), by).await;
    let department = |one: &Value| one["departmentId"].as_str().unwrap().to_owned();
    list["departments"].as_array().unwrap().iter().map(department).collect()
}

#[tokio::test]
async fn whoever_may_not_makes_changes_and_removes_no_department() {
    let app = start().await;
    let (agent, root) = (app.agent().await, app.user("root", &["admin"]).await);
    let made = department(&app, &root, &[]).await;
    app.set(REMOVE_DEPARTMENTS, true).await;
    sent(&app, PATH, json!({}), &agent).await.says(403, NOT_PERMITTED);
    changed(&app, id(&made), json!({}), &agent).await.says(403, NOT_PERMITTED);
    removed(&app, id(&made), &agent).await.says(403, NOT_PERMITTED);
    let user = app.user("user", &["user"]).await;
    for path in [PATH.to_owned(), format!("{PATH}/{}", id(&made)), "livechat/agents/x/departments".to_owned()]
    {
        app.get(&format!("/api/v1/{path}")).by(&user).await.says(403, NOT_PERMITTED);
    }
    // Either permission is enough to remove one.
    for permission in [MANAGE_LIVECHAT_DEPARTMENTS, REMOVE_LIVECHAT_DEPARTMENT] {
        let made = department(&app, &root, &[]).await;
        app.grant(&permission, &["livechat-agent"]).await;
        removed(&app, id(&made), &agent).await.says(200, r#"{"success":true}"#);
        app.grant(&permission, &["admin"]).await;
    }
    app.grant(&VIEW_L_ROOM, &[]).await;
    app.get(&format!("/api/v1/{PATH}")).by(&agent).await.says(403, NOT_PERMITTED);
    app.grant(&VIEW_LIVECHAT_DEPARTMENTS, &["livechat-agent"]).await;
    assert_eq!(total(&app, &agent).await, 1);
}

#[tokio::test]
async fn a_department_is_answered_as_it_was_sent() {
    let app = start().await;
    let (root, kim) = (app.user("root", &["admin"]).await, app.agent().await);
    let first = department(&app, &root, &[]).await;
    let said = sales_with(&json!({
        "description": "Buy here", "requestTagBeforeClosingChat": true, "chatClosingTags": ["done"],
        "fallbackForwardDepartment": first["_id"], "allowReceiveForwardOffline": true, "office": {"floor": 3},
        "numAgents": 99, "_id": "mine",
    }));
    let agents = json!([{"agentId": kim.id, "username": "whatever", "count": 3, "order": 2}]);
    let body = json!({"department": said, "agents": agents, "departmentUnit": {"_id": "unit"}});
    let answer = sent(&app, PATH, body, &root).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = answer.json();
    let (made, own) = (answer["department"].clone(), answer["department"]["_id"].as_str().unwrap());
    let mut expected = said.clone();
    expected["_id"] = made["_id"].clone();
    expected["numAgents"] = json!(1);
    expected["_updatedAt"] = made["_updatedAt"].clone();
    assert_eq!(made, expected);
    assert!(own != "mine" && made["_updatedAt"].is_string());
    let member = json!({
        "_id": format!("{own}-{}", kim.id), "agentId": kim.id, "departmentId": own, "username": "kim.jane",
        "departmentEnabled": true, "count": 3, "order": 2,
    });
    assert_eq!(answer["agents"], json!([member]));
    let shown = read(&app, &format!("{PATH}/{own}"), &kim).await;
    assert_eq!(shown, json!({"department": made, "agents": [member], "success": true}));
    let alone = read(&app, &format!("{PATH}/{own}?includeAgents=false"), &kim).await;
    assert_eq!(alone, json!({"department": made, "success": true}));
    let none = app.get(&format!("/api/v1/{PATH}/nowhere")).by(&kim).await;
    none.says(200, r#"{"department":null,"agents":[],"success":true}"#);
}

#[tokio::test]
async fn what_makes_no_department_is_refused_and_leaves_nothing_behind() {
    let app = start().await;
    let root = app.user("root", &["admin"]).await;
    let no_department = plain("Match error: Missing key 'department'");
    sent(&app, PATH, json!({}), &root).await.says(400, &no_department);
    for key in ["name", "enabled", "showOnOfflineForm", "showOnRegistration", "email"] {
        let mut said = sales();
        said.as_object_mut().unwrap().remove(key);
        let missing = plain(&format!("Match error: Missing key '{key}' in field department"));
        sent(&app, PATH, json!({"department": said}), &root).await.says(400, &missing);
        let mut said = sales();
        said[key] = json!({"$ne": 1});
        assert_eq!(sent(&app, PATH, json!({"department": said}), &root).await.status, 400, "{key}");
    }
    let no_tags = coded(
        "At least one closing tag is required when the department requires tag(s) on closing conversations. \
         [error-validating-department-chat-closing-tags]",
        "error-validating-department-chat-closing-tags",
    );
    for tags in [json!({}), json!({"chatClosingTags": []}), json!({"chatClosingTags": null})] {
        let mut said = sales_with(&tags);
        said["requestTagBeforeClosingChat"] = json!(true);
        sent(&app, PATH, json!({"department": said}), &root).await.says(400, &no_tags);
    }
    let said = sales_with(&json!({"fallbackForwardDepartment": "nowhere"}));
    let no_fallback = coded(
        "Fallback department not found [error-fallback-department-not-found]",
        "error-fallback-department-not-found",
    );
    sent(&app, PATH, json!({"department": said}), &root).await.says(400, &no_fallback);
    let body = json!({"department": sales(), "agents": [{"agentId": root.id}, {"agentId": "nobody"}]});
    let unknown = coded("Invalid user [error-invalid-user]", "error-invalid-user");
    sent(&app, PATH, body, &root).await.says(400, &unknown);
    let body = json!({"department": sales(), "agents": [{"username": "root"}]});
    let missing =
        plain("Match error: Failed Match.OneOf, Match.Maybe or Match.Optional validation in field agents");
    sent(&app, PATH, body, &root).await.says(400, &missing);
    assert_eq!(total(&app, &root).await, 0);
}

#[tokio::test]
async fn names_need_not_be_unique_and_there_is_no_limit() {
    let app = start().await;
    let root = app.user("root", &["admin"]).await;
    for _ in 0..3 {
        department(&app, &root, &[]).await;
    }
    let said = sales_with(&json!({"name": "Äpfel", "enabled": false}));
    sent(&app, PATH, json!({"department": said, "agents": [{"agentId": root.id}]}), &root).await;
    for (query, expected) in [
        ("", 4),
        ("?text=sALE", 3),
        ("?text=%C3%84PFEL", 1),
        ("?enabled=false", 1),
        ("?enabled=true", 3),
        ("?onlyMyDepartments=true", 1),
    ] {
        let list = read(&app, &format!("{PATH}{query}"), &root).await;
        assert_eq!((&list["total"], &list["count"]), (&json!(expected), &json!(expected)), "{query}");
    }
    let page = read(&app, &format!("{PATH}?count=1&offset=1&sort=%7B%22name%22:-1%7D"), &root).await;
    assert_eq!((&page["count"], &page["offset"], &page["total"]), (&json!(1), &json!(1), &json!(4)));
    assert_eq!(
        (&page["departments"][0]["name"], &page["departments"][0]["numAgents"]),
        (&json!("Sales"), &json!(0))
    );
    let last = read(&app, &format!("{PATH}?sort=%7B%22name%22:-1%7D"), &root).await;
    assert_eq!(
        (&last["departments"][0]["name"], &last["departments"][0]["numAgents"]),
        (&json!("Äpfel"), &json!(1))
    );
    let but_one = format!("{PATH}?excludeDepartmentId={}", id(&last["departments"][0]));
    assert_eq!(read(&app, &but_one, &root).await["total"], 3);
}

#[tokio::test]
async fn a_change_keeps_what_it_does_not_name() {
    let app = start().await;
    let (root, kim) = (app.user("root", &["admin"]).await, app.agent().await);
    let said = sales_with(&json!({"description": "Buy here", "chatClosingTags": ["done"]}));
    let made = sent(&app, PATH, json!({"department": said, "agents": [{"agentId": root.id}]}), &root).await;
    let made = made.json()["department"].clone();
    let again = sales_with(&json!({"name": "Support", "enabled": false, "office": "B1"}));
    let body = json!({"department": again, "agents": [{"agentId": kim.id, "order": 1}]});
    let answer = changed(&app, id(&made), body, &root).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let now = answer.json()["department"].clone();
    for (key, expected) in [
        ("_id", made["_id"].clone()),
        ("name", json!("Support")),
        ("enabled", json!(false)),
        ("description", json!("Buy here")),
        ("chatClosingTags", json!(["done"])),
        ("office", json!("B1")),
        ("numAgents", json!(2)),
    ] {
        assert_eq!(now[key], expected, "{key}");
    }
    let own = sales_with(&json!({"fallbackForwardDepartment": made["_id"]}));
    let circular = coded(
        "Cannot save department. Circular reference between fallback department and department \
         [error-fallback-department-circular]",
        "error-fallback-department-circular",
    );
    changed(&app, id(&made), json!({"department": own}), &root).await.says(400, &circular);
    let unknown = coded("Department not found [error-department-not-found]", "error-department-not-found");
    changed(&app, "nowhere", json!({"department": sales()}), &root).await.says(400, &unknown);
    assert_eq!(read(&app, &format!("{PATH}/{}", id(&made)), &root).await["department"]["name"], "Support");
}

#[tokio::test]
async fn a_removed_department_is_left_by_its_agents_and_its_conversations() {
    let app = start().await;
    let (root, kim) = (app.user("root", &["admin"]).await, online_agent(&app).await);
    let made = department(&app, &root, &[&kim]).await;
    let (waiting, closed) = (room_in(&app, &made, "t1").await, room_in(&app, &made, "t2").await);
    close(&app, &closed, &root).await;
    removed(&app, id(&made), &root).await.says(400, &plain("error-department-removal-disabled"));
    removed(&app, "nowhere", &root).await.says(400, &plain("error-department-removal-disabled"));
    app.set(REMOVE_DEPARTMENTS, true).await;
    removed(&app, "nowhere", &root).await.says(400, &plain("error-department-not-found"));
    assert_eq!(departments_of(&app, &kim, &root).await, [id(&made)]);
    removed(&app, id(&made), &root).await.says(200, r#"{"success":true}"#);
    assert_eq!(departments_of(&app, &kim, &root).await, Vec::<String>::new());
    for room in [&waiting, &closed] {
        assert_eq!(channel(&app, room, &root).await.get("departmentId"), None);
    }
    assert_eq!(inquiry(&app, &waiting, &root).await.get("department"), None);
    removed(&app, id(&made), &root).await.says(400, &plain("error-department-not-found"));
    // The visitor still says so; a new conversation belongs to none.
    let again = room(&app, "t2").await;
    assert_eq!((again.get("departmentId"), again["_id"] == closed["_id"]), (None, false));
}

#[tokio::test]
async fn a_visitor_names_the_department_by_id_or_by_name() {
    let app = start().await;
    let root = app.user("root", &["admin"]).await;
    let made = department(&app, &root, &[]).await;
    let unknown = json!({"visitor": {"token": "t1", "department": "sales"}});
    let answer = app.post("/api/v1/livechat/visitor", unknown.to_string()).send().await;
    answer.says(400, &plain("error-invalid-department"));
    let nobody = app.get("/api/v1/livechat/visitor/t1").send().await;
    assert_eq!(nobody.status, 400);
    for (token, named) in [("t1", id(&made)), ("t2", "Sales")] {
        let guest = visitor_who(&app, json!({"token": token, "name": "Ada", "department": named})).await;
        assert_eq!(guest["department"], made["_id"]);
        let begun = room(&app, token).await;
        assert_eq!(begun["departmentId"], made["_id"]);
        assert_eq!(inquiry(&app, &begun, &root).await["department"], made["_id"]);
    }
    // Another one later, and nothing said leaves it alone.
    let other = department(&app, &root, &[]).await;
    let guest = visitor_who(&app, json!({"token": "t1", "department": id(&other)})).await;
    assert_eq!(guest["department"], other["_id"]);
    let guest = visitor_who(&app, json!({"token": "t1", "department": " "})).await;
    assert_eq!(guest["department"], other["_id"]);
}

#[tokio::test]
async fn queues_and_lists_are_narrowed_to_departments() {
    let app = start().await;
    let root = app.user("root", &["admin"]).await;
    let (kim, lee) = (online_agent(&app).await, app.user("lee", &["livechat-agent"]).await);
    let made = department(&app, &root, &[&kim]).await;
    let lonely = department(&app, &root, &[]).await;
    let (public, own, other) = {
        visitor_who(&app, json!({"token": "t0", "name": "Ada"})).await;
        (room(&app, "t0").await, room_in(&app, &made, "t1").await, room_in(&app, &lonely, "t2").await)
    };
    let queue = async |by: &Caller, path: &str| {
        let list = read(&app, path, by).await;
        let rooms = list["inquiries"].as_array().unwrap().iter();
        let mut rooms: Vec<_> =
            rooms.map(|one| (one["rid"].clone(), one.get("department").cloned())).collect();
        rooms.sort_by_key(|(room, _)| room.to_string());
        assert_eq!(list["total"], rooms.len());
        rooms
    };
    let listed = |room: &Value, department: Option<&Value>| {
        (room["_id"].clone(), department.map(|department| department["_id"].clone()))
    };
    let mut all = vec![listed(&public, None), listed(&own, Some(&made)), listed(&other, Some(&lonely))];
    all.sort_by_key(|(room, _)| room.to_string());
    assert_eq!(queue(&root, "livechat/inquiries.list").await, all);
    let of_made = format!("livechat/inquiries.list?department={}", id(&made));
    assert_eq!(queue(&root, &of_made).await, [listed(&own, Some(&made))]);
    let for_user = "livechat/inquiries.queuedForUser";
    let mut of_kim = vec![listed(&public, None), listed(&own, Some(&made))];
    of_kim.sort_by_key(|(room, _)| room.to_string());
    assert_eq!(queue(&kim, for_user).await, of_kim);
    for nobody_there in [&lee, &root] {
        assert_eq!(queue(nobody_there, for_user).await, [listed(&public, None)]);
    }
    for (query, expected) in [
        (format!("departmentId={}", id(&made)), 1),
        (format!("departmentId[]={}&departmentId[]={}", id(&made), id(&lonely)), 2),
        ("departmentId=nowhere".to_owned(), 0),
        (String::new(), 3),
    ] {
        let list = read(&app, &format!("livechat/rooms?{query}"), &root).await;
        assert_eq!(list["total"], expected, "{query}");
        if expected == 1 {
            let department = json!({"_id": made["_id"], "name": "Sales"});
            assert_eq!(
                (&list["rooms"][0]["_id"], &list["rooms"][0]["department"]),
                (&own["_id"], &department)
            );
        }
    }
}

#[tokio::test]
async fn a_conversation_of_a_department_begins_only_with_one_of_its_agents_online() {
    let app = start().await;
    app.set(ACCEPT_WITHOUT_AGENTS, false).await;
    let root = app.user("root", &["admin"]).await;
    let (kim, lee) = (online_agent(&app).await, app.user("lee", &["livechat-agent"]).await);
    let made = department(&app, &root, &[&lee]).await;
    visitor_who(&app, json!({"token": "t1", "department": id(&made)})).await;
    let nobody = coded("Sorry, no online agents [no-agent-online]", "no-agent-online");
    asked(&app, "token=t1").await.says(400, &nobody);
    appear(&app, &lee).await;
    let begun = room(&app, "t1").await;
    assert_eq!(begun["departmentId"], made["_id"]);
    // The public queue is open to whoever is online.
    visitor_who(&app, json!({"token": "t2"})).await;
    let public = room(&app, "t2").await;
    take(&app, &public, &kim).await;
}

#[tokio::test]
async fn what_is_assigned_goes_to_agents_of_the_department() {
    let app = start().await;
    app.set(ROUTING_METHOD, "Auto_Selection").await;
    let root = app.user("root", &["admin"]).await;
    let kim = online_agent(&app).await;
    let lee = app.user("lee", &["livechat-agent"]).await;
    appear(&app, &lee).await;
    let made = department(&app, &root, &[&lee]).await;
    for token in ["t1", "t2", "t3"] {
        let begun = room_in(&app, &made, token).await;
        assert_eq!(channel(&app, &begun, &root).await["servedBy"]["_id"], json!(lee.id), "{token}");
    }
    visitor_who(&app, json!({"token": "t4"})).await;
    let public = room(&app, "t4").await;
    assert_eq!(channel(&app, &public, &root).await["servedBy"]["_id"], json!(kim.id));
}

#[tokio::test]
async fn what_an_agent_returns_waits_in_its_department_or_in_another_one() {
    let app = start().await;
    let root = app.user("root", &["admin"]).await;
    let kim = online_agent(&app).await;
    let (made, other) = (department(&app, &root, &[&kim]).await, department(&app, &root, &[]).await);
    let begun = room_in(&app, &made, "t1").await;
    let waiting = inquiry(&app, &begun, &kim).await;
    take(&app, &begun, &kim).await;
    let back = "livechat/inquiries.returnAsInquiry";
    let nowhere = json!({"roomId": id(&begun), "departmentId": "nowhere"});
    sent(&app, back, nowhere, &kim).await.says(400, &plain("error-department-not-found"));
    let returned = r#"{"result":true,"success":true}"#;
    sent(&app, back, json!({"roomId": id(&begun)}), &kim).await.says(200, returned);
    let queue = read(&app, "livechat/inquiries.queuedForUser", &kim).await;
    let of_made: Vec<_> = queue["inquiries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["department"] == made["_id"])
        .collect();
    assert_eq!(of_made.len(), 1);
    assert_eq!(of_made[0]["_id"], waiting["_id"]);
    take(&app, &begun, &kim).await;
    let body = json!({"roomId": id(&begun), "departmentId": id(&other)});
    sent(&app, back, body, &kim).await.says(200, returned);
    assert_eq!(channel(&app, &begun, &root).await["departmentId"], other["_id"]);
    assert_eq!(inquiry(&app, &begun, &root).await["department"], other["_id"]);
    close(&app, &begun, &root).await;
    app.call(Method::DELETE, "/api/v1/livechat/visitor/t1").send().await.json();
    app.set(REMOVE_DEPARTMENTS, true).await;
    for department in [&made, &other] {
        removed(&app, id(department), &root).await.says(200, r#"{"success":true}"#);
    }
}

#[tokio::test]
async fn an_agent_is_in_the_departments_that_were_said_last() {
    let app = start().await;
    let (root, kim) = (app.user("root", &["admin"]).await, app.agent().await);
    let hidden = json!({"department": sales_with(&json!({"enabled": false, "name": "Hidden"}))});
    let hidden = sent(&app, PATH, hidden, &root).await.json()["department"].clone();
    let body = json!({"department": sales(), "agents": [{"agentId": kim.id, "count": 4, "order": 5}]});
    let made = sent(&app, PATH, body, &root).await.json()["department"].clone();
    app.grant(&MANAGE_LIVECHAT_AGENTS, &["admin"]).await;
    let save = async |departments: Value| {
        let body = json!({"agentId": kim.id, "agentData": {}, "agentDepartments": departments});
        sent(&app, "livechat/agents.saveInfo", body, &root).await
    };
    let unknown = coded("Department not found [error-department-not-found]", "error-department-not-found");
    save(json!([hidden["_id"], "nowhere"])).await.says(400, &unknown);
    assert_eq!(departments_of(&app, &kim, &root).await, [id(&made)]);
    save(json!([hidden["_id"], made["_id"]])).await.says(200, r#"{"success":true}"#);
    let path = format!("livechat/agents/{}/departments", kim.id);
    let listed = read(&app, &path, &kim).await["departments"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    let enabled =
        read(&app, &format!("{path}?enabledDepartmentsOnly=true"), &kim).await["departments"].clone();
    let expected = json!([{
        "_id": format!("{}-{}", id(&made), kim.id), "agentId": kim.id, "departmentId": made["_id"],
        "departmentName": "Sales", "departmentEnabled": true, "count": 4, "order": 5, "username": "kim.jane",
    }]);
    assert_eq!(enabled, expected);
    save(json!([])).await.says(200, r#"{"success":true}"#);
    assert_eq!(read(&app, &path, &root).await["departments"], json!([]));
    assert_eq!(read(&app, "livechat/agents/nobody/departments", &root).await["departments"], json!([]));
}

#[tokio::test]
async fn memberships_end_with_the_role_of_an_agent_and_with_the_user() {
    let app = start().await;
    let (root, kim) = (app.user("root", &["admin"]).await, app.agent().await);
    let lee = app.user("lee", &["livechat-agent"]).await;
    let made = department(&app, &root, &[&kim, &lee]).await;
    assert_eq!(made["numAgents"], 2);
    let path = format!("/api/v1/livechat/users/agent/{}", kim.id);
    app.call(Method::DELETE, &path).by(&root).await.says(200, r#"{"success":true}"#);
    let left = read(&app, &format!("{PATH}/{}", id(&made)), &root).await;
    assert_eq!(
        (&left["department"]["numAgents"], &left["agents"][0]["agentId"]),
        (&json!(1), &json!(lee.id))
    );
    assert_eq!(sent(&app, "users.delete", json!({"userId": lee.id}), &root).await.status, 200);
    assert_eq!(read(&app, &format!("{PATH}/{}", id(&made)), &root).await["agents"], json!([]));
}

#[tokio::test]
async fn conversations_that_begin_while_their_department_goes_belong_to_none() {
    let app = start().await;
    let root = app.user("root", &["admin"]).await;
    app.set(REMOVE_DEPARTMENTS, true).await;
    let made = department(&app, &root, &[]).await;
    for number in 0..6 {
        visitor_who(&app, json!({"token": format!("t{number}"), "department": id(&made)})).await;
    }
    let mut calls = JoinSet::new();
    for number in 0..6 {
        let call = app.get(&format!("/api/v1/livechat/room?token=t{number}"));
        calls.spawn(async move { call.send().await.status });
        if number == 2 {
            let call = app.call(Method::DELETE, &format!("/api/v1/{PATH}/{}", id(&made)));
            let root = root.clone();
            calls.spawn(async move { call.by(&root).await.status });
        }
    }
    assert!(calls.join_all().await.iter().all(StatusCode::is_success));
    let list = read(&app, "livechat/rooms", &root).await;
    assert_eq!(list["total"], 6);
    assert!(list["rooms"].as_array().unwrap().iter().all(|room| room.get("departmentId").is_none()));
}
