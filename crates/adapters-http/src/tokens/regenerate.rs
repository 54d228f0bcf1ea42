//! `POST users.regeneratePersonalAccessToken`.

use axum::http::Method;
use omnicontact_usecases::tokens::{PERSONAL_ASKS, regenerate_personal_token};

use super::{SecretBody, TokenName};
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::failure::tokens::of_personal_tokens;
use crate::path::NoPath;

/// Give a personal access token a new secret.
pub(crate) struct RegeneratePersonalToken;

impl Endpoint for RegeneratePersonalToken {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = TokenName;
    type Output = SecretBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.regeneratePersonalAccessToken",
        operation: "regenerate_personal_token",
        summary: "Give a personal access token a new secret; the old one is worth nothing afterwards",
        access: Access::signed_in(PERSONAL_ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Not Authorized [not-authorized]" },
            ErrorDoc { status: 400, text: "Token does not exist [error-token-does-not-exists]" },
        ],
    };

    async fn handle(call: Call<SignedIn>, TokenName { name }: TokenName) -> Result<SecretBody, ApiError> {
        let made = regenerate_personal_token(call.ctx(), &call.caller.actor, &call.caller.token, &name).await;
        let token =
            made.map_err(|error| of_personal_tokens(error, "personalAccessTokens:regenerateToken"))?;
        Ok(token.into())
    }
}
