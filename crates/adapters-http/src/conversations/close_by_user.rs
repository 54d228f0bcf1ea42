//! `POST livechat/room.closeByUser` (contract, conversations 3.3).

use axum::http::Method;
use omnicontact_domain::value::Fields;
use omnicontact_usecases::conversations::close_by_user::{self, UserClosing};

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which conversation, and what there is to say.
    pub(crate) struct CloseByUserBody: AjvLegacy {
        /// Id of the conversation.
        "rid" rid: String,
        /// What there is to say; it becomes the last message.
        "comment" comment: Option<String>,
        /// Tags to add.
        "tags" tags: Option<Vec<String>>,
        /// Accepted and ignored: there are no transcripts.
        #[expect(dead_code, reason = "there are no transcripts")]
        "generateTranscriptPdf" generate_transcript_pdf: Option<bool>,
        /// Accepted and ignored: there are no transcripts.
        #[expect(dead_code, reason = "there are no transcripts")]
        "transcriptEmail" transcript_email: Option<Fields>,
        /// Whether a closed one counts as open, where `Omnichannel_allow_force_close_conversations` is on.
        "forceClose" force_close: Option<bool>,
    }
}

impl From<CloseByUserBody> for UserClosing {
    fn from(body: CloseByUserBody) -> Self {
        Self {
            room_id: body.rid.into(),
            comment: body.comment,
            tags: body.tags.unwrap_or_default(),
            force: body.force_close.unwrap_or_default(),
        }
    }
}

/// Close a conversation, as an agent.
pub(crate) struct CloseConversationByUser;

impl Endpoint for CloseConversationByUser {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = CloseByUserBody;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/room.closeByUser",
        operation: "close_conversation_by_user",
        summary: "Close a conversation, as an agent",
        access: Access::requires(close_by_user::REQUIRES).asking(close_by_user::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "error-invalid-room" },
            ErrorDoc { status: 400, text: "error-not-authorized" },
            ErrorDoc { status: 400, text: "error-room-already-closed" },
            ErrorDoc { status: 400, text: "error-comment-is-required" },
            ErrorDoc { status: 400, text: "error-tags-must-be-assigned-before-closing-chat" },
            ErrorDoc { status: 400, text: "error-room-cannot-be-closed-try-again" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: CloseByUserBody) -> Result<Done, ApiError> {
        close_by_user::close_by_user(call.ctx(), &call.caller.actor, &body.into()).await?;
        Ok(Done {})
    }
}
