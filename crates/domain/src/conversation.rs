//! Conversations, as far as contacts show and write them: the closed ones are a contact's history (contract,
//! contacts 7.7), the open ones take over custom values (conversations 2.6); and how they begin, go on and end
//! (conversations 3).

mod access;
mod agent;
mod closing;
mod correction;
mod edit;
mod handing;
mod history;
mod inquiry;
#[cfg(test)]
mod laws;
mod lookup;
mod message;
mod metrics;
mod order;
mod room;
mod routing;
mod serving;
mod subscription;
mod talk;

pub use access::{ReadRights, Reader};
pub use agent::{AgentKind, AgentState};
pub use closing::{CloseRules, Closing, UserMayNotClose, VisitorMayNotClose, check_visitor_closes};
pub use edit::RoomInfo;
pub use history::{
    ClosedConversation, Closer, HistoryOrder, Participant, ServedBy, VisitorSnapshot, source_text,
};
pub use inquiry::{AlreadyTaken, DefaultAgent, Inquiry, InquiryStatus};
pub use lookup::{NotTheirs, TakeRefused, Wanted, check_take};
pub use message::{Author, Edited, Message, Note};
pub use metrics::{Metrics, ResponseBy, Waits};
pub use order::RoomOrder;
pub use room::{Conversation, IsClosed, NO_ESTIMATE, NO_PRIORITY, OpenRefused, OpenRules};
pub use routing::{Candidate, RoutingMethod, choose_agent, choose_next_agent};
pub use serving::{NotHeld, NotTaken};
pub use subscription::Subscription;
pub use talk::NotHeard;

use crate::custom_field::Assignment;
use crate::id::RoomId;
use crate::value::Fields;
use crate::version::Version;

/// The custom values of an open conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct ConversationValues {
    /// The conversation.
    pub room_id: RoomId,
    /// Values by field id; `None` where there never was one.
    pub values: Option<Fields>,
    /// Which write of the conversation this is.
    pub version: Version,
}

impl ConversationValues {
    /// Takes a value over, unless there is one that it may not replace. Returns whether it did.
    ///
    /// ```
    /// use omnicontact_domain::conversation::ConversationValues;
    /// use omnicontact_domain::custom_field::Assignment;
    /// use omnicontact_domain::version::Version;
    /// let mut open = ConversationValues { room_id: "r1".into(), values: None, version: Version::FIRST };
    /// let topic = |value: &str, overwrite| Assignment { field: "topic".into(), value: value.into(), overwrite };
    /// assert!(open.assign(&topic("", false)) && !open.assign(&topic("a", false)));
    /// assert!(open.assign(&topic("a", true)));
    /// ```
    pub fn assign(&mut self, assignment: &Assignment) -> bool {
        let field = assignment.field.as_str();
        let is_there = self.values.as_ref().is_some_and(|values| values.get(field).is_some());
        if is_there && !assignment.overwrite {
            return false;
        }
        self.values.get_or_insert_default().set(field, assignment.value.as_str());
        true
    }
}
