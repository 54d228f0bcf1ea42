//! `DELETE livechat/message/:_id` (contract, conversations 3.8).

use axum::http::Method;
use omnicontact_domain::time::Timestamp;
use omnicontact_usecases::conversations::delete_message;
use serde::Serialize;
use utoipa::ToSchema;

use super::show_message::{MessagePath, WhoseMessage};
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;

/// A message that is gone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeletedMessageBody {
    /// What is left to say of it.
    message: GoneBody,
}

/// What is left to say of a message.
#[derive(Debug, Serialize, ToSchema)]
struct GoneBody {
    /// Which one it was.
    #[serde(rename = "_id")]
    id: String,
    /// When it was removed.
    #[schema(value_type = String, format = DateTime)]
    ts: Timestamp,
}

/// Remove a message, as its visitor.
pub(crate) struct DeleteMessage;

impl Endpoint for DeleteMessage {
    type Caller = Nobody;
    type Path = MessagePath;
    type Input = WhoseMessage;
    type Output = DeletedMessageBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::DELETE],
        path: "/api/v1/livechat/message/{_id}",
        operation: "delete_message",
        summary: "Take back what one wrote, as a visitor",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "invalid-token" },
            ErrorDoc { status: 400, text: "invalid-room" },
            ErrorDoc { status: 400, text: "room-closed" },
            ErrorDoc { status: 400, text: "invalid-message" },
        ],
    };

    async fn handle(
        call: Call<Nobody, MessagePath>,
        body: WhoseMessage,
    ) -> Result<DeletedMessageBody, ApiError> {
        let (token, room) = (body.token.into(), body.rid.into());
        let ts = delete_message::delete_message(call.ctx(), &token, &room, &call.path.id).await?;
        Ok(DeletedMessageBody { message: GoneBody { id: call.path.id, ts } })
    }
}
