//! `POST livechat/inquiries.returnAsInquiry` (contract, conversations 3.4).

use axum::http::Method;
use omnicontact_usecases::inquiries::give_back;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which conversation.
    pub(crate) struct GiveBackBody: AjvLegacy {
        /// Id of the conversation.
        "roomId" room_id: String,
        /// Id of the department in whose queue it waits; without one, it keeps its own.
        "departmentId" department_id: Option<String>,
    }
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GivenBackBody {
    /// Whether there was an agent to take it from.
    result: bool,
}

/// Give a conversation back to the queue.
pub(crate) struct GiveBack;

impl Endpoint for GiveBack {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = GiveBackBody;
    type Output = GivenBackBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/inquiries.returnAsInquiry",
        operation: "give_back_inquiry",
        summary: "Give a conversation back to the queue",
        access: Access::requires(give_back::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "error-room-not-found" },
            ErrorDoc { status: 400, text: "room-closed" },
            ErrorDoc { status: 400, text: "error-department-not-found" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: GiveBackBody) -> Result<GivenBackBody, ApiError> {
        let department = body.department_id.as_deref().filter(|id| !id.is_empty());
        let room = body.room_id.into();
        let result = give_back::give_back(call.ctx(), &call.caller.actor, &room, department).await?;
        Ok(GivenBackBody { result })
    }
}
