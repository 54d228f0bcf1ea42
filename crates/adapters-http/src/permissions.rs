//! Permissions over HTTP (contract, framework 4.1).

mod body;
pub(crate) mod list;
pub(crate) mod update;
