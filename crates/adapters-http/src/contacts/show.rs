//! `GET omnichannel/contacts.get` (contract, contacts 7.4).

use axum::http::Method;
use omnicontact_domain::contact::Contact;
use omnicontact_ports::Prefetch;
use omnicontact_usecases::contacts::show;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::contact_body::ContactBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint, id_of};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Constraint, parameters};

parameters! {
    /// Which contact.
    pub(crate) struct ShowQuery: AjvLegacy {
        /// Id of the contact.
        "contactId" contact_id: String [Constraint::NotBlank],
    }
}

/// An answer with a contact.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShownContactBody {
    /// The contact.
    contact: ContactBody,
}

impl From<Contact> for ShownContactBody {
    fn from(contact: Contact) -> Self {
        Self { contact: contact.into() }
    }
}

/// Read one contact of the second API.
pub(crate) struct ShowContact;

impl Endpoint for ShowContact {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = ShowQuery;
    type Output = ShownContactBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/omnichannel/contacts.get",
        operation: "show_contact",
        summary: "Read one contact in full",
        access: Access::requires(show::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc { status: 404, text: "Resource not found" }],
    };

    fn prefetch(sent: &Map<String, Value>) -> Option<Prefetch> {
        id_of(sent, "contactId").map(|id| Prefetch::Contact(id.into()))
    }

    async fn handle(call: Call<SignedIn>, query: ShowQuery) -> Result<ShownContactBody, ApiError> {
        let id = query.contact_id.into();
        let found = show::show_contact(call.state.ctx(), &call.caller.actor, &id, call.prefetched).await?;
        found.map(ShownContactBody::from).ok_or_else(|| ApiError::NotFound("Resource not found".into()))
    }
}
