//! `PUT livechat/room.visitor` (contract, conversations 3.7).

use axum::http::Method;
use omnicontact_usecases::conversations::change_visitor::{self, Handing};
use serde::Serialize;
use utoipa::ToSchema;

use super::room_body::RoomBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which conversation goes from whom to whom.
    pub(crate) struct HandingBody: AjvLegacy {
        /// Id of the conversation.
        "rid" rid: String,
        /// Id of the visitor whose it is.
        "oldVisitorId" from: String,
        /// Id of the visitor whose it becomes.
        "newVisitorId" to: String,
    }
}

/// A conversation that changed hands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HandedBody {
    /// The conversation.
    room: RoomBody,
}

/// Give a conversation to another visitor.
pub(crate) struct ChangeVisitor;

impl Endpoint for ChangeVisitor {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = HandingBody;
    type Output = HandedBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::PUT],
        path: "/api/v1/livechat/room.visitor",
        operation: "change_visitor",
        summary: "Give a conversation to another visitor",
        access: Access::requires(change_visitor::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "invalid-visitor" },
            ErrorDoc { status: 400, text: "invalid-room" },
            ErrorDoc { status: 400, text: "invalid-room-visitor" },
            ErrorDoc { status: 400, text: "error-contact-channel-blocked" },
            ErrorDoc { status: 400, text: "error-visitor-has-open-room" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: HandingBody) -> Result<HandedBody, ApiError> {
        let HandingBody { rid, from, to } = body;
        let handing = Handing { room_id: rid.into(), from: from.into(), to: to.into() };
        let room = change_visitor::change_visitor(call.ctx(), &call.caller.actor, &handing).await?;
        Ok(HandedBody { room: room.into() })
    }
}
