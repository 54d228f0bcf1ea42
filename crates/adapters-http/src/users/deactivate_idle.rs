//! `POST users.deactivateIdle` (contract, framework 4.4.3).

use axum::http::Method;
use omnicontact_domain::role::USER;
use omnicontact_usecases::users::deactivate_idle;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Who counts as idle.
    pub(crate) struct IdleBody: AjvTyped {
        /// Days since the last login, or where there was none since the making of the account.
        "daysIdle" days_idle: f64,
        /// Holders of this role; without one, of `user`.
        "role" role: Option<String>,
    }
}

/// How many users were deactivated.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeactivatedBody {
    /// How many.
    count: u64,
}

/// Deactivate idle users.
pub(crate) struct DeactivateIdle;

impl Endpoint for DeactivateIdle {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = IdleBody;
    type Output = DeactivatedBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.deactivateIdle",
        operation: "deactivate_idle_users",
        summary: "Deactivate users who have been away for too long",
        access: Access::requires(deactivate_idle::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn>, body: IdleBody) -> Result<DeactivatedBody, ApiError> {
        let role = body.role.unwrap_or_else(|| USER.to_owned()).into();
        let (ctx, actor) = (call.ctx(), &call.caller.actor);
        let count = deactivate_idle::deactivate_idle_users(ctx, actor, body.days_idle, &role).await?;
        Ok(DeactivatedBody { count })
    }
}
