//! A conversation and how it begins (contract, conversations 3.1.1 and 6.2). What happens to it then stands in
//! the neighbouring files.

use super::{Closing, Message, Metrics, ResponseBy, ServedBy, VisitorSnapshot};
use crate::contact::{Association, Contact, LastChat, Source};
use crate::id::{ContactId, RoomId};
use crate::time::Timestamp;
use crate::value::Fields;
use crate::version::Version;
use crate::visitor::{Visitor, VisitorToken};

/// The weight of a conversation without a priority.
pub const NO_PRIORITY: i64 = 99;

/// The estimated waiting time of a conversation without a service level, in minutes.
pub const NO_ESTIMATE: i64 = 9_999_999;

/// A conversation of a visitor.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// Which one it is.
    pub id: RoomId,
    /// The contact's name, the visitor's while there is no contact.
    pub fname: String,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// The visitor, as of now while it is open, as of then afterwards.
    pub visitor: VisitorSnapshot,
    /// Where it came from.
    pub source: Source,
    /// When it was opened.
    pub ts: Timestamp,
    /// When somebody wrote last (`lm`).
    pub last_message_at: Option<Timestamp>,
    /// How many messages people wrote (`msgs`).
    pub messages_count: u64,
    /// How many people take part: the visitor and agents.
    pub users_count: u64,
    /// The agent. At most one at a time.
    pub served_by: Option<ServedBy>,
    /// Id of the department.
    pub department_id: Option<String>,
    /// Custom values by field id.
    pub livechat_data: Option<Fields>,
    /// What it is about.
    pub topic: Option<String>,
    /// Marks for later.
    pub tags: Option<Vec<String>>,
    /// The newest message that people wrote, or that of the closing.
    pub last_message: Option<Message>,
    /// Whether the visitor waits for an agent's answer.
    pub waiting_response: bool,
    /// The agent who answered last.
    pub response_by: Option<ResponseBy>,
    /// How long it took.
    pub metrics: Metrics,
    /// Since when it has waited for an agent.
    pub queued_at: Option<Timestamp>,
    /// How it ended; `None` while it is open.
    pub closing: Option<Closing>,
    /// Whether the agent put it aside.
    pub on_hold: bool,
    /// Whether the channel was proven when it was opened, or since.
    pub verified: bool,
    /// 1 (first) to 5; [`NO_PRIORITY`].
    pub priority_weight: i64,
    /// Minutes; [`NO_ESTIMATE`].
    pub estimated_waiting_time: i64,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// Which write of the conversation this is.
    pub version: Version,
}

/// It is closed already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the conversation is closed")]
pub struct IsClosed;

/// Why no conversation is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenRefused {
    /// Conversations are switched off (`Livechat_enabled`).
    #[error("conversations are switched off")]
    Disabled,
    /// No agent is online, none of the department where there is one.
    #[error("no agent is online")]
    NoAgentOnline,
    /// The channel is blocked.
    #[error("the channel is blocked")]
    ChannelBlocked,
}

/// What decides whether a conversation is opened, beside the contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenRules {
    /// `Livechat_enabled`.
    pub enabled: bool,
    /// `Livechat_accept_chats_with_no_agents`.
    pub without_agents: bool,
}

impl OpenRules {
    /// Whether a conversation may begin on a channel; `agents_online` counts those of the department, if any.
    ///
    /// # Errors
    /// [`OpenRefused`], in the order of its variants.
    pub fn check(
        self,
        agents_online: usize,
        contact: Option<&Contact>,
        channel: &Association,
    ) -> Result<(), OpenRefused> {
        if !self.enabled {
            return Err(OpenRefused::Disabled);
        }
        if agents_online == 0 && !self.without_agents {
            return Err(OpenRefused::NoAgentOnline);
        }
        if contact.is_some_and(|contact| contact.is_blocked(channel)) {
            return Err(OpenRefused::ChannelBlocked);
        }
        Ok(())
    }
}

