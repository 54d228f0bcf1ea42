//! `POST livechat/inquiries.take` (contract, conversations 3.4).

use axum::http::Method;
use omnicontact_usecases::inquiries::take::{self, Taking};

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Who takes which conversation.
    pub(crate) struct TakeBody: AjvLegacy {
        /// Id of the inquiry.
        "inquiryId" inquiry_id: String,
        /// User id of the agent; without one, the caller.
        "userId" user_id: Option<String>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "nothing here depends on how an agent came to it")]
        "options" options: Option<TakeOptions>,
    }
}

parameters! {
    /// How an agent came to a conversation.
    pub(crate) struct TakeOptions: AjvLegacy {
        /// Accepted and ignored.
        #[expect(dead_code, reason = "nothing here depends on it")]
        "clientAction" client_action: Option<bool>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "nothing here depends on it")]
        "forwardingToDepartment" forwarding_to_department: Option<omnicontact_domain::value::Value>,
    }
}

/// Take a conversation.
pub(crate) struct TakeInquiry;

impl Endpoint for TakeInquiry {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = TakeBody;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/inquiries.take",
        operation: "take_inquiry",
        summary: "Take a conversation from the queue",
        access: Access::requires(take::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "The user is invalid" },
            ErrorDoc { status: 400, text: "Inquiry not found [error-not-found]" },
            ErrorDoc { status: 400, text: "Inquiry already taken [error-inquiry-taken]" },
            ErrorDoc {
                status: 400,
                text: "Agent status is offline or Omnichannel service is not active [error-agent-status-service-offline]",
            },
            ErrorDoc { status: 400, text: "[error-invalid-contact]" },
            ErrorDoc { status: 400, text: "[error-unknown-contact]" },
            ErrorDoc { status: 400, text: "[error-unverified-contact]" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: TakeBody) -> Result<Done, ApiError> {
        let taking = Taking { inquiry_id: body.inquiry_id, user_id: body.user_id.map(Into::into) };
        take::take_inquiry(call.ctx(), &call.caller.actor, &taking).await?;
        Ok(Done {})
    }
}
