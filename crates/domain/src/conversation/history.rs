//! Closed conversations and their order.

use crate::contact::Source;
use crate::id::{RoomId, UserId, VisitorId};
use crate::search::normal_form;
use crate::time::Timestamp;
use crate::value::Value;
use crate::visitor::VisitorToken;

/// The visitor of a conversation, as it was then.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct VisitorSnapshot {
    /// Who it is.
    #[cfg_attr(feature = "serde", serde(rename = "_id"))]
    pub id: VisitorId,
    /// The visitor's username.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub username: Option<String>,
    /// The secret of the visitor's session. No agent sees it.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub token: Option<VisitorToken>,
    /// `online`, `away`, `busy`, `offline`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub status: Option<String>,
    /// The visitor's name.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub name: Option<String>,
    /// Months (`YYYY-MM`) with an answered conversation.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub activity: Option<Vec<String>>,
    /// When the visitor last wrote.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub last_message_ts: Option<Timestamp>,
    /// Phone numbers, as they were stored.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub phone: Option<Value>,
}

/// The agent who serves a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ServedBy {
    /// The agent's user id.
    #[cfg_attr(feature = "serde", serde(rename = "_id"))]
    pub id: UserId,
    /// The agent's username.
    pub username: String,
    /// When the agent took the conversation.
    pub ts: Timestamp,
}

/// Who did something in a conversation: an agent or the visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Participant {
    /// Id of the user or the visitor.
    #[cfg_attr(feature = "serde", serde(rename = "_id"))]
    pub id: String,
    /// The username.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub username: Option<String>,
}

/// Which side closed a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closer {
    /// A user.
    User,
    /// The visitor.
    Visitor,
}

impl Closer {
    /// The name on the wire and in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Visitor => "visitor",
        }
    }

    /// The side with that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::User, Self::Visitor].into_iter().find(|closer| closer.as_str() == text)
    }
}

/// An entry of a contact's history.
#[derive(Debug, Clone, PartialEq)]
pub struct ClosedConversation {
    /// The conversation.
    pub room_id: RoomId,
    /// Its name: the contact's.
    pub fname: String,
    /// When it began.
    pub ts: Timestamp,
    /// The visitor.
    pub visitor: VisitorSnapshot,
    /// How many messages it has.
    pub messages: u64,
    /// The agent who served it last; `None` when nobody did.
    pub served_by: Option<ServedBy>,
    /// When it was closed.
    pub closed_at: Timestamp,
    /// Who closed it.
    pub closed_by: Option<Participant>,
    /// Which side that was.
    pub closer: Option<Closer>,
    /// Tags.
    pub tags: Option<Vec<String>>,
    /// Where it came from.
    pub source: Source,
    /// The last message, as stored.
    pub last_message: Option<Value>,
    /// Whether the channel was verified when the conversation began.
    pub verified: bool,
}

/// What a history can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryOrder {
    /// `_id`
    Id,
    /// `fname`
    Name,
    /// `ts`
    StartedAt,
    /// `msgs`
    Messages,
    /// `servedBy.username`
    Agent,
    /// `closedAt`
    ClosedAt,
    /// `closer`
    Closer,
    /// `source.type`
    SourceType,
    /// `verified`
    Verified,
}

impl HistoryOrder {
    /// The field with that name on the wire. `None` for a name that orders nothing.
    ///
    /// ```
    /// use omnicontact_domain::conversation::HistoryOrder;
    /// assert_eq!(HistoryOrder::parse("closedAt"), Some(HistoryOrder::ClosedAt));
    /// assert_eq!(HistoryOrder::parse("nothing"), None);
    /// ```
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        Some(match path {
            "_id" => Self::Id,
            "fname" => Self::Name,
            "ts" => Self::StartedAt,
            "msgs" => Self::Messages,
            "servedBy.username" => Self::Agent,
            "closedAt" => Self::ClosedAt,
            "closer" => Self::Closer,
            "source.type" => Self::SourceType,
            "verified" => Self::Verified,
            _ => return None,
        })
    }
}

/// The text in which the filter `source` of a history is looked for: type and alias of a source in normal form,
/// a line each. The filter is in normal form, too.
///
/// ```
/// use omnicontact_domain::contact::Source;
/// use omnicontact_domain::conversation::source_text;
/// let source = Source { kind: "app".into(), alias: Some("Telegram".into()), ..Source::default() };
/// assert_eq!(source_text(&source), "app\ntelegram");
/// ```
#[must_use]
pub fn source_text(source: &Source) -> String {
    let mut text = normal_form(&source.kind);
    if let Some(alias) = &source.alias {
        text.push('\n');
        text.push_str(&normal_form(alias));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_read_as_they_are_written() {
        for closer in [Closer::User, Closer::Visitor] {
            assert_eq!(Closer::parse(closer.as_str()), Some(closer));
        }
        assert_eq!(Closer::parse("bot"), None);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_snapshot_is_stored_without_what_it_lacks() {
        let text = r#"{"_id":"v1","username":"guest-2","token":"t1","status":"offline"}"#;
        let snapshot: VisitorSnapshot = serde_json::from_str(text).unwrap();
        assert_eq!(snapshot.token, Some("t1".into()));
        assert_eq!(serde_json::to_string(&snapshot).unwrap(), text);
    }
}
