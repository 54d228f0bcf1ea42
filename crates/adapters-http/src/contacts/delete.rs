//! `POST omnichannel/contacts.delete` (contract, contacts 7.11).

use axum::http::Method;
use omnicontact_usecases::contacts::delete;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which contact.
    pub(crate) struct DeleteContactBody: AjvTyped {
        /// Id of the contact.
        "contactId" contact_id: String,
    }
}

/// Erase a contact with all its visitors and conversations.
pub(crate) struct DeleteContact;

impl Endpoint for DeleteContact {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = DeleteContactBody;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/omnichannel/contacts.delete",
        operation: "delete_contact",
        summary: "Erase a contact with its visitors and conversations",
        access: Access::requires(delete::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "error-contact-not-found" },
            ErrorDoc { status: 400, text: "error-contact-has-open-rooms" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: DeleteContactBody) -> Result<Done, ApiError> {
        delete::delete_contact(call.ctx(), &call.caller.actor, &body.contact_id.into()).await?;
        Ok(Done {})
    }
}
