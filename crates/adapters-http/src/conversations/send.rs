//! `POST livechat/message` (contract, conversations 3.8).

use axum::http::Method;
use omnicontact_usecases::conversations::send::{self, Said};
use serde::Serialize;
use utoipa::ToSchema;

use super::message_body::MessageBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// A message.
    pub(crate) struct SentBody: AjvLegacy {
        /// The secret of the visitor's session.
        "token" token: String,
        /// Id of the conversation.
        "rid" rid: String,
        /// The text.
        "msg" msg: String,
        /// The wanted id; without one, a fresh one.
        "_id" id: Option<String>,
        /// Accepted and ignored: the message is the visitor's.
        #[expect(dead_code, reason = "the message is the visitor's")]
        "agent" agent: Option<MeantAgent>,
    }
}

parameters! {
    /// An agent.
    pub(crate) struct MeantAgent: AjvLegacy {
        /// The agent's user id.
        #[expect(dead_code, reason = "the message is the visitor's")]
        "agentId" agent_id: String,
        /// The agent's username.
        #[expect(dead_code, reason = "the message is the visitor's")]
        "username" username: String,
    }
}

/// A message that was written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SentMessageBody {
    /// The message.
    message: MessageBody,
}

impl From<MessageBody> for SentMessageBody {
    fn from(message: MessageBody) -> Self {
        Self { message }
    }
}

/// Write a message, as a visitor.
pub(crate) struct SendMessage;

impl Endpoint for SendMessage {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = SentBody;
    type Output = SentMessageBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/message",
        operation: "send_message",
        summary: "Write a message, as a visitor",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "invalid-token" },
            ErrorDoc { status: 400, text: "invalid-room" },
            ErrorDoc { status: 400, text: "room-closed" },
            ErrorDoc { status: 400, text: "message-length-exceeds-character-limit" },
            ErrorDoc { status: 400, text: "error-contact-channel-blocked" },
            ErrorDoc { status: 400, text: "error-invalid-message-id" },
        ],
    };

    async fn handle(call: Call<Nobody>, body: SentBody) -> Result<SentMessageBody, ApiError> {
        let SentBody { token, rid, msg, id, agent: _ } = body;
        let said = Said { token: token.into(), room_id: rid.into(), message_id: id, text: msg };
        let message = send::send_message(call.ctx(), &said).await?;
        Ok(MessageBody::for_visitor(message, said.token).into())
    }
}
