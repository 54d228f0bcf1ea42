//! What contacts can be ordered by (contract, contacts 7.5: any stored field).

use std::cmp::Ordering;

use super::Contact;
use crate::id::UserId;
use crate::sort::{Direction, SortKey};

/// A field that contacts are ordered by. Fields that hold lists are ordered by their least item in ascending,
/// by their greatest in descending order; objects by their first field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactOrder {
    /// `_id`
    Id,
    /// `name`
    Name,
    /// `emails.address`
    Email,
    /// `phones.phoneNumber`
    Phone,
    /// `contactManager`: the user's id.
    Manager,
    /// `unknown`
    Unknown,
    /// `conflictingFields.field`
    ConflictingField,
    /// `customFields.<id>`
    CustomField(String),
    /// `channels.name`
    ChannelName,
    /// `channels.lastChat.ts`
    ChannelLastChatAt,
    /// `createdAt`
    CreatedAt,
    /// `lastChat._id`
    LastChatRoom,
    /// `lastChat.ts`
    LastChatAt,
    /// `importIds`
    ImportId,
    /// `activity`
    Activity,
    /// `preRegistration`
    PreRegistration,
    /// `_updatedAt`
    UpdatedAt,
}

impl ContactOrder {
    /// The order of a client that named none: the name, in binary order.
    pub const DEFAULT: [(Self, Direction); 1] = [(Self::Name, Direction::Ascending)];

