//! See the own personal access tokens: `GET users.getPersonalAccessTokens`.

use omnicontact_domain::policy::{Actor, authorize};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::{LoginToken, TokenKind};

use super::{PERSONAL, TokenError};
use crate::Context;

/// A personal access token as its owner sees it: without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalToken {
    /// The owner's name for it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The last six characters of the secret.
    pub last_token_part: String,
    /// Whether its bearer is spared the second factor.
    pub bypass_two_factor: bool,
}

impl PersonalToken {
    /// `None` for a session.
    pub(crate) fn of(token: LoginToken) -> Option<Self> {
        match token.kind {
            TokenKind::Session => None,
            TokenKind::Personal { name, last_token_part, bypass_two_factor } => {
                Some(Self { name, created_at: token.created_at, last_token_part, bypass_two_factor })
            }
        }
    }
}

/// The actor's personal access tokens, the oldest first.
///
/// # Errors
/// [`TokenError::Denied`], [`TokenError::Store`].
pub async fn list_personal_tokens(ctx: &Context, actor: &Actor) -> Result<Vec<PersonalToken>, TokenError> {
    authorize(actor, &PERSONAL)?;
    let mut tx = ctx.store.read().await?;
    let tokens = tx.tokens().list(&actor.user_id).await?;
    Ok(tokens.into_iter().filter_map(PersonalToken::of).collect())
}
