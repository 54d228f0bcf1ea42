//! A visitor as the two endpoints that read one answer it. What is not stored is absent, never null.

use omnicontact_domain::contact::LastChat;
use omnicontact_domain::id::VisitorId;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::{Fields, Value};
use omnicontact_domain::visitor::{LastAgent, Visitor, VisitorManager, VisitorToken};
use serde::Serialize;
use utoipa::ToSchema;

/// A contact of the first API.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VisitorBody {
    /// Who it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: VisitorId,
    /// The name of the guest: `guest-<n>` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
    /// When the visitor was first seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    ts: Option<Timestamp>,
    /// The secret of the widget session.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    token: Option<VisitorToken>,
    /// When the visitor was last written.
    #[serde(rename = "_updatedAt")]
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// The responsible agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ManagerBody>, nullable = false)]
    contact_manager: Option<VisitorManager>,
    /// Custom values by field id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    livechat_data: Option<Fields>,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// Phone numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    phone: Option<Vec<PhoneBody>>,
    /// E-mail addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    visitor_emails: Option<Vec<EmailBody>>,
    /// Id of the last department.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    department: Option<String>,
    /// The newest conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<LastChatBody>, nullable = false)]
    last_chat: Option<LastChat>,
    /// The agent who served last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<LastAgentBody>, nullable = false)]
    last_agent: Option<LastAgent>,
    /// `online`, `away`, `busy` or `offline`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status: Option<String>,
    /// Months (`YYYY-MM`) with an answered conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    activity: Option<Vec<String>>,
    /// The browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    user_agent: Option<String>,
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ip: Option<String>,
    /// The host header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    host: Option<String>,
    /// Identities on other platforms.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>, nullable = false)]
    external_ids: Option<Vec<Value>>,
}

/// A visitor among those who were found: little enough for a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedVisitorBody {
    /// Who it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: VisitorId,
    /// The name of the guest: `guest-<n>` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// Phone numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    phone: Option<Vec<PhoneBody>>,
    /// Custom values by field id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    livechat_data: Option<Fields>,
    /// E-mail addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    visitor_emails: Option<Vec<EmailBody>>,
    /// The newest conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<LastChatBody>, nullable = false)]
    last_chat: Option<LastChat>,
}

impl From<Visitor> for ListedVisitorBody {
    fn from(visitor: Visitor) -> Self {
        let VisitorBody { id, username, name, phone, livechat_data, visitor_emails, last_chat, .. } =
            visitor.into();
        Self { id, username, name, phone, livechat_data, visitor_emails, last_chat }
    }
}

/// A phone number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PhoneBody {
    /// The number, as given.
    phone_number: String,
}

/// An e-mail address.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EmailBody {
    /// The address.
    address: String,
}

impl From<String> for EmailBody {
    fn from(address: String) -> Self {
        Self { address }
    }
}

/// The responsible agent. Written by the domain's own form; this is its schema.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only the schema is used")]
struct ManagerBody {
    /// The agent's user id, where it was recorded.
    #[schema(rename = "_id", nullable = false)]
    id: Option<String>,
    /// The agent's username.
    username: String,
    /// The agent's name, where it was recorded.
    #[schema(nullable = false)]
    name: Option<String>,
    /// The agent's e-mail addresses, where they were recorded.
    #[schema(nullable = false)]
    emails: Option<Vec<ManagerEmailBody>>,
}

/// An e-mail address of a manager.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only the schema is used")]
struct ManagerEmailBody {
    /// The address.
    address: String,
    /// Whether the agent proved to own it.
    verified: bool,
}

/// A conversation. Written by the domain's own form; this is its schema.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only the schema is used")]
struct LastChatBody {
    /// Id of the room.
    #[schema(rename = "_id")]
    id: String,
    /// When it began.
    #[schema(format = DateTime)]
    ts: String,
}

/// An agent who served. Written by the domain's own form; this is its schema.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only the schema is used")]
struct LastAgentBody {
    /// The agent's user id.
    #[schema(rename = "agentId")]
    agent_id: String,
    /// The agent's username.
    username: String,
    /// When the agent took the conversation.
    #[schema(format = DateTime)]
    ts: String,
}

impl From<Visitor> for VisitorBody {
    fn from(visitor: Visitor) -> Self {
        let phones =
            |all: Vec<String>| all.into_iter().map(|phone_number| PhoneBody { phone_number }).collect();
        let emails = |all: Vec<String>| all.into_iter().map(EmailBody::from).collect();
        Self {
            id: visitor.id,
            username: visitor.username,
            ts: visitor.ts,
            token: visitor.token,
            updated_at: visitor.updated_at,
            contact_manager: visitor.manager,
            livechat_data: visitor.livechat_data,
            name: visitor.name,
            phone: visitor.phones.map(phones),
            visitor_emails: visitor.emails.map(emails),
            department: visitor.department,
            last_chat: visitor.last_chat,
            last_agent: visitor.last_agent,
            status: visitor.status,
            activity: visitor.activity,
            user_agent: visitor.user_agent,
            ip: visitor.ip,
            host: visitor.host,
            external_ids: visitor.external_ids,
        }
    }
}

/// An answer that holds one visitor, or nobody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundBody {
    /// The contact; null when there is none.
    #[schema(required)]
    contact: Option<VisitorBody>,
}

impl From<Option<Visitor>> for FoundBody {
    fn from(found: Option<Visitor>) -> Self {
        Self { contact: found.map(VisitorBody::from) }
    }
}
