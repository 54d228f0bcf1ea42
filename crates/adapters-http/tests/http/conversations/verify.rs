//! `POST omnichannel/contacts.verifyChannel`: proof, merge and release (contract, contacts 8.6).

use omnicontact_domain::setting::REQUIRE_VERIFICATION;
use serde_json::json;
use tokio::task::JoinSet;

use super::*;

const VERIFY: &str = "omnichannel/contacts.verifyChannel";

/// What proves that the visitor of the conversation has an address.
fn proof(room: &Value, value: &str) -> Value {
    json!({
        "contactId": room["contactId"],
        "visitor": {"visitorId": room["v"]["_id"], "source": {"type": "api"}},
        "field": "email",
        "value": value,
    })
}

#[tokio::test]
async fn whoever_proves_the_same_address_becomes_one_contact() {
    let app = start().await;
    let administrator = app.user("boss", &["user", "admin"]).await;
    let mut rooms = Vec::new();
    for (token, name) in [("t1", "Ada"), ("t2", "Countess")] {
        visitor_who(&app, json!({"token": token, "name": name, "email": format!("{token}@x.org")})).await;
        rooms.push(room(&app, token).await);
    }
    let [first, second] = rooms.as_slice() else { panic!("two conversations") };
    assert_ne!(first["contactId"], second["contactId"]);

    let alone = sent(&app, VERIFY, proof(first, "Ada@X.org"), &administrator).await;
    assert_eq!(
        (alone.status.as_u16(), &alone.json()["mergedContactIds"]),
        (200, &json!([])),
        "{}",
        alone.body
    );
    let united = sent(&app, VERIFY, proof(second, "ada@x.ORG"), &administrator).await;
    assert_eq!(united.status, 200, "{}", united.body);
    let answer = united.json();
    assert_eq!(answer["mergedContactIds"], json!([first["contactId"]]));
    assert_eq!(answer["contact"]["_id"], second["contactId"]);

    let contact = contact(&app, second, &administrator).await;
    assert_eq!(contact["name"], "Countess");
    let addresses: Vec<_> =
        contact["emails"].as_array().unwrap().iter().map(|email| email["address"].clone()).collect();
    assert_eq!(addresses, ["t2@x.org", "t1@x.org"]);
    assert_eq!(contact["conflictingFields"], json!([{"field": "name", "value": "Ada"}]));
    let channels = contact["channels"].as_array().unwrap();
    assert!(channels.len() == 2 && channels.iter().all(|channel| channel["verified"] == true));
    let gone = format!("/api/v1/omnichannel/contacts.get?contactId={}", first["contactId"].as_str().unwrap());
    assert_eq!(app.get(&gone).by(&administrator).await.status, 404);
    // The conversation goes on with the contact that is left.
    let moved = channel(&app, first, &administrator).await;
    assert_eq!((&moved["contactId"], &moved["open"]), (&second["contactId"], &json!(true)));
    let mut tx = app.ctx.store.read().await.unwrap();
    let counted = tx.settings().find("Merged_Contacts_Count").await.unwrap();
    assert_eq!(counted, Some(omnicontact_domain::value::Value::Number(1.0)));
}

#[tokio::test]
async fn a_conversation_waits_for_the_proof_and_then_in_the_queue() {
    let app = start().await;
    app.set(REQUIRE_VERIFICATION, "once").await;
    let administrator = app.user("boss", &["user", "admin"]).await;
    visitor(&app, "t1").await;
    let held = room(&app, "t1").await;
    assert_eq!(inquiry(&app, &held, &administrator).await["status"], "verifying");
    assert_eq!(sent(&app, VERIFY, proof(&held, "ada@x.org"), &administrator).await.status, 200);
    assert_eq!(inquiry(&app, &held, &administrator).await["status"], "queued");
    assert_eq!(channel(&app, &held, &administrator).await["verified"], true);
}

