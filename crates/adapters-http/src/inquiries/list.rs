//! `GET livechat/inquiries.list` (contract, conversations 3.4).

use axum::http::Method;
use omnicontact_usecases::inquiries::list;

use super::inquiry_body::QueueBody;
use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which queue.
    paged pub(crate) struct QueueQuery: AjvLegacy {
        /// Id or name of a department; without one, all.
        "department" department: Option<String>,
    }
}

/// List the queue.
pub(crate) struct ListInquiries;

impl Endpoint for ListInquiries {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = QueueQuery;
    type Output = QueueBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/inquiries.list",
        operation: "list_inquiries",
        summary: "List the queue, the oldest first",
        access: Access::requires(list::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn>, query: QueueQuery) -> Result<QueueBody, ApiError> {
        let page = call.page(&query);
        let department = query.department.as_deref();
        let found = list::list_inquiries(call.ctx(), &call.caller.actor, department, page).await?;
        Ok(QueueBody::of(found, page))
    }
}
