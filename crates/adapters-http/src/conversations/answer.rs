//! `POST chat.sendMessage` (contract, conversations 3.8).

use axum::http::Method;
use omnicontact_usecases::conversations::answer::{self, Answer};

use super::message_body::MessageBody;
use super::send::SentMessageBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// A message.
    open pub(crate) struct AnswerBody: AjvLegacy {
        /// The message.
        "message" message: AnswerMessage,
    }
}

parameters! {
    /// What an agent writes.
    open pub(crate) struct AnswerMessage: AjvLegacy {
        /// Id of the conversation.
        "rid" rid: String,
        /// The text; empty unless given.
        "msg" msg: Option<String>,
        /// The wanted id; without one, a fresh one.
        "_id" id: Option<String>,
    }
}

impl From<AnswerMessage> for Answer {
    fn from(AnswerMessage { rid, msg, id }: AnswerMessage) -> Self {
        Self { room_id: rid.into(), message_id: id, text: msg.unwrap_or_default() }
    }
}

/// Write a message, as an agent.
pub(crate) struct AnswerVisitor;

impl Endpoint for AnswerVisitor {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = AnswerBody;
    type Output = SentMessageBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/chat.sendMessage",
        operation: "answer_visitor",
        summary: "Write a message into a conversation, as an agent",
        access: Access::signed_in(answer::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "error-invalid-room" },
            ErrorDoc { status: 400, text: "error-not-allowed" },
            ErrorDoc { status: 400, text: "room-closed" },
            ErrorDoc { status: 400, text: "error-invalid-message-id" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: AnswerBody) -> Result<SentMessageBody, ApiError> {
        let message = answer::answer(call.ctx(), &call.caller.actor, &body.message.into()).await?;
        Ok(MessageBody::from(message).into())
    }
}
