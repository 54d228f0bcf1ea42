//! `GET livechat/department`.

use axum::http::Method;
use omnicontact_domain::sort::{Direction, Sort};
use omnicontact_usecases::departments::list::{self, DepartmentsQuery};
use serde::Serialize;
use utoipa::ToSchema;

use super::department_body::DepartmentBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::paging::{PageBody, Paged as _};
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which departments.
    paged pub(crate) struct ListDepartmentsQuery: AjvLegacy {
        /// What the name contains, without regard to case.
        "text" text: Option<String>,
        /// Only those that are offered, or only those that are not.
        "enabled" enabled: Option<bool>,
        /// Only those of which one is an agent.
        "onlyMyDepartments" only_mine: Option<bool>,
        /// Not this one.
        "excludeDepartmentId" except: Option<String>,
        /// Accepted and ignored: none are put away.
        #[expect(dead_code, reason = "none are put away")]
        "showArchived" show_archived: Option<bool>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "answers are not projected")]
        "fields" fields: Option<String>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "clients do not query the store")]
        "query" query: Option<String>,
    }
}

/// A page of departments.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DepartmentsBody {
    /// The departments.
    departments: Vec<DepartmentBody>,
    #[serde(flatten)]
    page: PageBody,
}

/// List departments.
pub(crate) struct ListDepartments;

impl Endpoint for ListDepartments {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = ListDepartmentsQuery;
    type Output = DepartmentsBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/department",
        operation: "list_departments",
        summary: "List departments by name",
        access: Access::requires(list::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc {
            status: 400,
            text: "Invalid sort parameter provided: \"<sort>\" [error-invalid-sort]",
        }],
    };

    async fn handle(call: Call<SignedIn>, query: ListDepartmentsQuery) -> Result<DepartmentsBody, ApiError> {
        let (page, direction) = (call.page(&query), direction(&query.order()?));
        let wanted = DepartmentsQuery {
            text: query.text.unwrap_or_default(),
            enabled: query.enabled,
            own: query.only_mine.unwrap_or(false),
            except: query.except.map(Into::into),
            direction,
            page,
        };
        let found = list::list_departments(call.ctx(), &call.caller.actor, &wanted).await?;
        let bodies = found.departments.into_iter().map(|(one, agents)| DepartmentBody::of(one, agents));
        let departments: Vec<_> = bodies.collect();
        let page = PageBody { count: departments.len(), offset: page.offset, total: found.total };
        Ok(DepartmentsBody { departments, page })
    }
}

/// The order by name is the only one.
fn direction(order: &Sort) -> Direction {
    let by_name = order.by(|key| (key == "name").then_some(()));
    by_name.first().map_or(Direction::Ascending, |((), direction)| *direction)
}
