//! Calls of every route that the server describes, with secrets wherever something can be said, well-formed and
//! not.

use serde_json::{Map, Value, json};

use super::tour::Tour;
use crate::support::Credentials;

/// Names of parameters that say which thing is meant. Refusals may repeat them; all others hold what is nobody's
/// business.
const IDENTIFIERS: [&str; 13] = [
    "_id",
    "contactId",
    "importId",
    "role",
    "roleId",
    "roles",
    "roomId",
    "sort",
    "tokenName",
    "updatedSince",
    "user",
    "userId",
    "username",
];

/// Routes that end the sessions of whoever calls them, whatever is sent along.
const ENDS_THE_SESSION: [&str; 4] = [
    "/api/v1/logout",
    "/api/v1/users.logout",
    "/api/v1/users.logoutOtherClients",
    "/api/v1/users.removeOtherTokens",
];

const SECRET: &str = "leakprobe@leakmail.example";

/// One operation of the server's own description.
pub(super) struct Operation {
    method: String,
    path: String,
    query: Vec<String>,
    body: Vec<String>,
}

/// All operations of an `OpenAPI` document.
pub(super) fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let named = |place: &str| -> Vec<String> {
                let there = parameters.iter().filter(|parameter| parameter["in"] == place);
                there.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect()
            };
            let path = named("path")
                .iter()
                .fold(path.clone(), |path, name| path.replace(&format!("{{{name}}}"), "leakpathvalue"));
            let mut body = Vec::new();
            property_names(&operation["requestBody"], document, &mut body);
            all.push(Operation { method: method.to_uppercase(), path, query: named("query"), body });
        }
    }
    all
}

/// The names of all properties anywhere in a schema.
fn property_names(schema: &Value, document: &Value, names: &mut Vec<String>) {
    match schema {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                let target = document.pointer(reference.trim_start_matches('#')).unwrap();
                property_names(target, document, names);
            }
            if let Some(Value::Object(properties)) = fields.get("properties") {
                names.extend(properties.keys().cloned());
            }
            for field in fields.values() {
                property_names(field, document, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| property_names(item, document, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

impl Operation {
    /// Calls the operation in every way; how many calls that were.
    pub(super) fn probe(&self, tour: &mut Tour, callers: &[Option<Credentials>]) -> usize {
        let mut calls = 0;
        for caller in callers {
            if caller.is_some() && ENDS_THE_SESSION.contains(&self.path.as_str()) {
                continue;
            }
            for (query, content_type, body) in self.inputs() {
                let path = format!("{}{query}", self.path);
                tour.send(&self.method, &path, caller.as_ref(), content_type, &body);
                calls += 1;
            }
        }
        calls
    }

    fn inputs(&self) -> Vec<(String, &'static str, String)> {
        const JSON: &str = "application/json";
        let encoded = SECRET.replace('@', "%40");
        let query = |value: &str| -> String {
            let pairs = self.query.iter().map(|name| format!("{name}={}", said_as(name, value)));
            format!("?{}", pairs.collect::<Vec<_>>().join("&"))
        };
        let body = |value: Value| -> String {
            let fields = self.body.iter().map(|name| {
                let value = if is_identifier(name) { json!("nobody") } else { value.clone() };
                (name.clone(), value)
            });
            Value::Object(fields.collect::<Map<_, _>>()).to_string()
        };
        let nested = json!({ "extra": [SECRET] });
        if self.method == "GET" {
            return vec![
                (String::new(), JSON, String::new()),
                (query(&encoded), JSON, String::new()),
                (query("%ZZleakprobe"), JSON, String::new()),
                (format!("?extra={encoded}"), JSON, String::new()),
                (
                    query(
                        &format!("{{\"extra\":\"{encoded}\"}}")
                            .replace('"', "%22")
                            .replace(['{', '}'], "%7B"),
                    ),
                    JSON,
                    String::new(),
                ),
            ];
        }
        vec![
            (String::new(), JSON, String::new()),
            (String::new(), JSON, body(json!(SECRET))),
            (format!("?extra={encoded}"), JSON, body(nested.clone())),
            (String::new(), JSON, body(json!([nested]))),
            (String::new(), JSON, format!("{{\"password\": \"{SECRET}")),
            (String::new(), JSON, format!("\"{SECRET}\"")),
            (String::new(), "text/plain", SECRET.to_owned()),
            (String::new(), "application/x-www-form-urlencoded", format!("password={encoded}")),
        ]
    }
}

fn is_identifier(name: &str) -> bool {
    IDENTIFIERS.contains(&name)
}

fn said_as<'a>(name: &str, value: &'a str) -> &'a str {
    if is_identifier(name) { "nobody" } else { value }
}
