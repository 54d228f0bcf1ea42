//! `GET livechat/visitors.autocomplete` (contract, conversations 1.7).

use axum::http::Method;
use omnicontact_domain::id::VisitorId;
use omnicontact_domain::visitor::Visitor;
use omnicontact_usecases::visitors::complete;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::{Invalid, parameters};

parameters! {
    /// Which visitors.
    pub(crate) struct CompleteQuery: AjvLegacy {
        /// JSON text of an object: `term`, the beginning of the name, and `exceptions`, a list of ids that are left
        /// out.
        "selector" selector: String,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "answers are not projected")]
        "fields" fields: Option<String>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "clients do not query the store")]
        "query" query: Option<String>,
    }
}

/// What the JSON text says. Other keys are ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Selector {
    term: String,
    exceptions: Vec<String>,
}

/// Visitors to choose from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferedVisitorsBody {
    /// Ten at the most, by name.
    items: Vec<OfferedVisitorBody>,
}

/// A visitor to choose.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferedVisitorBody {
    /// Who it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: VisitorId,
    /// The display name.
    name: String,
    /// The name of the guest: `guest-<n>` unless given.
    username: String,
    /// Both.
    custom_name: String,
}

/// Complete the name of a visitor.
pub(crate) struct CompleteVisitor;

impl Endpoint for CompleteVisitor {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = CompleteQuery;
    type Output = OfferedVisitorsBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/visitors.autocomplete",
        operation: "complete_visitor",
        summary: "Complete the name of a visitor",
        access: Access::requires(complete::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc { status: 400, text: "The \"selector\" query parameter must be a valid JSON." }],
    };

    async fn handle(call: Call<SignedIn>, query: CompleteQuery) -> Result<OfferedVisitorsBody, ApiError> {
        let Selector { term, exceptions } = selector(&query.selector)?;
        let except: Vec<VisitorId> = exceptions.into_iter().map(Into::into).collect();
        let found = complete::complete_visitor(call.ctx(), &call.caller.actor, &term, &except).await?;
        Ok(OfferedVisitorsBody { items: found.into_iter().map(OfferedVisitorBody::from).collect() })
    }
}

fn selector(text: &str) -> Result<Selector, ApiError> {
    let refused = || ApiError::plain("The \"selector\" query parameter must be a valid JSON.");
    let sent: serde_json::Map<String, Json> = serde_json::from_str(text).map_err(|_| refused())?;
    let read: Selector = serde_json::from_value(Json::Object(sent)).map_err(|_| refused())?;
    if read.term.contains('\0') || read.exceptions.iter().any(|id| id.contains('\0')) {
        return Err(ApiError::Parameters(Invalid::Nul { field: "selector".to_owned() }));
    }
    Ok(read)
}

impl From<Visitor> for OfferedVisitorBody {
    fn from(visitor: Visitor) -> Self {
        let (name, username) = (visitor.name.unwrap_or_default(), visitor.username.unwrap_or_default());
        Self { id: visitor.id, custom_name: format!("{username} - {name}"), name, username }
    }
}
