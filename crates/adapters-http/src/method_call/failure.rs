//! Refusals of methods: the same as those of endpoints, in the words of the realtime protocol.

use serde_json::{Value as Json, json};

use crate::error::{ApiError, INVALID_PARAMS};
use crate::schema::Invalid;

/// Why a method returned nothing.
#[derive(Debug)]
pub(super) struct MethodError {
    /// The code: a text, or a number of the protocol's own.
    error: Json,
    reason: String,
    details: Option<Json>,
}

impl MethodError {
    /// A refusal with a code and a reason, which may be empty.
    pub(super) fn new(error: impl Into<Json>, reason: impl Into<String>) -> Self {
        Self { error: error.into(), reason: reason.into(), details: None }
    }

    /// There is no such method.
    fn unknown(name: &str) -> Self {
        Self::new(404, format!("Method '{name}' not found"))
    }

    /// The caller may not.
    fn not_allowed() -> Self {
        Self::new("error-not-allowed", "Not allowed")
    }

    /// What a refusal is called here. What is no refusal (an outage, a fault) is passed on: it ends the request.
    pub(super) fn of(refused: Refused) -> Result<Self, ApiError> {
        match refused {
            Refused::Method(error) => Ok(error),
            Refused::Unknown(name) => Ok(Self::unknown(&name)),
            Refused::Endpoint(error) => Self::of_endpoint(error),
        }
    }

    fn of_endpoint(error: ApiError) -> Result<Self, ApiError> {
        match error {
            ApiError::Coded { code, reason, details } => {
                Ok(Self { details: details.map(|details| *details), ..Self::new(code, reason) })
            }
            ApiError::Plain(code) => Ok(Self::new(code.into_owned(), "")),
            ApiError::Typed { text, error_type, details } => {
                Ok(Self { details: details.map(|details| *details), ..Self::new(error_type, text) })
            }
            ApiError::Refused | ApiError::NotPermitted => Ok(Self::not_allowed()),
            ApiError::Forbidden(text) | ApiError::NotFound(text) => Ok(Self::new(text.into_owned(), "")),
            ApiError::Parameters(Invalid::Match(message) | Invalid::Schema { message, .. }) => {
                Ok(Self::new(400, message))
            }
            ApiError::Parameters(Invalid::Nul { field }) => {
                let reason = format!("The value of field {field} holds a NUL character");
                Ok(Self::new(INVALID_PARAMS, reason))
            }
            ApiError::NotLoggedIn
            | ApiError::Nameless
            | ApiError::NoPage
            | ApiError::Login { .. }
            | ApiError::Parameters(Invalid::Mismatch(_))
            | ApiError::Query
            | ApiError::TooLarge { .. }
            | ApiError::Incomplete
            | ApiError::InvalidBody { .. }
            | ApiError::Silent
            | ApiError::TooMany { .. }
            | ApiError::Busy
            | ApiError::Store(_)
            | ApiError::NotReady(_)
            | ApiError::Fault { .. } => Err(error),
        }
    }
}

impl From<MethodError> for Json {
    fn from(MethodError { error, reason, details }: MethodError) -> Self {
        let code = error.as_str().map_or_else(|| error.to_string(), str::to_owned);
        let mut body = if reason.is_empty() {
            json!({"error": error, "message": format!("[{code}]")})
        } else {
            json!({"error": error, "reason": reason, "message": format!("{reason} [{code}]")})
        };
        if let Some(details) = details {
            body["details"] = details;
        }
        body["errorType"] = "Meteor.Error".into();
        body
    }
}

/// Why a method returned nothing, before it is put into the words of the protocol.
#[derive(Debug)]
pub(super) enum Refused {
    /// There is no method with that name.
    Unknown(String),
    /// The method has words of its own for it.
    Method(MethodError),
    /// It has those of the endpoint.
    Endpoint(ApiError),
}

impl<E: Into<ApiError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Endpoint(error.into())
    }
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::StoreError;

    use super::*;

    #[test]
    fn refusals_have_a_code_and_say_it() {
        let told = |error: ApiError| MethodError::of(Refused::Endpoint(error)).map(Json::from);
        for (error, expected) in [
            (
                ApiError::coded("error-not-found", "Inquiry not found").with_details(json!({"a": 1})),
                json!({"error": "error-not-found", "reason": "Inquiry not found", "details": {"a": 1},
                    "message": "Inquiry not found [error-not-found]", "errorType": "Meteor.Error"}),
            ),
            (
                ApiError::plain("room-closed"),
                json!({"error": "room-closed", "message": "[room-closed]", "errorType": "Meteor.Error"}),
            ),
            (
                ApiError::Refused,
                json!({"error": "error-not-allowed", "reason": "Not allowed",
                    "message": "Not allowed [error-not-allowed]", "errorType": "Meteor.Error"}),
            ),
        ] {
            assert_eq!(told(error).unwrap(), expected);
        }
    }

    #[test]
    fn an_outage_is_no_result() {
        let outage = Refused::from(StoreError::Stale);
        assert!(matches!(MethodError::of(outage), Err(ApiError::Store(StoreError::Stale))));
    }
}
