//! `POST omnichannel/contacts.update` (contract, contacts 7.2; 10, Update).

use omnicontact_domain::contact::ConflictingField;
use omnicontact_domain::permission::UPDATE_LIVECHAT_CONTACT;
use omnicontact_domain::setting::RESOLVED_CONFLICTS_COUNT;
use omnicontact_domain::value::Value as Stored;
use serde_json::json;

use super::{
    api, created, define, define_cf1, invalid, is_refused_without, mara, path, plain, shown, start, stored,
    undefine, update, with_channel,
};

#[tokio::test]
async fn lists_are_replaced_and_what_is_not_sent_stays() {
    let (app, admin, agent) = start().await;
    let id = mara(&app, &admin).await;
    let before = shown(&app, &admin, &id).await;
    let sent = json!({"contactId": id, "name": "Mara Vogel", "emails": ["a@x", "b@x"], "phones": ["1"]});
    let answer = update(&app, &admin, sent).await;
    assert_eq!(answer.status, 200);
    let contact = answer.json()["contact"].clone();
    assert_eq!(contact["name"], "Mara Vogel");
    assert_eq!(contact["emails"], json!([{"address": "a@x"}, {"address": "b@x"}]));
    assert_eq!(contact["phones"], json!([{"phoneNumber": "1"}]));
    assert_eq!((&contact["createdAt"], &contact["preRegistration"]), (&before["createdAt"], &json!(true)));
    assert_eq!(contact, shown(&app, &admin, &id).await);

    let answer = update(&app, &admin, json!({"contactId": id, "contactManager": agent.id})).await;
    assert_eq!(answer.json()["contact"]["contactManager"], json!(agent.id));
    assert_eq!(answer.json()["contact"]["emails"], contact["emails"]);
    for null in ["emails", "phones", "customFields", "contactManager", "wipeConflicts"] {
        let answer = update(&app, &admin, json!({"contactId": id, null: null})).await;
        assert_eq!(answer.json()["contact"]["emails"], contact["emails"], "{null}");
        assert_eq!(answer.json()["contact"]["contactManager"], json!(agent.id), "{null}");
    }
    let answer = update(&app, &admin, json!({"contactId": id, "contactManager": "", "emails": []})).await;
    assert_eq!(answer.status, 200);
    let contact = shown(&app, &admin, &id).await;
    assert!(contact.get("contactManager").is_none());
    assert_eq!(contact["emails"], json!([]));
}

#[tokio::test]
async fn whatever_is_written_makes_the_contact_known() {
    let (app, admin, _) = start().await;
    let mut unknown = with_channel(&app, "c1", api());
    unknown.unknown = true;
    let stored = stored(&app, unknown).await;
    let answer = update(&app, &admin, json!({"contactId": "c1"})).await;
    assert_eq!(answer.json()["contact"]["unknown"], true);
    let answer = update(&app, &admin, json!({"contactId": "c1", "name": "Mara"})).await;
    let contact = answer.json()["contact"].clone();
    assert_eq!((&contact["unknown"], contact["channels"].as_array().unwrap().len()), (&json!(false), 1));
    assert_eq!(contact["emails"][0]["address"], json!(stored.emails.unwrap()[0]));
}

#[tokio::test]
async fn custom_values_follow_their_definitions() {
    let (app, admin, _) = start().await;
    define_cf1(&app).await;
    define(&app, "cf2", "Custom Field 2", &[]).await;
    define(&app, "cf3", "Custom Field 3", &[]).await;
    let values = json!({"cf1": "123", "cf2": "456", "cf3": "x"});
    let body = json!({"name": "x", "emails": [], "phones": [], "customFields": values});
    let id = created(&app, &admin, &body).await;
    undefine(&app, "cf2").await;
    let set = async |values| update(&app, &admin, json!({"contactId": id, "customFields": values})).await;

    let answer = set(json!({"cf1": "456", "cf2": "789", "cf3": " y "})).await;
    let legacy = json!({"cf1": "456", "cf2": "456", "cf3": "y"});
    assert_eq!(
        answer.json()["contact"]["customFields"],
        legacy,
        "what is not defined any more stays as it was"
    );
    let answer = set(json!({"cf1": "456"})).await;
    assert_eq!(answer.json()["contact"]["customFields"], json!({"cf1": "456", "cf2": "456"}));
    for (values, text) in [
        (json!({"cf1": "invalid"}), "Invalid value for Custom Field 1 field"),
        (json!({}), "Invalid value for Custom Field 1 field"),
        (json!({"cf1": "1", "cf9": "x"}), "Custom field cf9 is not allowed"),
    ] {
        set(values).await.says(400, &plain(text));
    }
    let answer = update(&app, &admin, json!({"contactId": id, "name": "y"})).await;
    assert_eq!(answer.json()["contact"]["customFields"], json!({"cf1": "456", "cf2": "456"}));
}

