//! Contacts of the first API, which are visitors.

mod error;
pub mod get;
pub mod register;
pub mod search;

pub use error::{ContactError, RegisterError};
