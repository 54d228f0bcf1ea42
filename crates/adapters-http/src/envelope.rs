//! The bytes of an answer: `"success":true` is added to the serialised object, which is not read again.

use axum::body::Bytes;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::Envelope;
use crate::error::ApiError;

/// The answer of endpoints that have nothing to say but that it is done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Done {}

/// Serialises an answer.
pub(crate) fn wrap<T: Serialize>(envelope: Envelope, output: &T) -> Result<Bytes, ApiError> {
    let mut bytes =
        serde_json::to_vec(output).map_err(|error| ApiError::fault("an answer is no JSON", error))?;
    match envelope {
        Envelope::Bare => {}
        Envelope::Success => {
            if bytes.pop() != Some(b'}') {
                return Err(ApiError::fault("an answer in the success envelope is no object", NotAnObject));
            }
            let is_empty = bytes == b"{";
            bytes.extend_from_slice(if is_empty { b"\"success\":true}" } else { b",\"success\":true}" });
        }
    }
    Ok(bytes.into())
}

#[derive(Debug, thiserror::Error)]
#[error("not an object")]
struct NotAnObject;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn success_is_the_last_key() {
        for (output, text) in [
            (json!({"contact": null}), r#"{"contact":null,"success":true}"#),
            (json!({}), r#"{"success":true}"#),
            (json!({"a": {"b": "}"}}), r#"{"a":{"b":"}"},"success":true}"#),
        ] {
            assert_eq!(wrap(Envelope::Success, &output).unwrap(), text);
        }
        assert_eq!(wrap(Envelope::Bare, &json!({"a": 1})).unwrap(), r#"{"a":1}"#);
        assert!(wrap(Envelope::Success, &json!([1])).is_err());
    }
}
