//! The messages inside: JSON texts, with times in the form of EJSON.

use omnicontact_domain::time::Timestamp;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::failure::MethodError;
use crate::error::{ApiError, INVALID_PARAMS};

/// A call of a method.
#[derive(Debug)]
pub(super) struct MethodMessage {
    /// What the caller knows the call by, whatever it is.
    pub(super) id: Option<Json>,
    /// The name.
    pub(super) method: String,
    /// The parameters, by position.
    pub(super) params: Vec<Json>,
}

/// The same, as it is sent.
#[derive(Deserialize)]
struct Sent {
    msg: String,
    #[serde(default)]
    id: Option<Json>,
    method: String,
    #[serde(default)]
    params: Option<Vec<Json>>,
}

impl MethodMessage {
    /// Reads a text that calls the method with the name in the path, where a slash is a colon.
    pub(super) fn parse(text: &str, name: &str) -> Result<Self, ApiError> {
        let is_meant =
            |sent: &Sent| sent.msg == "method" && sent.method.replace('/', ":") == name.replace('/', ":");
        let sent = serde_json::from_str::<Sent>(text).ok().filter(is_meant);
        let refused =
            || ApiError::coded(INVALID_PARAMS, "The value of field message is no call of that method");
        let Sent { id, method, params, .. } = sent.ok_or_else(refused)?;
        Ok(Self { id, method, params: params.unwrap_or_default() })
    }
}

/// What a method returned.
pub(super) fn result(id: Option<Json>, result: Json) -> Json {
    let mut message = json!({"msg": "result"});
    message["result"] = result;
    with_id(message, id)
}

/// Why a method returned nothing.
pub(super) fn refusal(id: Option<Json>, error: MethodError) -> Json {
    let mut message = json!({"msg": "result"});
    message["error"] = error.into();
    with_id(message, id)
}

fn with_id(mut message: Json, id: Option<Json>) -> Json {
    if let Some(id) = id {
        message["id"] = id;
    }
    message
}

/// A document whose times have the form of EJSON under these keys.
pub(super) fn dated(mut document: Json, times: &[(&str, Timestamp)]) -> Json {
    for (key, time) in times {
        document[*key] = json!({"$date": time.as_millis()});
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read_whatever_its_id_and_without_parameters() {
        let read =
            |text: &str| MethodMessage::parse(text, "m").map(|call| (call.id, call.method, call.params));
        let call = read(r#"{"msg":"method","id":7,"method":"m","params":[null,{"a":1}]}"#).unwrap();
        assert_eq!(call, (Some(json!(7)), "m".to_owned(), vec![Json::Null, json!({"a": 1})]));
        let call = read(r#"{"msg":"method","method":"m"}"#).unwrap();
        assert_eq!(call, (None, "m".to_owned(), vec![]));
        assert!(MethodMessage::parse(r#"{"msg":"method","method":"a/b"}"#, "a:b").is_ok());
    }

    #[test]
    fn what_is_no_call_is_refused() {
        let deep = format!("{{\"msg\":\"method\",\"method\":\"m\",\"params\":{}", "[".repeat(5_000));
        for text in [
            "",
            "x",
            "null",
            "[]",
            r#"{"msg":"ping"}"#,
            r#"{"msg":"ping","method":"m"}"#,
            r#"{"msg":"method"}"#,
            r#"{"msg":"method","method":1}"#,
            r#"{"msg":"method","method":"n"}"#,
            r#"{"msg":"method","method":"m","params":{}}"#,
            &deep,
        ] {
            assert!(MethodMessage::parse(text, "m").is_err(), "{text}");
        }
    }

    #[test]
    fn times_are_told_from_texts() {
        let now = Timestamp::from_millis(7);
        let document = dated(json!({"msg": "1970-01-01T00:00:00.007Z", "ts": now}), &[("ts", now)]);
        assert_eq!(document, json!({"msg": "1970-01-01T00:00:00.007Z", "ts": {"$date": 7}}));
    }
}
