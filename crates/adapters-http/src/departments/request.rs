//! Departments as they are sent.

use omnicontact_domain::department::{DepartmentEdit, Shown};
use omnicontact_domain::value::{Fields, Value};
use omnicontact_usecases::departments::NewMember;
use serde_json::Value as Json;

use crate::path::path_parameters;
use crate::schema::{Constraint, Invalid, Kind, ParameterType, Sent, parameters};

path_parameters! {
    /// Which department.
    pub(crate) struct DepartmentPath {
        /// Id of the department.
        "_id" id: String,
    }
}

parameters! {
    /// A department and its agents.
    open pub(crate) struct DepartmentRequest: Match {
        /// What is said of it. Other keys are kept, too.
        "department" department: DepartmentInput,
        /// Who is put into it.
        "agents" agents: Option<Vec<AgentInput>> [Constraint::OrNull],
        /// Accepted and ignored: there are no units.
        #[expect(dead_code, reason = "there are no units")]
        "departmentUnit" unit: Option<Value>,
    }
}

parameters! {
    /// What has a meaning here.
    open pub(crate) struct KnownKeys: Match {
        /// What it is called.
        "name" name: String,
        /// Whether it is offered at all.
        "enabled" enabled: bool,
        /// Whether it is offered while nobody is online.
        "showOnOfflineForm" on_offline_form: bool,
        /// Whether it is offered to new visitors.
        "showOnRegistration" on_registration: bool,
        /// Any text.
        "email" email: String,
        /// Whether a conversation needs a tag to be closed.
        "requestTagBeforeClosingChat" asks_for_tags: Option<bool> [Constraint::OrNull],
        /// The tags that closing adds.
        "chatClosingTags" closing_tags: Option<Vec<String>> [Constraint::OrNull],
        /// Id of the department that gets what this one cannot.
        "fallbackForwardDepartment" fallback: Sent<String> [Constraint::OrNull],
    }
}

parameters! {
    /// An agent of a department.
    open pub(crate) struct AgentInput: Match {
        /// Id of the user.
        "agentId" agent: String,
        /// Accepted and ignored: the user's own is shown.
        #[expect(dead_code, reason = "the user's own is shown")]
        "username" username: Option<String> [Constraint::OrNull],
        /// How many conversations the agent takes there.
        "count" count: Option<i64> [Constraint::OrNull],
        /// The agent's place among the others.
        "order" order: Option<i64> [Constraint::OrNull],
    }
}

/// What is said of a department, with all keys.
#[derive(Debug)]
pub(crate) struct DepartmentInput {
    known: KnownKeys,
    all: Fields,
}

impl ParameterType for DepartmentInput {
    const KIND: Kind = KnownKeys::KIND;

    fn from_valid(sent: Json) -> Result<Self, Invalid> {
        Ok(Self { all: Fields::from_valid(sent.clone())?, known: KnownKeys::from_valid(sent)? })
    }
}

impl DepartmentRequest {
    /// What is said of the department, and who is put into it.
    pub(super) fn into_parts(self) -> (DepartmentEdit, Vec<NewMember>) {
        let DepartmentInput { known, all } = self.department;
        let shown = Shown {
            enabled: known.enabled,
            on_offline_form: known.on_offline_form,
            on_registration: known.on_registration,
        };
        let edit = DepartmentEdit {
            name: known.name,
            email: known.email,
            shown,
            asks_for_tags: known.asks_for_tags,
            closing_tags: known.closing_tags,
            fallback: match known.fallback {
                Sent::Absent => None,
                Sent::Null => Some(None),
                Sent::Value(id) => Some(Some(id.into())),
            },
            other: all,
        };
        (edit, self.agents.into_iter().flatten().map(NewMember::from).collect())
    }
}

impl From<AgentInput> for NewMember {
    fn from(sent: AgentInput) -> Self {
        Self {
            agent: sent.agent.into(),
            count: sent.count.unwrap_or_default(),
            order: sent.order.unwrap_or_default(),
        }
    }
}
