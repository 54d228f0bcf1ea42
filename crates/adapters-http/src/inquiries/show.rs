//! `GET livechat/inquiries.getOne` (contract, conversations 3.4).

use axum::http::Method;
use omnicontact_usecases::inquiries::show;
use serde::Serialize;
use utoipa::ToSchema;

use super::inquiry_body::InquiryBody;
use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which conversation.
    pub(crate) struct InquiryQuery: AjvLegacy {
        /// Id of the conversation.
        "roomId" room_id: String,
    }
}

/// An answer that holds an inquiry, or none.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShownInquiryBody {
    /// The inquiry; null when there is none.
    #[schema(required)]
    inquiry: Option<InquiryBody>,
}

/// Read the inquiry of a conversation.
pub(crate) struct ShowInquiry;

impl Endpoint for ShowInquiry {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = InquiryQuery;
    type Output = ShownInquiryBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/inquiries.getOne",
        operation: "show_inquiry",
        summary: "Read the inquiry of a conversation",
        access: Access::requires(show::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn>, query: InquiryQuery) -> Result<ShownInquiryBody, ApiError> {
        let found = show::show_inquiry(call.ctx(), &call.caller.actor, &query.room_id.into()).await?;
        Ok(ShownInquiryBody { inquiry: found.map(InquiryBody::from) })
    }
}
