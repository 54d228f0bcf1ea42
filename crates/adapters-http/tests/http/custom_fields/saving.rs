//! Making and changing definitions.

use omnicontact_domain::permission::VIEW_LIVECHAT_MANAGER;
use serde_json::{Value, json};

use super::{LIST, SAVE, define, minimal, plain, save, shown, start, typed, with};
use crate::support::{NOT_LOGGED_IN, NOT_PERMITTED};

/// Every optional key.
fn full() -> Value {
    json!({
        "type": "select", "regexp": "^[a-z]+$", "required": false, "defaultValue": "free",
        "options": "free,pro", "public": true, "searchable": true, "order": 3,
    })
}

#[tokio::test]
async fn only_managers_save_definitions() {
    let (app, admin) = start().await;
    let agent = app.agent().await;
    let body = json!({"customFieldId": null, "customFieldData": minimal("plan", "visitor")}).to_string();
    app.post(SAVE, body.clone()).send().await.says(401, NOT_LOGGED_IN);
    app.post(SAVE, body.clone()).by(&agent).await.says(403, NOT_PERMITTED);
    app.grant(&VIEW_LIVECHAT_MANAGER, &[]).await;
    app.post(SAVE, body).by(&admin).await.says(403, NOT_PERMITTED);
    app.post(SAVE, "{}").by(&admin).await.says(403, NOT_PERMITTED);
    assert_eq!(shown(&app, &admin, "plan").await, Value::Null);
}

#[tokio::test]
async fn a_definition_of_either_scope_is_made_of_its_required_keys() {
    let (app, admin) = start().await;
    for (field, scope) in [("a-1", "visitor"), ("B_2", "room")] {
        let made = define(&app, &admin, minimal(field, scope)).await;
        let keys: Vec<_> = made.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["_id", "label", "scope", "visibility", "_updatedAt"]);
        let label = format!("Label of {field}");
        assert_eq!(
            (&made["_id"], &made["label"], &made["scope"], &made["visibility"]),
            (&json!(field), &json!(label), &json!(scope), &json!("public"))
        );
    }
    let body = json!({"customFieldData": minimal("c", "room")}).to_string();
    assert_eq!(app.post(SAVE, body).by(&admin).await.status, 200);
}

#[tokio::test]
async fn optional_keys_and_unknown_ones_are_kept_but_the_servers_own_are_not() {
    let (app, admin) = start().await;
    let sent = with(minimal("plan", "visitor"), &full());
    let made = define(&app, &admin, with(sent, &json!({"_id": "x", "_updatedAt": "never"}))).await;
    for (key, value) in full().as_object().unwrap() {
        assert_eq!(&made[key], value, "{key}");
    }
    assert_eq!((&made["_id"], made.get("field")), (&json!("plan"), None));
    assert_ne!(made["_updatedAt"], "never");
    assert_eq!(shown(&app, &admin, "plan").await, made);
}

