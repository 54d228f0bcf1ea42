//! `POST users.removeOtherTokens`.

use axum::http::Method;
use omnicontact_usecases::tokens::remove_other_tokens;

use super::Nothing;
use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::envelope::Done;
use crate::error::ApiError;
use crate::path::NoPath;

/// End everything of one's own but the token at hand.
pub(crate) struct RemoveOtherTokens;

impl Endpoint for RemoveOtherTokens {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = Nothing;
    type Output = Done;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::POST],
        path: "/api/v1/users.removeOtherTokens",
        operation: "remove_other_tokens",
        summary: "End all other sessions and personal access tokens of the caller",
        access: Access::SIGNED_IN,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn>, Nothing {}: Nothing) -> Result<Done, ApiError> {
        remove_other_tokens(call.ctx(), &call.caller.actor, &call.caller.token).await?;
        Ok(Done {})
    }
}
