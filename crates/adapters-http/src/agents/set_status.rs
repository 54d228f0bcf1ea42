//! `POST livechat/agent.status` (contract, framework 4.5).

use axum::http::Method;
use omnicontact_domain::id::UserId;
use omnicontact_domain::user::LivechatStatus;
use omnicontact_usecases::agents::set_status;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Constraint, parameters};

parameters! {
    /// Whose status, and which.
    pub(crate) struct AgentStatusBody: AjvLegacy {
        /// The status; without one, the other one than now.
        "status" status: Option<String> [Constraint::Enum(&["available", "not-available"])],
        /// Whose; without anybody, the own.
        "agentId" agent_id: Option<String>,
    }
}

/// Whether an agent takes conversations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgentStatusAnswer {
    /// `available` or `not-available`, as it is stored now.
    status: &'static str,
}

/// Say whether an agent takes conversations.
pub(crate) struct SetAgentStatus;

impl Endpoint for SetAgentStatus {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = AgentStatusBody;
    type Output = AgentStatusAnswer;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/agent.status",
        operation: "set_agent_status",
        summary: "Say whether one takes conversations, or with the permission another agent",
        access: Access::requires(set_status::REQUIRES).asking(set_status::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 404, text: "Agent not found" },
            ErrorDoc { status: 400, text: "error-user-deactivated" },
            ErrorDoc { status: 403, text: "unauthorized" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: AgentStatusBody) -> Result<AgentStatusAnswer, ApiError> {
        let agent = body.agent_id.map(UserId::from);
        let wanted = body.status.as_deref().and_then(LivechatStatus::parse);
        let (ctx, actor) = (call.ctx(), &call.caller.actor);
        let status = set_status::set_agent_status(ctx, actor, agent.as_ref(), wanted).await?;
        Ok(AgentStatusAnswer { status: status.as_str() })
    }
}
