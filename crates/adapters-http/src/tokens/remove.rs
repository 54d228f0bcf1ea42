//! `POST users.removePersonalAccessToken`.

use axum::http::Method;
use omnicontact_usecases::tokens::{PERSONAL_ASKS, remove_personal_token};

use super::TokenName;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::failure::tokens::of_personal_tokens;
use crate::path::NoPath;

/// Remove a personal access token.
pub(crate) struct RemovePersonalToken;

impl Endpoint for RemovePersonalToken {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = TokenName;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.removePersonalAccessToken",
        operation: "remove_personal_token",
        summary: "Remove a personal access token",
        access: Access::signed_in(PERSONAL_ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Not Authorized [not-authorized]" },
            ErrorDoc { status: 400, text: "Token does not exist [error-token-does-not-exists]" },
        ],
    };

    async fn handle(call: Call<SignedIn>, TokenName { name }: TokenName) -> Result<Done, ApiError> {
        let removed = remove_personal_token(call.ctx(), &call.caller.actor, &call.caller.token, &name).await;
        removed.map_err(|error| of_personal_tokens(error, "personalAccessTokens:removeToken"))?;
        Ok(Done {})
    }
}
