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
    /// 400: an error with a code.
    Coded {
        /// The code: the value of `errorType`.
        code: &'static str,
        /// The reason; empty when the code says it all.
        reason: Cow<'static, str>,
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
    /// An error with a code and a reason.
    pub(crate) fn coded(code: &'static str, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Coded { code, reason: reason.into() }
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
            Self::NotPermitted | Self::Refused => StatusCode::FORBIDDEN,
            Self::Parameters(Invalid::Match(_) | Invalid::Schema { .. } | Invalid::Nul { .. })
            | Self::Query
            | Self::Incomplete
            | Self::Plain(_)
            | Self::Coded { .. } => StatusCode::BAD_REQUEST,
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
            | Self::NotPermitted
            | Self::Query
            | Self::Incomplete
            | Self::TooLarge { .. }
            | Self::Parameters(Invalid::Schema { .. }) => Caching::Unsaid,
            Self::Refused
            | Self::Login { .. }
            | Self::Parameters(Invalid::Match(_) | Invalid::Nul { .. } | Invalid::Mismatch(_))
            | Self::Plain(_)
            | Self::Coded { .. }
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
                coded("error-request-too-large", &format!("The request body is larger than {limit} bytes"))
            }
            Self::Incomplete => plain("The request body is incomplete"),
            Self::Plain(text) => plain(text),
            Self::Coded { code, reason } => coded(code, reason),
            Self::Busy => {
                plain("Too many passwords are being checked at once. Please try again in a moment.")
            }
            Self::Store(error) if is_outage(error) => plain("Service Unavailable"),
            Self::NotReady(_) => json!({"status": "unavailable"}),
            Self::Nameless | Self::Store(_) | Self::Fault { .. } => plain("Internal server error"),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if matches!(self, Self::Nameless) {
            // The dialect has no JSON for it.
            return answer::text(self.status(), "Internal Server Error");
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

fn coded(code: &str, reason: &str) -> Value {
    let message = if reason.is_empty() { format!("[{code}]") } else { format!("{reason} [{code}]") };
    json!({"success": false, "error": message, "errorType": code})
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
            coded(INVALID_PARAMS, &format!("The value of field {field} holds a NUL character"))
        }
        Invalid::Mismatch(_) => plain("Internal server error"),
    }
}
