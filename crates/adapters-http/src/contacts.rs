//! Contacts: those of the first API are visitors, those of the second are people with channels.

pub(crate) mod block;
pub(crate) mod check_existence;
pub(crate) mod contact_body;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod list_channels;
pub(crate) mod list_history;
pub(crate) mod register;
pub(crate) mod resolve_conflicts;
pub(crate) mod search;
pub(crate) mod show;
pub(crate) mod update;
pub(crate) mod verify_channel;
pub(crate) mod visitor_body;
