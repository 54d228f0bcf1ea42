//! `livechat/visitors.search` and `livechat/visitors.autocomplete` (contract, conversations 1.6, 1.7 and 4.4).

use std::time::Duration;

use axum::http::Method;
use omnicontact_domain::custom_field::Scope;
use omnicontact_domain::permission::VIEW_L_ROOM;
use serde_json::{Value, json};

use super::{coded, define, plain, registered, value};
use crate::support::{Answer, Caller, NOT_PERMITTED, TestApp};

fn encoded(text: &str) -> String {
    let encoded: Vec<_> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    encoded.concat()
}

async fn search(app: &TestApp, by: &Caller, term: &str, more: &str) -> Value {
    let path = format!("/api/v1/livechat/visitors.search?term={}{more}", encoded(term));
    let answer = app.get(&path).by(by).await;
    assert_eq!(answer.status, 200, "{term}: {}", answer.body);
    answer.json()
}

/// Names of those who are found, in order.
async fn names(app: &TestApp, by: &Caller, term: &str) -> Vec<String> {
    let page = search(app, by, term, "").await;
    let visitors = page["visitors"].as_array().unwrap();
    assert_eq!((&page["count"], &page["total"]), (&json!(visitors.len()), &json!(visitors.len())));
    visitors.iter().map(|visitor| visitor["name"].as_str().unwrap().to_owned()).collect()
}

async fn complete(app: &TestApp, by: &Caller, selector: &str) -> Answer {
    app.get(&format!("/api/v1/livechat/visitors.autocomplete?selector={}", encoded(selector))).by(by).await
}

