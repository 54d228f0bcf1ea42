//! `GET livechat/inquiries.queuedForUser` (contract, conversations 3.4).

use axum::http::Method;
use omnicontact_usecases::inquiries::list_for_agent;

use super::inquiry_body::QueueBody;
use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which part of the queue.
    paged pub(crate) struct AgentQueueQuery: AjvLegacy {}
}

/// List what one may take.
pub(crate) struct ListInquiriesForAgent;

impl Endpoint for ListInquiriesForAgent {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = AgentQueueQuery;
    type Output = QueueBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/inquiries.queuedForUser",
        operation: "list_inquiries_for_agent",
        summary: "List what one may take: the public queue and those of one's departments",
        access: Access::requires(list_for_agent::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn>, query: AgentQueueQuery) -> Result<QueueBody, ApiError> {
        let page = call.page(&query);
        let found = list_for_agent::list_for_agent(call.ctx(), &call.caller.actor, page).await?;
        Ok(QueueBody::of(found, page))
    }
}
