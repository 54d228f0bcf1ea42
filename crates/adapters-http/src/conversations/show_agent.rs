//! `GET livechat/agent.info/:rid/:token` (contract, conversations 3.9).

use axum::http::Method;
use omnicontact_usecases::conversations::show_agent;
use serde::Serialize;
use utoipa::ToSchema;

use super::agent_body::SeenAgentBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::path_parameters;
use crate::schema::NoParameters;

path_parameters! {
    /// Whose conversation.
    pub(crate) struct AgentOfPath {
        /// Id of the conversation.
        "rid" rid: String,
        /// The secret of the visitor's session.
        "token" token: String,
    }
}

/// Who serves a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgentOfBody {
    /// The agent.
    agent: SeenAgentBody,
}

/// See who serves one's conversation.
pub(crate) struct ShowAgent;

impl Endpoint for ShowAgent {
    type Caller = Nobody;
    type Path = AgentOfPath;
    type Input = NoParameters;
    type Output = AgentOfBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/agent.info/{rid}/{token}",
        operation: "show_agent",
        summary: "See who serves a conversation, as its visitor",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "invalid-token" },
            ErrorDoc { status: 400, text: "invalid-room" },
            ErrorDoc { status: 400, text: "invalid-agent" },
        ],
    };

    async fn handle(call: Call<Nobody, AgentOfPath>, _: NoParameters) -> Result<AgentOfBody, ApiError> {
        let (token, room) = (call.path.token.as_str().into(), call.path.rid.as_str().into());
        let agent = show_agent::show_agent(call.ctx(), &token, &room).await?;
        Ok(AgentOfBody { agent: agent.into() })
    }
}
