//! Who takes part in conversations, as endpoints answer it.

use omnicontact_domain::conversation::{Participant, ServedBy, VisitorSnapshot};
use omnicontact_domain::id::{UserId, VisitorId};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Value;
use omnicontact_domain::visitor::VisitorToken;
use serde::Serialize;
use utoipa::ToSchema;

/// The visitor of a conversation. The token is for the visitor only.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConversationVisitorBody {
    /// Who it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: VisitorId,
    /// The visitor's username.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
    /// The secret of the session, in answers to the visitor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    token: Option<VisitorToken>,
    /// `online`, `away`, `busy` or `offline`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status: Option<String>,
    /// Months (`YYYY-MM`) with an answered conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    activity: Option<Vec<String>>,
    /// When the visitor last wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    last_message_ts: Option<Timestamp>,
    /// Phone numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>, nullable = false)]
    phone: Option<Value>,
}

impl ConversationVisitorBody {
    /// As the visitor sees it.
    pub(crate) fn for_visitor(visitor: VisitorSnapshot) -> Self {
        let token = visitor.token.clone();
        Self { token, ..Self::from(visitor) }
    }
}

impl From<VisitorSnapshot> for ConversationVisitorBody {
    fn from(visitor: VisitorSnapshot) -> Self {
        Self {
            id: visitor.id,
            username: visitor.username,
            token: None,
            status: visitor.status,
            activity: visitor.activity,
            last_message_ts: visitor.last_message_ts,
            phone: visitor.phone,
        }
    }
}

/// The agent of a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServingAgentBody {
    /// The agent's user id.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: UserId,
    /// The agent's username.
    username: String,
    /// When the agent took the conversation.
    #[schema(value_type = String, format = DateTime)]
    ts: Timestamp,
}

impl From<ServedBy> for ServingAgentBody {
    fn from(agent: ServedBy) -> Self {
        Self { id: agent.id, username: agent.username, ts: agent.ts }
    }
}

/// Who did something in a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ParticipantBody {
    /// Id of the user or the visitor.
    #[serde(rename = "_id")]
    id: String,
    /// The username.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
}

impl From<Participant> for ParticipantBody {
    fn from(participant: Participant) -> Self {
        Self { id: participant.id, username: participant.username }
    }
}
