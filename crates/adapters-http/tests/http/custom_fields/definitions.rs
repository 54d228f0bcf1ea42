//! Listing, reading and removing definitions.

use omnicontact_domain::permission::{VIEW_L_ROOM, VIEW_LIVECHAT_MANAGER};
use serde_json::{Value, json};

use super::{DELETE, FIELD, LIST, define, minimal, plain, shown, start, typed, with};
use crate::support::{Answer, NOT_LOGGED_IN, NOT_PERMITTED};

fn ids(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let id = |field: &Value| field["_id"].as_str().unwrap().to_owned();
    json["customFields"].as_array().unwrap().iter().map(id).collect()
}

#[tokio::test]
async fn nobody_reads_without_credentials_or_without_the_permission() {
    let (app, admin) = start().await;
    app.get(LIST).send().await.says(401, NOT_LOGGED_IN);
    app.get(&format!("{LIST}/plan")).send().await.says(401, NOT_LOGGED_IN);
    app.grant(&VIEW_L_ROOM, &[]).await;
    app.get(LIST).by(&admin).await.says(403, NOT_PERMITTED);
    app.get(&format!("{LIST}?count=x")).by(&admin).await.says(403, NOT_PERMITTED);
    app.get(&format!("{LIST}/invalid-id")).by(&admin).await.says(403, NOT_PERMITTED);
}

#[tokio::test]
async fn an_empty_list_has_all_its_keys() {
    let (app, _) = start().await;
    let agent = app.agent().await;
    for query in ["", "?count=5&offset=0", "?query={}"] {
        let answer = app.get(&format!("{LIST}{query}")).by(&agent).await;
        answer.says(200, r#"{"customFields":[],"count":0,"offset":0,"total":0,"success":true}"#);
    }
}

#[tokio::test]
async fn definitions_come_by_label_in_pages_by_text_and_in_any_order() {
    let (app, admin) = start().await;
    for (id, label) in [("aa", "Zebra"), ("bb", "apple"), ("cc", "Mango")] {
        define(&app, &admin, with(minimal(id, "visitor"), &json!({"label": label}))).await;
    }
    for (query, expected, total) in [
        ("", &["cc", "aa", "bb"][..], 3),
        ("?count=1&offset=1", &["aa"], 3),
        ("?count=0", &["cc", "aa", "bb"], 3),
        ("?offset=9", &[], 3),
        ("?text=MANGO", &["cc"], 1),
        ("?text=BB", &["bb"], 1),
        ("?text=.*", &[], 0),
        ("?sort={%22_id%22:-1}", &["cc", "bb", "aa"], 3),
    ] {
        let answer = app.get(&format!("{LIST}{query}")).by(&admin).await;
        assert_eq!(ids(&answer), expected, "{query}");
        let json = answer.json();
        assert_eq!((&json["count"], &json["total"]), (&json!(expected.len()), &json!(total)), "{query}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_query_of_a_list_is_said() {
    let (app, admin) = start().await;
    for (query, text) in [
        ("count=abc", "must be number [invalid-params]"),
        ("offset=x", "must be number [invalid-params]"),
        ("nothing=1", "must NOT have additional properties [invalid-params]"),
    ] {
        app.get(&format!("{LIST}?{query}")).by(&admin).await.says(400, &typed(text, "invalid-params"));
    }
    let answer = app.get(&format!("{LIST}?sort=x")).by(&admin).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["errorType"]), (400, &json!("error-invalid-sort")));
}

#[tokio::test]
async fn a_definition_is_read_by_its_id_and_an_unknown_one_is_null() {
    let (app, admin) = start().await;
    let made = define(&app, &admin, minimal("plan", "visitor")).await;
    assert_eq!(shown(&app, &admin, "plan").await, made);
    for unknown in ["nothing", "Custom%20Field%201", "%2F", "PLAN"] {
        let answer = app.get(&format!("{LIST}/{unknown}")).by(&admin).await;
        answer.says(200, r#"{"customField":null,"success":true}"#);
    }
}

#[tokio::test]
async fn only_managers_remove_definitions() {
    let (app, admin) = start().await;
    let agent = app.agent().await;
    define(&app, &admin, minimal("plan", "visitor")).await;
    let body = r#"{"customFieldId":"plan"}"#;
    app.post(DELETE, body).send().await.says(401, NOT_LOGGED_IN);
    app.post(DELETE, body).by(&agent).await.says(403, NOT_PERMITTED);
    app.grant(&VIEW_LIVECHAT_MANAGER, &[]).await;
    app.post(DELETE, body).by(&admin).await.says(403, NOT_PERMITTED);
    app.post(DELETE, "{}").by(&admin).await.says(403, NOT_PERMITTED);
    assert_eq!(shown(&app, &admin, "plan").await["_id"], "plan");
}

#[tokio::test]
async fn a_definition_is_removed_once_and_counts_no_more() {
    let (app, admin) = start().await;
    define(&app, &admin, minimal("plan", "visitor")).await;
    let removing = || app.post(DELETE, r#"{"customFieldId":"plan"}"#).by(&admin);
    removing().await.says(200, r#"{"success":true}"#);
    assert_eq!(shown(&app, &admin, "plan").await, Value::Null);
    removing().await.says(400, &plain("Custom field not found"));
    app.registered(&admin, r#"{"token":"t1","name":"Mara"}"#).await;
    let body = r#"{"token":"t1","key":"plan","value":"x","overwrite":true}"#;
    app.post(FIELD, body).send().await.says(400, &plain("invalid-custom-field"));
}

#[tokio::test]
async fn what_is_wrong_with_a_removal_is_said() {
    let (app, admin) = start().await;
    for (body, text) in [
        ("", "must have required property 'customFieldId'"),
        ("{}", "must have required property 'customFieldId'"),
        (r#"{"customFieldId":{}}"#, "must be string"),
        (r#"{"customFieldId":"a","x":1}"#, "must NOT have additional properties"),
    ] {
        app.post(DELETE, body).by(&admin).await.says(400, &typed(text, "invalid-params"));
    }
}