#[tokio::test]
async fn wiping_discards_and_counts_conflicts() {
    let (app, admin, _) = start().await;
    let mut contact = with_channel(&app, "c1", api());
    contact.conflicting_fields =
        Some(vec![ConflictingField::name("M. Lindt"), ConflictingField::custom("plan", "gold".into())]);
    stored(&app, contact).await;
    let answer = update(&app, &admin, json!({"contactId": "c1", "wipeConflicts": false})).await;
    assert_eq!(answer.json()["contact"]["conflictingFields"].as_array().unwrap().len(), 2);
    let answer = update(&app, &admin, json!({"contactId": "c1", "wipeConflicts": true})).await;
    assert_eq!(answer.json()["contact"]["conflictingFields"], json!([]));
    let counted =
        app.ctx.store.read().await.unwrap().settings().find(RESOLVED_CONFLICTS_COUNT).await.unwrap();
    assert_eq!(counted, Some(Stored::Number(2.0)));

    let id = mara(&app, &admin).await;
    let answer = update(&app, &admin, json!({"contactId": id, "wipeConflicts": true})).await;
    assert!(answer.json()["contact"].get("conflictingFields").is_none(), "never an early list");
}

#[tokio::test]
async fn a_refused_update_writes_nothing() {
    let (app, admin, _) = start().await;
    let id = mara(&app, &admin).await;
    let before = shown(&app, &admin, &id).await;
    for (body, text) in [
        (json!({"contactId": "invalid", "name": "x"}), "error-contact-not-found"),
        (json!({"contactId": "", "name": "x"}), "error-contact-not-found"),
        (
            json!({"contactId": id, "name": "x", "contactManager": "invalid"}),
            "error-contact-manager-not-found",
        ),
        (
            json!({"contactId": id, "name": "x", "contactManager": admin.id}),
            "error-contact-manager-not-found",
        ),
        (json!({"contactId": id, "name": "x", "customFields": {"a": "b"}}), "Custom field a is not allowed"),
        (json!({"contactId": id, "name": "", "phones": []}), "error-invalid-operation"),
        (json!({"contactId": id, "name": null, "phones": []}), "error-invalid-operation"),
    ] {
        update(&app, &admin, body).await.says(400, &plain(text));
    }
    assert_eq!(shown(&app, &admin, &id).await, before);
}

#[tokio::test]
async fn the_schema_says_what_is_wrong() {
    let (app, admin, _) = start().await;
    let duplicate = "must NOT have duplicate items (items ## 1 and 0 are identical)";
    for (body, text) in [
        (json!({}), "must have required property 'contactId'"),
        (json!({"contactId": "c", "emails": "invalid"}), "must be array"),
        (json!({"contactId": "c", "phones": "invalid"}), "must be array"),
        (json!({"contactId": "c", "emails": [{"invalid": true}]}), "must be string"),
        (json!({"contactId": "c", "phones": [{"invalid": true}]}), "must be string"),
        (json!({"contactId": {}}), "must be string"),
        (json!({"contactId": "c", "customFields": []}), "must be object"),
        (json!({"contactId": "c", "wipeConflicts": "yes"}), "must be boolean"),
        (json!({"contactId": "c", "unknown": true}), "must NOT have additional properties"),
        (json!({"contactId": "c", "emails": ["a", "a"]}), duplicate),
    ] {
        update(&app, &admin, body).await.says(400, &invalid(text));
    }
}

#[tokio::test]
async fn nobody_changes_contacts_without_the_permission() {
    let (app, admin, _) = start().await;
    let id = mara(&app, &admin).await;
    let call = app.post(&path("update"), json!({"contactId": id}).to_string());
    is_refused_without(&app, &UPDATE_LIVECHAT_CONTACT, call, &admin).await;
}
