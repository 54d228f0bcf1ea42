//! What every request goes through, whatever becomes of it: an id, preflights, a net under panics, the
//! headers of the server, one line in the log.

use std::pin::pin;
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use omnicontact_domain::id::UserId;

use crate::pipeline::{Serve, Served};
use crate::request_id::{RequestId, X_REQUEST_ID};
use crate::state::HttpState;
use crate::{answer, body, cors, panics};

/// Answers a request to the template `route`, by what serves it, if anything does.
pub(crate) async fn enter(
    state: HttpState,
    route: &'static str,
    serve: Option<Serve>,
    request: Request,
) -> Response {
    let begun = Instant::now();
    let id = RequestId::of(request.headers(), state.ctx());
    let method = request.method().clone();

    let answering = pin!(answer(&state, &id, serve, request));
    let answered = panics::caught(answering).await;
    let Served { mut response, caller } = answered.unwrap_or_else(|panics::Panicked| {
        tracing::error!(request_id = %id, "a request panicked");
        answer::text(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").into()
    });
    add_headers(&state, &id, &method, response.headers_mut());
    log(&id, &method, route, response.status(), caller.as_ref(), begun);
    response
}

async fn answer(state: &HttpState, id: &RequestId, serve: Option<Serve>, request: Request) -> Served {
    if let Some(serve) = serve {
        return serve(state.clone(), id.clone(), request).await;
    }
    let (parts, body) = request.into_parts();
    let answered = match parts.method {
        Method::OPTIONS => cors::preflight(state, &parts.headers).await,
        _ => Ok(answer::text(StatusCode::NOT_FOUND, answer::NOT_FOUND)),
    };
    body::discard(&parts.headers, body).await;
    let response = answered.unwrap_or_else(|error| {
        state.outage().note(&error, id);
        error.into_response()
    });
    response.into()
}

fn add_headers(state: &HttpState, id: &RequestId, method: &Method, headers: &mut HeaderMap) {
    const SNIFFING: HeaderName = HeaderName::from_static("x-content-type-options");
    const INSTANCE_ID: HeaderName = HeaderName::from_static("x-instance-id");
    const XSS: HeaderName = HeaderName::from_static("x-xss-protection");
    if *method != Method::OPTIONS {
        cors::allow_any(headers);
    }
    headers.insert(INSTANCE_ID, state.instance_id().clone());
    headers.insert(XSS, HeaderValue::from_static("1"));
    headers.insert(SNIFFING, HeaderValue::from_static("nosniff"));
    headers.insert(X_REQUEST_ID, id.header());
}

/// No query strings, no bodies, no names: the line is kept longer than people may want to be remembered.
fn log(
    id: &RequestId,
    method: &Method,
    route: &'static str,
    status: StatusCode,
    caller: Option<&UserId>,
    begun: Instant,
) {
    tracing::info!(
        target: "http",
        request_id = %id,
        method = %method,
        route,
        status = status.as_u16(),
        duration_ms = milliseconds(begun.elapsed()),
        user_id = caller.map(UserId::as_str),
        "request"
    );
}

/// Milliseconds to the microsecond: most requests take less than one.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
