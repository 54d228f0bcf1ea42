//! What is too much, and many at once.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{CONTACTS, created, define, mara, path, plain, shown, start};

/// However slow the machine: far below what a pattern or a list without bounds would take.
const SOON: Duration = Duration::from_secs(20);

async fn too_much(body: Value, text: &str) {
    let (app, admin, _) = start().await;
    let begun = Instant::now();
    let answer = app.post(CONTACTS, body.to_string()).by(&admin).await;
    let error = format!("{text} [error-invalid-params]");
    let expected = json!({"success": false, "error": error, "errorType": "error-invalid-params"});
    answer.says(400, &expected.to_string());
    assert!(begun.elapsed() < SOON);
}

#[tokio::test]
async fn ten_thousand_addresses_are_too_many() {
    let many: Vec<_> = (0..10_000).map(|number| format!("a{number}@x")).collect();
    for (field, other) in [("emails", "phones"), ("phones", "emails")] {
        let body = json!({"name": "x", field: many, other: []});
        too_much(body, &format!("The value of field {field} holds more than 1000 entries")).await;
    }
}

#[tokio::test]
async fn a_megabyte_is_too_long_or_too_large() {
    let (app, admin, _) = start().await;
    let long = "x".repeat(1 << 20);
    let answer =
        app.post(CONTACTS, json!({"name": long, "emails": [], "phones": []}).to_string()).by(&admin).await;
    assert_eq!(answer.status, 413);
    let long = "x".repeat(1 << 19);
    for (body, field) in [
        (json!({"name": long, "emails": [], "phones": []}), "name"),
        (json!({"name": "x", "emails": [long], "phones": []}), "emails"),
        (json!({"name": "x", "emails": [], "phones": [long]}), "phones"),
    ] {
        let answer = app.post(CONTACTS, body.to_string()).by(&admin).await;
        assert_eq!(answer.status, 400);
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error.starts_with(&format!("The value of field {field} is longer than ")), "{error}");
    }
    let answer = app.get(&format!("{}?searchText={}", path("search"), "x".repeat(60_000))).by(&admin).await;
    assert_eq!(answer.json()["total"], 0);
}

#[tokio::test]
async fn a_hostile_pattern_lets_nothing_pass_and_holds_up_nobody() {
    let (app, admin, _) = start().await;
    define(&app, "cf1", "Custom Field 1", &[("regexp", r"(?=(a+))(a+)+b\1".into())]).await;
    let body = json!({"name": "x", "emails": [], "phones": [], "customFields": {"cf1": "a".repeat(5_000)}});
    let begun = Instant::now();
    let answer = app.post(CONTACTS, body.to_string()).by(&admin).await;
    answer.says(400, &plain("Invalid value for Custom Field 1 field"));
    assert!(begun.elapsed() < SOON);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_updates_at_once_none_is_lost() {
    let (app, admin, agent) = start().await;
    let id = mara(&app, &admin).await;
    // Each of three fields is last written by exactly one of the updates that sent it; values never mix, and
    // what one did not send is not put back.
    let calls: Vec<_> = (0..200)
        .map(|number| {
            let body = match number % 4 {
                0 => json!({"contactId": id, "name": format!("Name {number}")}),
                1 => json!({"contactId": id, "emails": [format!("{number}@x"), "same@x"]}),
                2 => json!({"contactId": id, "phones": [number.to_string()]}),
                _ => json!({"contactId": id, "contactManager": agent.id}),
            };
            let call = app.post(&path("update"), body.to_string());
            let admin = admin.clone();
            tokio::spawn(async move { call.by(&admin).await.status.as_u16() })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), 200);
    }
    let contact = shown(&app, &admin, &id).await;
    assert!(contact["name"].as_str().unwrap().starts_with("Name "));
    assert_eq!(
        (contact["emails"].as_array().unwrap().len(), &contact["emails"][1]["address"]),
        (2, &json!("same@x"))
    );
    assert_ne!(contact["phones"][0]["phoneNumber"], "+4930123456");
    assert_eq!(contact["contactManager"], json!(agent.id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_custom_values_decided_at_once_none_is_lost() {
    use omnicontact_domain::contact::ConflictingField;
    let (app, admin, _) = start().await;
    let mut contact = super::with_channel(&app, "c1", super::api());
    contact.conflicting_fields =
        Some((0..=200).map(|number| ConflictingField::custom(&format!("f{number}"), "old".into())).collect());
    super::stored(&app, contact).await;
    let calls: Vec<_> = (0..200)
        .map(|number| {
            let body = json!({"contactId": "c1", "customFields": {format!("f{number}"): number.to_string()}});
            let call = app.post(&path("conflicts"), body.to_string());
            let admin = admin.clone();
            tokio::spawn(async move { call.by(&admin).await.status.as_u16() })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), 200);
    }
    let contact = shown(&app, &admin, "c1").await;
    for number in 0..200 {
        assert_eq!(contact["customFields"][format!("f{number}")], json!(number.to_string()));
    }
    assert_eq!(contact["conflictingFields"], json!([{"field": "customFields.f200", "value": "old"}]));
}

#[tokio::test]
async fn addresses_that_are_one_person_may_stand_side_by_side() {
    let (app, admin, _) = start().await;
    let phones = ["+49 30 123456", "+4930123456"];
    let id = created(&app, &admin, &json!({"name": "x", "emails": ["A@x", "a@x"], "phones": phones})).await;
    for query in ["email=a@x", "phone=%2B4930123456"] {
        let answer = app.get(&format!("{}?{query}", path("checkExistence"))).by(&admin).await;
        assert_eq!(answer.json()["exists"], true, "{query}");
    }
    let answer = app.get(&format!("{}?searchText=a@x", path("search"))).by(&admin).await;
    assert_eq!((&answer.json()["total"], &answer.json()["contacts"][0]["_id"]), (&json!(1), &json!(id)));
}
