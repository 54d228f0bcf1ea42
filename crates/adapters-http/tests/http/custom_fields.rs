//! Custom fields, line by line of contract, conversations 2 and the cases of 4.5 and 4.6.

mod definitions;
mod saving;
mod values;

use serde_json::{Value, json};

use crate::support::{Answer, Caller, TestApp};

const LIST: &str = "/api/v1/livechat/custom-fields";
const SAVE: &str = "/api/v1/livechat/custom-fields.save";
const DELETE: &str = "/api/v1/livechat/custom-fields.delete";
const FIELD: &str = "/api/v1/livechat/custom.field";
const FIELDS: &str = "/api/v1/livechat/custom.fields";

/// What a failure without a type says.
fn plain(text: &str) -> String {
    json!({"success": false, "error": text}).to_string()
}

/// What a typed failure says.
fn typed(text: &str, error_type: &str) -> String {
    json!({"success": false, "error": text, "errorType": error_type}).to_string()
}

/// A definition with the required keys.
fn minimal(field: &str, scope: &str) -> Value {
    json!({"field": field, "label": format!("Label of {field}"), "scope": scope, "visibility": "public"})
}

/// The same and more.
fn with(mut data: Value, more: &Value) -> Value {
    data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    data
}

async fn save(app: &TestApp, by: &Caller, id: Option<&str>, data: &Value) -> Answer {
    app.post(SAVE, json!({"customFieldId": id, "customFieldData": data}).to_string()).by(by).await
}

/// Makes a definition, which must work.
async fn define(app: &TestApp, by: &Caller, data: Value) -> Value {
    let answer = save(app, by, None, &data).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["customField"].clone()
}

async fn shown(app: &TestApp, by: &Caller, id: &str) -> Value {
    let answer = app.get(&format!("{LIST}/{id}")).by(by).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["customField"].clone()
}

/// A server and its administrator.
async fn start() -> (TestApp, Caller) {
    let app = TestApp::start().await;
    let admin = app.user("boss", &["admin"]).await;
    (app, admin)
}
