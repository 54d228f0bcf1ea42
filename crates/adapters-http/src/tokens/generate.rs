//! `POST users.generatePersonalAccessToken`.

use axum::http::Method;
use omnicontact_usecases::tokens::{NewPersonalToken, PERSONAL_ASKS, generate_personal_token};

use super::SecretBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::failure::tokens::of_personal_tokens;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// The token to be made.
    pub(crate) struct Body: AjvTyped {
        /// The caller's name for it; one of a kind for the caller.
        "tokenName" name: String,
        /// Whether its bearer is spared the second factor. This server asks for none.
        "bypassTwoFactor" bypass_two_factor: Option<bool>,
    }
}

/// Make a personal access token.
pub(crate) struct GeneratePersonalToken;

impl Endpoint for GeneratePersonalToken {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Body;
    type Output = SecretBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.generatePersonalAccessToken",
        operation: "generate_personal_token",
        summary: "Make a personal access token: it never expires, and is shown only once",
        access: Access::signed_in(PERSONAL_ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Not Authorized [not-authorized]" },
            ErrorDoc {
                status: 400,
                text: "A token with this name already exists [error-token-already-exists]",
            },
        ],
    };

    async fn handle(call: Call<SignedIn>, body: Body) -> Result<SecretBody, ApiError> {
        let new =
            NewPersonalToken { name: body.name, bypass_two_factor: body.bypass_two_factor.unwrap_or(false) };
        let made = generate_personal_token(call.ctx(), &call.caller.actor, &call.caller.token, &new).await;
        let token = made.map_err(|error| of_personal_tokens(error, "personalAccessTokens:generateToken"))?;
        Ok(token.into())
    }
}
