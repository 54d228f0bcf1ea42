//! `POST users.logout`.

use axum::http::Method;
use omnicontact_domain::id::UserId;
use omnicontact_usecases::tokens::{LOG_OUT_ASKS, log_out_user};
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Who is logged out.
    open pub(crate) struct Body: AjvTyped {
        /// Id of the user; the caller when left out or empty.
        "userId" user_id: Option<String>,
    }
}

/// The end of everything.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoggedOutBody {
    /// What to tell people.
    message: String,
}

/// End all sessions and tokens of a user.
pub(crate) struct LogOutUser;

impl Endpoint for LogOutUser {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Body;
    type Output = LoggedOutBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.logout",
        operation: "log_out_user",
        summary: "End all sessions and personal access tokens of a user: one's own, or another's if permitted",
        access: Access::signed_in(LOG_OUT_ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 403, text: "unauthorized" },
            ErrorDoc { status: 400, text: "Invalid user id [error-invalid-user-id]" },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: Body) -> Result<LoggedOutBody, ApiError> {
        let named = body.user_id.filter(|id| !id.is_empty()).map(UserId::from);
        let user = named.unwrap_or_else(|| call.caller.actor.user_id.clone());
        log_out_user(call.ctx(), &call.caller.actor, &user).await?;
        Ok(LoggedOutBody { message: format!("User {user} has been logged out!") })
    }
}
