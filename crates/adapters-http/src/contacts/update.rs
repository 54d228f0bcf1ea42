//! `POST omnichannel/contacts.update` (contract, contacts 7.2).

use axum::http::Method;
use omnicontact_domain::contact::{ContactUpdate, ManagerChange};
use omnicontact_domain::value::Fields;
use omnicontact_usecases::contacts::update;

use super::show::ShownContactBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Constraint, parameters};

parameters! {
    /// What is to be changed. Whatever is left out or null stays as it is.
    pub(crate) struct ContactUpdateBody: AjvLegacy {
        /// Which contact.
        "contactId" contact_id: String,
        /// The display name; not empty.
        "name" name: Option<String>,
        /// All e-mail addresses, in place of the former ones.
        "emails" emails: Option<Vec<String>> [Constraint::Nullable, Constraint::UniqueItems],
        /// All phone numbers, in place of the former ones.
        "phones" phones: Option<Vec<String>> [Constraint::Nullable, Constraint::UniqueItems],
        /// All custom values by field id, in place of the former ones; values without a definition stay.
        "customFields" custom_fields: Option<Fields> [Constraint::Nullable],
        /// User id of the responsible agent; empty for none.
        "contactManager" contact_manager: Option<String> [Constraint::Nullable],
        /// `true` discards all conflicts.
        "wipeConflicts" wipe_conflicts: Option<bool> [Constraint::Nullable],
    }
}

/// Change a contact.
pub(crate) struct UpdateContact;

impl Endpoint for UpdateContact {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = ContactUpdateBody;
    type Output = ShownContactBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/omnichannel/contacts.update",
        operation: "update_contact",
        summary: "Change a contact; what is not sent stays as it is",
        access: Access::requires(update::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "error-contact-not-found" },
            ErrorDoc { status: 400, text: "error-contact-manager-not-found" },
            ErrorDoc { status: 400, text: "error-invalid-operation" },
            ErrorDoc { status: 400, text: "Invalid value for <label> field" },
            ErrorDoc { status: 400, text: "Custom field <key> is not allowed" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: ContactUpdateBody) -> Result<ShownContactBody, ApiError> {
        let sent = ContactUpdate {
            name: body.name,
            emails: body.emails,
            phones: body.phones,
            custom_fields: body.custom_fields,
            manager: body.contact_manager.as_deref().map(ManagerChange::of),
            wipe_conflicts: body.wipe_conflicts.unwrap_or_default(),
        };
        let id = body.contact_id.into();
        Ok(update::update_contact(call.ctx(), &call.caller.actor, &id, sent).await?.into())
    }
}
