//! What every request goes through, whatever becomes of it: an id, preflights, a net under panics, the
//! headers of the server, one line in the log.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::pipeline::CallerId;
use crate::request_id::{RequestId, X_REQUEST_ID};
use crate::state::HttpState;
use crate::{answer, body, cors, panics};

/// The outermost layer of the router.
pub(crate) async fn enter(State(state): State<HttpState>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = RequestId::of(request.headers(), state.ctx());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(id.clone());

    let answered = panics::caught(answer(&state, &id, request, next)).await;
    let mut response = answered.unwrap_or_else(|panics::Panicked| {
        tracing::error!(request_id = %id, "a request panicked");
        answer::text(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
    });
    add_headers(&state, &id, &method, response.headers_mut());
    log(&id, &method, route.as_ref(), &response, begun);
    response
}

async fn answer(state: &HttpState, id: &RequestId, request: Request, next: Next) -> Response {
    if request.method() != Method::OPTIONS {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let answered = cors::preflight(state, &parts.headers).await;
    body::discard(&parts.headers, body).await;
    answered.unwrap_or_else(|error| {
        state.outage().note(&error, id);
        error.into_response()
    })
}

fn add_headers(state: &HttpState, id: &RequestId, method: &Method, headers: &mut HeaderMap) {
    const SNIFFING: HeaderName = HeaderName::from_static("x-content-type-options");
    const XSS: HeaderName = HeaderName::from_static("x-xss-protection");
    if *method != Method::OPTIONS {
        cors::allow_any(headers);
    }
    let instance_id = HeaderValue::from_str(&state.options().instance_id);
    headers.insert("x-instance-id", instance_id.unwrap_or(HeaderValue::from_static("unknown")));
    headers.insert(XSS, HeaderValue::from_static("1"));
    headers.insert(SNIFFING, HeaderValue::from_static("nosniff"));
    headers.insert(X_REQUEST_ID, id.header());
}

/// No query strings, no bodies, no names: the line is kept longer than people may want to be remembered.
fn log(id: &RequestId, method: &Method, route: Option<&MatchedPath>, response: &Response, begun: Instant) {
    let caller = response.extensions().get::<CallerId>();
    tracing::info!(
        target: "http",
        request_id = %id,
        method = %method,
        route = route.map_or("none", MatchedPath::as_str),
        status = response.status().as_u16(),
        duration_ms = milliseconds(begun.elapsed()),
        user_id = caller.map(|CallerId(user_id)| user_id.as_str()),
        "request"
    );
}

/// Milliseconds to the microsecond: most requests take less than one.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
