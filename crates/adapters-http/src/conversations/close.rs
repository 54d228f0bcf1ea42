//! `POST livechat/room.close` (contract, conversations 3.3).

use axum::http::Method;
use omnicontact_domain::id::RoomId;
use omnicontact_usecases::conversations::close;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

/// The comment of a visitor who closes.
const COMMENT: &str = "Closed by visitor";

parameters! {
    /// Which conversation, and whose.
    pub(crate) struct CloseBody: AjvLegacy {
        /// Id of the conversation.
        "rid" rid: String,
        /// The secret of the visitor's session.
        "token" token: String,
    }
}

/// What was closed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClosedBody {
    /// Id of the conversation.
    #[schema(value_type = String)]
    rid: RoomId,
    /// The comment.
    comment: &'static str,
}

/// Close one's conversation, as a visitor.
pub(crate) struct CloseConversation;

impl Endpoint for CloseConversation {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = CloseBody;
    type Output = ClosedBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/room.close",
        operation: "close_conversation",
        summary: "Close one's conversation, as a visitor",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "error-not-allowed-to-close-conversation" },
            ErrorDoc { status: 400, text: "invalid-token" },
            ErrorDoc { status: 400, text: "invalid-room" },
            ErrorDoc { status: 400, text: "room-closed" },
        ],
    };

    async fn handle(call: Call<Nobody>, body: CloseBody) -> Result<ClosedBody, ApiError> {
        let rid = RoomId::from(body.rid);
        close::close_conversation(call.ctx(), &body.token.into(), &rid, COMMENT).await?;
        Ok(ClosedBody { rid, comment: COMMENT })
    }
}
