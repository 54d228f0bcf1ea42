//! The place of a conversation in the queue (contract, conversations 3.1.1, 3.4 and 6.3). It stays, with its id,
//! until the conversation is closed.

use super::talk::note_month;
use super::{Conversation, Message, VisitorSnapshot};
use crate::contact::Source;
use crate::id::{RoomId, UserId};
use crate::time::Timestamp;
use crate::version::Version;

/// What a conversation waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InquiryStatus {
    /// The proof of its channel.
    Verifying,
    /// An agent.
    Queued,
    /// Nothing: it is assigned now.
    Ready,
    /// Nothing: an agent has it.
    Taken,
    /// Nothing; of older data.
    Open,
}

impl InquiryStatus {
    const ALL: [Self; 5] = [Self::Verifying, Self::Queued, Self::Ready, Self::Taken, Self::Open];

    /// The name on the wire and in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verifying => "verifying",
            Self::Queued => "queued",
            Self::Ready => "ready",
            Self::Taken => "taken",
            Self::Open => "open",
        }
    }

    /// The status with that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// The status of a new conversation: first its channel must be proven, where that is asked for; then it is
    /// assigned, where routing found an agent.
    #[must_use]
    pub const fn at_opening(is_held_back: bool, has_agent: bool) -> Self {
        if is_held_back {
            Self::Verifying
        } else if has_agent {
            Self::Ready
        } else {
            Self::Queued
        }
    }
}

/// The agent for whom a conversation was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct DefaultAgent {
    /// The agent's user id.
    pub agent_id: UserId,
    /// The agent's username.
    pub username: String,
}

/// The inquiry of an open conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Inquiry {
    /// Which one it is.
    pub id: String,
    /// The conversation.
    pub room_id: RoomId,
    /// What the conversation is called.
    pub name: String,
    /// When the conversation began: the order of the queue.
    pub ts: Timestamp,
    /// The text of the beginning; empty.
    pub message: String,
    /// What the conversation waits for.
    pub status: InquiryStatus,
    /// The visitor.
    pub visitor: VisitorSnapshot,
    /// Id of the department.
    pub department: Option<String>,
    /// Where the conversation came from.
    pub source: Source,
    /// As of the conversation.
    pub priority_weight: i64,
    /// As of the conversation.
    pub estimated_waiting_time: i64,
    /// Since when it has waited for an agent.
    pub queued_at: Option<Timestamp>,
    /// When an agent took it last.
    pub taken_at: Option<Timestamp>,
    /// The agent for whom it was meant; none once it is taken.
    pub default_agent: Option<DefaultAgent>,
    /// The newest message that people wrote.
    pub last_message: Option<Message>,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// Which write of the inquiry this is.
    pub version: Version,
}

/// It is taken already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the inquiry is taken")]
pub struct AlreadyTaken;

impl Inquiry {
    /// The inquiry of a conversation that begins.
    #[must_use]
    pub fn opened(id: String, room: &Conversation, status: InquiryStatus, now: Timestamp) -> Self {
        Self {
            id,
            room_id: room.id.clone(),
            name: room.fname.clone(),
            ts: room.ts,
            message: String::new(),
            status,
            visitor: room.visitor.clone(),
            department: room.department_id.clone(),
            source: room.source.clone(),
            priority_weight: room.priority_weight,
            estimated_waiting_time: room.estimated_waiting_time,
            queued_at: (status == InquiryStatus::Queued).then_some(now),
            taken_at: None,
            default_agent: None,
            last_message: None,
            updated_at: now,
            version: Version::FIRST,
        }
    }

    /// An agent has it.
    ///
    /// # Errors
    /// [`AlreadyTaken`]; nothing is changed then.
    pub fn take(&mut self, now: Timestamp) -> Result<(), AlreadyTaken> {
        if self.status == InquiryStatus::Taken {
            return Err(AlreadyTaken);
        }
        self.status = InquiryStatus::Taken;
        self.taken_at = Some(now);
        self.queued_at = None;
        self.default_agent = None;
        self.updated_at = now;
        Ok(())
    }

