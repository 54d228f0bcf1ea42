//! Conversations (contract, conversations 3).

pub(crate) mod answer;
pub(crate) mod close;
pub(crate) mod close_by_user;
pub(crate) mod list_messages;
pub(crate) mod list_open;
pub(crate) mod message_body;
pub(crate) mod open;
pub(crate) mod people_body;
pub(crate) mod room_body;
pub(crate) mod send;
