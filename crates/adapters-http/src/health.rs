//! Whether the server lives, and whether it can do its work: for load balancers and supervisors.

use std::time::Duration;

use axum::http::Method;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::NoParameters;

/// How long the store may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// A server in good health.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthBody {
    /// Always `ok`.
    status: &'static str,
}

const OK: HealthBody = HealthBody { status: "ok" };

/// The process answers, whatever else is broken.
pub(crate) struct CheckLiveness;

impl Endpoint for CheckLiveness {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = HealthBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::GET],
        path: "/livez",
        operation: "check_liveness",
        summary: "Whether the process answers",
        access: Access::PUBLIC,
        limit: Limit::Unlimited,
        envelope: Envelope::Bare,
        errors: &[],
    };

    async fn handle(_: Call<Nobody>, _: NoParameters) -> Result<HealthBody, ApiError> {
        Ok(OK)
    }
}

/// The store answers in time.
pub(crate) struct CheckReadiness;

impl Endpoint for CheckReadiness {
    type Caller = Nobody;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = HealthBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::GET],
        path: "/readyz",
        operation: "check_readiness",
        summary: "Whether the server can do its work",
        access: Access::PUBLIC,
        limit: Limit::Unlimited,
        envelope: Envelope::Bare,
        errors: &[ErrorDoc { status: 503, text: "unavailable" }],
    };

    async fn handle(call: Call<Nobody>, _: NoParameters) -> Result<HealthBody, ApiError> {
        let answered = tokio::time::timeout(PATIENCE, call.ctx().store.ping()).await;
        answered.map_err(ApiError::not_ready)?.map_err(ApiError::not_ready)?;
        call.state.outage().store_was_read();
        Ok(OK)
    }
}
