//! The `OpenAPI` document: kept up to date, complete, and served.

use omnicontact_adapters_http::{openapi, route_access};
use serde_json::Value;

use crate::golden;
use crate::support::TestApp;

fn document() -> Value {
    serde_json::from_str(&openapi()).unwrap()
}

#[test]
fn the_document_is_up_to_date() {
    golden::compare("openapi.json", &openapi());
}

#[test]
fn every_route_has_an_operation_with_a_summary_and_a_schema() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for route in route_access() {
        let operation = &document["paths"][route.path][route.method.as_str().to_ascii_lowercase()];
        let name = format!("{} {}", route.method, route.path);
        assert_eq!(operation["operationId"].as_str(), Some(route.operation.as_str()), "{name}");
        assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{name}");
        let content = operation["responses"]["200"]["content"].as_object().unwrap();
        assert!(
            content.len() == 1 && content.values().all(|content| content["schema"].is_object()),
            "{name}"
        );
    }
    let documented: usize =
        document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(documented, route_access().len());
}

#[test]
fn no_operation_id_stands_twice() {
    let mut ids: Vec<String> = route_access().into_iter().map(|route| route.operation).collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn every_reference_is_resolved() {
    fn walk<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|value| walk(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let document = document();
    let mut references = Vec::new();
    walk(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

#[test]
fn the_first_endpoint_is_described_as_the_contract_has_it() {
    let document = document();
    let operation = &document["paths"]["/api/v1/omnichannel/contact"]["get"];
    let parameter = &operation["parameters"][0];
    assert_eq!((parameter["name"].as_str(), parameter["in"].as_str()), (Some("contactId"), Some("query")));
    assert_eq!(parameter["required"], true);
    assert_eq!(operation["security"], serde_json::json!([{"X-Auth-Token": [], "X-User-Id": []}]));
    for status in ["200", "400", "401", "403", "default"] {
        assert!(operation["responses"][status].is_object(), "{status}");
    }
    let body = &document["paths"]["/api/v1/omnichannel/contact"]["post"]["requestBody"];
    let schema = &body["content"]["application/json"]["schema"];
    assert_eq!(schema["required"], serde_json::json!(["token", "name"]));
    assert_eq!(schema["additionalProperties"], false);
}

#[tokio::test]
async fn the_document_is_served_to_everybody() {
    let app = TestApp::start().await;
    let answer = app.get("/api/openapi.json").send().await;
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(answer.json(), document());
}