impl VisitorSnapshot {
    /// The visitor as a new conversation keeps it. The months of activity are the contact's.
    #[must_use]
    pub fn of(visitor: &Visitor, contact: Option<&Contact>) -> Self {
        Self {
            id: visitor.id.clone(),
            username: visitor.username.clone(),
            token: visitor.token.clone(),
            status: Some(visitor.status.clone().unwrap_or_else(|| "online".to_owned())),
            name: None,
            activity: contact.map_or(&visitor.activity, |contact| &contact.activity).clone(),
            last_message_ts: None,
            phone: None,
        }
    }
}

impl Conversation {
    /// A conversation that begins now and waits for an agent. The department is the visitor's.
    #[must_use]
    pub fn opened(
        id: RoomId,
        visitor: &Visitor,
        contact: Option<&Contact>,
        source: Source,
        now: Timestamp,
    ) -> Self {
        let channel = Association::new(visitor.id.clone(), source.kind.clone(), source.id.clone());
        Self {
            id,
            fname: Self::name_for(visitor, contact),
            contact_id: contact.map(|contact| contact.id.clone()),
            visitor: VisitorSnapshot::of(visitor, contact),
            verified: contact.is_some_and(|contact| contact.is_verified(&channel)),
            source,
            ts: now,
            last_message_at: Some(now),
            messages_count: 0,
            users_count: 1,
            served_by: None,
            department_id: visitor.department.clone(),
            livechat_data: None,
            topic: None,
            tags: None,
            last_message: None,
            waiting_response: true,
            response_by: None,
            metrics: Metrics::default(),
            queued_at: Some(now),
            closing: None,
            on_hold: false,
            priority_weight: NO_PRIORITY,
            estimated_waiting_time: NO_ESTIMATE,
            updated_at: now,
            version: Version::FIRST,
        }
    }

    /// What a conversation is called: as the contact, else as the visitor, else by the visitor's username.
    #[must_use]
    pub fn name_for(visitor: &Visitor, contact: Option<&Contact>) -> String {
        let names = [contact.and_then(|contact| contact.name.as_ref()), visitor.name.as_ref()];
        let given = names.into_iter().flatten().find(|name| !name.is_empty());
        given.or(visitor.username.as_ref()).cloned().unwrap_or_default()
    }

    /// Whether it goes on.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.closing.is_none()
    }

    /// Whether it is the open conversation of that session.
    #[must_use]
    pub fn is_open_for(&self, token: &VisitorToken) -> bool {
        self.is_open() && self.visitor.token.as_ref() == Some(token)
    }

    /// The channel on which it goes on.
    #[must_use]
    pub fn channel(&self) -> Association {
        Association::new(self.visitor.id.clone(), self.source.kind.clone(), self.source.id.clone())
    }

    /// What visitor, contact and channel remember of it.
    #[must_use]
    pub fn as_last_chat(&self) -> LastChat {
        LastChat { room_id: self.id.clone(), ts: self.ts }
    }

    /// Gives it to a contact and calls it so: the contact was made or found after it had begun, or another one
    /// was united with it.
    pub fn link(&mut self, contact: &Contact, now: Timestamp) {
        self.contact_id = Some(contact.id.clone());
        if let Some(name) = contact.name.as_ref().filter(|name| !name.is_empty()) {
            self.fname.clone_from(name);
        }
        self.updated_at = now;
    }

    /// Calls it by another name (contract, contacts 5.4). Returns whether that is another one.
    pub fn rename(&mut self, name: &str, now: Timestamp) -> bool {
        if self.fname == name {
            return false;
        }
        name.clone_into(&mut self.fname);
        self.updated_at = now;
        true
    }

    /// Its channel was proven.
    pub fn verify(&mut self, now: Timestamp) {
        self.verified = true;
        self.updated_at = now;
    }

    pub(super) const fn check_open(&self) -> Result<(), IsClosed> {
        if self.is_open() { Ok(()) } else { Err(IsClosed) }
    }
}

