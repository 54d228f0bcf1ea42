//! Conversations: visitors open, lead and close them, agents find, take, return and close them.
//!
//! Whoever writes several records writes the contact first, then the visitor, then the conversation, whose lock
//! decides of those who write about one conversation at once.

pub mod answer;
pub(crate) mod assign;
pub mod change_visitor;
pub mod close;
pub mod close_by_user;
pub(crate) mod closing;
pub mod delete_message;
pub mod describe;
pub mod edit_message;
mod error;
mod link;
pub mod list_messages;
pub mod list_open;
pub mod next_agent;
pub mod open;
pub mod send;
pub mod show_agent;
pub mod show_message;
pub mod show_widget;

pub use error::{
    AgentOfError, AnswerError, ChangeVisitorError, CloseError, DescribeError, OpenError, TalkError,
    UserCloseError,
};

use omnicontact_domain::conversation::Conversation;
use omnicontact_domain::visitor::Visitor;

/// The conversation, if it is the visitor's. It is whatever token the visitor had when it began, and shows the one
/// of now.
fn theirs(found: Option<Conversation>, visitor: &Visitor) -> Option<Conversation> {
    let mut room = found.filter(|room| room.visitor.id == visitor.id)?;
    room.visitor.token.clone_from(&visitor.token);
    Some(room)
}
