//! Visitors: guests register themselves, agents look them up, and whoever holds the token may erase them.

pub mod complete;
pub mod delete;
mod error;
pub mod find;
pub mod register;
pub mod search;
pub mod set_status;
pub mod show;

pub use error::{DeleteError, GuestError, StatusError, VisitorError};
