//! Contacts of the first API.

pub(crate) mod get;
pub(crate) mod register;
pub(crate) mod search;
mod visitor_body;