    /// It waits for an agent, again or for the first time, in another department where one is given. The last
    /// message stays.
    pub fn queue(&mut self, department: Option<String>, now: Timestamp) {
        self.status = InquiryStatus::Queued;
        self.department = department.or_else(|| self.department.take());
        self.queued_at = Some(now);
        self.taken_at = None;
        self.updated_at = now;
    }

    /// Its channel was proven. Returns whether it waited for that; then it waits for an agent now.
    pub fn release(&mut self, now: Timestamp) -> bool {
        let is_released = self.status == InquiryStatus::Verifying;
        if is_released {
            self.queue(None, now);
        }
        is_released
    }

    /// Takes note of what people wrote; notes of the system are none of it.
    pub fn heard(&mut self, message: &Message) {
        if !message.is_of_people() {
            return;
        }
        if message.is_of_visitor() {
            self.visitor.last_message_ts = Some(message.ts);
        }
        self.last_message = Some(message.clone());
        self.updated_at = message.ts;
    }

    /// Counts the month of an agent's answer, as [`Conversation::note_activity`] does.
    pub fn note_activity(&mut self, month: &str) -> bool {
        note_month(&mut self.visitor.activity, month)
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

    /// Whether an agent sees it in the queue: it waits for an agent, in public or in one of these departments.
    #[must_use]
    pub fn is_queued_for(&self, departments: &[String]) -> bool {
        self.status == InquiryStatus::Queued
            && self.department.as_ref().is_none_or(|department| departments.contains(department))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::room::test::{at, opened};
    use crate::conversation::talk::test::asked;
    use crate::conversation::{Author, Note};

    fn inquiry(status: InquiryStatus) -> Inquiry {
        Inquiry::opened("i1".into(), &opened(), status, at(1_000))
    }

    #[test]
    fn statuses_are_read_as_they_are_written() {
        for status in InquiryStatus::ALL {
            assert_eq!(InquiryStatus::parse(status.as_str()), Some(status));
        }
        assert_eq!(InquiryStatus::parse("closed"), None);
    }

    #[test]
    fn a_proof_comes_before_an_agent() {
        assert_eq!(InquiryStatus::at_opening(true, true), InquiryStatus::Verifying);
        assert_eq!(InquiryStatus::at_opening(false, true), InquiryStatus::Ready);
        assert_eq!(InquiryStatus::at_opening(false, false), InquiryStatus::Queued);
        let mut waiting = inquiry(InquiryStatus::Verifying);
        assert_eq!((waiting.queued_at, waiting.is_queued_for(&[])), (None, false));
        assert!(waiting.release(at(2)) && !waiting.release(at(3)));
        assert_eq!((waiting.status, waiting.queued_at), (InquiryStatus::Queued, Some(at(2))));
    }

    #[test]
    fn what_is_taken_is_not_taken_again_until_it_is_back() {
        let mut inquiry = inquiry(InquiryStatus::Queued);
        inquiry.default_agent = Some(DefaultAgent { agent_id: "u1".into(), username: "kim".into() });
        inquiry.heard(&asked("hello", 2));
        assert_eq!(inquiry.take(at(3)), Ok(()));
        assert_eq!(inquiry.take(at(4)), Err(AlreadyTaken));
        assert_eq!((inquiry.taken_at, inquiry.queued_at, &inquiry.default_agent), (Some(at(3)), None, &None));
        let author = Author::user(&"u1".into(), Some("kim"), None);
        let note = Message::noted("m2".into(), "r1".into(), Note::Transferred, String::new(), author, at(5));
        inquiry.queue(None, at(5));
        inquiry.heard(&note);
        assert_eq!((inquiry.id.as_str(), inquiry.status), ("i1", InquiryStatus::Queued));
        assert_eq!(inquiry.last_message.map(|last| last.body), Some("hello".to_owned()));
    }

    #[test]
    fn agents_see_the_public_queue_and_that_of_their_departments() {
        let mut inquiry = inquiry(InquiryStatus::Queued);
        assert!(inquiry.is_queued_for(&[]));
        inquiry.queue(Some("d1".into()), at(2));
        assert!(!inquiry.is_queued_for(&[]) && inquiry.is_queued_for(&["d1".into()]));
        inquiry.take(at(3)).unwrap();
        assert!(!inquiry.is_queued_for(&["d1".into()]));
    }
}
