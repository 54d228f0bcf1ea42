//! `GET livechat/agent.next/:token` (contract, conversations 3.9).

use axum::http::Method;
use omnicontact_usecases::conversations::next_agent;
use serde::Serialize;
use utoipa::ToSchema;

use super::agent_body::SeenAgentBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::path_parameters;
use crate::schema::NoParameters;

path_parameters! {
    /// Whose next conversation.
    pub(crate) struct NextAgentPath {
        /// The secret of the visitor's session.
        "token" token: String,
    }
}

/// Who would serve the next conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextAgentBody {
    /// The agent; absent where it would wait, and while one is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    agent: Option<SeenAgentBody>,
}

/// See who would serve one's next conversation.
pub(crate) struct ShowNextAgent;

impl Endpoint for ShowNextAgent {
    type Caller = Nobody;
    type Path = NextAgentPath;
    type Input = NoParameters;
    type Output = NextAgentBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/agent.next/{token}",
        operation: "next_agent",
        summary: "See who would serve one's next conversation, as a visitor",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc { status: 400, text: "invalid-token" }],
    };

    async fn handle(call: Call<Nobody, NextAgentPath>, _: NoParameters) -> Result<NextAgentBody, ApiError> {
        let token = call.path.token.as_str().into();
        let agent = next_agent::next_agent(call.ctx(), &token).await?;
        Ok(NextAgentBody { agent: agent.map(Into::into) })
    }
}
