//! Answers as the dialect sends them: exact content types, and what caches are told.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response as HttpResponse, StatusCode, header};
use axum::response::Response;

/// What is said where nothing is.
pub(crate) const NOT_FOUND: &str = "404 Not Found";

/// Headers that most answers have in the end.
const USUAL_HEADERS: usize = 12;

/// What is said to caches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caching {
    /// Nothing.
    Unsaid,
    /// That the answer must not be kept.
    Forbidden,
    /// That everybody may keep the answer for an hour.
    Hour,
}

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, bytes: Bytes, caching: Caching) -> Response {
    let mut response = with_type(status, Body::from(bytes), "application/json");
    caching.tell(response.headers_mut());
    response
}

/// A page of that type.
pub(crate) fn page(text: String, content_type: &'static str, caching: Caching) -> Response {
    let mut response = with_type(StatusCode::OK, Body::from(text), content_type);
    caching.tell(response.headers_mut());
    response
}

/// An answer in plain text.
pub(crate) fn text(status: StatusCode, text: &'static str) -> Response {
    with_type(status, Body::from(text), "text/plain; charset=UTF-8")
}

impl Caching {
    fn tell(self, headers: &mut HeaderMap) {
        match self {
            Self::Unsaid => {}
            Self::Forbidden => {
                headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
                headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
            }
            Self::Hour => {
                headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
            }
        }
    }
}

fn with_type(status: StatusCode, body: Body, content_type: &'static str) -> Response {
    let mut response = HttpResponse::new(body);
    response.headers_mut().reserve(USUAL_HEADERS);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
