//! `POST omnichannel/contact`, line by line of contract, contacts 6.1.

use omnicontact_domain::custom_field::{CustomField, Definition, Scope};
use serde_json::{Value, json};

use crate::support::{CONTACT, Caller, TestApp};

async fn shown(app: &TestApp, agent: &Caller, id: &str) -> Value {
    app.get(&format!("{CONTACT}?contactId={id}")).by(agent).await.json()["contact"].clone()
}

async fn define(app: &TestApp, id: &str, required: bool) {
    let other = [("regexp", "^[a-z]+$".into()), ("required", required.into()), ("searchable", true.into())];
    let definition = Definition {
        label: format!("Label of {id}"),
        scope: Scope::Visitor,
        visibility: "visible".into(),
        other: other.map(|(key, value)| (key.to_owned(), value)).into_iter().collect(),
    };
    let definition = CustomField::define(id.into(), definition, app.ctx.clock.now());
    let mut tx = app.ctx.store.begin().await.unwrap();
    tx.custom_fields().add(&definition).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_answer_is_the_id() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let answer = app.post(CONTACT, r#"{"token":"w7k2pq0v9","name":"Mara Lindt"}"#).by(&agent).await;
    let id = answer.json()["contact"].as_str().unwrap().to_owned();
    answer.says(200, &format!(r#"{{"contact":"{id}","success":true}}"#));
    assert!(id.len() == 24 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{id}");
}

#[tokio::test]
async fn everything_given_is_stored_and_shown() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    define(&app, "plan", false).await;
    let body = r#"{"token":"w7k2pq0v9","name":"Mara Lindt","email":" Mara.Lindt@Example.org ","phone":"+4930123456",
        "customFields":{"plan":"gold","unknown":"dropped"},"contactManager":{"username":"kim.jane"},"_id":"ignored"}"#;
    let id = app.registered(&agent, body).await;
    let contact = shown(&app, &agent, &id).await;
    assert_eq!(contact["_id"], json!(id));
    assert!(contact["username"].as_str().unwrap().starts_with("guest-"));
    assert_eq!(contact["token"], "w7k2pq0v9");
    assert_eq!(contact["name"], "Mara Lindt");
    assert_eq!(contact["visitorEmails"], json!([{"address": "mara.lindt@example.org"}]));
    assert_eq!(contact["phone"], json!([{"phoneNumber": "+4930123456"}]));
    assert_eq!(contact["livechatData"], json!({"plan": "gold"}));
    assert_eq!(contact["contactManager"], json!({"username": "kim.jane"}));
}

#[tokio::test]
async fn token_and_address_find_the_contact_again() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let first = r#"{"token":"t1","name":"One","email":"a@example.org","phone":"1","username":"mara"}"#;
    let id = app.registered(&agent, first).await;
    let by_token = app
        .registered(&agent, r#"{"token":"t1","name":"Two","email":"A@Example.org","username":"other"}"#)
        .await;
    let by_email = app.registered(&agent, r#"{"token":"t2","name":"","email":"a@example.org"}"#).await;
    assert_eq!((&by_token, &by_email), (&id, &id));
    let contact = shown(&app, &agent, &id).await;
    assert_eq!((contact["token"].as_str(), contact["name"].as_str()), (Some("t2"), Some("")));
    assert_eq!(contact["username"], "mara");
    assert_eq!(contact["phone"], json!([{"phoneNumber": "1"}]));
    assert_eq!(contact["livechatData"], json!({}));

    app.registered(&agent, r#"{"token":"t2","name":"Three","phone":""}"#).await;
    let contact = shown(&app, &agent, &id).await;
    for absent in ["phone", "visitorEmails", "contactManager"] {
        assert!(contact.get(absent).is_none(), "{absent}");
    }
    assert_ne!(app.registered(&agent, r#"{"token":"t3","name":"Four"}"#).await, id);
}

#[tokio::test]
async fn every_refusal_of_the_table() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    app.user("plain", &["user"]).await;
    define(&app, "plan", false).await;
    let matching = |text: &str| format!(r#"{{"success":false,"error":"Match error: {text}"}}"#);
    let coded = |text: &str, code: &str| {
        json!({"success": false, "error": format!("{text} [{code}]"), "errorType": code}).to_string()
    };
    let long = "x".repeat(513);
    for (body, answer) in [
        ("{}".to_owned(), matching("Missing key 'token'")),
        (r#"{"token":"t"}"#.to_owned(), matching("Missing key 'name'")),
        (String::new(), matching("Missing key 'token'")),
        ("{not json".to_owned(), matching("Missing key 'token'")),
        ("[]".to_owned(), matching("Expected plain object")),
        ("null".to_owned(), matching("Expected object, got null")),
        ("5".to_owned(), matching("Expected object, got number")),
        (r#""x""#.to_owned(), matching("Expected object, got string")),
        (r#"{"token":"t","name":"n","foo":1}"#.to_owned(), matching("Unknown key in field foo")),
        (
            r#"{"token":"t","name":"n","email":null}"#.to_owned(),
            matching("Expected string, got null in field email"),
        ),
        (r#"{"token":1,"name":"n"}"#.to_owned(), matching("Expected string, got number in field token")),
        (r#"{"token":"t","name":["n"]}"#.to_owned(), matching("Expected string, got object in field name")),
        (
            r#"{"token":"t","name":"n","contactManager":{}}"#.to_owned(),
            matching("Missing key 'username' in field contactManager"),
        ),
        (
            r#"{"token":"t","name":"n","contactManager":"x"}"#.to_owned(),
            matching("Expected object, got string in field contactManager"),
        ),
        (
            r#"{"token":"t","name":"n","contactManager":[]}"#.to_owned(),
            matching("Expected plain object in field contactManager"),
        ),
        (
            r#"{"token":"t","name":"n","customFields":"x"}"#.to_owned(),
            matching("Expected object, got string in field customFields"),
        ),
        (
            r#"{"token":"","name":"n"}"#.to_owned(),
            coded("Invalid visitor token", "error-invalid-contact-data"),
        ),
        (
            r#"{"token":"t","name":"n","contactManager":{"username":"ghost"}}"#.to_owned(),
            coded("No user found with username ghost", "error-contact-manager-not-found"),
        ),
        (
            r#"{"token":"t","name":"n","contactManager":{"username":"plain"}}"#.to_owned(),
            coded(
                "The contact manager must have the role \"livechat-agent\"",
                "error-invalid-contact-manager",
            ),
        ),
        (
            r#"{"token":"t","name":"n","customFields":{"plan":"UPPER"}}"#.to_owned(),
            r#"{"success":false,"error":"Invalid value for Label of plan field"}"#.to_owned(),
        ),
        (
            r#"{"token":"t","name":"a\u0000"}"#.to_owned(),
            coded("The value of field name holds a NUL character", "error-invalid-params"),
        ),
        (
            r#"{"token":"t","name":"n","customFields":{"a":["\u0000"]}}"#.to_owned(),
            coded("The value of field customFields holds a NUL character", "error-invalid-params"),
        ),
        (
            format!(r#"{{"token":"t","name":"n","phone":"{long}"}}"#),
            coded("The value of field phone is longer than 512 characters", "error-invalid-params"),
        ),
    ] {
        app.post(CONTACT, body.clone()).by(&agent).await.says(400, &answer);
        let mut tx = app.ctx.store.read().await.unwrap();
        assert_eq!(tx.visitors().find_by_token(&"t".into()).await.unwrap(), None, "{body}");
    }
}

#[tokio::test]
async fn forms_and_odd_content_types() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let post = |content_type: &str, body: &str| {
        app.call(axum::http::Method::POST, CONTACT).header("content-type", content_type).body(body.to_owned())
    };
    let form = post("application/x-www-form-urlencoded", "token=t1&name=Mara+Lindt%21").by(&agent).await;
    let id = form.json()["contact"].as_str().unwrap().to_owned();
    assert_eq!(shown(&app, &agent, &id).await["name"], "Mara Lindt!");
    let json = post("Application/JSON; charset=utf-8", r#"{"token":"t1","name":"Two"}"#).by(&agent).await;
    assert_eq!(json.json()["contact"], json!(id));
    for content_type in ["text/plain", "multipart/form-data; boundary=x"] {
        let answer = post(content_type, r#"{"token":"t1","name":"Two"}"#).by(&agent).await;
        answer.says(400, r#"{"success":false,"error":"Match error: Missing key 'token'"}"#);
    }
}

#[tokio::test]
async fn an_empty_manager_is_no_manager() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let id = app.registered(&agent, r#"{"token":"t1","name":"n","contactManager":{"username":""}}"#).await;
    assert!(shown(&app, &agent, &id).await.get("contactManager").is_none());
}
