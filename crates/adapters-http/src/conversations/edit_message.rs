//! `PUT livechat/message/:_id` (contract, conversations 3.8).

use axum::http::Method;
use omnicontact_usecases::conversations::edit_message::{self, Correction};

use super::message_body::MessageBody;
use super::send::SentMessageBody;
use super::show_message::MessagePath;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::schema::parameters;

parameters! {
    /// What stands in a message from now on.
    pub(crate) struct CorrectionBody: AjvLegacy {
        /// The secret of the visitor's session.
        "token" token: String,
        /// Id of the conversation.
        "rid" rid: String,
        /// The new text.
        "msg" msg: String,
    }
}

/// Change a message, as its visitor.
pub(crate) struct EditMessage;

impl Endpoint for EditMessage {
    type Caller = Nobody;
    type Path = MessagePath;
    type Input = CorrectionBody;
    type Output = SentMessageBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::PUT],
        path: "/api/v1/livechat/message/{_id}",
        operation: "edit_message",
        summary: "Change what one wrote, as a visitor",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "invalid-token" },
            ErrorDoc { status: 400, text: "invalid-room" },
            ErrorDoc { status: 400, text: "room-closed" },
            ErrorDoc { status: 400, text: "message-length-exceeds-character-limit" },
            ErrorDoc { status: 400, text: "error-contact-channel-blocked" },
            ErrorDoc { status: 400, text: "invalid-message" },
        ],
    };

    async fn handle(
        call: Call<Nobody, MessagePath>,
        body: CorrectionBody,
    ) -> Result<SentMessageBody, ApiError> {
        let CorrectionBody { token, rid, msg } = body;
        let message_id = call.path.id.clone();
        let said = Correction { token: token.into(), room_id: rid.into(), message_id, text: msg };
        let message = edit_message::edit_message(call.ctx(), &said).await?;
        Ok(MessageBody::for_visitor(message, said.token).into())
    }
}
