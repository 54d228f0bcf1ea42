//! `GET livechat/users/:type` (contract, framework 4.5).

use axum::http::Method;
use omnicontact_usecases::agents::list::{self, StaffQuery};
use serde::Serialize;
use utoipa::ToSchema;

use super::path::{StaffPath, kind};
use super::staff_body::StaffBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::paging::{PageBody, Paged as _};
use crate::schema::parameters;

parameters! {
    /// Which agents or managers, in which order.
    paged pub(crate) struct StaffListQuery: AjvLegacy {
        /// A text in the username, the name or an address, in whatever case.
        "text" text: Option<String>,
        /// Only those who take conversations.
        "onlyAvailable" only_available: Option<bool>,
        /// Not this one.
        "excludeId" exclude_id: Option<String>,
        /// `false` leaves out those who are not there.
        "showIdleAgents" show_idle: Option<bool>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "answers are not projected")]
        "fields" fields: Option<String>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "clients do not query the store")]
        "query" query: Option<String>,
    }
}

/// A page of agents or managers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StaffListAnswer {
    /// They.
    users: Vec<StaffBody>,
    #[serde(flatten)]
    page: PageBody,
}

/// List agents or managers.
pub(crate) struct ListStaff;

impl Endpoint for ListStaff {
    type Caller = SignedIn;
    type Path = StaffPath;
    type Input = StaffListQuery;
    type Output = StaffListAnswer;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/users/{type}",
        operation: "list_staff",
        summary: "List agents or managers",
        access: Access::signed_in(list::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Invalid type" },
            ErrorDoc { status: 403, text: "unauthorized" },
            ErrorDoc {
                status: 400,
                text: "Invalid sort parameter provided: \"<sort>\" [error-invalid-sort]",
            },
        ],
    };

    async fn handle(
        call: Call<SignedIn, StaffPath>,
        query: StaffListQuery,
    ) -> Result<StaffListAnswer, ApiError> {
        let (kind, page) = (kind(&call.path.kind)?, call.page(&query));
        let wanted = StaffQuery {
            order: query.order()?,
            text: query.text.filter(|text| !text.is_empty()),
            only_available: query.only_available.unwrap_or(false),
            except: query.exclude_id.map(Into::into),
            show_idle: query.show_idle.unwrap_or(true),
            page,
        };
        let found = list::list_staff(call.ctx(), &call.caller.actor, kind, wanted).await?;
        let users: Vec<_> = found.users.into_iter().map(StaffBody::from).collect();
        let page = PageBody { count: users.len(), offset: page.offset, total: found.total };
        Ok(StaffListAnswer { users, page })
    }
}
