//! `POST omnichannel/contacts` (contract, contacts 7.1).

use axum::http::Method;
use omnicontact_domain::contact::NewContact;
use omnicontact_domain::id::{ContactId, UserId};
use omnicontact_domain::value::Fields;
use omnicontact_usecases::contacts::create;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Constraint, parameters};

parameters! {
    /// The contact to be made.
    pub(crate) struct NewContactBody: AjvLegacy {
        /// The display name; may be empty.
        "name" name: String,
        /// E-mail addresses, kept as they are.
        "emails" emails: Vec<String> [Constraint::UniqueItems],
        /// Phone numbers, kept as they are.
        "phones" phones: Vec<String> [Constraint::UniqueItems],
        /// Custom values by field id.
        "customFields" custom_fields: Option<Fields> [Constraint::Nullable],
        /// User id of the responsible agent; empty for none.
        "contactManager" contact_manager: Option<String> [Constraint::Nullable],
    }
}

/// Who was made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MadeContactBody {
    /// Id of the contact.
    #[schema(value_type = String)]
    contact_id: ContactId,
}

impl From<NewContactBody> for NewContact {
    fn from(body: NewContactBody) -> Self {
        Self {
            name: body.name,
            emails: body.emails,
            phones: body.phones,
            manager: body.contact_manager.map(UserId::from),
            custom_fields: body.custom_fields.unwrap_or_default(),
        }
    }
}

/// Make a contact by hand.
pub(crate) struct CreateContact;

impl Endpoint for CreateContact {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = NewContactBody;
    type Output = MadeContactBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/omnichannel/contacts",
        operation: "create_contact",
        summary: "Make a contact by hand",
        access: Access::requires(create::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "error-contact-manager-not-found" },
            ErrorDoc { status: 400, text: "Invalid value for <label> field" },
            ErrorDoc { status: 400, text: "Custom field <key> is not allowed" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: NewContactBody) -> Result<MadeContactBody, ApiError> {
        let contact_id = create::create_contact(call.ctx(), &call.caller.actor, body.into()).await?;
        Ok(MadeContactBody { contact_id })
    }
}
