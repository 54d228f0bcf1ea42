//! `GET livechat/department/:_id`.

use axum::http::Method;
use omnicontact_usecases::departments::show;
use serde::Serialize;
use utoipa::ToSchema;

use super::department_body::{DepartmentBody, bodies};
use super::membership_body::MembershipBody;
use super::request::DepartmentPath;
use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::schema::parameters;

parameters! {
    /// How much to show.
    pub(crate) struct ShowDepartmentQuery: AjvLegacy {
        /// `false` leaves the agents out.
        "includeAgents" include_agents: Option<bool>,
        /// Accepted and ignored: whoever may see departments may see all.
        #[expect(dead_code, reason = "whoever may see departments may see all")]
        "onlyMyDepartments" only_mine: Option<bool>,
    }
}

/// A department with its agents.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShownDepartmentBody {
    /// The department; null where there is none.
    department: Option<DepartmentBody>,
    /// Its agents, in their places.
    #[serde(skip_serializing_if = "Option::is_none")]
    agents: Option<Vec<MembershipBody>>,
}

/// See a department.
pub(crate) struct ShowDepartment;

impl Endpoint for ShowDepartment {
    type Caller = SignedIn;
    type Path = DepartmentPath;
    type Input = ShowDepartmentQuery;
    type Output = ShownDepartmentBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/department/{_id}",
        operation: "show_department",
        summary: "See a department with its agents",
        access: Access::requires(show::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(
        call: Call<SignedIn, DepartmentPath>,
        query: ShowDepartmentQuery,
    ) -> Result<ShownDepartmentBody, ApiError> {
        let id = call.path.id.as_str().into();
        let found = show::show_department(call.ctx(), &call.caller.actor, &id).await?.map(bodies);
        let (department, agents) = found.map_or((None, Vec::new()), |(one, agents)| (Some(one), agents));
        Ok(ShownDepartmentBody { department, agents: query.include_agents.unwrap_or(true).then_some(agents) })
    }
}
