//! Visitors, line by line of contract, conversations 1 and 4.4.

mod search;

use axum::http::Method;
use omnicontact_domain::contact::{Channel, Contact, NewContact, Source};
use omnicontact_domain::custom_field::{CustomField, Definition, Scope};
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::setting::COLLECT_HEADERS;
use omnicontact_domain::value::Value as Stored;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, NOT_PERMITTED, TestApp};

const VISITOR: &str = "/api/v1/livechat/visitor";
const INFO: &str = "/api/v1/livechat/visitors.info";

fn plain(text: &str) -> String {
    json!({"success": false, "error": text}).to_string()
}

fn coded(text: &str, code: &str) -> String {
    json!({"success": false, "error": text, "errorType": code}).to_string()
}

fn invalid_token() -> String {
    coded("[invalid-token]", "invalid-token")
}

async fn sent(app: &TestApp, visitor: Value) -> Answer {
    app.post(VISITOR, json!({ "visitor": visitor }).to_string()).send().await
}

async fn registered(app: &TestApp, visitor: Value) -> Value {
    let answer = sent(app, visitor).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["visitor"].clone()
}

async fn define(app: &TestApp, id: &str, scope: Scope, other: &[(&str, Stored)]) {
    let definition = Definition {
        label: format!("Label of {id}"),
        scope,
        visibility: "visible".into(),
        other: other.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect(),
    };
    let definition = CustomField::define(id.into(), definition, app.ctx.clock.now());
    let mut tx = app.ctx.store.begin().await.unwrap();
    tx.custom_fields().add(&definition).await.unwrap();
    tx.commit().await.unwrap();
}

fn value(key: &str, value: &str, overwrite: bool) -> Value {
    json!({"key": key, "value": value, "overwrite": overwrite})
}

/// A contact of which the visitor is a channel.
async fn linked(app: &TestApp, id: &str, visitor: &Value, unknown: bool) {
    let new = NewContact { name: "Mara Lindt".into(), ..NewContact::default() };
    let mut contact = Contact::prepared(id.into(), new, app.ctx.clock.now());
    let source = Source { kind: "api".into(), ..Source::default() };
    contact.channels = vec![Channel::new(visitor["_id"].as_str().unwrap().into(), source)];
    contact.unknown = unknown;
    let mut tx = app.ctx.store.begin().await.unwrap();
    tx.contacts().add(&contact).await.unwrap();
    tx.commit().await.unwrap();
}

async fn contact(app: &TestApp, id: &str, by: &Caller) -> Value {
    let answer = app.get(&format!("/api/v1/omnichannel/contacts.get?contactId={id}")).by(by).await;
    answer.json()["contact"].clone()
}

