//! Agents of departments as they are answered.

use omnicontact_domain::department::{DepartmentId, Membership};
use omnicontact_domain::id::UserId;
use serde::Serialize;
use utoipa::ToSchema;

/// An agent of a department.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MembershipBody {
    /// The ids of the department and the agent: one agent is once in a department.
    #[serde(rename = "_id")]
    id: String,
    /// Id of the agent.
    #[schema(value_type = String)]
    agent_id: UserId,
    /// Id of the department.
    #[schema(value_type = String)]
    department_id: DepartmentId,
    /// What the department is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    department_name: Option<String>,
    /// Whether the department is offered.
    department_enabled: bool,
    /// How many conversations the agent takes there.
    count: i64,
    /// The agent's place among the others.
    order: i64,
    /// The agent's username.
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
}

impl MembershipBody {
    /// A membership of a department that is offered or not, with its name where it is shown.
    pub(super) fn of(membership: Membership, enabled: bool, name: Option<String>) -> Self {
        let Membership { department, agent, username, count, order } = membership;
        Self {
            id: format!("{}-{}", department.as_str(), agent.as_str()),
            agent_id: agent,
            department_id: department,
            department_name: name,
            department_enabled: enabled,
            count,
            order,
            username,
        }
    }
}
