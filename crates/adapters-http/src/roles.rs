//! Roles over HTTP (contract, framework 4.2).

pub(crate) mod add_user;
mod body;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod list_public_users;
pub(crate) mod list_users;
pub(crate) mod remove_user;
pub(crate) mod sync;
pub(crate) mod update;
