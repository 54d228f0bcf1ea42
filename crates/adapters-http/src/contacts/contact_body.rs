//! A contact of the second API as endpoints answer it. What is not stored is absent, never null.

use omnicontact_domain::contact::{Channel, Contact, LastChat, Source};
use omnicontact_domain::id::{ContactId, RoomId, UserId, VisitorId};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::User;
use omnicontact_domain::value::{Fields, Value};
use serde::Serialize;
use utoipa::ToSchema;

/// A contact of the second API.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactBody {
    /// Who it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: ContactId,
    /// When the contact was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The display name.
    name: String,
    /// E-mail addresses, as given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    emails: Option<Vec<ContactEmailBody>>,
    /// Phone numbers, as given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    phones: Option<Vec<ContactPhoneBody>>,
    /// The responsible agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    contact_manager: Option<ContactManagerBody>,
    /// Every visitor and source over which the person was reached.
    channels: Vec<ChannelBody>,
    /// Custom values by field id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    custom_fields: Option<Fields>,
    /// Values that wait for a decision; absent until the first conflict.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    conflicting_fields: Option<Vec<ConflictBody>>,
    /// The newest conversation; absent until the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_chat: Option<ContactChatBody>,
    /// Ids in the source of an import.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    import_ids: Option<Vec<String>>,
    /// Months (`YYYY-MM`) with an answered conversation, at most the last 12.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    activity: Option<Vec<String>>,
    /// Whether the contact was made from a visitor and never confirmed by an agent.
    unknown: bool,
    /// Whether the contact was made by hand and waits to be adopted by a visitor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pre_registration: Option<bool>,
    /// When the contact was last written.
    #[serde(rename = "_updatedAt")]
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// The responsible agent: the user's id, or more of the user in a search.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum ContactManagerBody {
    /// The user's id.
    #[schema(value_type = String)]
    Id(UserId),
    /// The user.
    User(FoundManagerBody),
}

/// A contact manager in a search.
#[derive(Debug, Serialize, ToSchema)]
struct FoundManagerBody {
    /// The user's id.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: UserId,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// The login name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
}

/// An e-mail address of a contact.
#[derive(Debug, Serialize, ToSchema)]
struct ContactEmailBody {
    /// The address.
    address: String,
}

/// A phone number of a contact.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ContactPhoneBody {
    /// The number.
    phone_number: String,
}

/// A value that lost against the stored one.
#[derive(Debug, Serialize, ToSchema)]
struct ConflictBody {
    /// `name`, `manager` or `customFields.<id>`.
    field: String,
    /// The losing value; for `manager` a user id.
    #[schema(value_type = Object)]
    value: Value,
}

/// A conversation of a contact.
#[derive(Debug, Serialize, ToSchema)]
struct ContactChatBody {
    /// Id of the room.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    room_id: RoomId,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    ts: Timestamp,
}

/// A way to reach the person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChannelBody {
    /// The label of the source if it has one, otherwise its type.
    name: String,
    /// Who it is on that source.
    visitor: ChannelVisitorBody,
    /// Whether an agent blocked the channel.
    blocked: bool,
    /// Whether the person's identity on this channel is proven.
    verified: bool,
    /// What proved it.
    #[serde(flatten)]
    verification: Option<VerificationBody>,
    /// The source of the conversation that made the channel.
    details: SourceBody,
    /// The newest conversation on the channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_chat: Option<ContactChatBody>,
}

/// The visitor of a channel.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChannelVisitorBody {
    /// The visitor.
    #[schema(value_type = String)]
    visitor_id: VisitorId,
    /// The source.
    source: ChannelSourceBody,
}

/// What tells sources apart.
#[derive(Debug, Serialize, ToSchema)]
struct ChannelSourceBody {
    /// `widget`, `email`, `sms`, `app`, `api`, `other`.
    r#type: String,
    /// Id of the inbox, number or app.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    id: Option<String>,
}

/// What proved an identity.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct VerificationBody {
    /// The field, such as `email` or `phone`.
    field: String,
    /// The value, in lower case.
    value: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    verified_at: Timestamp,
}

/// Where conversations come from.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SourceBody {
    /// `widget`, `email`, `sms`, `app`, `api`, `other`.
    r#type: String,
    /// Id of the inbox, number or app.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    id: Option<String>,
    /// A name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    alias: Option<String>,
    /// The name of the channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    label: Option<String>,
    /// An icon in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sidebar_icon: Option<String>,
    /// An icon elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    default_icon: Option<String>,
    /// The address that the visitor wrote to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    destination: Option<String>,
}

impl ContactBody {
    /// With the manager in full, as a search shows it.
    pub(crate) fn with_manager(contact: Contact, manager: Option<User>) -> Self {
        let found = |user: User| FoundManagerBody { id: user.id, name: user.name, username: user.username };
        let contact_manager = manager.map(found).map(ContactManagerBody::User);
        Self { contact_manager, ..Self::from(contact) }
    }
}

impl From<Contact> for ContactBody {
    fn from(contact: Contact) -> Self {
        let emails = |all: Vec<String>| all.into_iter().map(|address| ContactEmailBody { address }).collect();
        let phones = |all: Vec<String>| {
            all.into_iter().map(|phone_number| ContactPhoneBody { phone_number }).collect()
        };
        let conflicts = contact.conflicting_fields.map(|all| {
            all.into_iter()
                .map(|conflict| ConflictBody { field: conflict.field, value: conflict.value })
                .collect()
        });
        Self {
            id: contact.id,
            created_at: contact.created_at,
            name: contact.name.unwrap_or_default(),
            emails: contact.emails.map(emails),
            phones: contact.phones.map(phones),
            contact_manager: contact.manager.map(ContactManagerBody::Id),
            channels: contact.channels.into_iter().map(ChannelBody::from).collect(),
            custom_fields: contact.custom_fields,
            conflicting_fields: conflicts,
            last_chat: contact.last_chat.map(ContactChatBody::from),
            import_ids: contact.import_ids,
            activity: contact.activity,
            unknown: contact.unknown,
            pre_registration: contact.pre_registration,
            updated_at: contact.updated_at,
        }
    }
}

impl From<LastChat> for ContactChatBody {
    fn from(chat: LastChat) -> Self {
        Self { room_id: chat.room_id, ts: chat.ts }
    }
}

impl From<Channel> for ChannelBody {
    fn from(channel: Channel) -> Self {
        let verification = channel.verification.map(|proof| VerificationBody {
            field: proof.field,
            value: proof.value,
            verified_at: proof.verified_at,
        });
        let source = ChannelSourceBody { r#type: channel.visitor.source_type, id: channel.visitor.source_id };
        Self {
            name: channel.name,
            visitor: ChannelVisitorBody { visitor_id: channel.visitor.visitor_id, source },
            blocked: channel.blocked,
            verified: channel.verified,
            verification,
            details: channel.details.into(),
            last_chat: channel.last_chat.map(ContactChatBody::from),
        }
    }
}

impl From<Source> for SourceBody {
    fn from(source: Source) -> Self {
        Self {
            r#type: source.kind,
            id: source.id,
            alias: source.alias,
            label: source.label,
            sidebar_icon: source.sidebar_icon,
            default_icon: source.default_icon,
            destination: source.destination,
        }
    }
}