async fn offered(app: &TestApp, by: &Caller, selector: Value) -> Vec<String> {
    let answer = complete(app, by, &selector.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let items = answer.json()["items"].clone();
    items.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

/// Two who are called Ada, the second one later, and Bob.
async fn people(app: &TestApp) -> [Value; 3] {
    define(app, "plan", Scope::Visitor, &[("searchable", true.into())]).await;
    define(app, "secret", Scope::Visitor, &[("searchable", false.into())]).await;
    define(app, "topic", Scope::Room, &[("searchable", true.into())]).await;
    let mut people = Vec::new();
    for (token, name, plan) in
        [("t1", "Ada Visitor", "Gold"), ("t2", "ada (2)", "Silver"), ("t3", "Bob", "Gold")]
    {
        app.wait(Duration::from_secs(1));
        people.push(
            registered(
                app,
                json!({
                    "token": token, "name": name, "email": format!("{token}@example.org"),
                    "phone": format!("+49 {token}"),
                    "customFields": [value("plan", plan, true), value("secret", "Rosebud", true)],
                }),
            )
            .await,
        );
    }
    people.try_into().unwrap()
}

#[tokio::test]
async fn without_permission_or_term_nothing_is_searched() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    for (path, key) in [("visitors.search", "term"), ("visitors.autocomplete", "selector")] {
        let missing =
            coded(&format!("must have required property '{key}' [invalid-params]"), "invalid-params");
        app.get(&format!("/api/v1/livechat/{path}")).by(&agent).await.says(400, &missing);
    }
    app.grant(&VIEW_L_ROOM, &[]).await;
    for path in ["visitors.search?term=a", "visitors.autocomplete?selector=%7B%7D", "visitors.search"] {
        app.get(&format!("/api/v1/livechat/{path}")).by(&agent).await.says(403, NOT_PERMITTED);
    }
}

#[tokio::test]
async fn visitors_are_found_by_whatever_the_contract_names_and_by_nothing_else() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let [ada, other, bob] = people(&app).await;
    for (term, expected) in [
        ("ADA", &["ada (2)", "Ada Visitor"][..]),
        ("da v", &["Ada Visitor"]),
        ("a (", &["ada (2)"]),
        ("t1@example.org", &["Ada Visitor"]),
        ("t1@example", &[]),
        ("T1@example.org", &[]),
        ("+49 t3", &["Bob"]),
        ("49 t3", &[]),
        ("oLD", &["Bob", "Ada Visitor"]),
        ("rosebud", &[]),
        ("", &["Bob", "ada (2)", "Ada Visitor"]),
        ("guest-", &["Bob", "ada (2)", "Ada Visitor"]),
        (bob["username"].as_str().unwrap(), &["Bob"]),
        (".*", &[]),
        ("b", &["Bob"]),
    ] {
        assert_eq!(names(&app, &agent, term).await, expected, "{term}");
    }
    let found = search(&app, &agent, "bob", "").await;
    let expected = json!({
        "_id": bob["_id"], "username": bob["username"], "name": "Bob", "phone": [{"phoneNumber": "+49 t3"}],
        "livechatData": {"plan": "Gold", "secret": "Rosebud"}, "visitorEmails": [{"address": "t3@example.org"}],
    });
    assert_eq!(found["visitors"], json!([expected]));
    let page = search(&app, &agent, "", "&count=1&offset=1").await;
    assert_eq!((&page["count"], &page["offset"], &page["total"]), (&json!(1), &json!(1), &json!(3)));
    assert_eq!(page["visitors"][0]["_id"], other["_id"]);
    for (sort, expected) in [(r#"{"ts":1}"#, &ada), (r#"{"name":-1}"#, &bob), (r#"{"shoe":1}"#, &bob)] {
        let page = search(&app, &agent, "", &format!("&sort={}", encoded(sort))).await;
        assert_eq!(page["visitors"][0]["_id"], expected["_id"], "{sort}");
    }
}

#[tokio::test]
async fn what_is_written_is_found_at_once_and_what_is_erased_is_not() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    people(&app).await;
    registered(&app, json!({"token": "t3", "name": "Zoe"})).await;
    assert_eq!(names(&app, &agent, "bob").await, Vec::<String>::new());
    assert_eq!(names(&app, &agent, "zoe").await, ["Zoe"]);
    let gone = app.call(Method::DELETE, "/api/v1/livechat/visitor/t3").send().await;
    assert_eq!(gone.status, 200);
    for term in ["zoe", "t3@example.org", "+49 t3"] {
        assert_eq!(names(&app, &agent, term).await, Vec::<String>::new(), "{term}");
    }
    assert_eq!(names(&app, &agent, "").await, ["ada (2)", "Ada Visitor"]);
    assert_eq!(offered(&app, &agent, json!({"term": "z"})).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_hostile_term_is_a_text_like_others() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    people(&app).await;
    for term in [
        "^((ab)*(ab)*)*$".to_owned(),
        format!("{}!", "(a+)+".repeat(200)),
        "%_\\\"'".repeat(50),
        "\u{1f}".to_owned(),
        "ａ".repeat(2_500),
        " ".to_owned(),
        "AND OR NOT NEAR(a b)".to_owned(),
        "\u{10ffff}".repeat(300),
    ] {
        let found = search(&app, &agent, &term, "").await;
        assert_eq!(found["total"], if term == " " { 2 } else { 0 }, "{term}");
        let begins = offered(&app, &agent, json!({"term": term})).await;
        assert_eq!(begins.len(), if term == " " { 3 } else { 0 }, "{term}");
    }
}

#[tokio::test]
async fn names_are_completed() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let [ada, other, _] = people(&app).await;
    let answer = complete(&app, &agent, r#"{"term":" ADA v "}"#).await;
    let username = ada["username"].as_str().unwrap();
    let expected = json!({
        "items": [{
            "_id": ada["_id"], "name": "Ada Visitor", "username": username,
            "custom_name": format!("{username} - Ada Visitor"),
        }],
        "success": true,
    });
    assert_eq!((answer.status.as_u16(), answer.json()), (200, expected));
    for (selector, expected) in [
        (json!({"term": "a"}), &["ada (2)", "Ada Visitor"][..]),
        (json!({"term": "a", "exceptions": [other["_id"], "nobody"]}), &["Ada Visitor"]),
        (json!({"term": "visitor"}), &[]),
        (json!({"term": "guest"}), &[]),
        (json!({"term": "A.*"}), &[]),
        (json!({"term": ""}), &["ada (2)", "Ada Visitor", "Bob"]),
        (json!({"conditions": {"name": "Bob"}}), &["ada (2)", "Ada Visitor", "Bob"]),
    ] {
        assert_eq!(offered(&app, &agent, selector.clone()).await, expected, "{selector}");
    }
    for number in 0..12 {
        registered(&app, json!({"token": format!("c{number}"), "name": format!("Cleo {number:02}")})).await;
    }
    let ten: Vec<_> = (0..10).map(|number| format!("Cleo {number:02}")).collect();
    assert_eq!(offered(&app, &agent, json!({"term": "cleo"})).await, ten);
}

#[tokio::test]
async fn a_selector_that_makes_no_sense_is_refused() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let refused = plain("The \"selector\" query parameter must be a valid JSON.");
    for selector in ["{invalid", "", "null", "[]", r#"{"term":1}"#, r#"{"exceptions":"v1"}"#] {
        complete(&app, &agent, selector).await.says(400, &refused);
    }
    let nul = complete(&app, &agent, r#"{"term":"\u0000"}"#).await;
    assert_eq!(nul.status, 400, "{}", nul.body);
}
