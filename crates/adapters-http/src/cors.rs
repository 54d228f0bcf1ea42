//! What browsers of other origins may do (contract, framework 1.11).

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use omnicontact_usecases::settings;

use crate::answer;
use crate::error::ApiError;
use crate::state::HttpState;

const HEADERS: HeaderValue = HeaderValue::from_static(
    "Origin, X-Requested-With, Content-Type, Accept, X-User-Id, X-Auth-Token, x-visitor-token, Authorization",
);
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, DELETE, HEAD, PATCH");
const ANY: HeaderValue = HeaderValue::from_static("*");
const DISABLED: &str = r#"CORS not enabled. Go to "Admin > General > REST Api" to enable it."#;

/// What stands in every answer but those to OPTIONS.
pub(crate) fn allow_any(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
}

/// Answers OPTIONS, on whatever path.
pub(crate) async fn preflight(state: &HttpState, headers: &HeaderMap) -> Result<Response, ApiError> {
    let origin = headers.get(ORIGIN);
    if origin.is_none() && !headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
        return Ok(answer::text(StatusCode::OK, "OK"));
    }
    let cors = settings::cors(state.ctx()).await?;
    if !cors.enabled {
        return Ok(answer::text(StatusCode::METHOD_NOT_ALLOWED, DISABLED));
    }
    if cors.origins.trim() == "*" {
        return Ok(allowed(ANY));
    }
    let named = |origin: &&HeaderValue| {
        cors.origins.split(',').any(|allowed| allowed.trim().as_bytes() == origin.as_bytes())
    };
    let Some(origin) = origin.filter(named) else {
        return Ok(answer::text(StatusCode::FORBIDDEN, "Invalid origin"));
    };
    let mut response = allowed(origin.clone());
    response.headers_mut().insert(VARY, HeaderValue::from_static("Origin"));
    Ok(response)
}

fn allowed(origin: HeaderValue) -> Response {
    let mut response = answer::text(StatusCode::OK, "OK");
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    response
}
