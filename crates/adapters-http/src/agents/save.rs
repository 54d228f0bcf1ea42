//! `POST livechat/agents.saveInfo` (contract, framework 4.5).

use axum::http::Method;
use omnicontact_domain::value::Fields;
use omnicontact_usecases::agents::save;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// What to save about which agent.
    pub(crate) struct SaveAgentBody: AjvLegacy {
        /// Id of the agent.
        "agentId" agent: String,
        /// What to save, in place of what was saved before.
        "agentData" settings: Fields,
        /// Ids of the agent's departments.
        "agentDepartments" departments: Vec<String>,
    }
}

/// Save settings of an agent.
pub(crate) struct SaveAgent;

impl Endpoint for SaveAgent {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = SaveAgentBody;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/agents.saveInfo",
        operation: "save_agent",
        summary: "Save settings of an agent",
        access: Access::requires(save::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "User is not a livechat agent [error-user-is-not-agent]" },
            ErrorDoc { status: 400, text: "Department not found [error-department-not-found]" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: SaveAgentBody) -> Result<Done, ApiError> {
        let SaveAgentBody { agent, settings, departments } = body;
        let (ctx, actor) = (call.ctx(), &call.caller.actor);
        let departments: Vec<_> = departments.into_iter().map(Into::into).collect();
        save::save_agent(ctx, actor, &agent.into(), settings, &departments).await?;
        Ok(Done {})
    }
}
