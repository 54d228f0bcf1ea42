//! `GET users.getPersonalAccessTokens`.

use axum::http::Method;
use omnicontact_domain::time::Timestamp;
use omnicontact_usecases::tokens::{PERSONAL, PersonalToken, list_personal_tokens};
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::NoPath;
use crate::schema::NoParameters;

/// The caller's personal access tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokensBody {
    /// The oldest first.
    tokens: Vec<TokenBody>,
}

/// A personal access token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TokenBody {
    /// The caller's name for it.
    name: String,
    /// When it was made, or got its present secret.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The last six characters of the secret.
    last_token_part: String,
    /// Whether its bearer is spared the second factor.
    bypass_two_factor: bool,
}

impl From<PersonalToken> for TokenBody {
    fn from(token: PersonalToken) -> Self {
        let PersonalToken { name, created_at, last_token_part, bypass_two_factor } = token;
        Self { name, created_at, last_token_part, bypass_two_factor }
    }
}

/// See the own personal access tokens.
pub(crate) struct ListPersonalTokens;

impl Endpoint for ListPersonalTokens {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = TokensBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/users.getPersonalAccessTokens",
        operation: "list_personal_tokens",
        summary: "See the own personal access tokens, without their secrets",
        access: Access::requires(PERSONAL),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn>, _: NoParameters) -> Result<TokensBody, ApiError> {
        let tokens = list_personal_tokens(call.ctx(), &call.caller.actor).await?;
        Ok(TokensBody { tokens: tokens.into_iter().map(TokenBody::from).collect() })
    }
}