#[tokio::test]
async fn optional_keys_may_be_null_and_values_are_converted() {
    let (app, admin) = start().await;
    let data = with(
        minimal("plan", "visitor"),
        &json!({"type": null, "regexp": null, "required": "true", "defaultValue": 5, "searchable": null}),
    );
    let made = define(&app, &admin, data).await;
    assert_eq!((&made["required"], &made["defaultValue"]), (&json!(true), &json!("5")));
    assert_eq!((&made["type"], &made["searchable"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn an_id_that_is_taken_is_refused_whatever_its_scope() {
    let (app, admin) = start().await;
    let made = define(&app, &admin, minimal("plan", "visitor")).await;
    let again = save(&app, &admin, None, &minimal("plan", "room")).await;
    again.says(400, &plain("Custom Field already exists"));
    assert_eq!(shown(&app, &admin, "plan").await, made);
}

#[tokio::test]
async fn an_unknown_definition_cannot_be_changed() {
    let (app, admin) = start().await;
    for unknown in ["nothing", ""] {
        let answer = save(&app, &admin, Some(unknown), &minimal("plan", "visitor")).await;
        answer.says(400, &plain("Custom Field Not found"));
    }
    assert_eq!(shown(&app, &admin, "plan").await, Value::Null);
}

#[tokio::test]
async fn everything_but_the_id_can_be_changed() {
    let (app, admin) = start().await;
    define(&app, &admin, minimal("plan", "visitor")).await;
    let new = with(full(), &json!({"label": "Tariff", "scope": "room", "visibility": "hidden"}));
    let new = with(new, &json!({"searchable": false, "required": true}));
    let changed = save(&app, &admin, Some("plan"), &with(new.clone(), &json!({"field": "other"}))).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    for (key, value) in new.as_object().unwrap() {
        assert_eq!(&changed.json()["customField"][key], value, "{key}");
    }
    assert_eq!(shown(&app, &admin, "other").await, Value::Null);
    assert_eq!(shown(&app, &admin, "plan").await, changed.json()["customField"]);
}

#[tokio::test]
async fn what_a_schema_refuses_is_said() {
    let (app, admin) = start().await;
    let data = |more: Value| json!({"customFieldData": with(minimal("plan", "visitor"), &more)}).to_string();
    let without = |key: &str| {
        let mut data = minimal("plan", "visitor");
        data.as_object_mut().unwrap().remove(key);
        json!({"customFieldData": data}).to_string()
    };
    for (body, text) in [
        (String::new(), "must have required property 'customFieldData'"),
        (r#"{"customFieldId":null}"#.to_owned(), "must have required property 'customFieldData'"),
        (r#"{"customFieldData":"x"}"#.to_owned(), "must be object"),
        (r#"{"customFieldData":{},"x":1}"#.to_owned(), "must NOT have additional properties"),
        (r#"{"customFieldId":{},"customFieldData":{}}"#.to_owned(), "must be string"),
        (without("field"), "must have required property 'field'"),
        (without("label"), "must have required property 'label'"),
        (without("scope"), "must have required property 'scope'"),
        (without("visibility"), "must have required property 'visibility'"),
        (data(json!({"scope": "team"})), "must be equal to one of the allowed values"),
        (data(json!({"regexp": []})), "must be string"),
        (data(json!({"required": "yes"})), "must be boolean"),
    ] {
        app.post(SAVE, body).by(&admin).await.says(400, &typed(text, "invalid-params"));
    }
    app.get(LIST)
        .by(&admin)
        .await
        .says(200, r#"{"customFields":[],"count":0,"offset":0,"total":0,"success":true}"#);
}

#[tokio::test]
async fn a_bad_id_is_refused_in_words() {
    let (app, admin) = start().await;
    let text = "Invalid custom field name. Use only letters, numbers, hyphens and underscores.";
    for bad in ["Custom Field 1", "", "a.b", "$x", "é"] {
        save(&app, &admin, None, &minimal(bad, "visitor")).await.says(400, &plain(text));
    }
}

#[tokio::test]
async fn patterns_that_are_none_or_too_large_are_refused_when_they_are_saved() {
    let (app, admin) = start().await;
    let text = "The value of field regexp is no pattern that can be used [error-invalid-params]";
    for broken in ["(", "(a{1000}){1000}", &"a".repeat(1_001)] {
        let data = with(minimal("plan", "visitor"), &json!({"regexp": broken}));
        save(&app, &admin, None, &data).await.says(400, &typed(text, "error-invalid-params"));
    }
    assert_eq!(shown(&app, &admin, "plan").await, Value::Null);
}

#[tokio::test]
async fn of_many_who_make_the_same_definition_one_does() {
    let (app, admin) = start().await;
    let data = minimal("plan", "visitor");
    let saving = || save(&app, &admin, None, &data);
    let (a, b, c, d) = tokio::join!(saving(), saving(), saving(), saving());
    let mut answers = [a, b, c, d].map(|answer| (answer.status.as_u16(), answer.body));
    answers.sort();
    assert_eq!(answers[0].0, 200);
    for (status, body) in &answers[1..] {
        assert_eq!((*status, body), (400, &plain("Custom Field already exists")));
    }
}
