//! The id of a request: in the answer, in the log. One that a proxy gave is kept if it is harmless.

use std::fmt;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use omnicontact_usecases::Context;

pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST: usize = 64;

/// The id of a request.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(String);

impl RequestId {
    /// The id that the request brings, else a fresh one.
    pub(crate) fn of(headers: &HeaderMap, ctx: &Context) -> Self {
        let harmless = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let brought = headers
            .get(X_REQUEST_ID)
            .and_then(|value| value.to_str().ok())
            .filter(|text| !text.is_empty() && text.len() <= LONGEST && text.bytes().all(harmless));
        Self(brought.map_or_else(|| ctx.ids.random_id(), str::to_owned))
    }

    /// The header's value.
    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).unwrap_or(HeaderValue::from_static("unknown"))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
