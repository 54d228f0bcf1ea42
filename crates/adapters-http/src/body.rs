//! The body of a request: read up to a limit, then read as what its content type says. There is no error for
//! a body that is not what it claims to be; it is empty then (contract, framework 1.3).

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::{Map, Value};
use tokio::time::timeout;

use crate::error::ApiError;
use crate::query_string;

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long, and how much of, a body that nobody wants to know is waited for.
const LEFTOVER_PATIENCE: Duration = Duration::from_secs(1);
const LEFTOVER_LIMIT: usize = 16 << 20;

/// Reads the parameters in a body. Of one that is too large the rest stays to be discarded.
pub(crate) async fn read(headers: &HeaderMap, body: &mut Body, limit: usize) -> Result<Value, ApiError> {
    let bytes = collect(headers, body, limit).await?;
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let content_type = content_type.to_ascii_lowercase();
    let sent = if content_type.contains("application/json") {
        serde_json::from_slice(&bytes).ok()
    } else if content_type.contains("application/x-www-form-urlencoded") {
        std::str::from_utf8(&bytes).ok().map(|text| Value::Object(query_string::parse_form(text)))
    } else {
        None
    };
    Ok(sent.unwrap_or_else(|| Value::Object(Map::new())))
}

async fn collect(headers: &HeaderMap, body: &mut Body, limit: usize) -> Result<Bytes, ApiError> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| usize::try_from(length).is_ok_and(|length| length > limit)) {
        return Err(ApiError::TooLarge { limit });
    }
    match timeout(PATIENCE, Limited::new(body, limit).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(ApiError::TooLarge { limit }),
        Ok(Err(_)) | Err(_) => Err(ApiError::Incomplete),
    }
}

/// Reads a body that does not matter any more. Many clients send it after the headers: a connection that ended
/// meanwhile would take the answer with it, or fail the client's next request. What is large or slow, and what
/// the client holds back until it is asked for, is left unread, and the connection ends.
pub(crate) async fn discard(headers: &HeaderMap, body: Body) {
    if !body.is_end_stream() && !headers.contains_key(EXPECT) {
        // Whatever comes of it, there is an answer already.
        let _ = timeout(LEFTOVER_PATIENCE, drop_frames(body)).await;
    }
}

async fn drop_frames(mut body: Body) {
    let mut left = LEFTOVER_LIMIT;
    while let Some(Ok(frame)) = body.frame().await {
        let Some(less) = left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) else { return };
        left = less;
    }
}
