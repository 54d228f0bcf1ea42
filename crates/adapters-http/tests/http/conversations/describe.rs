//! `POST livechat/room.saveInfo` (contract, conversations 3.7).

use omnicontact_domain::permission::{EDIT_LIVECHAT_ROOM_CUSTOMFIELDS, SAVE_OTHERS_LIVECHAT_ROOM_INFO};
use serde_json::{Value, json};

use super::{channel, close, contact, id, missing, online_agent, plain, room, sent, start, take, visitor};
use crate::support::{Answer, Caller, TestApp};

const SAVE: &str = "livechat/room.saveInfo";
const DONE: &str = r#"{"success":true}"#;

async fn save(app: &TestApp, guest: Value, about: Value, by: &Caller) -> Answer {
    sent(app, SAVE, json!({"guestData": guest, "roomData": about}), by).await
}

async fn define(app: &TestApp, field: &str, scope: &str, regexp: &str, by: &Caller) {
    let data = json!({
        "field": field, "label": format!("Label of {field}"), "scope": scope, "visibility": "visible",
        "regexp": regexp,
    });
    let body = json!({"customFieldId": null, "customFieldData": data});
    assert_eq!(sent(app, "livechat/custom-fields.save", body, by).await.status, 200);
}

async fn found(app: &TestApp, token: &str) -> Value {
    app.get(&format!("/api/v1/livechat/visitor/{token}")).send().await.json()["visitor"].clone()
}

#[tokio::test]
async fn both_parts_are_saved_and_contact_and_name_stay() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    define(&app, "plan", "visitor", "", &admin).await;
    define(&app, "order", "room", "^[0-9]+$", &admin).await;
    let guest = visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let (who, which) = (id(&guest), id(&begun));
    let said = json!({
        "_id": who, "name": "Bert", "email": "Bert@Example.org", "phone": "99",
        "livechatData": {"plan": "gold", "order": "7", "other": "x"},
    });
    let about = json!({
        "_id": which, "topic": "tea", "tags": ["late"], "livechatData": {"order": "12", "plan": "x"},
        "priorityId": "p", "slaId": "s",
    });
    save(&app, said, about, &admin).await.says(200, DONE);
    let stored = found(&app, "t1").await;
    assert_eq!(stored["name"], "Bert");
    assert_eq!(stored["visitorEmails"], json!([{"address": "bert@example.org"}]));
    assert_eq!(
        (&stored["phone"], &stored["livechatData"]),
        (&json!([{"phoneNumber": "99"}]), &json!({"plan": "gold"}))
    );
    let seen = channel(&app, &begun, &admin).await;
    assert_eq!((&seen["topic"], &seen["tags"]), (&json!("tea"), &json!(["late"])));
    assert_eq!((&seen["livechatData"], &seen["fname"]), (&json!({"order": "12"}), &begun["fname"]));
    assert_eq!(contact(&app, &begun, &admin).await["name"], "Ada Visitor");
    // Empty leaves a field as it is, white space removes it, a blank value goes.
    let said = json!({"_id": who, "name": "", "email": " ", "livechatData": {"plan": " "}});
    let about = json!({"_id": which, "livechatData": {"order": ""}});
    save(&app, said, about, &admin).await.says(200, DONE);
    let stored = found(&app, "t1").await;
    assert_eq!((&stored["name"], stored.get("visitorEmails")), (&json!("Bert"), None));
    assert_eq!(stored["livechatData"], json!({}));
    let seen = channel(&app, &begun, &admin).await;
    assert_eq!((&seen["topic"], &seen["livechatData"]), (&json!("tea"), &json!({})));
}

#[tokio::test]
async fn an_agent_writes_about_what_the_agent_serves_and_about_others_with_a_permission() {
    let app = start().await;
    let agent = online_agent(&app).await;
    let guest = visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let about = |topic: &str| json!({"_id": id(&begun), "topic": topic});
    let who = json!({"_id": id(&guest)});
    save(&app, who.clone(), about("a"), &agent).await.says(403, &plain("unauthorized"));
    take(&app, &begun, &agent).await;
    save(&app, who.clone(), about("b"), &agent).await.says(200, DONE);
    let other = app.user("other", &["livechat-agent"]).await;
    save(&app, who.clone(), about("c"), &other).await.says(403, &plain("unauthorized"));
    app.grant(&SAVE_OTHERS_LIVECHAT_ROOM_INFO, &["livechat-agent"]).await;
    save(&app, who.clone(), about("d"), &other).await.says(200, DONE);
    let admin = app.user("root", &["admin"]).await;
    close(&app, &begun, &admin).await;
    save(&app, who, about("e"), &other).await.says(200, DONE);
    assert_eq!(channel(&app, &begun, &admin).await["topic"], "e");
}

#[tokio::test]
async fn values_of_the_visitor_need_a_permission_of_their_own() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    define(&app, "plan", "visitor", "", &admin).await;
    let guest = visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let said = || json!({"_id": id(&guest), "phone": "99", "livechatData": {"plan": "gold"}});
    app.grant(&EDIT_LIVECHAT_ROOM_CUSTOMFIELDS, &[]).await;
    save(&app, said(), json!({"_id": id(&begun)}), &admin).await.says(200, DONE);
    let stored = found(&app, "t1").await;
    assert_eq!((&stored["phone"], stored.get("livechatData")), (&json!([{"phoneNumber": "99"}]), None));
    app.grant(&EDIT_LIVECHAT_ROOM_CUSTOMFIELDS, &["admin"]).await;
    save(&app, said(), json!({"_id": id(&begun)}), &admin).await.says(200, DONE);
    assert_eq!(found(&app, "t1").await["livechatData"], json!({"plan": "gold"}));
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    define(&app, "plan", "visitor", "^[a-z]+$", &admin).await;
    define(&app, "order", "room", "^[0-9]+$", &admin).await;
    let guest = visitor(&app, "t1").await;
    let stranger = visitor(&app, "t2").await;
    let begun = room(&app, "t1").await;
    let who = |id: &str, plan: &str| json!({"_id": id, "name": "Bert", "livechatData": {"plan": plan}});
    let what = |id: &str, order: &str| json!({"_id": id, "topic": "tea", "livechatData": {"order": order}});
    for (said, about, expected) in [
        (who(id(&guest), "a"), what("nowhere", "1"), "error-invalid-room"),
        (who("nobody", "a"), what(id(&begun), "1"), ""),
        (who(id(&stranger), "a"), what(id(&begun), "1"), ""),
        (who(id(&guest), "1"), what(id(&begun), "1"), ""),
        (who(id(&guest), "a"), what(id(&begun), "a"), "Invalid value for Label of order field"),
    ] {
        save(&app, said, about, &admin).await.says(400, &plain(expected));
    }
    assert_eq!(found(&app, "t1").await["name"], "Ada Visitor");
    assert_eq!(channel(&app, &begun, &admin).await.get("topic"), None);
    let body = json!({"guestData": {"_id": "a"}});
    sent(&app, SAVE, body, &admin).await.says(400, &missing("roomData"));
    let body = json!({"guestData": {}, "roomData": {"_id": "a"}});
    sent(&app, SAVE, body, &admin).await.says(400, &missing("_id"));
}
