//! What a conversation is to its agent (contract, conversations 6.4): made when the agent takes it, removed when
//! the agent gives it back or it is closed.

use super::{Conversation, VisitorSnapshot};
use crate::id::{RoomId, UserId};
use crate::time::Timestamp;
use crate::version::Version;

/// An agent's subscription to a conversation. What is the same for all (`t`, `open`, the kinds of
/// notification) is not kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscription {
    /// Which one it is.
    pub id: String,
    /// The conversation.
    pub room_id: RoomId,
    /// The agent.
    pub user_id: UserId,
    /// The agent's username.
    pub username: String,
    /// What the conversation is called (`name` and `fname`).
    pub name: String,
    /// Whether there is something new.
    pub alert: bool,
    /// How many messages are unread.
    pub unread: u64,
    /// How many of them are meant for the agent.
    pub user_mentions: u64,
    /// The visitor.
    pub visitor: VisitorSnapshot,
    /// Id of the department.
    pub department: Option<String>,
    /// When the agent took the conversation.
    pub ts: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// Which write of the subscription this is.
    pub version: Version,
}

impl Subscription {
    /// The subscription of the agent who serves a conversation; `None` where nobody does.
    ///
    /// ```
    /// # use omnicontact_domain::{contact::Source, conversation::{Conversation, Subscription}, time::Timestamp, visitor::Visitor};
    /// let now = Timestamp::from_millis(0);
    /// let visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), now);
    /// let mut room = Conversation::opened("r1".into(), &visitor, None, Source::default(), now);
    /// assert_eq!(Subscription::of_agent("s1".into(), &room), None);
    /// room.take("u1".into(), "kim".into(), now).unwrap();
    /// assert_eq!(Subscription::of_agent("s1".into(), &room).unwrap().name, "guest-2");
    /// ```
    #[must_use]
    pub fn of_agent(id: String, room: &Conversation) -> Option<Self> {
        let agent = room.served_by.as_ref()?;
        Some(Self {
            id,
            room_id: room.id.clone(),
            user_id: agent.id.clone(),
            username: agent.username.clone(),
            name: room.fname.clone(),
            alert: true,
            unread: 1,
            user_mentions: 1,
            visitor: Self::visitor_of(room),
            department: room.department_id.clone(),
            ts: agent.ts,
            updated_at: agent.ts,
            version: Version::FIRST,
        })
    }

    /// The visitor as agents' subscriptions keep it.
    pub(super) fn visitor_of(room: &Conversation) -> VisitorSnapshot {
        VisitorSnapshot {
            activity: None,
            last_message_ts: None,
            phone: None,
            name: None,
            ..room.visitor.clone()
        }
    }

    /// Calls it by another name. Returns whether that is another one.
    pub fn rename(&mut self, name: &str, now: Timestamp) -> bool {
        if self.name == name {
            return false;
        }
        name.clone_into(&mut self.name);
        self.updated_at = now;
        true
    }
}
