//! Conversations (contract, conversations 3).

mod agent_body;
pub(crate) mod answer;
pub(crate) mod change_visitor;
pub(crate) mod close;
pub(crate) mod close_by_user;
pub(crate) mod delete_message;
pub(crate) mod describe;
pub(crate) mod edit_message;
pub(crate) mod list_messages;
pub(crate) mod list_open;
pub(crate) mod message_body;
pub(crate) mod next_agent;
pub(crate) mod open;
pub(crate) mod people_body;
pub(crate) mod room_body;
pub(crate) mod send;
pub(crate) mod show_agent;
pub(crate) mod show_message;
pub(crate) mod show_widget;
mod widget_body;
