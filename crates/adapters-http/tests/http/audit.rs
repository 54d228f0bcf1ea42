//! `GET audit.settings` (contract, framework 4.3.2).

use std::time::Duration;

use omnicontact_domain::permission::CAN_AUDIT;
use serde_json::{Value, json};

use crate::support::{Caller, NOT_PERMITTED, TestApp};

const AUDIT: &str = "/api/v1/audit.settings";

/// A server with an administrator who audits.
async fn app() -> (TestApp, Caller) {
    let app = TestApp::start().await;
    let root = app.user("root", &["admin"]).await;
    (app, root)
}

/// Writes a setting over the API, a moment after the last one.
async fn write(app: &TestApp, caller: &Caller, id: &str, value: impl Into<Value>) {
    app.wait(Duration::from_secs(10));
    let body = json!({"value": value.into()});
    let path = format!("/api/v1/settings/{id}");
    let call = app.post(&path, body.to_string()).header("X-Real-IP", "192.0.2.7");
    call.by(caller).await.says(200, r#"{"success":true}"#);
}

async fn events(app: &TestApp, caller: &Caller, query: &str) -> Vec<Value> {
    let answer = app.get(&format!("{AUDIT}?{query}")).by(caller).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    let sent = answer.json();
    let events = sent["events"].as_array().unwrap().clone();
    assert_eq!(sent["count"], events.len());
    events
}

fn settings(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["data"][0]["value"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_change_is_told_with_author_and_values() {
    let (app, root) = app().await;
    write(&app, &root, "SMTP_Host", "mail.example.org").await;
    write(&app, &root, "SMTP_Host", "smtp.example.org").await;
    let answer = app.get(&format!("{AUDIT}?settingId=SMTP_Host&count=1")).by(&root).await;
    let sent = answer.json();
    let (id, ts) = (&sent["events"][0]["_id"], &sent["events"][0]["ts"]);
    answer.says(
        200,
        &format!(
            r#"{{"events":[{{"_id":{id},"ts":{ts},"actor":{{"type":"user","_id":"{}","username":"root","ip":"192.0.2.7"}},"data":[{{"key":"id","value":"SMTP_Host"}},{{"key":"previous","value":"mail.example.org"}},{{"key":"current","value":"smtp.example.org"}}]}}],"count":1,"offset":0,"total":2,"success":true}}"#,
            root.id
        ),
    );
    // Before the first write, the default held.
    let first = events(&app, &root, "settingId=SMTP_Host&offset=1").await;
    assert_eq!(first[0]["data"][1], json!({"key": "previous", "value": ""}));
}

#[tokio::test]
async fn secrets_are_masked_and_what_changes_nothing_is_no_event() {
    let (app, root) = app().await;
    for secret in ["hunter2", "correct horse", "correct horse", ""] {
        write(&app, &root, "SMTP_Password", secret).await;
    }
    let answer = app.get(&format!("{AUDIT}?settingId=SMTP_Password")).by(&root).await;
    assert!(!answer.body.contains("hunter2") && !answer.body.contains("horse"), "{}", answer.body);
    let events = answer.json()["events"].as_array().unwrap().clone();
    let values: Vec<_> =
        events.iter().map(|event| (&event["data"][1]["value"], &event["data"][2]["value"])).collect();
    let (short, long, empty) = (json!("*******"), json!("cor**********"), json!(""));
    assert_eq!(values, [(&long, &empty), (&short, &long), (&empty, &short)]);
    // The value itself is still the one that was written.
    write(&app, &root, "SMTP_Password", "hunter2").await;
    let read = app.get("/api/v1/settings/SMTP_Password").by(&root).await.json();
    assert_eq!(read["value"], "hunter2");
}

#[tokio::test]
async fn the_newest_come_first_unless_the_order_is_turned_round() {
    let (app, root) = app().await;
    for id in ["SMTP_Host", "Livechat_title", "E2E_Enable"] {
        write(&app, &root, id, if id == "E2E_Enable" { json!(true) } else { json!("x") }).await;
    }
    let newest = events(&app, &root, "").await;
    assert_eq!(settings(&newest), ["E2E_Enable", "Livechat_title", "SMTP_Host"]);
    let oldest = events(&app, &root, "sort=%7B%22ts%22%3A1%7D").await;
    assert_eq!(settings(&oldest), ["SMTP_Host", "Livechat_title", "E2E_Enable"]);
    assert_eq!(settings(&events(&app, &root, "sort=%7B%22ts%22%3A-1%7D").await), settings(&newest));
    assert_eq!(settings(&events(&app, &root, "count=1&offset=1").await), ["Livechat_title"]);
    let refused = app.get(&format!("{AUDIT}?sort=%7Bbad")).by(&root).await;
    assert_eq!(refused.json()["errorType"], "error-invalid-sort");
}

#[tokio::test]
async fn both_ends_of_a_span_belong_to_it() {
    let (app, root) = app().await;
    for id in ["SMTP_Host", "Livechat_title", "SMS_Service"] {
        write(&app, &root, id, "x").await;
    }
    let all = events(&app, &root, "").await;
    let at = |index: usize| all[index]["ts"].as_str().unwrap();
    let between = async |start: &str, end: &str| {
        let found = events(&app, &root, &format!("start={start}&end={end}")).await;
        settings(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(between(at(1), at(1)).await, ["Livechat_title"]);
    assert_eq!(between(at(2), at(1)).await, ["Livechat_title", "SMTP_Host"]);
    assert_eq!(between("", at(2)).await, ["SMTP_Host"]);
    assert_eq!(between(at(0), "").await, ["SMS_Service"]);
    assert_eq!(between("2020-01-01", "2020-12-31").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_date_that_cannot_be_read_is_named() {
    let (app, root) = app().await;
    for name in ["start", "end"] {
        app.get(&format!("{AUDIT}?{name}=soon")).by(&root).await.says(
            400,
            &format!(r#"{{"success":false,"error":"The \"{name}\" query parameter must be a valid date."}}"#),
        );
    }
}

#[tokio::test]
async fn changes_are_found_by_setting_and_by_kind_of_actor() {
    let (app, root) = app().await;
    write(&app, &root, "SMTP_Host", "x").await;
    write(&app, &root, "Livechat_title", "x").await;
    assert_eq!(settings(&events(&app, &root, "settingId=SMTP_Host").await), ["SMTP_Host"]);
    assert_eq!(events(&app, &root, "settingId=nothing").await, Vec::<Value>::new());
    assert_eq!(events(&app, &root, "actor[type]=user").await.len(), 2);
    assert_eq!(events(&app, &root, "actor[type]=system").await, Vec::<Value>::new());
}

#[tokio::test]
async fn changes_of_users_and_permissions_are_no_changes_of_settings() {
    let (app, root) = app().await;
    app.user("kim", &["user"]).await;
    let body = r#"{"permissions":[{"_id":"send-mail","roles":[]}]}"#;
    app.post("/api/v1/permissions.update", body).by(&root).await;
    assert_eq!(events(&app, &root, "").await, Vec::<Value>::new());
}

#[tokio::test]
async fn whoever_does_not_hold_the_permission_reads_nothing() {
    let (app, root) = app().await;
    let kim = app.user("kim", &["user", "livechat-manager"]).await;
    app.get(AUDIT).by(&kim).await.says(403, NOT_PERMITTED);
    app.grant(&CAN_AUDIT, &[]).await;
    app.get(AUDIT).by(&root).await.says(403, NOT_PERMITTED);
    app.grant(&CAN_AUDIT, &["livechat-manager"]).await;
    assert_eq!(app.get(AUDIT).by(&kim).await.status.as_u16(), 200);
}
