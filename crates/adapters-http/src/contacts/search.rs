//! `GET omnichannel/contact.search` (contract, contacts 6.3).

use axum::http::Method;
use omnicontact_domain::value::Value;
use omnicontact_usecases::contacts::search::{self, ContactQuery};

use super::visitor_body::FoundBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Invalid, holds_nul, parameters};

parameters! {
    /// Which contact. All conditions hold at once.
    pub(crate) struct Query: Match {
        /// An e-mail address, exactly as stored.
        "email" email: Option<String>,
        /// A phone number, exactly as stored.
        "phone" phone: Option<String>,
        /// JSON text of an object: texts by custom-field id, each contained in the value without regard to case.
        "custom" custom: Option<String>,
    }
}

/// Find one contact.
pub(crate) struct SearchContact;

impl Endpoint for SearchContact {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Query;
    type Output = FoundBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/omnichannel/contact.search",
        operation: "search_contact",
        summary: "Find one contact by e-mail address, phone number or custom values",
        access: Access::requires(search::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "[error-invalid-params]" },
            ErrorDoc { status: 400, text: "[error-invalid-params-custom]" },
        ],
    };

    async fn handle(call: Call<SignedIn>, query: Query) -> Result<FoundBody, ApiError> {
        let custom = custom_of(query.custom.as_deref().unwrap_or_default())?;
        let query = ContactQuery { email: query.email, phone: query.phone, custom };
        let found = search::search_contact(call.ctx(), &call.caller.actor, query).await?;
        Ok(found.into())
    }
}

/// Reads the JSON text. An empty one is no condition; one with NUL inside could not be looked for.
fn custom_of(text: &str) -> Result<Option<Value>, ApiError> {
    if text.is_empty() {
        return Ok(None);
    }
    let read: serde_json::Value =
        serde_json::from_str(text).map_err(|_| ApiError::coded("error-invalid-params-custom", ""))?;
    if holds_nul(&read) {
        return Err(ApiError::Parameters(Invalid::Nul { field: "custom".to_owned() }));
    }
    let value = serde_json::from_value(read).map_err(|error| ApiError::fault("JSON is no value", error))?;
    Ok(Some(value))
}
