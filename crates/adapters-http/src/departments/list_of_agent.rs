//! `GET livechat/agents/:agentId/departments` (contract, framework 4.5).

use axum::http::Method;
use omnicontact_usecases::departments::list_of_agent;
use serde::Serialize;
use utoipa::ToSchema;

use super::membership_body::MembershipBody;
use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::path_parameters;
use crate::schema::parameters;

path_parameters! {
    /// Which agent.
    pub(crate) struct AgentPath {
        /// Id of the user.
        "agentId" id: String,
    }
}

parameters! {
    /// Which departments.
    pub(crate) struct AgentDepartmentsQuery: AjvLegacy {
        /// Only those that are offered.
        "enabledDepartmentsOnly" only_enabled: Option<bool>,
    }
}

/// The departments of an agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgentDepartmentsBody {
    /// They.
    departments: Vec<MembershipBody>,
}

/// List the departments of an agent.
pub(crate) struct ListDepartmentsOfAgent;

impl Endpoint for ListDepartmentsOfAgent {
    type Caller = SignedIn;
    type Path = AgentPath;
    type Input = AgentDepartmentsQuery;
    type Output = AgentDepartmentsBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/agents/{agentId}/departments",
        operation: "list_departments_of_agent",
        summary: "List the departments of an agent",
        access: Access::requires(list_of_agent::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(
        call: Call<SignedIn, AgentPath>,
        query: AgentDepartmentsQuery,
    ) -> Result<AgentDepartmentsBody, ApiError> {
        let (agent, only_enabled) = (call.path.id.as_str().into(), query.only_enabled.unwrap_or(false));
        let (ctx, actor) = (call.ctx(), &call.caller.actor);
        let found = list_of_agent::list_departments_of_agent(ctx, actor, &agent, only_enabled).await?;
        let bodies = found.into_iter().map(|(membership, department)| {
            MembershipBody::of(membership, department.said.shown.enabled, Some(department.said.name))
        });
        Ok(AgentDepartmentsBody { departments: bodies.collect() })
    }
}
