//! Values that visitors set over their widget.

use std::time::{Duration, Instant};

use omnicontact_domain::contact::{Channel, Contact, NewContact, Source};
use omnicontact_domain::visitor::Visitor;
use serde_json::{Value, json};

use super::{FIELD, FIELDS, define, minimal, plain, start, typed, with};
use crate::support::{Answer, CONTACT, Caller, TestApp};

/// A visitor with the token `t1`, its contact, and three fields for visitors and one for conversations.
async fn guest() -> (TestApp, Caller) {
    let (app, admin) = start().await;
    for field in ["cf1", "cf2", "cf3"] {
        define(&app, &admin, minimal(field, "visitor")).await;
    }
    define(&app, &admin, minimal("room", "room")).await;
    let digits = with(minimal("digits", "visitor"), &json!({"regexp": "^[0-9]+$"}));
    define(&app, &admin, digits).await;
    let now = app.ctx.clock.now();
    let visitor = Visitor::new("v1".into(), "guest-1".into(), "t1".into(), now);
    let new = NewContact { name: "Mara Lindt".into(), ..NewContact::default() };
    let mut contact = Contact::prepared("c1".into(), new, now);
    contact.channels = vec![Channel::new("v1".into(), Source { kind: "api".into(), ..Source::default() })];
    let mut tx = app.ctx.store.begin().await.unwrap();
    tx.visitors().add(&visitor).await.unwrap();
    tx.contacts().add(&contact).await.unwrap();
    tx.commit().await.unwrap();
    (app, admin)
}

/// Sets one value of `t1`.
async fn set(app: &TestApp, key: &str, value: &str, overwrite: bool) -> Answer {
    let body = json!({"token": "t1", "key": key, "value": value, "overwrite": overwrite});
    app.post(FIELD, body.to_string()).send().await
}

/// Sets several values of `t1`.
async fn set_all(app: &TestApp, values: &[(&str, &str, bool)]) -> Answer {
    let value = |(key, value, overwrite): &(&str, &str, bool)| json!({"key": key, "value": value, "overwrite": overwrite});
    let values: Vec<_> = values.iter().map(value).collect();
    app.post(FIELDS, json!({"token": "t1", "customFields": values}).to_string()).send().await
}

/// The values of the visitor, those of its contact, and what waits for a decision.
async fn state(app: &TestApp, by: &Caller) -> (Value, Value, Value) {
    let visitor = app.get(&format!("{CONTACT}?contactId=v1")).by(by).await.json()["contact"].clone();
    let path = "/api/v1/omnichannel/contacts.get?contactId=c1";
    let contact = app.get(path).by(by).await.json()["contact"].clone();
    assert_eq!((&visitor["_id"], &contact["_id"]), (&json!("v1"), &json!("c1")));
    let (values, conflicts) = (contact["customFields"].clone(), contact["conflictingFields"].clone());
    (visitor["livechatData"].clone(), values, conflicts)
}

