//! An outage of the store is logged once when it begins and once when it is over, not with every request.

use std::error::Error;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

use omnicontact_ports::StoreError;

use crate::error::{ApiError, is_outage};
use crate::request_id::RequestId;
use crate::schema::Invalid;

/// Whether the store is known to be away.
#[derive(Debug, Default)]
pub(crate) struct Outage {
    /// It does not answer.
    unreachable: AtomicBool,
    /// It answers, but cannot be written.
    unwritable: AtomicBool,
}

impl Outage {
    /// Logs a failure that is the server's fault, with its chain of causes.
    pub(crate) fn note(&self, error: &ApiError, id: &RequestId) {
        match error {
            ApiError::Store(error) if is_outage(error) => begins(self.flag(error), error, id),
            ApiError::NotReady(cause) => begins(&self.unreachable, cause.as_ref(), id),
            ApiError::Store(error) => failed(error, id),
            ApiError::Fault { what, source } => {
                tracing::error!(request_id = %id, error = chain(source.as_ref()), "{what}");
            }
            ApiError::Parameters(Invalid::Mismatch(text)) => {
                tracing::error!(request_id = %id, error = %text, "valid parameters do not fit their type");
            }
            ApiError::NotLoggedIn
            | ApiError::Nameless
            | ApiError::NoPage
            | ApiError::NotPermitted
            | ApiError::Refused
            | ApiError::Login { .. }
            | ApiError::Parameters(Invalid::Match(_) | Invalid::Schema { .. } | Invalid::Nul { .. })
            | ApiError::Query
            | ApiError::TooLarge { .. }
            | ApiError::Incomplete
            | ApiError::Plain(_)
            | ApiError::Coded { .. }
            | ApiError::Typed { .. }
            | ApiError::InvalidBody { .. }
            | ApiError::Silent
            | ApiError::Forbidden(_)
            | ApiError::NotFound(_)
            | ApiError::TooMany { .. }
            | ApiError::Busy => {}
        }
    }

    /// The store answered a question.
    pub(crate) fn store_was_read(&self) {
        over(&self.unreachable, "the store answers again");
    }

    /// The store took a change.
    pub(crate) fn store_was_written(&self) {
        over(&self.unreachable, "the store answers again");
        over(&self.unwritable, "the store can be written again");
    }

    fn flag(&self, error: &StoreError) -> &AtomicBool {
        match error {
            StoreError::Unavailable(_) => &self.unreachable,
            StoreError::Busy(_)
            | StoreError::ReadOnly(_)
            | StoreError::Conflict(_)
            | StoreError::Stale
            | StoreError::Corrupt { .. }
            | StoreError::Newer { .. }
            | StoreError::Backend(_) => &self.unwritable,
        }
    }
}

fn begins(flag: &AtomicBool, error: &(dyn Error + 'static), id: &RequestId) {
    if !flag.swap(true, Ordering::Relaxed) {
        tracing::error!(request_id = %id, error = chain(error), "an outage of the store begins");
    }
}

fn over(flag: &AtomicBool, message: &str) {
    if flag.load(Ordering::Relaxed) && flag.swap(false, Ordering::Relaxed) {
        tracing::warn!("{message}");
    }
}

fn failed(error: &StoreError, id: &RequestId) {
    tracing::error!(request_id = %id, error = chain(error), "the store failed");
}

/// An error with all its causes.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}
