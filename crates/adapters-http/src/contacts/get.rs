//! `GET omnichannel/contact` (contract, contacts 6.2).

use axum::http::Method;
use omnicontact_ports::Prefetch;
use omnicontact_usecases::contacts::get;
use serde_json::{Map, Value};

use super::visitor_body::FoundBody;
use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint, id_of};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which contact.
    pub(crate) struct Query: Match {
        /// Id of the visitor.
        "contactId" contact_id: String,
    }
}

/// Read one contact.
pub(crate) struct GetContact;

impl Endpoint for GetContact {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Query;
    type Output = FoundBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/omnichannel/contact",
        operation: "get_contact",
        summary: "Read one contact by id",
        access: Access::requires(get::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    fn prefetch(sent: &Map<String, Value>) -> Option<Prefetch> {
        id_of(sent, "contactId").map(|id| Prefetch::Visitor(id.into()))
    }

    async fn handle(call: Call<SignedIn>, query: Query) -> Result<FoundBody, ApiError> {
        let id = query.contact_id.into();
        let found = get::get_contact(call.state.ctx(), &call.caller.actor, &id, call.prefetched).await?;
        Ok(found.into())
    }
}
