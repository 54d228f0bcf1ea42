//! `GET livechat/room` (contract, conversations 3.1).

use axum::http::Method;
use omnicontact_usecases::conversations::open::{self, Opened, Opening};
use serde::Serialize;
use utoipa::ToSchema;

use super::room_body::RoomBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which conversation.
    pub(crate) struct RoomQuery: Match {
        /// The secret of the visitor's session.
        "token" token: String,
        /// Id of an open conversation of the visitor; without one, the open one, or else a new one.
        "rid" rid: Option<String>,
        /// Id of a wanted agent; one who is no agent is ignored.
        "agentId" agent_id: Option<String>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "there are no service levels")]
        "sla" sla: Option<String>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "there are no priorities")]
        "priority" priority: Option<String>,
    }
}

/// A conversation of the visitor.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenedBody {
    /// The conversation.
    room: RoomBody,
    /// Whether it has just begun.
    new_room: bool,
}

impl From<Opened> for OpenedBody {
    fn from(Opened { room, is_new }: Opened) -> Self {
        Self { room: RoomBody::for_visitor(room), new_room: is_new }
    }
}

/// Get or open a conversation.
pub(crate) struct OpenConversation;

impl Endpoint for OpenConversation {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = RoomQuery;
    type Output = OpenedBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/room",
        operation: "open_conversation",
        summary: "Get the visitor's open conversation, or open one",
        access: Access::PUBLIC,
        limit: Limit::PerMinute(5),
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "invalid-token" },
            ErrorDoc { status: 400, text: "invalid-room" },
            ErrorDoc { status: 400, text: "[error-omnichannel-is-disabled]" },
            ErrorDoc { status: 400, text: "Sorry, no online agents [no-agent-online]" },
            ErrorDoc { status: 400, text: "error-contact-channel-blocked" },
        ],
    };

    async fn handle(call: Call<Nobody>, query: RoomQuery) -> Result<OpenedBody, ApiError> {
        let wanted = Opening {
            token: query.token.into(),
            room_id: query.rid.map(Into::into),
            agent_id: query.agent_id.map(Into::into),
            source: call.client.source(),
        };
        Ok(open::open_conversation(call.ctx(), &wanted).await?.into())
    }
}
