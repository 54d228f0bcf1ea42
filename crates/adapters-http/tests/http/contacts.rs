//! The second contact API, line by line of contract, contacts 7 and 10.

mod block;
mod conflicts;
mod create;
mod delete;
mod existence;
mod get;
mod history;
mod limits;
mod search;
mod update;

use omnicontact_domain::contact::{Channel, Contact, NewContact, Source};
use omnicontact_domain::custom_field::{CustomField, Definition, Scope};
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::value::Value as Stored;
use omnicontact_domain::visitor::Visitor;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, NOT_PERMITTED, TestApp};

const CONTACTS: &str = "/api/v1/omnichannel/contacts";

fn path(name: &str) -> String {
    format!("{CONTACTS}.{name}")
}

/// What a failure without a type says.
fn plain(text: &str) -> String {
    json!({"success": false, "error": text}).to_string()
}

/// What a schema says.
fn invalid(text: &str) -> String {
    json!({"success": false, "error": format!("{text} [invalid-params]"), "errorType": "invalid-params"})
        .to_string()
}

/// A server, its administrator and an agent who is no administrator.
async fn start() -> (TestApp, Caller, Caller) {
    let app = TestApp::start().await;
    let admin = app.user("boss", &["admin"]).await;
    let agent = app.agent().await;
    (app, admin, agent)
}

async fn created(app: &TestApp, caller: &Caller, body: &Value) -> String {
    let answer = app.post(CONTACTS, body.to_string()).by(caller).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["contactId"].as_str().unwrap().to_owned()
}

async fn mara(app: &TestApp, caller: &Caller) -> String {
    let body = json!({"name": "Mara Lindt", "emails": ["mara.lindt@example.org"], "phones": ["+4930123456"]});
    created(app, caller, &body).await
}

async fn shown(app: &TestApp, caller: &Caller, id: &str) -> Value {
    let answer = app.get(&format!("{}?contactId={id}", path("get"))).by(caller).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["contact"].clone()
}

async fn update(app: &TestApp, caller: &Caller, body: Value) -> Answer {
    app.post(&path("update"), body.to_string()).by(caller).await
}

/// Puts a contact and its visitor into the store as a first conversation would.
async fn stored(app: &TestApp, contact: Contact) -> Contact {
    let mut tx = app.ctx.store.begin().await.unwrap();
    for id in contact.visitor_ids() {
        let token = format!("token of {id}").into();
        tx.visitors().add(&Visitor::new(id, "guest-41".into(), token, app.ctx.clock.now())).await.unwrap();
    }
    tx.contacts().add(&contact).await.unwrap();
    tx.commit().await.unwrap();
    contact
}

/// A contact with a channel, not stored yet.
fn with_channel(app: &TestApp, id: &str, source: Source) -> Contact {
    let new = NewContact {
        name: "Mara Lindt".into(),
        emails: vec!["mara.lindt@example.org".into()],
        phones: vec!["+4930123456".into()],
        ..NewContact::default()
    };
    let mut contact = Contact::prepared(id.into(), new, app.ctx.clock.now());
    contact.channels = vec![Channel::new(format!("visitor-of-{id}").into(), source)];
    contact
}

fn api() -> Source {
    Source { kind: "api".into(), ..Source::default() }
}

/// Defines a custom field for visitors.
async fn define(app: &TestApp, id: &str, label: &str, other: &[(&str, Stored)]) {
    let definition = Definition {
        label: label.to_owned(),
        scope: Scope::Visitor,
        visibility: "visible".into(),
        other: other.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect(),
    };
    let definition = CustomField::define(id.into(), definition, app.ctx.clock.now());
    let mut tx = app.ctx.store.begin().await.unwrap();
    tx.custom_fields().add(&definition).await.unwrap();
    tx.commit().await.unwrap();
}

async fn undefine(app: &TestApp, id: &str) {
    let mut tx = app.ctx.store.begin().await.unwrap();
    assert!(tx.custom_fields().remove(&id.into()).await.unwrap());
    tx.commit().await.unwrap();
}

/// `cf1` as the suites of clients define it.
async fn define_cf1(app: &TestApp) {
    define(app, "cf1", "Custom Field 1", &[("required", true.into()), ("regexp", "^[0-9]+$".into())]).await;
}

/// The administrator is refused as soon as no role holds the permission any more.
async fn is_refused_without(
    app: &TestApp,
    permission: &PermissionId,
    call: crate::support::Call,
    by: &Caller,
) {
    app.grant(permission, &[]).await;
    call.by(by).await.says(403, NOT_PERMITTED);
}
