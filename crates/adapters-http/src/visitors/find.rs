//! `GET livechat/visitor/:token` (contract, conversations 1.2).

use axum::http::Method;
use omnicontact_domain::visitor::Visitor;
use omnicontact_usecases::visitors::find;
use serde::Serialize;
use utoipa::ToSchema;

use crate::contacts::visitor_body::VisitorBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::failure::visitors;
use crate::path::path_parameters;
use crate::schema::NoParameters;

path_parameters! {
    /// Which visitor.
    pub(crate) struct TokenPath {
        /// The secret of the visitor's session.
        "token" token: String,
    }
}

/// An answer with a visitor.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShownVisitorBody {
    /// The visitor.
    visitor: VisitorBody,
}

impl From<Visitor> for ShownVisitorBody {
    fn from(visitor: Visitor) -> Self {
        Self { visitor: visitor.into() }
    }
}

/// Read the visitor with a token.
pub(crate) struct FindVisitor;

impl Endpoint for FindVisitor {
    type Caller = Nobody;
    type Path = TokenPath;
    type Input = NoParameters;
    type Output = ShownVisitorBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/visitor/{token}",
        operation: "find_visitor",
        summary: "Read the visitor with a token",
        access: Access::PUBLIC,
        limit: Limit::PerMinute(10),
        envelope: Envelope::Success,
        errors: &[ErrorDoc { status: 400, text: "[invalid-token]" }],
    };

    async fn handle(call: Call<Nobody, TokenPath>, _: NoParameters) -> Result<ShownVisitorBody, ApiError> {
        let token = call.path.token.as_str().into();
        let found = find::find_visitor(call.ctx(), &token).await.map_err(visitors::by_token)?;
        Ok(found.into())
    }
}
