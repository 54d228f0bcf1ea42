//! Failures of sessions and personal access tokens as answers (contract, framework 2.7).

use omnicontact_usecases::tokens::TokenError;
use serde_json::json;

use crate::error::ApiError;

impl From<TokenError> for ApiError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Denied(denied) => denied.into(),
            TokenError::NotAllowed => Self::coded("error-not-authorized", "Not authorized"),
            TokenError::Name(error) => error.into(),
            TokenError::NameTaken => {
                Self::coded("error-token-already-exists", "A token with this name already exists")
            }
            TokenError::UnknownName => Self::coded("error-token-does-not-exists", "Token does not exist"),
            TokenError::UnknownUser => Self::coded("error-invalid-user-id", "Invalid user id"),
            TokenError::Ended => Self::NotLoggedIn,
            TokenError::Store(error) => error.into(),
        }
    }
}

/// A refusal of personal access tokens: it names the original's method, and a missing permission is a 400.
pub(crate) fn of_personal_tokens(error: TokenError, method: &'static str) -> ApiError {
    let refused = if matches!(error, TokenError::Denied(_)) {
        ApiError::coded("not-authorized", "Not Authorized")
    } else {
        error.into()
    };
    refused.with_details(json!({ "method": method }))
}

/// A refusal of `users.createToken`: a missing permission is told like a wrong secret.
pub(crate) fn of_sessions_for_users(error: TokenError) -> ApiError {
    let refused = match error {
        TokenError::Denied(_) | TokenError::NotAllowed => TokenError::NotAllowed.into(),
        TokenError::UnknownUser => ApiError::coded(
            "error-invalid-user",
            "The required \"userId\" or \"username\" param provided does not match any users",
        ),
        TokenError::Name(_)
        | TokenError::NameTaken
        | TokenError::UnknownName
        | TokenError::Ended
        | TokenError::Store(_) => error.into(),
    };
    refused.with_details(json!({"method": "createToken"}))
}
