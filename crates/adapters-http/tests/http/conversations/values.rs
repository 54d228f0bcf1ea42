//! Custom values on their way to visitor, contact and conversation (contract, conversations 4.4, 15 to 19; 4.5, 11 and
//! 19 to 31).

use omnicontact_domain::custom_field::{CustomField, Definition, Scope};
use omnicontact_domain::value::Fields;
use serde_json::json;

use super::*;

async fn define(app: &TestApp, scope: Scope, visibility: &str, ids: &[&str]) {
    let mut tx = app.ctx.store.begin().await.unwrap();
    for id in ids {
        let definition = Definition {
            label: format!("Label of {id}"),
            scope,
            visibility: visibility.into(),
            other: Fields::default(),
        };
        let definition = CustomField::define((*id).into(), definition, app.ctx.clock.now());
        tx.custom_fields().add(&definition).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// A server with three fields for visitors and one for conversations, and an administrator.
async fn with_fields() -> (TestApp, Caller) {
    let app = start().await;
    define(&app, Scope::Visitor, "public", &["cf1", "cf2", "cf3"]).await;
    define(&app, Scope::Room, "public", &["topic"]).await;
    let admin = app.user("root", &["admin"]).await;
    (app, admin)
}

/// Registers the visitor again, with these values.
async fn tell(app: &TestApp, values: &[(&str, &str, bool)]) -> Value {
    visitor_who(app, json!({"token": "t1", "name": "Ada", "customFields": listed(values)})).await
}

fn listed(values: &[(&str, &str, bool)]) -> Value {
    let value = |(key, value, overwrite): &(&str, &str, bool)| json!({"key": key, "value": value, "overwrite": overwrite});
    values.iter().map(value).collect()
}

/// Sets values over the widget.
async fn set(app: &TestApp, values: &[(&str, &str, bool)]) -> Answer {
    let body = json!({"token": "t1", "customFields": listed(values)}).to_string();
    app.post("/api/v1/livechat/custom.fields", body).send().await
}

#[tokio::test]
async fn what_a_registration_brings_reaches_the_contact_in_the_order_sent() {
    let (app, admin) = with_fields().await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let known = async || contact(&app, &begun, &admin).await;
    tell(&app, &[("cf1", "test", true)]).await;
    assert_eq!(known().await["customFields"], json!({"cf1": "test"}));
    tell(&app, &[("cf2", "two", true), ("cf3", "three", false)]).await;
    assert_eq!(known().await["customFields"], json!({"cf1": "test", "cf2": "two", "cf3": "three"}));
    tell(&app, &[("cf1", "new test", true), ("cf3", "three", false)]).await;
    let values = json!({"cf1": "new test", "cf2": "two", "cf3": "three"});
    assert_eq!(known().await["customFields"], values);
    let before = known().await["conflictingFields"].as_array().map_or(0, Vec::len);
    tell(&app, &[("cf1", "a", false), ("cf2", "other", true), ("cf1", "b", false)]).await;
    let after = known().await;
    assert_eq!(after["customFields"], json!({"cf1": "new test", "cf2": "other", "cf3": "three"}));
    let conflicts = after["conflictingFields"].as_array().unwrap()[before..].to_vec();
    let conflict = |value: &str| json!({"field": "customFields.cf1", "value": value});
    assert_eq!(conflicts, [conflict("a"), conflict("b")]);
}

#[tokio::test]
async fn a_refused_value_is_noted_once_for_each_time() {
    let (app, admin) = with_fields().await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    tell(&app, &[("cf1", "test", true)]).await;
    let conflict = |value: &str| json!({"field": "customFields.cf1", "value": value});
    tell(&app, &[("cf1", "new test", false), ("cf2", "two", true)]).await;
    let known = contact(&app, &begun, &admin).await;
    assert_eq!(known["customFields"], json!({"cf1": "test", "cf2": "two"}));
    assert_eq!(known["conflictingFields"], json!([conflict("new test")]));
    tell(&app, &[("cf1", "new test 2", false), ("cf2", "two", true)]).await;
    let known = contact(&app, &begun, &admin).await;
    assert_eq!(known["conflictingFields"], json!([conflict("new test"), conflict("new test 2")]));
}

#[tokio::test]
async fn the_widget_writes_the_same_and_the_conversations_values() {
    let (app, admin) = with_fields().await;
    visitor(&app, "t1").await;
    let alone = json!({"token": "t1", "key": "cf1", "value": "early", "overwrite": true}).to_string();
    let early = app.post("/api/v1/livechat/custom.field", alone).send().await;
    early.says(200, r#"{"field":{"key":"cf1","value":"early","overwrite":true},"success":true}"#);
    let begun = room(&app, "t1").await;
    assert_eq!(contact(&app, &begun, &admin).await["customFields"], json!({"cf1": "early"}));
    let answer =
        set(&app, &[("cf1", "one", true), ("cf2", "two", true), ("cf3", "three", true)]).await.json();
    let echoed: Vec<_> = answer["fields"].as_array().unwrap().iter().map(|field| &field["value"]).collect();
    assert_eq!(echoed, ["one", "two", "three"]);
    let values = json!({"cf1": "one", "cf2": "two", "cf3": "three"});
    assert_eq!(contact(&app, &begun, &admin).await["customFields"], values);
    assert_eq!(set(&app, &[("cf1", "other", false)]).await.status, 200);
    let conflict = json!([{"field": "customFields.cf1", "value": "other"}]);
    let known = contact(&app, &begun, &admin).await;
    assert_eq!((&known["customFields"]["cf1"], &known["conflictingFields"]), (&json!("one"), &conflict));
    assert_eq!(set(&app, &[("cf2", "new", true), ("topic", "tea", true)]).await.status, 200);
    let known = contact(&app, &begun, &admin).await;
    assert_eq!((&known["customFields"]["cf2"], &known["conflictingFields"]), (&json!("new"), &conflict));
    assert_eq!(channel(&app, &begun, &admin).await["livechatData"], json!({"topic": "tea"}));
    assert_eq!(set(&app, &[("topic", "coffee", false)]).await.status, 200);
    assert_eq!(channel(&app, &begun, &admin).await["livechatData"], json!({"topic": "tea"}));
    assert_eq!(set(&app, &[("topic", "coffee", true)]).await.status, 200);
    assert_eq!(channel(&app, &begun, &admin).await["livechatData"], json!({"topic": "coffee"}));
}

#[tokio::test]
async fn an_adopted_contact_has_no_conflicts_where_nothing_differs() {
    let (app, admin) = with_fields().await;
    let said = |token: &str| json!({"token": token, "name": "Ada", "email": "ada@x.org", "phone": "1"});
    let prepared = json!({"name": "Ada", "emails": ["ada@x.org"], "phones": ["1"]});
    let made = sent(&app, "omnichannel/contacts", prepared, &admin).await.json()["contactId"].clone();
    visitor_who(&app, said("t1")).await;
    let begun = room(&app, "t1").await;
    assert_eq!(begun["contactId"], made);
    assert_eq!(set(&app, &[("cf1", "one", true)]).await.status, 200);
    let known = contact(&app, &begun, &admin).await;
    assert_eq!((&known["customFields"], known.get("conflictingFields")), (&json!({"cf1": "one"}), None));
    let told = visitor_who(
        &app,
        json!({
            "token": "t1", "name": "Ada", "email": "ada@x.org", "phone": "1",
            "customFields": listed(&[("cf1", "two", true)]),
        }),
    )
    .await;
    assert_eq!(told["livechatData"], json!({"cf1": "two"}));
    let known = contact(&app, &begun, &admin).await;
    assert_eq!((&known["customFields"], known.get("conflictingFields")), (&json!({"cf1": "two"}), None));
    assert_eq!(
        (known["emails"].as_array().unwrap().len(), known["phones"].as_array().unwrap().len()),
        (1, 1)
    );
}

#[tokio::test]
async fn what_is_hidden_or_not_for_visitors_is_dropped() {
    let (app, admin) = with_fields().await;
    define(&app, Scope::Visitor, "hidden", &["secret"]).await;
    let told = tell(&app, &[("secret", "x", true), ("topic", "x", true), ("address", "x", true)]).await;
    assert_eq!(told.get("livechatData"), None);
    let begun = room(&app, "t1").await;
    tell(&app, &[("secret", "x", true)]).await;
    assert_eq!(contact(&app, &begun, &admin).await["customFields"].get("secret"), None);
}