#[tokio::test]
async fn where_conversations_are_assigned_the_proof_gives_it_to_an_agent() {
    let app = start().await;
    app.set(REQUIRE_VERIFICATION, "always").await;
    app.set(ROUTING_METHOD, "Auto_Selection").await;
    let administrator = app.user("boss", &["user", "admin"]).await;
    let agent = online_agent(&app).await;
    visitor(&app, "t1").await;
    let held = room(&app, "t1").await;
    assert_eq!((held.get("servedBy"), &held["verified"]), (None, &json!(false)));
    assert_eq!(inquiry(&app, &held, &administrator).await["status"], "verifying");
    assert_eq!(sent(&app, VERIFY, proof(&held, "ada@x.org"), &administrator).await.status, 200);
    let served = channel(&app, &held, &administrator).await;
    assert_eq!((&served["servedBy"]["_id"], &served["verified"]), (&json!(agent.id), &json!(true)));
    assert_eq!(inquiry(&app, &held, &administrator).await["status"], "taken");
    let own = read(&app, &format!("subscriptions.getOne?roomId={}", id(&held)), &agent).await;
    assert!(own["subscription"].is_object());
    let found = app.get("/api/v1/livechat/visitor/t1").send().await.json();
    assert_eq!(found["visitor"]["lastAgent"]["agentId"], agent.id.as_str());
    // A proof of what is served already changes nothing of that.
    assert_eq!(sent(&app, VERIFY, proof(&held, "ada@x.org"), &administrator).await.status, 200);
    assert_eq!(channel(&app, &held, &administrator).await["servedBy"], served["servedBy"]);
    close(&app, &held, &administrator).await;
    let next = room(&app, "t1").await;
    assert_eq!(inquiry(&app, &next, &administrator).await["status"], "verifying", "for each conversation");
    app.set(REQUIRE_VERIFICATION, "once").await;
    close(&app, &next, &administrator).await;
    assert_eq!(room(&app, "t1").await["verified"], false);
}

#[tokio::test]
async fn a_channel_that_is_proven_once_needs_no_other_proof() {
    let app = start().await;
    app.set(REQUIRE_VERIFICATION, "once").await;
    let administrator = app.user("boss", &["user", "admin"]).await;
    visitor(&app, "t1").await;
    let held = room(&app, "t1").await;
    assert_eq!(sent(&app, VERIFY, proof(&held, "ada@x.org"), &administrator).await.status, 200);
    close(&app, &held, &administrator).await;
    let next = room(&app, "t1").await;
    assert_eq!((&next["verified"], &next["contactId"]), (&json!(true), &held["contactId"]));
    assert_eq!(inquiry(&app, &next, &administrator).await["status"], "queued");
}

#[tokio::test]
async fn what_proves_nothing_is_refused_and_writes_nothing() {
    let app = start().await;
    let administrator = app.user("boss", &["user", "admin"]).await;
    visitor(&app, "t1").await;
    let room = room(&app, "t1").await;
    let before = contact(&app, &room, &administrator).await;
    let with = |key: &str, value: Value| {
        let mut body = proof(&room, "ada@x.org");
        body[key] = value;
        body
    };
    let widget = json!({"visitorId": room["v"]["_id"], "source": {"type": "widget"}});
    for (body, error) in [
        (with("contactId", json!("nobody")), plain("error-invalid-contact")),
        (with("visitor", widget), plain("error-invalid-channel")),
        (
            with("value", json!(" ")),
            coded("The 'value' param is required [error-invalid-params]", "error-invalid-params"),
        ),
        (
            with("field", json!("")),
            coded("The 'field' param is required [error-invalid-params]", "error-invalid-params"),
        ),
        (with("field", json!({})), coded("must be string [invalid-params]", "invalid-params")),
    ] {
        sent(&app, VERIFY, body, &administrator).await.says(400, &error);
    }
    assert_eq!(contact(&app, &room, &administrator).await, before);
}

#[tokio::test]
async fn many_who_prove_one_address_at_once_become_one_contact() {
    let app = start().await;
    let administrator = app.user("boss", &["user", "admin"]).await;
    let mut rooms = Vec::new();
    for token in ["t1", "t2", "t3", "t4", "t5", "t6"] {
        visitor(&app, token).await;
        rooms.push(room(&app, token).await);
    }
    let mut calls = JoinSet::new();
    for room in &rooms {
        let body = proof(room, "ada@x.org").to_string();
        let (call, caller) = (app.post(&format!("/api/v1/{VERIFY}"), body), administrator.clone());
        calls.spawn(async move { call.by(&caller).await });
    }
    let mut merged = 0;
    for answer in calls.join_all().await {
        // Whose contact was merged into another one meanwhile is told so.
        match answer.status.as_u16() {
            200 => merged += answer.json()["mergedContactIds"].as_array().unwrap().len(),
            _ => answer.says(400, &plain("error-invalid-contact")),
        }
    }
    let mut owners = std::collections::BTreeSet::new();
    for room in &rooms {
        owners.insert(channel(&app, room, &administrator).await["contactId"].as_str().unwrap().to_owned());
    }
    assert!(merged >= 1 && owners.len() + merged == rooms.len(), "{merged} {owners:?}");
}
