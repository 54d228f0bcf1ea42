//! Permissions through the router (contract, framework 4.1).

use omnicontact_domain::audit::{Action, AuditEvent, SubjectKind};
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::{self, VIEW_L_ROOM};
use omnicontact_domain::sort::Direction;
use omnicontact_ports::AuditFilter;
use serde_json::{Value, json};

use crate::support::{Answer, CONTACT, Caller, NOT_PERMITTED, TestApp};

const LIST: &str = "/api/v1/permissions.listAll";
const UPDATE: &str = "/api/v1/permissions.update";

async fn update(app: &TestApp, caller: &Caller, permissions: Value) -> Answer {
    app.post(UPDATE, json!({ "permissions": permissions }).to_string()).by(caller).await
}

async fn roles_of(app: &TestApp, caller: &Caller, permission: &str) -> Value {
    let all = app.get(LIST).by(caller).await.json();
    let found = all["update"].as_array().unwrap().iter().find(|entry| entry["_id"] == permission);
    found.unwrap()["roles"].clone()
}

/// What the trail says of things of this kind, the oldest first.
pub(crate) async fn trail(app: &TestApp, kind: SubjectKind) -> Vec<AuditEvent> {
    let filter = AuditFilter { subject_kind: Some(kind), ..AuditFilter::default() };
    let mut tx = app.ctx.store.read().await.unwrap();
    tx.audit().list(&filter, Direction::Ascending, Page::ALL).await.unwrap().events
}

#[tokio::test]
async fn everybody_with_an_account_sees_all_permissions() {
    let app = TestApp::start().await;
    let guest = app.user("guest", &["guest"]).await;
    let answer = app.get(LIST).by(&guest).await;
    let body = answer.json();
    assert_eq!(body["update"].as_array().unwrap().len(), permission::defaults().count());
    assert_eq!((&body["remove"], &body["success"]), (&json!([]), &json!(true)));
    let first = body["update"][0].as_object().unwrap();
    assert_eq!(first.keys().collect::<Vec<_>>(), ["_id", "roles", "_updatedAt"]);
    assert_eq!(roles_of(&app, &guest, "view-d-room").await[1], "user");
}

#[tokio::test]
async fn only_what_was_written_after_a_date_is_new() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let all = app.get(LIST).by(&admin).await.json();
    let start = all["update"][0]["_updatedAt"].as_str().unwrap().to_owned();
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    update(&app, &admin, json!([{ "_id": "view-logs", "roles": ["admin"] }])).await;
    let since = async |date: &str| app.get(&format!("{LIST}?updatedSince={date}")).by(&admin).await;
    let new = since(&start).await.json();
    assert_eq!(new["update"].as_array().unwrap().len(), 1);
    assert_eq!(new["update"][0]["_id"], "view-logs");
    assert_eq!(since("2999-01-01").await.json()["update"], json!([]));
    for everything in ["2017-11-25", "2017-11-25T15:08:17.248Z", ""] {
        let new = since(everything).await.json();
        assert_eq!(new["update"].as_array().unwrap().len(), permission::defaults().count(), "{everything}");
    }
    since("yesterday").await.says(
        400,
        r#"{"success":false,"error":"The \"updatedSince\" query parameter must be a valid date. [error-roomId-param-invalid]","errorType":"error-roomId-param-invalid"}"#,
    );
    app.get(&format!("{LIST}?since=x")).by(&admin).await.says(
        400,
        r#"{"success":false,"error":"must NOT have additional properties","errorType":"error-invalid-params"}"#,
    );
}

#[tokio::test]
async fn lists_are_replaced_in_the_order_sent_and_all_permissions_are_answered() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let wanted = json!([
        { "_id": "view-l-room", "roles": ["user", "admin", "bot"] },
        { "_id": "add-user-to-any-p-room", "roles": [] },
        { "_id": "access-permissions", "roles": ["bot", "admin"] },
    ]);
    let answer = update(&app, &admin, wanted.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body = answer.json();
    assert_eq!(body["success"], true);
    let all = body["permissions"].as_array().unwrap();
    assert_eq!(all.len(), permission::defaults().count());
    for entry in wanted.as_array().unwrap() {
        let stored = all.iter().find(|stored| stored["_id"] == entry["_id"]).unwrap();
        assert_eq!(stored["roles"], entry["roles"]);
        assert_eq!(roles_of(&app, &admin, entry["_id"].as_str().unwrap()).await, entry["roles"]);
    }
}

