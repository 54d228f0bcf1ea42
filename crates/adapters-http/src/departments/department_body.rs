//! Departments as they are answered.

use omnicontact_domain::department::{Department, DepartmentId};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Fields;
use omnicontact_usecases::departments::SavedDepartment;
use serde::Serialize;
use utoipa::ToSchema;

use super::membership_body::MembershipBody;

/// A department.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "they are the keys of the wire, each on its own")]
pub(crate) struct DepartmentBody {
    /// Its id.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: DepartmentId,
    /// What it is called.
    name: String,
    /// Whether it is offered at all.
    enabled: bool,
    /// Whether it is offered while nobody is online.
    show_on_offline_form: bool,
    /// Whether it is offered to new visitors.
    show_on_registration: bool,
    /// Any text.
    email: String,
    /// Whether a conversation needs a tag to be closed.
    request_tag_before_closing_chat: bool,
    /// The tags that closing adds.
    chat_closing_tags: Vec<String>,
    /// Id of the department that gets what this one cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    fallback_forward_department: Option<DepartmentId>,
    /// All other keys, as they were sent.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    other: Fields,
    /// How many agents it has.
    num_agents: u64,
    /// When it was last written.
    #[serde(rename = "_updatedAt")]
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// A department with its agents.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SavedDepartmentBody {
    /// The department.
    department: DepartmentBody,
    /// Its agents, in their places.
    agents: Vec<MembershipBody>,
}

impl DepartmentBody {
    /// A department with so many agents.
    pub(super) fn of(department: Department, agents: u64) -> Self {
        let said = department.said;
        Self {
            id: department.id,
            name: said.name,
            enabled: said.shown.enabled,
            show_on_offline_form: said.shown.on_offline_form,
            show_on_registration: said.shown.on_registration,
            email: said.email,
            request_tag_before_closing_chat: said.asks_for_tags,
            chat_closing_tags: said.closing_tags,
            fallback_forward_department: said.fallback,
            other: said.other,
            num_agents: agents,
            updated_at: department.updated_at,
        }
    }
}

/// A department and its agents as bodies.
pub(super) fn bodies(saved: SavedDepartment) -> (DepartmentBody, Vec<MembershipBody>) {
    let SavedDepartment { department, agents } = saved;
    let count = agents.len() as u64;
    let enabled = department.said.shown.enabled;
    let agents = agents.into_iter().map(|agent| MembershipBody::of(agent, enabled, None)).collect();
    (DepartmentBody::of(department, count), agents)
}

impl From<SavedDepartment> for SavedDepartmentBody {
    fn from(saved: SavedDepartment) -> Self {
        let (department, agents) = bodies(saved);
        Self { department, agents }
    }
}
