//! `GET omnichannel/contacts.checkExistence` (contract, contacts 7.6; 10, checkExistence).

use omnicontact_domain::permission::VIEW_LIVECHAT_CONTACT;
use omnicontact_domain::setting::PHONE_REGION;
use serde_json::json;

use super::{created, invalid, is_refused_without, mara, path, start};
use crate::support::{Caller, TestApp};

async fn exists(app: &TestApp, caller: &Caller, query: &str) -> bool {
    let answer = app.get(&format!("{}?{query}", path("checkExistence"))).by(caller).await;
    let exists = answer.json()["exists"].as_bool();
    answer.says(200, &json!({"exists": exists, "success": true}).to_string());
    exists.unwrap()
}

#[tokio::test]
async fn people_are_known_by_canonical_keys() {
    let (app, admin, _) = start().await;
    let id = mara(&app, &admin).await;
    created(&app, &admin, &json!({"name": "x", "emails": [], "phones": ["no digits", "555 1234 x.9"]})).await;
    for (query, known) in [
        (format!("contactId={id}"), true),
        ("contactId=invalid-contact-id".to_owned(), false),
        ("email=mara.lindt@example.org".to_owned(), true),
        ("email=%20MARA.Lindt@Example.ORG%20".to_owned(), true),
        ("email=invalid-email@example.com".to_owned(), false),
        ("phone=%2B4930123456".to_owned(), true),
        ("phone=%2B49%20(30)%2012-34-56".to_owned(), true),
        ("phone=no%20digits".to_owned(), true),
        ("phone=invalid-phone".to_owned(), false),
        ("phone=No%20Digits".to_owned(), false),
        ("phone=55512349".to_owned(), true),
    ] {
        assert_eq!(exists(&app, &admin, &query).await, known, "{query}");
    }
}

#[tokio::test]
async fn the_region_joins_both_forms_of_a_number_at_once_and_for_all_contacts() {
    let (app, admin, _) = start().await;
    mara(&app, &admin).await;
    created(&app, &admin, &json!({"name": "x", "emails": [], "phones": ["030 / 99 88 77"]})).await;
    let (national, of_a_national_one) = ("phone=030%20123456", "phone=%2B4930998877");
    for (region, known) in [("", false), ("DE", true), ("FR", false), ("de", true), ("nowhere", false)] {
        app.set(PHONE_REGION, region).await;
        assert_eq!(exists(&app, &admin, national).await, known, "{region}");
        assert_eq!(exists(&app, &admin, of_a_national_one).await, known, "{region}");
        assert!(exists(&app, &admin, "phone=%2B4930123456").await, "{region}");
    }
}

#[tokio::test]
async fn a_deleted_contact_does_not_exist() {
    let (app, admin, _) = start().await;
    let id = mara(&app, &admin).await;
    app.post(&path("delete"), json!({"contactId": id}).to_string())
        .by(&admin)
        .await
        .says(200, r#"{"success":true}"#);
    for query in
        [format!("contactId={id}"), "email=mara.lindt@example.org".into(), "phone=%2B4930123456".into()]
    {
        assert!(!exists(&app, &admin, &query).await, "{query}");
    }
}

#[tokio::test]
async fn every_wrong_combination_has_its_messages() {
    let (app, admin, _) = start().await;
    let additional = "must NOT have additional properties";
    let id = "must have required property 'contactId'";
    let email = "must have required property 'email'";
    let phone = "must have required property 'phone'";
    let blank = r#"must pass "isNotEmpty" keyword validation"#;
    let format = r#"must match format "basic_email""#;
    for (query, messages) in [
        ("", [id, email, phone]),
        ("other=1", [id, email, phone]),
        ("contactId=c&email=a@x&phone=1", [additional, additional, additional]),
        ("contactId=c&email=a@x", [additional, additional, phone]),
        ("contactId=c&phone=1", [additional, email, additional]),
        ("email=a@x&phone=1", [id, additional, additional]),
        ("contactId=c&other=1", [additional, email, phone]),
        ("email=a@x&other=1", [id, additional, phone]),
        ("phone=1&other=1", [id, email, additional]),
        ("contactId=", [blank, email, phone]),
        ("contactId=%20", [blank, email, phone]),
        ("email=x", [id, format, phone]),
        ("email=", [id, format, phone]),
        ("phone=", [id, email, blank]),
        ("phone=1&phone=2", [id, email, "must be string"]),
    ] {
        let text = format!("{}\n must match exactly one schema in oneOf", messages.join("\n "));
        let answer = app.get(&format!("{}?{query}", path("checkExistence"))).by(&admin).await;
        answer.says(400, &invalid(&text));
    }
}

#[tokio::test]
async fn nobody_asks_without_the_permission() {
    let (app, admin, _) = start().await;
    let call = app.get(&format!("{}?contactId=c1", path("checkExistence")));
    is_refused_without(&app, &VIEW_LIVECHAT_CONTACT, call, &admin).await;
}
