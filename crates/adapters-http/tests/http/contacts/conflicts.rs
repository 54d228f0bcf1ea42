//! `POST omnichannel/contacts.conflicts` (contract, contacts 7.3; 10, Conflicts).

use omnicontact_domain::contact::ConflictingField;
use omnicontact_domain::permission::UPDATE_LIVECHAT_CONTACT;
use omnicontact_domain::setting::RESOLVED_CONFLICTS_COUNT;
use omnicontact_domain::value::Value as Stored;
use serde_json::{Value, json};

use super::{api, invalid, is_refused_without, mara, path, plain, shown, start, stored, with_channel};
use crate::support::{Answer, Caller, TestApp};

async fn decide(app: &TestApp, caller: &Caller, body: Value) -> Answer {
    app.post(&path("conflicts"), body.to_string()).by(caller).await
}

/// A contact `c1` with a conflict of each kind, two of one.
async fn conflicting(app: &TestApp, agent: &Caller) {
    let mut contact = with_channel(app, "c1", api());
    contact.unknown = true;
    contact.manager = Some(agent.id.as_str().into());
    contact.conflicting_fields = Some(vec![
        ConflictingField::name("M. Lindt"),
        ConflictingField::manager(&"other".into()),
        ConflictingField::custom("cf1", "111".into()),
        ConflictingField::custom("cf1", "222".into()),
    ]);
    stored(app, contact).await;
}

#[tokio::test]
async fn a_decision_drops_all_conflicts_of_its_field() {
    let (app, admin, agent) = start().await;
    conflicting(&app, &agent).await;
    let answer = decide(&app, &admin, json!({"contactId": "c1"})).await;
    assert_eq!(answer.json()["result"]["conflictingFields"].as_array().unwrap().len(), 4);

    let body = json!({"contactId": "c1", "customFields": {"cf1": "333", "new": 5}, "name": ""});
    let answer = decide(&app, &admin, body).await;
    let result = answer.json()["result"].clone();
    assert_eq!(result["customFields"], json!({"cf1": "333", "new": 5}), "nothing is validated");
    assert_eq!((&result["name"], &result["unknown"]), (&json!("Mara Lindt"), &json!(false)));
    let fields: Vec<_> =
        result["conflictingFields"].as_array().unwrap().iter().map(|c| c["field"].clone()).collect();
    assert_eq!(fields, ["name", "manager"]);

    let answer =
        decide(&app, &admin, json!({"contactId": "c1", "name": "Mara Vogel", "contactManager": ""})).await;
    let result = answer.json()["result"].clone();
    assert_eq!((&result["name"], &result["conflictingFields"]), (&json!("Mara Vogel"), &json!([])));
    assert!(result.get("contactManager").is_none());
    assert_eq!(shown(&app, &admin, "c1").await, result);
    let counted =
        app.ctx.store.read().await.unwrap().settings().find(RESOLVED_CONFLICTS_COUNT).await.unwrap();
    assert!(counted.is_none_or(|counted| counted == Stored::Number(0.0)), "decisions are not counted");
}

#[tokio::test]
async fn wiping_drops_and_counts_all() {
    let (app, admin, agent) = start().await;
    conflicting(&app, &agent).await;
    let answer = decide(&app, &admin, json!({"contactId": "c1", "wipeConflicts": true})).await;
    assert_eq!(answer.json()["result"]["conflictingFields"], json!([]));
    let counted =
        app.ctx.store.read().await.unwrap().settings().find(RESOLVED_CONFLICTS_COUNT).await.unwrap();
    assert_eq!(counted, Some(Stored::Number(4.0)));
    let again = decide(&app, &admin, json!({"contactId": "c1", "wipeConflicts": true})).await;
    again.says(400, &plain("error-contact-has-no-conflicts"));
}

#[tokio::test]
async fn what_cannot_be_decided_says_why() {
    let (app, admin, agent) = start().await;
    conflicting(&app, &agent).await;
    let id = mara(&app, &admin).await;
    for (body, text) in [
        (json!({"contactId": "invalid"}), "error-contact-not-found"),
        (json!({"contactId": id, "contactManager": "invalid"}), "error-contact-has-no-conflicts"),
        (json!({"contactId": "c1", "contactManager": "invalid"}), "error-contact-manager-not-found"),
    ] {
        decide(&app, &admin, body).await.says(400, &plain(text));
    }
    for (body, text) in [
        (json!({}), "must have required property 'contactId'"),
        (json!({"contactId": "c1", "emails": []}), "must NOT have additional properties"),
        (json!({"contactId": "c1", "phones": []}), "must NOT have additional properties"),
        (json!({"contactId": "c1", "customFields": null}), "must be object"),
        (json!({"contactId": "c1", "wipeConflicts": "yes"}), "must be boolean"),
        (json!({"contactId": "c1", "name": []}), "must be string"),
    ] {
        decide(&app, &admin, body).await.says(400, &invalid(text));
    }
    let call = app.post(&path("conflicts"), json!({"contactId": "c1"}).to_string());
    is_refused_without(&app, &UPDATE_LIVECHAT_CONTACT, call, &admin).await;
}
