//! Conversations: visitors open, lead and close them, agents find, take, return and close them.
//!
//! Whoever writes several records writes the contact first, then the visitor, then the conversation, whose lock
//! decides of those who write about one conversation at once.

pub mod answer;
pub(crate) mod assign;
pub mod close;
pub mod close_by_user;
pub(crate) mod closing;
mod error;
mod link;
pub mod list_messages;
pub mod list_open;
pub mod open;
pub mod send;

pub use error::{AnswerError, CloseError, OpenError, TalkError, UserCloseError};

use omnicontact_domain::conversation::Conversation;
use omnicontact_domain::visitor::Visitor;

/// The conversation, if it is the visitor's. It is whatever token the visitor had when it began, and shows the one
/// of now.
fn theirs(found: Option<Conversation>, visitor: &Visitor) -> Option<Conversation> {
    let mut room = found.filter(|room| room.visitor.id == visitor.id)?;
    room.visitor.token.clone_from(&visitor.token);
    Some(room)
}
