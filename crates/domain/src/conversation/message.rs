//! Messages of a conversation (contract, conversations 3.8).

use super::VisitorSnapshot;
use crate::id::{RoomId, UserId, VisitorId};
use crate::time::Timestamp;

/// What the system notes in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// It began.
    Started,
    /// Its agent is connected.
    Connected,
    /// An agent joined.
    Joined,
    /// It went back to the queue or to somebody else.
    Transferred,
    /// It was put aside.
    OnHold,
    /// It was taken up again.
    Resumed,
    /// It ended; the text is the comment.
    Closed,
}

impl Note {
    const ALL: [Self; 7] = [
        Self::Started,
        Self::Connected,
        Self::Joined,
        Self::Transferred,
        Self::OnHold,
        Self::Resumed,
        Self::Closed,
    ];

    /// The type on the wire and in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "livechat-started",
            Self::Connected => "command",
            Self::Joined => "uj",
            Self::Transferred => "livechat_transfer_history",
            Self::OnHold => "omnichannel_placed_chat_on_hold",
            Self::Resumed => "omnichannel_on_hold_chat_resumed",
            Self::Closed => "livechat-close",
        }
    }

    /// The note with that type.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|note| note.as_str() == text)
    }
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Author {
    /// Id of the user or the visitor.
    #[cfg_attr(feature = "serde", serde(rename = "_id"))]
    pub id: String,
    /// The username.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub username: Option<String>,
    /// The display name.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub name: Option<String>,
}

impl Author {
    /// An agent or another user.
    #[must_use]
    pub fn user(id: &UserId, username: Option<&str>, name: Option<&str>) -> Self {
        Self {
            id: id.as_str().to_owned(),
            username: username.map(str::to_owned),
            name: name.map(str::to_owned),
        }
    }

    /// The visitor of a conversation; `name` is the visitor's own.
    #[must_use]
    pub fn visitor(visitor: &VisitorSnapshot, name: Option<&str>) -> Self {
        Self {
            id: visitor.id.as_str().to_owned(),
            username: visitor.username.clone(),
            name: name.map(str::to_owned),
        }
    }
}

/// That somebody changed a message after it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Edited {
    /// When it was changed last.
    pub at: Timestamp,
    /// Who changed it.
    pub by: Author,
}

/// What one side wrote, or what the system noted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Message {
    /// Which one it is; unique within its conversation.
    #[cfg_attr(feature = "serde", serde(rename = "_id"))]
    pub id: String,
    /// The conversation.
    #[cfg_attr(feature = "serde", serde(rename = "rid"))]
    pub room_id: RoomId,
    /// The type of what the system noted ([`Note`]); `None` for what people wrote.
    #[cfg_attr(feature = "serde", serde(rename = "t", default, skip_serializing_if = "Option::is_none"))]
    pub kind: Option<String>,
    /// The text.
    #[cfg_attr(feature = "serde", serde(rename = "msg"))]
    pub body: String,
    /// Who wrote it.
    #[cfg_attr(feature = "serde", serde(rename = "u"))]
    pub author: Author,
    /// What the visitor was called then. All messages of visitors have it, and no others.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub alias: Option<String>,
    /// When it was written.
    pub ts: Timestamp,
    /// When it was last changed.
    #[cfg_attr(feature = "serde", serde(rename = "_updatedAt"))]
    pub updated_at: Timestamp,
    /// Who changed the text since; `None` while it is as it was written.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub edited: Option<Edited>,
}

impl Message {
    /// What an agent writes now.
    #[must_use]
    pub const fn of_agent(id: String, room_id: RoomId, body: String, author: Author, now: Timestamp) -> Self {
        Self { id, room_id, kind: None, body, author, alias: None, ts: now, updated_at: now, edited: None }
    }

    /// What the visitor writes now. The alias is the author's name, else the username, else empty.
    #[must_use]
    pub fn of_visitor(id: String, room_id: RoomId, body: String, author: Author, now: Timestamp) -> Self {
        let alias = author.name.as_ref().filter(|name| !name.is_empty()).or(author.username.as_ref());
        let alias = Some(alias.cloned().unwrap_or_default());
        Self { alias, ..Self::of_agent(id, room_id, body, author, now) }
    }

    /// What the system notes now of what the author did.
    #[must_use]
    pub fn noted(
        id: String,
        room_id: RoomId,
        note: Note,
        body: String,
        author: Author,
        now: Timestamp,
    ) -> Self {
        Self { kind: Some(note.as_str().to_owned()), ..Self::of_agent(id, room_id, body, author, now) }
    }

    /// Whether people wrote it, not the system.
    #[must_use]
    pub const fn is_of_people(&self) -> bool {
        self.kind.is_none()
    }

    /// Whether the visitor wrote it.
    #[must_use]
    pub const fn is_of_visitor(&self) -> bool {
        self.kind.is_none() && self.alias.is_some()
    }

    /// Whether that visitor wrote it. A conversation that changed hands has messages of several visitors.
    #[must_use]
    pub fn is_by(&self, visitor: &VisitorId) -> bool {
        self.is_of_visitor() && self.author.id == visitor.as_str()
    }

    /// Gives it another text. When and by whom it was written stays.
    pub fn edit(&mut self, body: String, by: Author, now: Timestamp) {
        self.body = body;
        self.edited = Some(Edited { at: now, by });
        self.updated_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_read_as_they_are_written() {
        for note in Note::ALL {
            assert_eq!(Note::parse(note.as_str()), Some(note));
        }
        assert_eq!(Note::parse("au"), None);
    }

    #[test]
    fn only_messages_of_the_visitor_have_an_alias() {
        let author = |name: Option<&str>| Author::user(&"x".into(), Some("guest-2"), name);
        let now = Timestamp::from_millis(0);
        let said = |name| Message::of_visitor("m1".into(), "r1".into(), "hi".into(), author(name), now);
        assert_eq!(said(Some("Ada")).alias.as_deref(), Some("Ada"));
        assert_eq!(said(Some("")).alias.as_deref(), Some("guest-2"));
        let answer = Message::of_agent("m2".into(), "r1".into(), "hi".into(), author(None), now);
        assert!(said(None).is_of_visitor() && !answer.is_of_visitor() && answer.is_of_people());
        let note = Message::noted("m3".into(), "r1".into(), Note::Joined, String::new(), author(None), now);
        assert!(!note.is_of_people());
    }

    #[test]
    fn a_changed_message_says_who_changed_it_and_stays_its_writers() {
        let author = Author::user(&"v1".into(), Some("guest-2"), None);
        let then = Timestamp::from_millis(1);
        let mut said = Message::of_visitor("m1".into(), "r1".into(), "hi".into(), author.clone(), then);
        said.edit("hello".into(), author.clone(), Timestamp::from_millis(2));
        assert_eq!(
            (said.body.as_str(), said.ts, said.updated_at),
            ("hello", then, Timestamp::from_millis(2))
        );
        assert_eq!(said.edited, Some(Edited { at: Timestamp::from_millis(2), by: author.clone() }));
        assert!(said.is_by(&"v1".into()) && !said.is_by(&"v2".into()));
        let answer = Message::of_agent("m2".into(), "r1".into(), "hi".into(), author, then);
        assert!(!answer.is_by(&"v1".into()));
    }
}