#[cfg(test)]
pub(super) mod test {
    //! Conversations for tests.

    use super::*;
    use crate::contact::NewContact;

    pub(in crate::conversation) const fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    pub(in crate::conversation) fn visitor() -> Visitor {
        Visitor {
            name: Some("Ada".into()),
            ..Visitor::new("v1".into(), "guest-2".into(), "t1".into(), at(0))
        }
    }

    pub(in crate::conversation) fn contact() -> Contact {
        let new = NewContact { name: "Mara".into(), ..NewContact::default() };
        Contact::prepared("c1".into(), new, at(0))
    }

    pub(in crate::conversation) fn api() -> Source {
        Source { kind: "api".into(), ..Source::default() }
    }

    pub(in crate::conversation) fn opened() -> Conversation {
        Conversation::opened("r1".into(), &visitor(), Some(&contact()), api(), at(1_000))
    }
}

#[cfg(test)]
mod tests {
    use super::test::{api, at, contact, opened, visitor};
    use super::*;

    #[test]
    fn a_new_conversation_waits_in_the_queue_under_the_contacts_name() {
        let room = opened();
        assert!(room.is_open() && room.waiting_response && room.served_by.is_none());
        assert_eq!((room.queued_at, room.visitor.status.as_deref()), (Some(at(1_000)), Some("online")));
        assert_eq!((room.fname.as_str(), room.messages_count, room.users_count), ("Mara", 0, 1));
        assert_eq!((room.contact_id, room.visitor.activity), (Some("c1".into()), None));
    }

    #[test]
    fn without_a_contact_it_is_called_as_the_visitor_or_by_the_username() {
        assert_eq!(Conversation::name_for(&visitor(), None), "Ada");
        let nameless = Visitor { name: Some(String::new()), ..visitor() };
        assert_eq!(Conversation::name_for(&nameless, None), "guest-2");
    }

    #[test]
    fn a_proven_channel_and_the_months_of_the_contact_are_taken_over() {
        let mut contact = contact();
        contact.add_channel(&visitor(), api(), at(0));
        contact.note_answer(at(0));
        contact.verify_channel(&opened().channel(), "email", "a@x", at(0)).unwrap();
        let room = Conversation::opened("r1".into(), &visitor(), Some(&contact), api(), at(1));
        assert!(room.verified);
        assert_eq!(room.visitor.activity, Some(vec!["1970-01".to_owned()]));
    }

    #[test]
    fn refusals_come_in_their_order() {
        let channel = opened().channel();
        let mut blocked = contact();
        blocked.add_channel(&visitor(), api(), at(0));
        blocked.set_blocked(&channel, true, at(0));
        let check = |enabled, without_agents, online| {
            OpenRules { enabled, without_agents }.check(online, Some(&blocked), &channel)
        };
        assert_eq!(check(false, false, 0), Err(OpenRefused::Disabled));
        assert_eq!(check(true, false, 0), Err(OpenRefused::NoAgentOnline));
        assert_eq!(check(true, true, 0), Err(OpenRefused::ChannelBlocked));
        assert_eq!(check(true, false, 1), Err(OpenRefused::ChannelBlocked));
        let rules = OpenRules { enabled: true, without_agents: false };
        assert_eq!(rules.check(1, Some(&contact()), &channel), Ok(()));
    }

    #[test]
    fn linking_renames_and_the_same_name_is_no_change() {
        let mut room = Conversation::opened("r1".into(), &visitor(), None, api(), at(1));
        room.link(&contact(), at(2));
        assert_eq!((room.contact_id.clone(), room.fname.as_str()), (Some("c1".into()), "Mara"));
        assert!(!room.rename("Mara", at(3)) && room.rename("Lindt", at(3)));
        assert!(room.is_open_for(&"t1".into()) && !room.is_open_for(&"t2".into()));
    }
}
