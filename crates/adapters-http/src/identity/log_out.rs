//! `POST logout`, also by GET as one client does (contract, framework 2.5).

use axum::http::Method;
use omnicontact_usecases::identity::log_out;
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::NoParameters;

/// The end of a session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoggedOutBody {
    /// Always `success`.
    status: &'static str,
    /// What to tell people.
    data: MessageBody,
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
struct MessageBody {
    /// The text.
    message: &'static str,
}

/// Log out.
pub(crate) struct LogOut;

impl Endpoint for LogOut {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = LoggedOutBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST, Method::GET],
        path: "/api/v1/logout",
        operation: "log_out",
        summary: "Log out: the token of this call is worth nothing afterwards",
        access: Access::SIGNED_IN.even_without_username(),
        limit: Limit::Default,
        envelope: Envelope::Bare,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn>, _: NoParameters) -> Result<LoggedOutBody, ApiError> {
        log_out(call.ctx(), &call.caller.actor, &call.caller.token).await?;
        let data = MessageBody { message: "You've been logged out!" };
        Ok(LoggedOutBody { status: "success", data })
    }
}
