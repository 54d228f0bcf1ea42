//! An inquiry as endpoints answer it (contract, conversations 6.3). What is not stored is absent, never null.

use omnicontact_domain::conversation::{DefaultAgent, Inquiry};
use omnicontact_domain::id::{RoomId, UserId};
use omnicontact_domain::page::Page;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::QueuePage;
use serde::Serialize;
use utoipa::ToSchema;

use crate::contacts::contact_body::SourceBody;
use crate::conversations::message_body::MessageBody;
use crate::conversations::people_body::ConversationVisitorBody;
use crate::paging::PageBody;

/// An inquiry.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InquiryBody {
    /// Which one it is.
    #[serde(rename = "_id")]
    id: String,
    /// The conversation.
    #[schema(value_type = String)]
    rid: RoomId,
    /// What the conversation is called.
    name: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    ts: Timestamp,
    /// Always empty.
    message: String,
    /// `verifying`, `queued`, `ready` or `taken`.
    status: &'static str,
    /// The visitor.
    v: ConversationVisitorBody,
    /// Always `l`.
    t: &'static str,
    /// Id of the department.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    department: Option<String>,
    /// Where the conversation came from.
    source: SourceBody,
    /// 1 (first) to 5; 99 without a priority.
    priority_weight: i64,
    /// Minutes; 9999999 without a service level.
    estimated_waiting_time_queue: i64,
    /// Since when it has waited for an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    queued_at: Option<Timestamp>,
    /// When an agent took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    taken_at: Option<Timestamp>,
    /// The agent for whom it is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    default_agent: Option<DefaultAgentBody>,
    /// The newest message that people wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_message: Option<MessageBody>,
    /// When it was last written.
    #[serde(rename = "_updatedAt")]
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// The agent for whom an inquiry is meant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DefaultAgentBody {
    /// The agent's user id.
    #[schema(value_type = String)]
    agent_id: UserId,
    /// The agent's username.
    username: String,
}

/// A page of the queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueueBody {
    /// The inquiries, the oldest first.
    inquiries: Vec<QueuedBody>,
    #[serde(flatten)]
    page: PageBody,
}

/// An inquiry of the queue in short.
#[derive(Debug, Serialize, ToSchema)]
struct QueuedBody {
    /// Which one it is.
    #[serde(rename = "_id")]
    id: String,
    /// The conversation.
    #[schema(value_type = String)]
    rid: RoomId,
    /// What the conversation is called.
    name: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    ts: Timestamp,
    /// Always `queued`.
    status: &'static str,
    /// Id of the department.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    department: Option<String>,
}

impl From<Inquiry> for InquiryBody {
    fn from(inquiry: Inquiry) -> Self {
        Self {
            id: inquiry.id,
            rid: inquiry.room_id,
            name: inquiry.name,
            ts: inquiry.ts,
            message: inquiry.message,
            status: inquiry.status.as_str(),
            v: inquiry.visitor.into(),
            t: "l",
            department: inquiry.department,
            source: inquiry.source.into(),
            priority_weight: inquiry.priority_weight,
            estimated_waiting_time_queue: inquiry.estimated_waiting_time,
            queued_at: inquiry.queued_at,
            taken_at: inquiry.taken_at,
            default_agent: inquiry.default_agent.map(DefaultAgentBody::from),
            last_message: inquiry.last_message.map(MessageBody::from),
            updated_at: inquiry.updated_at,
        }
    }
}

impl From<DefaultAgent> for DefaultAgentBody {
    fn from(DefaultAgent { agent_id, username }: DefaultAgent) -> Self {
        Self { agent_id, username }
    }
}

impl QueueBody {
    /// The page that was asked for.
    pub(crate) fn of(found: QueuePage, page: Page) -> Self {
        let inquiries: Vec<_> = found.inquiries.into_iter().map(QueuedBody::from).collect();
        let page = PageBody { count: inquiries.len(), offset: page.offset, total: found.total };
        Self { inquiries, page }
    }
}

impl From<Inquiry> for QueuedBody {
    fn from(inquiry: Inquiry) -> Self {
        Self {
            id: inquiry.id,
            rid: inquiry.room_id,
            name: inquiry.name,
            ts: inquiry.ts,
            status: inquiry.status.as_str(),
            department: inquiry.department,
        }
    }
}
