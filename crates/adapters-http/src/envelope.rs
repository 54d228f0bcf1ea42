//! The bytes of an answer: `"success":true` is added to the serialised object, which is not read again.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{self, Caching};
use crate::description::Envelope;
use crate::error::ApiError;

/// Bytes that most answers fit into.
const TYPICAL_SIZE: usize = 1024;

/// The answer of endpoints that have nothing to say but that it is done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Done {}

/// The answer that an output makes.
pub(crate) fn answer<T: Serialize>(envelope: Envelope, output: &T) -> Result<Response, ApiError> {
    let json = |bytes: Vec<u8>| answer::json(StatusCode::OK, bytes.into(), Caching::Forbidden);
    match envelope {
        Envelope::Bare => serialised(output).map(json),
        Envelope::Success => with_success(serialised(output)?).map(json),
        Envelope::Page { content_type, caching } => match serde_json::to_value(output) {
            Ok(serde_json::Value::String(text)) => Ok(answer::page(text, content_type, caching)),
            Ok(_) => Err(ApiError::fault("a page is no text", NotOne)),
            Err(error) => Err(ApiError::fault("a page is no text", error)),
        },
    }
}

fn serialised<T: Serialize>(output: &T) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::with_capacity(TYPICAL_SIZE);
    match serde_json::to_writer(&mut bytes, output) {
        Ok(()) => Ok(bytes),
        Err(error) => Err(ApiError::fault("an answer is no JSON", error)),
    }
}

fn with_success(mut bytes: Vec<u8>) -> Result<Vec<u8>, ApiError> {
    if bytes.pop() != Some(b'}') {
        return Err(ApiError::fault("an answer in the success envelope is no object", NotOne));
    }
    let is_empty = bytes == b"{";
    bytes.extend_from_slice(if is_empty { b"\"success\":true}" } else { b",\"success\":true}" });
    Ok(bytes)
}

/// Something is not what it has to be.
#[derive(Debug, thiserror::Error)]
#[error("it is something else")]
struct NotOne;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn wrapped(output: &Value) -> Option<String> {
        let bytes = with_success(serialised(output).unwrap()).ok()?;
        Some(String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn success_is_the_last_key() {
        for (output, text) in [
            (json!({"contact": null}), r#"{"contact":null,"success":true}"#),
            (json!({}), r#"{"success":true}"#),
            (json!({"a": {"b": "}"}}), r#"{"a":{"b":"}"},"success":true}"#),
        ] {
            assert_eq!(wrapped(&output).as_deref(), Some(text));
        }
        assert_eq!(wrapped(&json!([1])), None);
    }

    #[test]
    fn a_page_is_one_text() {
        let page = Envelope::Page { content_type: "text/html", caching: Caching::Hour };
        assert_eq!(answer(page, &"<p>").unwrap().headers()["content-type"], "text/html");
        assert!(answer(page, &json!({})).is_err());
    }
}