#[tokio::test]
async fn a_value_without_one_of_its_keys_is_refused() {
    let (app, _) = guest().await;
    for (body, text) in [
        ("", "Missing key 'token'"),
        (r#"{"token":"t1","value":"v","overwrite":true}"#, "Missing key 'key'"),
        (r#"{"token":"t1","key":"cf1","overwrite":true}"#, "Missing key 'value'"),
        (r#"{"token":"t1","key":"cf1","value":"v"}"#, "Missing key 'overwrite'"),
        (
            r#"{"token":"t1","key":"cf1","value":5,"overwrite":true}"#,
            "Expected string, got number in field value",
        ),
        (
            r#"{"token":"t1","key":"cf1","value":"v","overwrite":"true"}"#,
            "Expected boolean, got string in field overwrite",
        ),
    ] {
        app.post(FIELD, body).send().await.says(400, &plain(&format!("Match error: {text}")));
    }
}

#[tokio::test]
async fn values_that_are_no_list_of_values_are_refused() {
    let (app, _) = guest().await;
    for (body, text) in [
        ("", "Missing key 'token'"),
        (r#"{"token":"t1"}"#, "Missing key 'customFields'"),
        (r#"{"token":"t1","customFields":"x"}"#, "Expected array, got \"x\" in field customFields"),
        (r#"{"token":"t1","customFields":[{}]}"#, "Missing key 'key' in field customFields[0]"),
    ] {
        app.post(FIELDS, body).send().await.says(400, &plain(&format!("Match error: {text}")));
    }
    set_all(&app, &[]).await.says(400, &plain("invalid-custom-field"));
}

#[tokio::test]
async fn unknown_tokens_and_unknown_fields_are_refused_in_this_order() {
    let (app, admin) = guest().await;
    let before = state(&app, &admin).await;
    let one = |token: &str, key: &str| {
        let body = json!({"token": token, "key": key, "value": "v", "overwrite": true});
        app.post(FIELD, body.to_string()).send()
    };
    let many = |token: &str, key: &str| {
        let values = json!([
            {"key": "cf1", "value": "v", "overwrite": true}, {"key": key, "value": "v", "overwrite": true},
        ]);
        app.post(FIELDS, json!({"token": token, "customFields": values}).to_string()).send()
    };
    for (token, key, text) in [
        ("invalid-token", "cf1", "invalid-token"),
        ("", "cf1", "invalid-token"),
        ("invalid-token", "nothing", "invalid-token"),
        ("t1", "nothing", "invalid-custom-field"),
        ("t1", "", "invalid-custom-field"),
    ] {
        one(token, key).await.says(400, &plain(text));
        many(token, key).await.says(400, &plain(text));
    }
    assert_eq!(state(&app, &admin).await, before);
}

#[tokio::test]
async fn a_value_that_the_pattern_refuses_writes_nothing_at_all() {
    let (app, admin) = guest().await;
    let before = state(&app, &admin).await;
    let refused = plain("Invalid value for digits field");
    set(&app, "digits", "abc", true).await.says(400, &refused);
    set_all(&app, &[("cf1", "v", true), ("digits", "abc", true)]).await.says(400, &refused);
    assert_eq!(state(&app, &admin).await, before);
    set(&app, "digits", "123", true)
        .await
        .says(200, r#"{"field":{"key":"digits","value":"123","overwrite":true},"success":true}"#);
}

#[tokio::test]
async fn one_value_reaches_the_visitor_and_its_contact() {
    let (app, admin) = guest().await;
    let answer = set(&app, "cf1", "first", true).await;
    answer.says(200, r#"{"field":{"key":"cf1","value":"first","overwrite":true},"success":true}"#);
    let values = json!({"cf1": "first"});
    assert_eq!(state(&app, &admin).await, (values.clone(), values, Value::Null));
}

#[tokio::test]
async fn without_overwriting_a_value_stays_and_the_contact_notes_the_other_one() {
    let (app, admin) = guest().await;
    set(&app, "cf1", "A", true).await;
    let answer = set(&app, "cf1", "B", false).await;
    answer.says(200, r#"{"field":{"key":"cf1","value":"B","overwrite":false},"success":true}"#);
    let kept = json!({"cf1": "A"});
    let conflict = json!([{"field": "customFields.cf1", "value": "B"}]);
    assert_eq!(state(&app, &admin).await, (kept.clone(), kept, conflict.clone()));
    set(&app, "cf2", "new", false).await;
    let both = json!({"cf1": "A", "cf2": "new"});
    assert_eq!(state(&app, &admin).await, (both.clone(), both, conflict.clone()));
    set(&app, "cf1", "C", true).await;
    let changed = json!({"cf1": "C", "cf2": "new"});
    assert_eq!(state(&app, &admin).await, (changed.clone(), changed, conflict));
}

#[tokio::test]
async fn several_values_come_back_rooms_first_and_all_reach_the_contact() {
    let (app, admin) = guest().await;
    let set = [("cf2", "two", true), ("room", "r", true), ("cf1", "one", true), ("cf3", "three", false)];
    set_all(&app, &set).await.says(
        200,
        &json!({"fields": [
            {"Key": "room", "value": "r", "overwrite": true},
            {"Key": "cf2", "value": "two", "overwrite": true},
            {"Key": "cf1", "value": "one", "overwrite": true},
            {"Key": "cf3", "value": "three", "overwrite": false},
        ], "success": true})
        .to_string(),
    );
    let (visitor, contact, conflicts) = state(&app, &admin).await;
    let values = json!({"cf1": "one", "cf2": "two", "cf3": "three"});
    assert_eq!((&visitor, &contact, conflicts), (&values, &values, Value::Null));
    set_all(&app, &[("cf1", "other", false), ("cf2", "new", true)]).await;
    let (visitor, contact, conflicts) = state(&app, &admin).await;
    let values = json!({"cf1": "one", "cf2": "new", "cf3": "three"});
    assert_eq!((&visitor, &contact), (&values, &values));
    assert_eq!(conflicts, json!([{"field": "customFields.cf1", "value": "other"}]));
}

#[tokio::test]
async fn an_empty_value_of_a_visitor_gives_way_only_among_several() {
    let (app, admin) = guest().await;
    set(&app, "cf1", "", true).await;
    set(&app, "cf1", "one", false).await;
    assert_eq!(state(&app, &admin).await.0, json!({"cf1": ""}));
    set_all(&app, &[("cf1", "many", false)]).await;
    assert_eq!(state(&app, &admin).await.0, json!({"cf1": "many"}));
}

#[tokio::test]
async fn texts_and_lists_have_bounds() {
    let (app, admin) = guest().await;
    let before = state(&app, &admin).await;
    let long = "x".repeat(omnicontact_domain::text::CUSTOM_VALUE_LIMIT + 1);
    let text = format!(
        "The value of field value is longer than {} characters [error-invalid-params]",
        omnicontact_domain::text::CUSTOM_VALUE_LIMIT
    );
    set(&app, "cf1", &long, true).await.says(400, &typed(&text, "error-invalid-params"));
    let many = vec![("cf1", "v", true); omnicontact_domain::text::CUSTOM_VALUES_LIMIT + 1];
    assert_eq!(set_all(&app, &many).await.json()["errorType"], "error-invalid-params");
    assert_eq!(set(&app, "cf1", "a\0", true).await.json()["errorType"], "error-invalid-params");
    assert_eq!(state(&app, &admin).await, before);
}

#[tokio::test]
async fn a_hostile_pattern_refuses_a_value_in_little_time() {
    let (app, admin) = guest().await;
    let evil = with(minimal("evil", "visitor"), &json!({"regexp": r"(?=(a+))(a+)+b\1"}));
    define(&app, &admin, evil).await;
    let begin = Instant::now();
    let refused = set(&app, "evil", &"a".repeat(5_000), true).await;
    refused.says(400, &plain("Invalid value for evil field"));
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert_eq!(state(&app, &admin).await.0["evil"], Value::Null);
}

#[tokio::test]
async fn values_of_several_fields_set_at_once_are_all_kept() {
    let (app, admin) = guest().await;
    let (a, b, c) =
        tokio::join!(set(&app, "cf1", "1", true), set(&app, "cf2", "2", true), set(&app, "cf3", "3", true));
    for answer in [a, b, c] {
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let (visitor, contact, _) = state(&app, &admin).await;
    let values = json!({"cf1": "1", "cf2": "2", "cf3": "3"});
    assert_eq!((&visitor, &contact), (&values, &values));
}