    /// The field with that name on the wire. `None` for a name that no contact has a value under: it orders
    /// nothing.
    ///
    /// ```
    /// use omnicontact_domain::contact::ContactOrder;
    /// assert_eq!(ContactOrder::parse("lastChat.ts"), Some(ContactOrder::LastChatAt));
    /// assert_eq!(ContactOrder::parse("customFields.plan"), Some(ContactOrder::CustomField("plan".into())));
    /// assert_eq!(ContactOrder::parse("contactManager.username"), None);
    /// ```
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        if let Some(id) = path.strip_prefix("customFields.") {
            return Some(Self::CustomField(id.to_owned()));
        }
        Some(match path {
            "_id" => Self::Id,
            "name" => Self::Name,
            "emails" | "emails.address" => Self::Email,
            "phones" | "phones.phoneNumber" => Self::Phone,
            "contactManager" => Self::Manager,
            "unknown" => Self::Unknown,
            "conflictingFields" | "conflictingFields.field" => Self::ConflictingField,
            "channels" | "channels.name" => Self::ChannelName,
            "channels.lastChat.ts" => Self::ChannelLastChatAt,
            "createdAt" => Self::CreatedAt,
            "lastChat" | "lastChat._id" => Self::LastChatRoom,
            "lastChat.ts" => Self::LastChatAt,
            "importIds" => Self::ImportId,
            "activity" => Self::Activity,
            "preRegistration" => Self::PreRegistration,
            "_updatedAt" => Self::UpdatedAt,
            _ => return None,
        })
    }

    /// What a contact is ordered by in that direction.
    #[must_use]
    pub fn key(&self, contact: &Contact, direction: Direction) -> SortKey {
        let texts = |list: Option<&Vec<String>>| {
            SortKey::of_many(list.into_iter().flatten().map(|text| SortKey::text(text)), direction)
        };
        match self {
            Self::Id => SortKey::text(contact.id.as_str()),
            Self::Name => SortKey::of_text(contact.name.as_deref()),
            Self::Email => texts(contact.emails.as_ref()),
            Self::Phone => texts(contact.phones.as_ref()),
            Self::Manager => SortKey::of_text(contact.manager.as_ref().map(UserId::as_str)),
            Self::Unknown => SortKey::Flag(contact.unknown),
            Self::ConflictingField => {
                let conflicts = contact.conflicting_fields.iter().flatten();
                SortKey::of_many(conflicts.map(|conflict| SortKey::text(&conflict.field)), direction)
            }
            Self::CustomField(id) => {
                let value = contact.custom_fields.as_ref().and_then(|values| values.get(id));
                SortKey::of_value(value, direction)
            }
            Self::ChannelName => {
                let names = contact.channels.iter().map(|channel| SortKey::text(&channel.name));
                SortKey::of_many(names, direction)
            }
            Self::ChannelLastChatAt => {
                let chats = contact.channels.iter().map(|channel| channel.last_chat.as_ref());
                let times = chats.map(|chat| chat.map_or(SortKey::Missing, |chat| SortKey::Time(chat.ts)));
                SortKey::of_many(times, direction)
            }
            Self::CreatedAt => SortKey::Time(contact.created_at),
            Self::LastChatRoom => {
                SortKey::of_text(contact.last_chat.as_ref().map(|chat| chat.room_id.as_str()))
            }
            Self::LastChatAt => {
                contact.last_chat.as_ref().map_or(SortKey::Missing, |chat| SortKey::Time(chat.ts))
            }
            Self::ImportId => texts(contact.import_ids.as_ref()),
            Self::Activity => texts(contact.activity.as_ref()),
            Self::PreRegistration => contact.pre_registration.map_or(SortKey::Missing, SortKey::Flag),
            Self::UpdatedAt => SortKey::Time(contact.updated_at),
        }
    }

    /// The order of two contacts: key by key, in the end by id in the direction of the last key, so that it
    /// is the same in every store and no contact is on two pages.
    #[must_use]
    pub fn compare(order: &[(Self, Direction)], one: &Contact, other: &Contact) -> Ordering {
        let by_keys = order.iter().map(|(field, direction)| {
            direction.apply(field.key(one, *direction).cmp(&field.key(other, *direction)))
        });
        let last = order.last().map_or(Direction::Ascending, |(_, direction)| *direction);
        by_keys.fold(Ordering::Equal, Ordering::then).then_with(|| last.apply(one.id.cmp(&other.id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::{Association, Channel, ConflictingField, LastChat, NewContact, Source};
    use crate::time::Timestamp;
    use crate::value::Value;

    fn contact(id: &str, name: &str) -> Contact {
        let new = NewContact { name: name.to_owned(), ..NewContact::default() };
        Contact::prepared(id.into(), new, Timestamp::from_millis(0))
    }

    fn sorted(mut contacts: Vec<Contact>, path: &str, direction: Direction) -> Vec<String> {
        let order: Vec<_> = ContactOrder::parse(path).map(|field| (field, direction)).into_iter().collect();
        contacts.sort_by(|one, other| ContactOrder::compare(&order, one, other));
        contacts.into_iter().map(|contact| contact.id.into_string()).collect()
    }

    #[test]
    fn names_come_in_binary_order_and_equal_ones_by_id() {
        let contacts = || vec![contact("2", "adam"), contact("3", "Zoe"), contact("1", "adam")];
        assert_eq!(sorted(contacts(), "name", Direction::Ascending), ["3", "1", "2"]);
        assert_eq!(sorted(contacts(), "name", Direction::Descending), ["2", "1", "3"]);
        assert_eq!(sorted(contacts(), "nothing", Direction::Descending), ["1", "2", "3"]);
    }

    #[test]
    fn what_never_chatted_is_the_least() {
        let chatted = |id: &str, millis| Contact {
            last_chat: Some(LastChat { room_id: "r1".into(), ts: Timestamp::from_millis(millis) }),
            ..contact(id, "")
        };
        let contacts = || vec![chatted("old", 1), contact("never", ""), chatted("new", 2)];
        assert_eq!(sorted(contacts(), "lastChat.ts", Direction::Descending), ["new", "old", "never"]);
        assert_eq!(sorted(contacts(), "lastChat.ts", Direction::Ascending), ["never", "old", "new"]);
    }

    #[test]
    fn lists_are_ordered_by_their_least_or_greatest_item() {
        let with = |id: &str, emails: &[&str]| Contact {
            emails: Some(emails.iter().map(|text| (*text).to_owned()).collect()),
            ..contact(id, "")
        };
        let contacts = || vec![with("both", &["a@x", "z@x"]), with("middle", &["m@x"]), with("none", &[])];
        assert_eq!(sorted(contacts(), "emails.address", Direction::Ascending), ["none", "both", "middle"]);
        assert_eq!(sorted(contacts(), "emails.address", Direction::Descending), ["both", "middle", "none"]);
    }

    #[test]
    fn every_field_of_the_data_model_has_a_key() {
        let chat = LastChat { room_id: "r1".into(), ts: Timestamp::from_millis(5) };
        let channel = Channel {
            name: "api".into(),
            visitor: Association { visitor_id: "v1".into(), source_type: "api".into(), source_id: None },
            blocked: false,
            verified: false,
            verification: None,
            details: Source { kind: "api".into(), ..Source::default() },
            last_chat: Some(chat.clone()),
        };
        let full = Contact {
            emails: Some(vec!["a@x".into()]),
            phones: Some(vec!["1".into()]),
            manager: Some("u1".into()),
            conflicting_fields: Some(vec![ConflictingField { field: "name".into(), value: "B".into() }]),
            custom_fields: Some([("plan".to_owned(), Value::from("gold"))].into_iter().collect()),
            channels: vec![channel],
            last_chat: Some(chat),
            import_ids: Some(vec!["i1".into()]),
            activity: Some(vec!["2026-01".into()]),
            ..contact("c1", "A")
        };
        for path in [
            "_id",
            "name",
            "emails",
            "emails.address",
            "phones",
            "phones.phoneNumber",
            "contactManager",
            "unknown",
            "conflictingFields",
            "conflictingFields.field",
            "customFields.plan",
            "channels",
            "channels.name",
            "channels.lastChat.ts",
            "createdAt",
            "lastChat",
            "lastChat._id",
            "lastChat.ts",
            "importIds",
            "activity",
            "preRegistration",
            "_updatedAt",
        ] {
            let field = ContactOrder::parse(path).expect(path);
            for direction in [Direction::Ascending, Direction::Descending] {
                assert_ne!(field.key(&full, direction), SortKey::Missing, "{path}");
            }
        }
    }
}
