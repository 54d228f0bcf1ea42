//! Answers as the dialect sends them: exact content types, and what caches are told.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response as HttpResponse, StatusCode, header};
use axum::response::Response;

/// What is said to caches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caching {
    /// Nothing.
    Unsaid,
    /// That the answer must not be kept.
    Forbidden,
}

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, bytes: Bytes, caching: Caching) -> Response {
    let mut response = with_type(status, Body::from(bytes), "application/json");
    match caching {
        Caching::Unsaid => {}
        Caching::Forbidden => {
            let headers = response.headers_mut();
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        }
    }
    response
}

/// An answer in plain text.
pub(crate) fn text(status: StatusCode, text: &'static str) -> Response {
    with_type(status, Body::from(text), "text/plain; charset=UTF-8")
}

fn with_type(status: StatusCode, body: Body, content_type: &'static str) -> Response {
    let mut response = HttpResponse::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
