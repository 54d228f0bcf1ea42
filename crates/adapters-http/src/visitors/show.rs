//! `GET livechat/visitors.info` (contract, conversations 1.5).

use axum::http::Method;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::Prefetch;
use omnicontact_usecases::visitors::show;
use serde_json::{Map, Value};

use super::find::ShownVisitorBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint, id_of};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which visitor.
    pub(crate) struct InfoQuery: AjvLegacy {
        /// Id of the visitor.
        "visitorId" visitor_id: String,
    }
}

/// Read one visitor.
pub(crate) struct ShowVisitor;

impl Endpoint for ShowVisitor {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = InfoQuery;
    type Output = ShownVisitorBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/visitors.info",
        operation: "show_visitor",
        summary: "Read one visitor by id",
        access: Access::requires(show::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc { status: 400, text: "visitor-not-found" }],
    };

    fn prefetch(sent: &Map<String, Value>) -> Option<Prefetch> {
        id_of(sent, "visitorId").map(|id| Prefetch::Visitor(id.into()))
    }

    async fn handle(call: Call<SignedIn>, query: InfoQuery) -> Result<ShownVisitorBody, ApiError> {
        let id = query.visitor_id.into();
        let visitor = show::show_visitor(call.state.ctx(), &call.caller.actor, &id, call.prefetched).await?;
        // No agent sees the secret of a visitor's session.
        Ok(Visitor { token: None, ..visitor }.into())
    }
}