#[tokio::test]
async fn what_is_taken_from_everybody_is_refused_to_the_administrator_on_the_next_call() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let read = || app.get(&format!("{CONTACT}?contactId=x")).by(&admin);
    assert_eq!(read().await.status, 200);
    update(&app, &admin, json!([{ "_id": VIEW_L_ROOM.as_str(), "roles": [] }])).await;
    read().await.says(403, NOT_PERMITTED);
    update(&app, &admin, json!([{ "_id": VIEW_L_ROOM.as_str(), "roles": ["admin"] }])).await;
    assert_eq!(read().await.status, 200);
}

#[tokio::test]
async fn refusals_come_in_their_order_and_change_nothing() {
    const PERMISSION: &str =
        r#"{"success":false,"error":"Invalid permission","errorType":"error-invalid-permission"}"#;
    const ROLE: &str = r#"{"success":false,"error":"Invalid role","errorType":"error-invalid-role"}"#;
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let before = app.get(LIST).by(&admin).await.body;
    let good = json!({ "_id": "view-logs", "roles": ["user"] });
    for (sent, refused) in [
        (json!([good, { "_id": "nothing", "roles": ["nobody"] }]), PERMISSION),
        (json!([good, { "_id": "view-logs", "roles": ["admin"] }]), PERMISSION),
        (json!([good, { "_id": "", "roles": [] }]), PERMISSION),
        (json!([good, { "_id": "access-mailer", "roles": ["admin", "nobody"] }]), ROLE),
    ] {
        update(&app, &admin, sent).await.says(400, refused);
    }
    for (body, message) in [
        (json!({}), "must have required property 'permissions'"),
        (json!({ "permissions": "view-logs" }), "must be array"),
        (json!({ "permissions": [good], "more": 1 }), "must NOT have additional properties"),
        (json!({ "permissions": [{ "_id": "view-logs" }] }), "must have required property 'roles'"),
        (json!({ "permissions": [{ "roles": [] }] }), "must have required property '_id'"),
        (json!({ "permissions": [{ "_id": "view-logs", "roles": "admin" }] }), "must be array"),
        (
            json!({ "permissions": [{ "_id": "view-logs", "roles": [], "level": 1 }] }),
            "must NOT have additional properties",
        ),
        (
            json!({ "permissions": [{ "_id": "view-logs", "roles": ["user", "admin", "user"] }] }),
            "must NOT have duplicate items (items ## 2 and 0 are identical)",
        ),
    ] {
        let expected = json!({ "success": false, "error": message, "errorType": "invalid-params" });
        app.post(UPDATE, body.to_string()).by(&admin).await.says(400, &expected.to_string());
    }
    assert_eq!(app.get(LIST).by(&admin).await.body, before);
    assert_eq!(trail(&app, SubjectKind::Permission).await, []);
}

#[tokio::test]
async fn nothing_at_all_may_be_changed() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let answer = update(&app, &admin, json!([])).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["permissions"].as_array().unwrap().len(), permission::defaults().count());
}

#[tokio::test]
async fn the_trail_says_who_changed_what_from_what_to_what() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let sent = json!([
        { "_id": "view-logs", "roles": ["admin", "user"] },
        { "_id": "view-d-room", "roles": [] },
        { "_id": "access-mailer", "roles": ["admin"] },
    ]);
    let call = app.post(UPDATE, json!({ "permissions": sent }).to_string());
    call.header("X-Real-IP", "192.0.2.7").by(&admin).await;
    let events = trail(&app, SubjectKind::Permission).await;
    let mut changed: Vec<_> = events.iter().map(|event| event.subject_id.as_str()).collect();
    changed.sort_unstable();
    assert_eq!(changed, ["view-d-room", "view-logs"], "access-mailer kept its roles");
    let logs = events.iter().find(|event| event.subject_id == "view-logs").unwrap();
    assert_eq!((logs.action, logs.cause.address.as_deref()), (Action::Updated, Some("192.0.2.7")));
    assert_eq!(logs.cause.author.kind(), "user");
    let [change] = &logs.changes[..] else { panic!("{logs:?}") };
    assert_eq!(change.key, "roles");
    assert_eq!(serde_json::to_value(&change.previous).unwrap(), json!(["admin"]));
    assert_eq!(serde_json::to_value(&change.current).unwrap(), json!(["admin", "user"]));
}
