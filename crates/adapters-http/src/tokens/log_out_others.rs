//! `POST users.logoutOtherClients`.

use axum::http::Method;
use omnicontact_usecases::tokens::{TokenError, log_out_other_clients};
use serde::Serialize;
use utoipa::ToSchema;

use super::Nothing;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;

/// The session that goes on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeptBody {
    /// The token that was shown.
    token: String,
    /// When it ends, as an ISO date; empty for a personal access token, which never does.
    token_expires: String,
}

/// End the own other sessions.
pub(crate) struct LogOutOtherClients;

impl Endpoint for LogOutOtherClients {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Nothing;
    type Output = KeptBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.logoutOtherClients",
        operation: "log_out_other_clients",
        summary: "End all other sessions of the caller; personal access tokens stay",
        access: Access::SIGNED_IN,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc { status: 400, text: "Invalid user id [error-invalid-user-id]" }],
    };

    async fn handle(call: Call<SignedIn>, Nothing {}: Nothing) -> Result<KeptBody, ApiError> {
        let shown = &call.caller.token;
        let kept = log_out_other_clients(call.ctx(), &call.caller.actor, shown).await;
        // Whoever ended meanwhile is no user any more, says the dialect.
        let kept = kept.map_err(|error| match error {
            TokenError::Ended => TokenError::UnknownUser,
            TokenError::Denied(_)
            | TokenError::NotAllowed
            | TokenError::Name(_)
            | TokenError::NameTaken
            | TokenError::UnknownName
            | TokenError::UnknownUser
            | TokenError::Store(_) => error,
        })?;
        let token_expires = kept.expires_at.map_or_else(String::new, |end| end.to_string());
        Ok(KeptBody { token: shown.expose().to_owned(), token_expires })
    }
}
