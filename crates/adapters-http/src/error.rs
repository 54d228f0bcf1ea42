//! Failures of endpoints: the shapes of contract, framework 1.5 and 1.6. This is the only way to answer with
//! a failure. Which failure of a use case becomes which of these stands in `failure`.

use std::borrow::Cow;
use std::error::Error;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use omnicontact_ports::StoreError;
use serde_json::{Map, Value, json};

use crate::answer::{self, Caching};
use crate::schema::Invalid;

/// The code of values that a field cannot hold.
pub(crate) const INVALID_PARAMS: &str = "error-invalid-params";

/// Why a request is not answered as wished.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// 401: no credentials, or none that are good.
    NotLoggedIn,
    /// 500: the caller has no username yet, and the route wants one.
    Nameless,
    /// 404: there is no such page.
    NoPage,
    /// 403: the caller does not hold what the route requires.
    NotPermitted,
    /// 403: the handler itself refuses.
    Refused,
    /// 401 of the login endpoint.
    Login {
        /// The text of `error`.
        error: &'static str,
        /// The text of `message`.
        message: &'static str,
        /// Whether the function that validates logins is named.
        details: bool,
    },
    /// 400: the parameters do not fit their shape.
    Parameters(Invalid),
    /// 400: the query string cannot be read.
    Query,
    /// 413: the body is too large.
    TooLarge {
        /// Bytes that it may have.
        limit: usize,
    },
    /// 400: the body did not arrive.
    Incomplete,
    /// 400: an error without a code.
    Plain(Cow<'static, str>),
    /// 400, or what the dialect has for the code: an error with a code.
    Coded {
        /// The code: the value of `errorType`.
        code: &'static str,
        /// The reason; empty when the code says it all.
        reason: Cow<'static, str>,
        /// More, where there is more.
        details: Option<Box<Value>>,
    },
    /// 400: an error whose text does not end with its code.
    Typed {
        /// The text of `error`.
        text: Cow<'static, str>,
        /// The value of `errorType`.
        error_type: &'static str,
        /// More, where there is more.
        details: Option<Box<Value>>,
    },
    /// 400 of test mode: an answer that does not fit its schema, wrapped.
    InvalidBody {
        /// The text of `error` in the wrapped answer.
        error: &'static str,
    },
    /// 400 without a word.
    Silent,
    #[allow(dead_code, reason = "not every endpoint of the dialect is here yet")]
    /// 403 with a text of its own.
    Forbidden(Cow<'static, str>),
    /// 404: what was asked for does not exist.
    NotFound(Cow<'static, str>),
    /// 429: there were too many calls.
    TooMany {
        /// Seconds until there may be another one.
        seconds: u64,
    },
    /// 503: too many passwords wait to be hashed.
    Busy,
    /// 503 or 500: the store failed.
    Store(StoreError),
    /// 503 of the readiness endpoint.
    NotReady(Box<dyn Error + Send + Sync>),
    /// 500: this program is wrong.
    Fault {
        /// What is wrong.
        what: &'static str,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl ApiError {
    /// The dialect's `E(code, reason)`: the text is `reason [code]`.
    pub(crate) fn coded(code: &'static str, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Coded { code, reason: reason.into(), details: None }
    }

    /// The dialect's `fail(text, type)`: the text stands as it is.
    pub(crate) fn typed(text: impl Into<Cow<'static, str>>, error_type: &'static str) -> Self {
        Self::Typed { text: text.into(), error_type, details: None }
    }

    /// The dialect's `fail(text)`.
    pub(crate) fn plain(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Plain(text.into())
    }

    /// The same error with `details`. Errors without a code have none.
    pub(crate) fn with_details(mut self, more: Value) -> Self {
        if let Self::Coded { details, .. } | Self::Typed { details, .. } = &mut self {
            *details = Some(Box::new(more));
        }
        self
    }

    /// A fault of this program.
    pub(crate) fn fault(what: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Fault { what, source: source.into() }
    }

    /// The store does not answer, or not in time.
    pub(crate) fn not_ready(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::NotReady(cause.into())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotLoggedIn | Self::Login { .. } => StatusCode::UNAUTHORIZED,
            Self::NotPermitted | Self::Refused | Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) | Self::NoPage => StatusCode::NOT_FOUND,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Parameters(Invalid::Match(_) | Invalid::Schema { .. } | Invalid::Nul { .. })
            | Self::Query
            | Self::Incomplete
            | Self::Plain(_)
            | Self::Typed { .. }
            | Self::InvalidBody { .. }
            | Self::Silent => StatusCode::BAD_REQUEST,
            Self::Coded { code, .. } => status_of(code),
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Busy | Self::NotReady(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(error) if is_outage(error) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Nameless | Self::Store(_) | Self::Parameters(Invalid::Mismatch(_)) | Self::Fault { .. } => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// What clients of the original get from its middleware says nothing about caching.
    fn caching(&self) -> Caching {
        match self {
            Self::NotLoggedIn
            | Self::Nameless
            | Self::NoPage
            | Self::NotPermitted
            | Self::Query
            | Self::Incomplete
            | Self::TooLarge { .. }
            | Self::TooMany { .. }
            | Self::Parameters(Invalid::Schema { .. }) => Caching::Unsaid,
            Self::Refused
            | Self::Login { .. }
            | Self::Parameters(Invalid::Match(_) | Invalid::Nul { .. } | Invalid::Mismatch(_))
            | Self::Plain(_)
            | Self::Coded { .. }
            | Self::Typed { .. }
            | Self::InvalidBody { .. }
            | Self::Silent
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::Busy
            | Self::Store(_)
            | Self::NotReady(_)
            | Self::Fault { .. } => Caching::Forbidden,
        }
    }

    fn body(&self) -> Value {
        match self {
            Self::NotLoggedIn => {
                const TEXT: &str = "You must be logged in to do this.";
                json!({"success": false, "error": TEXT, "status": "error", "message": TEXT})
            }
            Self::NotPermitted => {
                plain("User does not have the permissions required for this action [error-unauthorized]")
            }
            Self::Refused => plain("unauthorized"),
            Self::Login { error, message, details } => login(error, message, *details),
            Self::Parameters(invalid) => parameters(invalid),
            Self::Query => plain("Invalid query parameters"),
            Self::TooLarge { limit } => {
                let reason = format!("The request body is larger than {limit} bytes");
                coded("error-request-too-large", &reason, None)
            }
            Self::Incomplete => plain("The request body is incomplete"),
            Self::Coded { code, reason, details } => coded(code, reason, details.as_deref()),
            Self::Typed { text, error_type, details } => typed(text, error_type, details.as_deref()),
            Self::InvalidBody { error } => {
                let mut body = typed("Invalid response for endpoint", "error-invalid-body", None);
                body["body"] = plain(error);
                body
            }
            Self::Silent => json!({"success": false}),
            Self::Plain(text) | Self::Forbidden(text) | Self::NotFound(text) => plain(text),
            Self::TooMany { seconds } => plain(&format!(
                "Error, too many requests. Please slow down. You must wait {seconds} seconds before trying this \
                 endpoint again. [error-too-many-requests]"
            )),
            Self::Busy => {
                plain("Too many passwords are being checked at once. Please try again in a moment.")
            }
            Self::Store(error) if is_outage(error) => plain("Service Unavailable"),
            Self::NotReady(_) => json!({"status": "unavailable"}),
            Self::NoPage => plain("Resource not found"),
            Self::Nameless | Self::Store(_) | Self::Fault { .. } => plain("Internal server error"),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        // The dialect has no JSON for the first two.
        if matches!(self, Self::Nameless) {
            return answer::text(self.status(), "Internal Server Error");
        }
        if matches!(self, Self::NoPage) {
            return answer::text(self.status(), answer::NOT_FOUND);
        }
        answer::json(self.status(), self.body().to_string().into(), self.caching())
    }
}

/// Whether waiting may help.
pub(crate) const fn is_outage(error: &StoreError) -> bool {
    match error {
        StoreError::Busy(_) | StoreError::Unavailable(_) | StoreError::ReadOnly(_) => true,
        StoreError::Conflict(_)
        | StoreError::Stale
        | StoreError::Corrupt { .. }
        | StoreError::Newer { .. }
        | StoreError::Backend(_) => false,
    }
}

fn plain(text: &str) -> Value {
    json!({"success": false, "error": text})
}

fn coded(code: &str, reason: &str, details: Option<&Value>) -> Value {
    let message = if reason.is_empty() { format!("[{code}]") } else { format!("{reason} [{code}]") };
    if status_of(code) == StatusCode::BAD_REQUEST { typed(&message, code, details) } else { plain(&message) }
}

/// The few codes that are no 400. Their answers have nothing but the text.
fn status_of(code: &str) -> StatusCode {
    match code {
        "error-too-many-requests" => StatusCode::TOO_MANY_REQUESTS,
        "unauthorized" | "error-unauthorized" => StatusCode::FORBIDDEN,
        _ => StatusCode::BAD_REQUEST,
    }
}

fn typed(text: &str, error_type: &str, details: Option<&Value>) -> Value {
    let mut body = json!({"success": false, "error": text, "errorType": error_type});
    if let Some(details) = details {
        body["details"] = details.clone();
    }
    body
}

fn login(error: &str, message: &str, details: bool) -> Value {
    let mut body = Map::new();
    body.insert("success".to_owned(), false.into());
    body.insert("error".to_owned(), error.into());
    body.insert("status".to_owned(), "error".into());
    body.insert("message".to_owned(), message.into());
    if details {
        body.insert("details".to_owned(), json!({"function": "Accounts.validateLoginAttempt"}));
    }
    Value::Object(body)
}

fn parameters(invalid: &Invalid) -> Value {
    match invalid {
        Invalid::Match(text) => plain(&format!("Match error: {text}")),
        Invalid::Schema { message, error_type } => {
            json!({"success": false, "error": message, "errorType": error_type})
        }
        Invalid::Nul { field } => {
            coded(INVALID_PARAMS, &format!("The value of field {field} holds a NUL character"), None)
        }
        Invalid::Mismatch(_) => plain("Internal server error"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_helper_of_the_dialect_has_its_body() {
        let helper = json!({"helperMethod": "parseJsonQuery"});
        for (error, status, body) in [
            (
                ApiError::coded("error-user-already-in-role", "User already in role"),
                400,
                r#"{"success":false,"error":"User already in role [error-user-already-in-role]","errorType":"error-user-already-in-role"}"#,
            ),
            (
                ApiError::coded("error-invalid-params", ""),
                400,
                r#"{"success":false,"error":"[error-invalid-params]","errorType":"error-invalid-params"}"#,
            ),
            (
                ApiError::coded("error-invalid-sort", "Invalid").with_details(helper.clone()),
                400,
                r#"{"success":false,"error":"Invalid [error-invalid-sort]","errorType":"error-invalid-sort","details":{"helperMethod":"parseJsonQuery"}}"#,
            ),
            (
                ApiError::coded("error-forbidden", "No"),
                400,
                r#"{"success":false,"error":"No [error-forbidden]","errorType":"error-forbidden"}"#,
            ),
            (
                ApiError::coded("error-unauthorized", "Not you").with_details(helper),
                403,
                r#"{"success":false,"error":"Not you [error-unauthorized]"}"#,
            ),
            (
                ApiError::coded("error-too-many-requests", "Slow down"),
                429,
                r#"{"success":false,"error":"Slow down [error-too-many-requests]"}"#,
            ),
            (
                ApiError::typed("error-role-not-found", "Role not found"),
                400,
                r#"{"success":false,"error":"error-role-not-found","errorType":"Role not found"}"#,
            ),
            (
                ApiError::typed("Weak.", "error-password-policy-not-met")
                    .with_details(json!([{"error": "x"}])),
                400,
                r#"{"success":false,"error":"Weak.","errorType":"error-password-policy-not-met","details":[{"error":"x"}]}"#,
            ),
            (ApiError::plain("User not found."), 400, r#"{"success":false,"error":"User not found."}"#),
            (ApiError::Silent, 400, r#"{"success":false}"#),
            (ApiError::Refused, 403, r#"{"success":false,"error":"unauthorized"}"#),
            (ApiError::Forbidden("Not this".into()), 403, r#"{"success":false,"error":"Not this"}"#),
            (
                ApiError::NotFound("Agent not found".into()),
                404,
                r#"{"success":false,"error":"Agent not found"}"#,
            ),
            (
                ApiError::TooMany { seconds: 42 },
                429,
                r#"{"success":false,"error":"Error, too many requests. Please slow down. You must wait 42 seconds before trying this endpoint again. [error-too-many-requests]"}"#,
            ),
        ] {
            assert_eq!((error.status().as_u16(), error.body().to_string().as_str()), (status, body));
        }
    }
}
