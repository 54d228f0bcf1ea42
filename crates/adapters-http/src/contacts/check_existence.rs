//! `GET omnichannel/contacts.checkExistence` (contract, contacts 7.6).

use axum::http::Method;
use omnicontact_domain::contact::Existence;
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::phone::PhoneKey;
use omnicontact_ports::Prefetch;
use omnicontact_usecases::contacts::check_existence;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint, id_of};
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

    const SETTINGS: &'static [&'static str] = check_existence::SETTINGS;

    fn prefetch(sent: &Map<String, Value>) -> Option<Prefetch> {
        let by_id = id_of(sent, "contactId").map(|id| Prefetch::Contact(id.into()));
        by_id
            .or_else(|| id_of(sent, "email").map(|address| Prefetch::Email(EmailKey::of(address))))
            .or_else(|| id_of(sent, "phone").map(|number| Prefetch::Phone(PhoneKey::of(number))))
    }

    async fn handle(call: Call<SignedIn>, query: ExistenceQuery) -> Result<ExistenceBody, ApiError> {
        let Call { state, caller, settings, prefetched, .. } = call;
        let (ctx, asked) = (state.ctx(), query.asked());
        let exists =
            check_existence::check_existence(ctx, &caller.actor, &asked, &settings, prefetched).await?;
        Ok(ExistenceBody { exists })
    }
}
