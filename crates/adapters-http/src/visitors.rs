//! Visitors (contract, conversations 1).

pub(crate) mod complete;
pub(crate) mod delete;
pub(crate) mod find;
pub(crate) mod register;
pub(crate) mod search;
pub(crate) mod set_status;
pub(crate) mod show;
