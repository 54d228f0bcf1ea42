//! Sorts the driver's errors; nobody else sees them.

use std::error::Error;

use omnicontact_ports::{Constraint, StoreError};
use sqlx::error::ErrorKind;

// Primary result codes, https://www.sqlite.org/rescode.html.
const PERM: u32 = 3;
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const READONLY: u32 = 8;
const IOERR: u32 = 10;
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CANTOPEN: u32 = 14;
const NOTADB: u32 = 26;

/// The class of an error that no statement counts on.
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    if matches!(error, sqlx::Error::PoolTimedOut) {
        return StoreError::Busy(error.into());
    }
    if matches!(error, sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::Io(_)) {
        return StoreError::Unavailable(error.into());
    }
    match primary_code(&error) {
        Some(BUSY | LOCKED) => StoreError::Busy(error.into()),
        Some(PERM | READONLY | FULL) => StoreError::ReadOnly(error.into()),
        Some(IOERR | CANTOPEN) => StoreError::Unavailable(error.into()),
        Some(CORRUPT | NOTADB) => corrupt("database", "file", error),
        Some(_) | None => StoreError::Backend(error.into()),
    }
}

/// The class of an error of a statement that writes what must be one of a kind, or refers to something.
/// The kinds come from the result code; the text of the error is not read.
pub(crate) fn write_error(error: sqlx::Error, taken: Constraint) -> StoreError {
    match error.as_database_error().map(sqlx::error::DatabaseError::kind) {
        Some(ErrorKind::UniqueViolation) => StoreError::Conflict(taken),
        Some(ErrorKind::ForeignKeyViolation) => StoreError::Conflict(Constraint::Reference),
        Some(_) | None => store_error(error),
    }
}

/// A row that makes no sense.
pub(crate) fn corrupt(
    what: &'static str,
    id: &str,
    source: impl Into<Box<dyn Error + Send + Sync>>,
) -> StoreError {
    StoreError::Corrupt { what, id: id.to_owned(), source: source.into() }
}

pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(BUSY | LOCKED))
}

pub(crate) fn is_cannot_open(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(CANTOPEN)
}

fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let extended: u32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(extended & 0xff)
}
