//! Channels: the (visitor, source) pairs over which a person is reached.

use crate::id::{RoomId, VisitorId};
use crate::time::Timestamp;

/// Where conversations of a channel come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Source {
    /// `widget`, `email`, `sms`, `app`, `api`, `other`; kept as sent.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: String,
    /// Id of the inbox, number or app; absent where the type says it all.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub id: Option<String>,
    /// A name for people.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub alias: Option<String>,
    /// The name of the channel.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub label: Option<String>,
    /// An icon in lists.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub sidebar_icon: Option<String>,
    /// An icon elsewhere.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub default_icon: Option<String>,
    /// The address that the visitor wrote to.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub destination: Option<String>,
}

/// Names one channel: a visitor on a source.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Association {
    /// The visitor.
    pub visitor_id: VisitorId,
    /// Type of the source.
    pub source_type: String,
    /// Id of the source, if it has one.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub source_id: Option<String>,
}

impl Association {
    /// Whether two associations name the same channel: visitor and type are equal and, if either side has
    /// a source id, the ids are equal too.
    ///
    /// ```
    /// use omnicontact_domain::contact::Association;
    /// let widget = Association { visitor_id: "v1".into(), source_type: "widget".into(), source_id: None };
    /// let other_inbox = Association { source_id: Some("i1".into()), ..widget.clone() };
    /// assert!(widget.is_same_channel(&widget));
    /// assert!(!widget.is_same_channel(&other_inbox));
    /// ```
    #[must_use]
    pub fn is_same_channel(&self, other: &Self) -> bool {
        self == other
    }
}

/// The newest conversation of a contact or channel.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LastChat {
    /// The conversation.
    #[cfg_attr(feature = "serde", serde(rename = "_id"))]
    pub room_id: RoomId,
    /// When it began.
    pub ts: Timestamp,
}

/// What proved that a channel belongs to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Verification {
    /// Which field proved it, e.g. `email`, `phone`.
    pub field: String,
    /// The proven value, in lower case.
    pub value: String,
    /// When it was proven.
    pub verified_at: Timestamp,
}

/// A way to reach a person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Channel {
    /// The source's label if any, otherwise its type.
    pub name: String,
    /// The (visitor, source) pair.
    pub visitor: Association,
    /// Whether an agent blocked the channel.
    pub blocked: bool,
    /// Whether the person's identity on this channel is proven.
    pub verified: bool,
    /// What proved it.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub verification: Option<Verification>,
    /// The source of the conversation that made the channel.
    pub details: Source,
    /// The newest conversation on this channel.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub last_chat: Option<LastChat>,
}
