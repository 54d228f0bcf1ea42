//! `GET omnichannel/contacts.checkExistence` (contract, contacts 7.6).

use axum::http::Method;
use omnicontact_domain::contact::Existence;
use omnicontact_usecases::contacts::check_existence;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Constraint, Format, parameters};

parameters! {
    /// Whom is asked for, in exactly one way.
    one of pub(crate) struct ExistenceQuery: AjvLegacy {
        /// By id.
        "contactId" contact_id: Option<String> [Constraint::NotBlank],
        /// By e-mail address, in whatever case.
        "email" email: Option<String> [Constraint::Format(Format::BasicEmail), Constraint::NotBlank],
        /// By phone number, however it is written.
        "phone" phone: Option<String> [Constraint::NotBlank],
    }
}

/// Whether somebody is known.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExistenceBody {
    /// Whether there is such a contact.
    exists: bool,
}

impl ExistenceQuery {
    /// Exactly one of the alternatives is there.
    fn asked(self) -> Existence {
        let by_id = self.contact_id.map(|id| Existence::Contact(id.into()));
        by_id
            .or_else(|| self.email.map(|address| Existence::of_email(&address)))
            .or_else(|| self.phone.map(Existence::Phone))
            .unwrap_or_else(|| Existence::Contact("".into()))
    }
}

/// Ask whether somebody is known.
pub(crate) struct CheckExistence;

impl Endpoint for CheckExistence {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = ExistenceQuery;
    type Output = ExistenceBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/omnichannel/contacts.checkExistence",
        operation: "check_contact_existence",
        summary: "Ask whether there is a contact with an id, an e-mail address or a phone number",
        access: Access::requires(check_existence::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn>, query: ExistenceQuery) -> Result<ExistenceBody, ApiError> {
        let asked = query.asked();
        let exists = check_existence::check_existence(call.ctx(), &call.caller.actor, &asked).await?;
        Ok(ExistenceBody { exists })
    }
}
