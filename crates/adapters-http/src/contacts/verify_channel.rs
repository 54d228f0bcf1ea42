//! `POST omnichannel/contacts.verifyChannel`: ours; the original leaves verification to its apps (contract,
//! contacts 8.6).

use axum::http::Method;
use omnicontact_usecases::contacts::verify::{self, Proof};
use serde::Serialize;
use utoipa::ToSchema;

use super::block::ChannelVisitor;
use super::contact_body::ContactBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// What proved who is behind a channel.
    pub(crate) struct ProofBody: AjvLegacy {
        /// Whose channel it is.
        "contactId" contact_id: String,
        /// The visitor and the source that make the channel.
        "visitor" visitor: ChannelVisitor,
        /// What kind of value proved it, such as `email` or `phone`.
        "field" field: String,
        /// The value, without regard to case. Contacts with the same field and value are the same person.
        "value" value: String,
    }
}

/// The contact as it is now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerifiedBody {
    /// The contact, with all that the others had.
    contact: ContactBody,
    /// Ids of the contacts who were the same person; they are no more.
    merged_contact_ids: Vec<String>,
}

/// Verify a channel.
pub(crate) struct VerifyChannel;

impl Endpoint for VerifyChannel {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = ProofBody;
    type Output = VerifiedBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/omnichannel/contacts.verifyChannel",
        operation: "verify_channel",
        summary: "Verify a channel of a contact, and merge contacts who proved the same",
        access: Access::requires(verify::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "error-invalid-contact" },
            ErrorDoc { status: 400, text: "error-invalid-channel" },
            ErrorDoc { status: 400, text: "The 'value' param is required [error-invalid-params]" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: ProofBody) -> Result<VerifiedBody, ApiError> {
        let proof = Proof {
            contact_id: body.contact_id.into(),
            channel: body.visitor.into(),
            field: body.field,
            value: body.value,
        };
        let verified = verify::verify_channel(call.ctx(), &call.caller.actor, &proof).await?;
        let merged_contact_ids = verified.merged.iter().map(ToString::to_string).collect();
        Ok(VerifiedBody { contact: verified.contact.into(), merged_contact_ids })
    }
}
