//! `GET livechat/message/:_id` (contract, conversations 3.8).

use axum::http::Method;
use omnicontact_usecases::conversations::show_message;

use super::message_body::MessageBody;
use super::send::SentMessageBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::path_parameters;
use crate::schema::parameters;

path_parameters! {
    /// Which message.
    pub(crate) struct MessagePath {
        /// Id of the message.
        "_id" id: String,
    }
}

parameters! {
    /// Whose message, and where.
    pub(crate) struct WhoseMessage: AjvLegacy {
        /// The secret of the visitor's session.
        "token" token: String,
        /// Id of the conversation.
        "rid" rid: String,
    }
}

/// Read one message, as a visitor.
pub(crate) struct ShowMessage;

impl Endpoint for ShowMessage {
    type Caller = Nobody;
    type Path = MessagePath;
    type Input = WhoseMessage;
    type Output = SentMessageBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/message/{_id}",
        operation: "show_message",
        summary: "Read one message of a conversation, as a visitor",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "invalid-token" },
            ErrorDoc { status: 400, text: "invalid-room" },
            ErrorDoc { status: 400, text: "invalid-message" },
        ],
    };

    async fn handle(
        call: Call<Nobody, MessagePath>,
        query: WhoseMessage,
    ) -> Result<SentMessageBody, ApiError> {
        let token = query.token.into();
        let room = query.rid.into();
        let message = show_message::show_message(call.ctx(), &token, &room, &call.path.id).await?;
        Ok(MessageBody::for_visitor(message, token).into())
    }
}
