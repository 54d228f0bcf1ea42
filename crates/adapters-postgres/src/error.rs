//! From the driver's errors to those of the port, by SQLSTATE and never by a constraint's name: distributed
//! engines do not keep it.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::io;

use omnicontact_ports::StoreError;
use sqlx::postgres::{PgDatabaseError, PgSeverity};

/// What a driver's error means to the caller.
enum Class {
    /// The server is away, or this connection is.
    Unavailable,
    /// Others are in the way.
    Busy,
    /// The server lives, but takes no writes.
    ReadOnly,
    /// Anything else.
    Backend,
}

/// A fault of the driver as a fault of the port.
pub(crate) fn classify(error: sqlx::Error) -> StoreError {
    match class(&error) {
        Class::Unavailable => StoreError::Unavailable(error.into()),
        Class::Busy => StoreError::Busy(error.into()),
        Class::ReadOnly => StoreError::ReadOnly(error.into()),
        Class::Backend => StoreError::Backend(error.into()),
    }
}

/// Whether the connection is gone, so that what it was asked may be asked again over another.
pub(crate) fn is_lost_connection(error: &sqlx::Error) -> bool {
    if matches!(error, sqlx::Error::Io(_)) {
        return true;
    }
    sqlstate(error).is_some_and(|state| is_shutdown(&state) || state.starts_with("08"))
}

/// A row that makes no sense.
pub(crate) fn corrupt(
    what: &'static str,
    id: &str,
    source: impl Into<Box<dyn StdError + Send + Sync>>,
) -> StoreError {
    StoreError::Corrupt { what, id: id.to_owned(), source: source.into() }
}

/// Whether a unique key is taken.
pub(crate) fn is_unique_violation(error: &sqlx::Error) -> bool {
    sqlstate(error).is_some_and(|state| state == "23505")
}

/// An answer that did not come in time.
pub(crate) fn timed_out() -> sqlx::Error {
    sqlx::Error::Io(io::ErrorKind::TimedOut.into())
}

fn class(error: &sqlx::Error) -> Class {
    if matches!(error, sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed) {
        return Class::Unavailable;
    }
    // `Connections` looks closer; elsewhere nobody waits for the pool.
    if matches!(error, sqlx::Error::PoolTimedOut) {
        return Class::Busy;
    }
    let Some(state) = sqlstate(error) else { return Class::Backend };
    match state.as_ref() {
        // serialization_failure, deadlock_detected, lock_not_available
        "40001" | "40P01" | "55P03" => Class::Busy,
        // read_only_sql_transaction, disk_full
        "25006" | "53100" => Class::ReadOnly,
        // too_many_connections
        "53300" => Class::Unavailable,
        state if is_shutdown(state) || state.starts_with("08") => Class::Unavailable,
        // A state that means something else in a statement may be why the server lets nobody in, such as 55000 for a
        // database that accepts no connections.
        _ if ends_the_session(error) => Class::Unavailable,
        _ => Class::Backend,
    }
}

/// Whether the server ended the session with the error, or did not let it begin.
fn ends_the_session(error: &sqlx::Error) -> bool {
    let severity = error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref::<PgDatabaseError>())
        .map(PgDatabaseError::severity);
    matches!(severity, Some(PgSeverity::Fatal | PgSeverity::Panic))
}

/// `admin_shutdown` and its kin, `idle_in_transaction_session_timeout`: the server ended the session.
fn is_shutdown(state: &str) -> bool {
    state.starts_with("57P0") || state == "25P03"
}

fn sqlstate(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(Cow::into_owned)
}
