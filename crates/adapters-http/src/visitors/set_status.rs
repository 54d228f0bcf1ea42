//! `POST livechat/visitor.status` (contract, conversations 1.10).

use axum::http::Method;
use omnicontact_usecases::visitors::set_status;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Whether a visitor is there.
    pub(crate) struct VisitorStatusBody: AjvLegacy {
        /// The secret of the visitor's session.
        "token" token: String,
        /// `online`, `away`, `busy` or `offline`.
        "status" status: String,
    }
}

/// What was sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SetVisitorStatusBody {
    /// The secret of the visitor's session.
    token: String,
    /// The status.
    status: String,
}

/// Say whether a visitor is there.
pub(crate) struct SetVisitorStatus;

impl Endpoint for SetVisitorStatus {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = VisitorStatusBody;
    type Output = SetVisitorStatusBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::POST],
        path: "/api/v1/livechat/visitor.status",
        operation: "set_visitor_status",
        summary: "Say whether a visitor is there",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc { status: 400, text: "[invalid-token]" }],
    };

    async fn handle(call: Call<Nobody>, body: VisitorStatusBody) -> Result<SetVisitorStatusBody, ApiError> {
        let VisitorStatusBody { token, status } = body;
        set_status::set_status(call.ctx(), &token.as_str().into(), &status).await?;
        Ok(SetVisitorStatusBody { token, status })
    }
}