#[tokio::test]
async fn what_is_no_registration_is_refused() {
    let app = TestApp::start().await;
    for (body, text) in [
        ("", "Match error: Missing key 'visitor'"),
        ("{}", "Match error: Missing key 'visitor'"),
        (r#"{"visitor":{}}"#, "Match error: Missing key 'token' in field visitor"),
        (r#"{"visitor":{"token":1}}"#, "Match error: Expected string, got number in field visitor.token"),
        (
            r#"{"visitor":{"token":"t","customFields":[{"value":"x"}]}}"#,
            "Match error: Missing key 'key' in field visitor.customFields[0]",
        ),
    ] {
        app.post(VISITOR, body).send().await.says(400, &plain(text));
    }
    for token in ["", "  \t"] {
        let refused = sent(&app, json!({ "token": token })).await;
        refused.says(400, &coded("Token cannot be empty [error-invalid-token]", "error-invalid-token"));
    }
    let wanting = sent(&app, json!({"token": "t", "department": "sales"})).await;
    wanting.says(400, &plain("error-invalid-department"));
    app.get(&format!("{VISITOR}/t")).send().await.says(400, &invalid_token());
}

#[tokio::test]
async fn a_guest_is_stored_with_all_that_is_said_and_found_by_the_token() {
    let app = TestApp::start().await;
    let said = json!({
        "token": " t1 ", "name": "Ada Visitor", "email": " Ada@Example.com ", "phone": "4155550100",
        "connectionData": {"x": 1}, "unknown key": true,
    });
    let visitor = registered(&app, said).await;
    let keys: Vec<_> = visitor.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["_id", "username", "ts", "token", "_updatedAt", "name", "phone", "visitorEmails", "status"]
    );
    assert_eq!((&visitor["token"], &visitor["status"]), (&json!("t1"), &json!("online")));
    assert_eq!(visitor["username"], "guest-2");
    assert_eq!(visitor["phone"], json!([{"phoneNumber": "4155550100"}]));
    assert_eq!(visitor["visitorEmails"], json!([{"address": "ada@example.com"}]));
    let found = app.get(&format!("{VISITOR}/t1")).send().await;
    assert_eq!((found.status.as_u16(), &found.json()["visitor"]), (200, &visitor));
    assert_eq!(registered(&app, json!({"token": "t2"})).await["username"], "guest-3");
}

#[tokio::test]
async fn a_registration_writes_only_what_is_said() {
    let app = TestApp::start().await;
    let first = registered(&app, json!({"token": "t1", "name": "Ada", "phone": "1", "email": "a@x"})).await;
    let second =
        registered(&app, json!({"token": "t1", "phone": "2", "username": "other", "id": "v9"})).await;
    assert_eq!((&second["_id"], &second["username"]), (&first["_id"], &first["username"]));
    assert_eq!((&second["name"], &second["visitorEmails"]), (&first["name"], &first["visitorEmails"]));
    assert_eq!(second["phone"], json!([{"phoneNumber": "2"}]));
}

#[tokio::test]
async fn a_known_number_keeps_its_token_and_a_known_address_gets_the_new_one() {
    let app = TestApp::start().await;
    let first = registered(&app, json!({"token": "t1", "phone": "1", "email": "a@x"})).await;
    let by_phone = registered(&app, json!({"token": "t2", "phone": "1"})).await;
    assert_eq!((&by_phone["_id"], &by_phone["token"]), (&first["_id"], &json!("t1")));
    app.get(&format!("{VISITOR}/t2")).send().await.says(400, &invalid_token());
    let by_email = registered(&app, json!({"token": "t3", "email": "A@X"})).await;
    assert_eq!((&by_email["_id"], &by_email["token"]), (&first["_id"], &json!("t3")));
    app.get(&format!("{VISITOR}/t1")).send().await.says(400, &invalid_token());
    // Exactly: another spelling is another number.
    let other = registered(&app, json!({"token": "t4", "phone": "+1"})).await;
    assert_ne!(other["_id"], first["_id"]);
}

#[tokio::test]
async fn a_wanted_id_and_username_are_taken_where_they_are_free() {
    let app = TestApp::start().await;
    let visitor = registered(&app, json!({"token": "t1", "id": "v9", "username": "ada"})).await;
    assert_eq!((&visitor["_id"], &visitor["username"]), (&json!("v9"), &json!("ada")));
    let text = "Error registering visitor [error-livechat-visitor-registration]";
    sent(&app, json!({"token": "t2", "id": "v9"}))
        .await
        .says(400, &coded(text, "error-livechat-visitor-registration"));
}

#[tokio::test]
async fn where_a_guest_comes_from_is_kept_only_where_the_operator_wants_it() {
    let app = TestApp::start().await;
    let register = async |token: &str| {
        let call = app.post(VISITOR, json!({"visitor": {"token": token}}).to_string());
        let call = call
            .header("user-agent", "Browser/1")
            .header("host", "chat.example")
            .header("x-real-ip", "10.0.0.9");
        call.send().await.json()["visitor"].clone()
    };
    app.set(COLLECT_HEADERS, true).await;
    let visitor = register("t1").await;
    assert_eq!(
        (&visitor["userAgent"], &visitor["host"], &visitor["ip"]),
        (&json!("Browser/1"), &json!("chat.example"), &json!("10.0.0.9"))
    );
    app.set(COLLECT_HEADERS, false).await;
    let visitor = register("t2").await;
    assert!(["userAgent", "host", "ip"].iter().all(|key| visitor.get(key).is_none()), "{visitor}");
}

#[tokio::test]
async fn only_values_of_fields_for_visitors_are_stored() {
    let app = TestApp::start().await;
    define(&app, "address", Scope::Visitor, &[]).await;
    define(&app, "topic", Scope::Room, &[]).await;
    let dropped = json!([value("topic", "x", true), value("nothing", "x", true)]);
    let visitor = registered(&app, json!({"token": "t1", "customFields": dropped})).await;
    assert_eq!(visitor.get("livechatData"), None);
    let some = json!([value("nothing", "x", true), value("address", "Rocket.Chat street", true)]);
    let visitor = registered(&app, json!({"token": "t1", "customFields": some})).await;
    assert_eq!(visitor["livechatData"], json!({"address": "Rocket.Chat street"}));
    // Left out, `overwrite` is false.
    let kept = json!([{"key": "address", "value": "elsewhere"}]);
    let visitor = registered(&app, json!({"token": "t1", "customFields": kept})).await;
    assert_eq!(visitor["livechatData"], json!({"address": "Rocket.Chat street"}));
}

#[tokio::test]
async fn a_required_field_is_missed_only_beside_others() {
    let app = TestApp::start().await;
    define(&app, "required_custom_field", Scope::Visitor, &[("required", true.into())]).await;
    define(&app, "other", Scope::Visitor, &[]).await;
    registered(&app, json!({"token": "t1"})).await;
    registered(&app, json!({"token": "t1", "customFields": []})).await;
    let other = json!([value("other", "x", true)]);
    sent(&app, json!({"token": "t2", "customFields": other}))
        .await
        .says(400, &plain("Missing required custom fields: required_custom_field"));
    app.get(&format!("{VISITOR}/t2")).send().await.says(400, &invalid_token());
}

#[tokio::test]
async fn contacts_follow_their_visitor() {
    let app = TestApp::start().await;
    let admin = app.user("boss", &["admin"]).await;
    for field in ["cf1", "cf2", "cf3"] {
        define(&app, field, Scope::Visitor, &[]).await;
    }
    let visitor = registered(&app, json!({"token": "t1"})).await;
    linked(&app, "c1", &visitor, true).await;
    let fields = json!([value("cf1", "test", true)]);
    registered(&app, json!({"token": "t1", "name": "Ada", "phone": "1", "customFields": fields})).await;
    let known = contact(&app, "c1", &admin).await;
    assert_eq!((&known["name"], &known["phones"]), (&json!("Ada"), &json!([{"phoneNumber": "1"}])));
    assert_eq!(known["customFields"], json!({"cf1": "test"}));
    assert_eq!(known.get("conflictingFields"), None, "an unknown contact is overwritten");
    // Whoever edits a contact makes it known.
    let edit = json!({"contactId": "c1", "name": "Ada"}).to_string();
    app.post("/api/v1/omnichannel/contacts.update", edit).by(&admin).await;
    for (turn, refused) in ["new test", "new test 2"].iter().enumerate() {
        let fields = json!([value("cf1", refused, false), value("cf2", "two", true)]);
        registered(&app, json!({"token": "t1", "customFields": fields})).await;
        let held = contact(&app, "c1", &admin).await;
        assert_eq!(held["customFields"], json!({"cf1": "test", "cf2": "two"}));
        let conflicts = held["conflictingFields"].as_array().unwrap();
        assert_eq!(conflicts.len(), turn + 1, "{conflicts:?}");
        assert_eq!(conflicts[turn], json!({"field": "customFields.cf1", "value": refused}));
    }
    registered(&app, json!({"token": "t1", "name": "Eve", "email": "eve@x.org"})).await;
    let held = contact(&app, "c1", &admin).await;
    assert_eq!(held["name"], "Ada");
    assert_eq!(held["emails"], json!([{"address": "eve@x.org"}]));
    assert_eq!(held["conflictingFields"][2], json!({"field": "name", "value": "Eve"}));
}

#[tokio::test]
async fn many_registrations_of_one_person_at_once_make_one_visitor() {
    let app = TestApp::start().await;
    let mut calls = Vec::new();
    for turn in 0..24 {
        let said = match turn % 3 {
            0 => json!({"token": "t1", "phone": "1", "email": "a@x"}),
            1 => json!({"token": format!("p{turn}"), "phone": "1", "email": "a@x"}),
            _ => json!({"token": "t1", "phone": "1"}),
        };
        let call = app.post(VISITOR, json!({ "visitor": said }).to_string());
        calls.push(tokio::spawn(async move { call.send().await }));
    }
    let mut ids = std::collections::BTreeSet::new();
    for call in calls {
        let answer = call.await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        ids.insert(answer.json()["visitor"]["_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 1, "{ids:?}");
}

#[tokio::test]
async fn agents_see_a_visitor_without_its_token() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let visitor = registered(&app, json!({"token": "t1", "name": "Ada"})).await;
    let id = visitor["_id"].as_str().unwrap();
    let shown = app.get(&format!("{INFO}?visitorId={id}")).by(&agent).await;
    assert_eq!(shown.status, 200);
    let mut expected = visitor.clone();
    expected.as_object_mut().unwrap().remove("token");
    assert_eq!(shown.json()["visitor"], expected);
    app.get(&format!("{INFO}?visitorId=nobody")).by(&agent).await.says(400, &plain("visitor-not-found"));
    app.get(INFO)
        .by(&agent)
        .await
        .says(400, &coded("must have required property 'visitorId' [invalid-params]", "invalid-params"));
    app.grant(&VIEW_L_ROOM, &[]).await;
    app.get(&format!("{INFO}?visitorId={id}")).by(&agent).await.says(403, NOT_PERMITTED);
}

#[tokio::test]
async fn an_erased_visitor_is_nowhere_any_more_and_neither_is_its_contact() {
    let app = TestApp::start().await;
    let admin = app.user("boss", &["admin"]).await;
    let said = json!({"token": "t1", "name": "Ada", "phone": "1", "email": "a@x"});
    let visitor = registered(&app, said.clone()).await;
    linked(&app, "c1", &visitor, false).await;
    let id = visitor["_id"].as_str().unwrap();
    for unknown in ["123", id] {
        let path = format!("{VISITOR}/{unknown}");
        app.call(Method::DELETE, &path).send().await.says(400, &invalid_token());
    }
    let erased = app.call(Method::DELETE, &format!("{VISITOR}/t1")).send().await;
    assert_eq!((erased.status.as_u16(), &erased.json()["visitor"]["_id"]), (200, &visitor["_id"]));
    assert!(erased.json()["visitor"]["ts"].is_string());
    app.call(Method::DELETE, &format!("{VISITOR}/t1")).send().await.says(400, &invalid_token());
    app.get(&format!("{VISITOR}/t1")).send().await.says(400, &invalid_token());
    app.get(&format!("{INFO}?visitorId={id}")).by(&admin).await.says(400, &plain("visitor-not-found"));
    let gone = app.get("/api/v1/omnichannel/contacts.get?contactId=c1").by(&admin).await;
    gone.says(404, &plain("Resource not found"));
    assert_ne!(registered(&app, said).await["_id"], visitor["_id"], "a new record for the same person");
}
