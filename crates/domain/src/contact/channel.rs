//! Channels: the (visitor, source) pairs over which a person is reached.

use std::collections::HashMap;

use super::Contact;
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
    /// The channel of a visitor on a source. An empty source id is none.
    #[must_use]
    pub fn new(visitor_id: VisitorId, source_type: String, source_id: Option<String>) -> Self {
        Self { visitor_id, source_type, source_id: source_id.filter(|id| !id.is_empty()) }
    }

    /// Whether somebody who looks for `wanted` means this channel: visitor and type are equal, and the id of
    /// the source, too, if one is asked for (contract, conversations 3.2).
    ///
    /// ```
    /// use omnicontact_domain::contact::Association;
    /// let inbox = Association::new("v1".into(), "email".into(), Some("i1".into()));
    /// let any = Association { source_id: None, ..inbox.clone() };
    /// assert!(inbox.is_meant_by(&any) && !any.is_meant_by(&inbox));
    /// ```
    #[must_use]
    pub fn is_meant_by(&self, wanted: &Self) -> bool {
        self.visitor_id == wanted.visitor_id
            && self.source_type == wanted.source_type
            && (wanted.source_id.is_none() || self.source_id == wanted.source_id)
    }

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

impl Channel {
    /// A new channel of a visitor on a source: neither blocked nor verified.
    ///
    /// ```
    /// use omnicontact_domain::contact::{Channel, Source};
    /// let source = Source { kind: "app".into(), label: Some("Telegram".into()), ..Source::default() };
    /// assert_eq!(Channel::new("v1".into(), source).name, "Telegram");
    /// ```
    #[must_use]
    pub fn new(visitor: VisitorId, source: Source) -> Self {
        let label = source.label.clone().filter(|label| !label.is_empty());
        Self {
            name: label.unwrap_or_else(|| source.kind.clone()),
            visitor: Association::new(visitor, source.kind.clone(), source.id.clone()),
            blocked: false,
            verified: false,
            verification: None,
            details: source,
            last_chat: None,
        }
    }
}

impl Contact {
    /// The channels as people see them (contract, contacts 7.8): of each name the one with the latest
    /// conversation, the first of equals, in the order in which the names first appear.
    #[must_use]
    pub fn channels_by_name(&self) -> Vec<&Channel> {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut latest: Vec<&Channel> = Vec::new();
        for channel in &self.channels {
            let place = *places.entry(&channel.name).or_insert(latest.len());
            match latest.get_mut(place) {
                None => latest.push(channel),
                Some(best) if last_ts(channel) > last_ts(best) => *best = channel,
                Some(_) => {}
            }
        }
        latest
    }
}

fn last_ts(channel: &Channel) -> Option<Timestamp> {
    channel.last_chat.as_ref().map(|chat| chat.ts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::contact::NewContact;

    fn channel(name: &str, visitor: &str, chatted: Option<i64>) -> Channel {
        let source = Source { kind: "app".into(), label: Some(name.to_owned()), ..Source::default() };
        let last_chat =
            chatted.map(|millis| LastChat { room_id: "r1".into(), ts: Timestamp::from_millis(millis) });
        Channel { last_chat, ..Channel::new(visitor.into(), source) }
    }

    fn contact(channels: Vec<Channel>) -> Contact {
        Contact {
            channels,
            ..Contact::prepared("c1".into(), NewContact::default(), Timestamp::from_millis(0))
        }
    }

    #[test]
    fn each_name_shows_the_channel_that_was_used_last() {
        let contact = contact(vec![
            channel("api", "v1", None),
            channel("web", "v2", Some(5)),
            channel("api", "v3", Some(1)),
            channel("web", "v4", Some(5)),
            channel("api", "v5", Some(2)),
            channel("mail", "v6", None),
            channel("mail", "v7", None),
        ]);
        let shown: Vec<_> = contact
            .channels_by_name()
            .iter()
            .map(|channel| (channel.name.as_str(), channel.visitor.visitor_id.as_str()))
            .collect();
        assert_eq!(shown, [("api", "v5"), ("web", "v2"), ("mail", "v6")]);
    }

    #[test]
    fn a_source_without_a_label_names_the_channel_by_its_type() {
        let source = Source { kind: "api".into(), id: Some(String::new()), ..Source::default() };
        let channel = Channel::new("v1".into(), source);
        assert_eq!((channel.name.as_str(), channel.visitor.source_id), ("api", None));
    }

    proptest! {
        #[test]
        fn no_name_is_lost_and_none_stands_twice(channels in prop::collection::vec(("[a-c]", prop::option::of(0_i64..4)), 0..12)) {
            let contact = contact(channels.iter().map(|(name, chatted)| channel(name, "v1", *chatted)).collect());
            let mut names: Vec<_> = channels.iter().map(|(name, _)| name.as_str()).collect();
            let shown: Vec<_> = contact.channels_by_name().iter().map(|channel| channel.name.as_str()).collect();
            let mut sorted = shown.clone();
            sorted.sort_unstable();
            names.sort_unstable();
            names.dedup();
            prop_assert_eq!(sorted, names);
        }
    }
}
