//! `POST omnichannel/contacts` (contract, contacts 7.1; 10, Create).

use omnicontact_domain::permission::CREATE_LIVECHAT_CONTACT;
use serde_json::json;

use super::{CONTACTS, created, define, define_cf1, invalid, is_refused_without, mara, plain, shown, start};

#[tokio::test]
async fn the_answer_is_the_id_and_everything_is_stored_verbatim() {
    let (app, admin, agent) = start().await;
    define(&app, "plan", "Plan", &[]).await;
    let body = json!({
        "name": " Mara Lindt ", "emails": ["Mara.Lindt@Example.org", "mara@work.example"], "phones": ["+49 (30) 12 34"],
        "customFields": {"plan": " gold "}, "contactManager": agent.id,
    });
    let answer = app.post(CONTACTS, body.to_string()).by(&admin).await;
    let id = answer.json()["contactId"].as_str().unwrap().to_owned();
    answer.says(200, &format!(r#"{{"contactId":"{id}","success":true}}"#));
    assert!(id.len() == 24 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{id}");
    let contact = shown(&app, &admin, &id).await;
    let (created_at, updated_at) = (contact["createdAt"].clone(), contact["_updatedAt"].clone());
    assert_eq!(
        contact,
        json!({
            "_id": id, "createdAt": created_at, "name": " Mara Lindt ",
            "emails": [{"address": "Mara.Lindt@Example.org"}, {"address": "mara@work.example"}],
            "phones": [{"phoneNumber": "+49 (30) 12 34"}], "contactManager": agent.id, "channels": [],
            "customFields": {"plan": "gold"}, "unknown": false, "preRegistration": true, "_updatedAt": updated_at,
        })
    );
}

#[tokio::test]
async fn what_is_empty_is_a_contact_too_and_what_is_no_text_becomes_one() {
    let (app, admin, _) = start().await;
    for (sent, name, phones) in [
        (json!({"name": "", "emails": [], "phones": [], "contactManager": ""}), "", json!([])),
        (json!({"name": null, "emails": [], "phones": [], "contactManager": null}), "", json!([])),
        (json!({"name": 12, "emails": [], "phones": [5511]}), "12", json!([{"phoneNumber": "5511"}])),
        (json!({"name": true, "emails": [], "phones": [], "customFields": ""}), "true", json!([])),
        (json!({"name": "x", "emails": [], "phones": [], "customFields": null}), "x", json!([])),
    ] {
        let contact = shown(&app, &admin, &created(&app, &admin, &sent).await).await;
        assert_eq!((&contact["name"], &contact["phones"]), (&json!(name), &phones));
        assert_eq!((&contact["emails"], &contact["customFields"]), (&json!([]), &json!({})));
        assert!(contact.get("contactManager").is_none());
    }
}

#[tokio::test]
async fn a_second_contact_with_the_same_data_is_another_one() {
    let (app, admin, _) = start().await;
    assert_ne!(mara(&app, &admin).await, mara(&app, &admin).await);
    let twins = json!({"name": "x", "emails": ["A@x", "a@x"], "phones": []});
    let contact = shown(&app, &admin, &created(&app, &admin, &twins).await).await;
    assert_eq!(contact["emails"], json!([{"address": "A@x"}, {"address": "a@x"}]));
}

#[tokio::test]
async fn the_manager_must_be_an_agent() {
    let (app, admin, agent) = start().await;
    let body = |manager: &str| json!({"name": "x", "emails": [], "phones": [], "contactManager": manager});
    for nobody in ["invalid", admin.id.as_str()] {
        let answer = app.post(CONTACTS, body(nobody).to_string()).by(&admin).await;
        answer.says(400, &plain("error-contact-manager-not-found"));
    }
    created(&app, &admin, &body(&agent.id)).await;
}

#[tokio::test]
async fn custom_values_must_be_defined_and_fit() {
    let (app, admin, _) = start().await;
    define_cf1(&app).await;
    let body = |values| json!({"name": "x", "emails": [], "phones": [], "customFields": values}).to_string();
    for bad in [json!({}), json!({"cf1": "invalid"}), json!({"cf1": 5}), json!(null)] {
        let answer = app.post(CONTACTS, body(bad)).by(&admin).await;
        answer.says(400, &plain("Invalid value for Custom Field 1 field"));
    }
    let answer = app.post(CONTACTS, body(json!({"cf1": "123", "cf2": "x"}))).by(&admin).await;
    answer.says(400, &plain("Custom field cf2 is not allowed"));
    assert_eq!(app.post(CONTACTS, body(json!({"cf1": "123"}))).by(&admin).await.status, 200);
}

#[tokio::test]
async fn the_schema_says_what_is_wrong() {
    let (app, admin, _) = start().await;
    let duplicate = "must NOT have duplicate items (items ## 1 and 0 are identical)";
    for (body, text) in [
        (json!({}), "must have required property 'name'"),
        (json!({"phones": [], "emails": []}), "must have required property 'name'"),
        (json!({"name": "x", "phones": []}), "must have required property 'emails'"),
        (json!({"name": "x", "emails": []}), "must have required property 'phones'"),
        (json!({"name": "x", "emails": "invalid", "phones": []}), "must be array"),
        (json!({"name": "x", "emails": null, "phones": []}), "must be array"),
        (json!({"name": "x", "emails": [], "phones": null}), "must be array"),
        (json!({"name": "x", "emails": [{"invalid": true}], "phones": []}), "must be string"),
        (json!({"name": "x", "emails": [], "phones": [{"invalid": true}]}), "must be string"),
        (json!({"name": [], "emails": [], "phones": []}), "must be string"),
        (json!({"name": "x", "emails": [], "phones": [], "customFields": "x"}), "must be object"),
        (json!([]), "must be object"),
        (
            json!({"name": "x", "emails": [], "phones": [], "additional": 1}),
            "must NOT have additional properties",
        ),
        (json!({"name": "x", "emails": ["a", "a"], "phones": []}), duplicate),
        (json!({"name": "x", "emails": [], "phones": ["1", 1]}), duplicate),
    ] {
        app.post(CONTACTS, body.to_string()).by(&admin).await.says(400, &invalid(text));
    }
}

#[tokio::test]
async fn nobody_makes_contacts_without_the_permission() {
    let (app, admin, _) = start().await;
    let call = app.post(CONTACTS, "{}");
    is_refused_without(&app, &CREATE_LIVECHAT_CONTACT, call, &admin).await;
}
