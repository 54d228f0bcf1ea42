//! Conversations as users read them (contract, conversations 3.5 and 3.6).

pub(crate) mod list;
pub(crate) mod list_of_visitor;
pub(crate) mod list_pages;
pub(crate) mod list_sources;
pub(crate) mod search_of_visitor;
pub(crate) mod show;
pub(crate) mod show_channel;
pub(crate) mod show_subscription;
