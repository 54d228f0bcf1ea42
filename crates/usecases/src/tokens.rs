//! Sessions and personal access tokens, as their owners and administrators manage them over the API.
//!
//! Whatever adds or ends tokens of an account locks and writes the account, too: a deactivation, a new password or
//! an "end everything" of the same moment waits, or makes it wait and look again. So no token outlives what should
//! have ended it.

mod create_for_user;
mod generate;
mod list;
mod log_out_others;
mod log_out_user;
mod regenerate;
mod remove;
mod remove_others;

pub use create_for_user::{SessionRequest, create_session_for_user};
pub use generate::{NewPersonalToken, generate_personal_token};
pub use list::{PersonalToken, list_personal_tokens};
pub use log_out_others::{KeptSession, log_out_other_clients};
pub(crate) use log_out_user::end_everything;
pub use log_out_user::log_out_user;
pub use regenerate::regenerate_personal_token;
pub use remove::remove_personal_token;
pub use remove_others::remove_other_tokens;

use omnicontact_domain::permission::{
    CREATE_PERSONAL_ACCESS_TOKENS, LOGOUT_OTHER_USER, PermissionId, USER_GENERATE_ACCESS_TOKEN,
};
use omnicontact_domain::policy::{Actor, Denied, Requirement};
use omnicontact_domain::text::{self, TextError};
use omnicontact_domain::token::{LoginToken, RawToken, TokenKind};
use omnicontact_domain::user::User;
use omnicontact_ports::{StoreError, Transaction};

use crate::Context;
use crate::retry::MayRetry;

/// Who may manage personal access tokens of the own account.
pub const PERSONAL: Requirement = Requirement::All(&[CREATE_PERSONAL_ACCESS_TOKENS]);
/// What the use cases of personal access tokens ask about.
pub const PERSONAL_ASKS: &[PermissionId] = &[CREATE_PERSONAL_ACCESS_TOKENS];
/// What [`log_out_user`] asks about.
pub const LOG_OUT_ASKS: &[PermissionId] = &[LOGOUT_OTHER_USER];
/// What [`create_session_for_user`] asks about.
pub const CREATE_ASKS: &[PermissionId] = &[USER_GENERATE_ACCESS_TOKEN];

/// Why tokens stay as they are. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The operator does not allow it, or the secret is wrong.
    #[error("sessions for users are not made here")]
    NotAllowed,
    /// The name could not be stored.
    #[error(transparent)]
    Name(#[from] TextError),
    /// A personal token of the owner has that name already.
    #[error("a personal token has that name already")]
    NameTaken,
    /// The owner has no personal token of that name.
    #[error("there is no personal token of that name")]
    UnknownName,
    /// There is no such account, or it is not active.
    #[error("there is no such account")]
    UnknownUser,
    /// The token that the actor showed has ended meanwhile.
    #[error("the token has ended meanwhile")]
    Ended,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for TokenError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::Denied(_)
            | Self::NotAllowed
            | Self::Name(_)
            | Self::NameTaken
            | Self::UnknownName
            | Self::UnknownUser
            | Self::Ended => false,
        }
    }
}

/// The actor's account, locked, and the token that the actor showed, as long as it opens the door still.
async fn owner(
    tx: &mut dyn Transaction,
    actor: &Actor,
    shown: &RawToken,
) -> Result<(User, LoginToken), TokenError> {
    let account = tx.users().lock(&actor.user_id).await?.filter(|user| user.active);
    let token = tx.tokens().find(&shown.hashed()).await?.filter(|(owner, _)| *owner == actor.user_id);
    match (account, token) {
        (Some(account), Some((_, token))) => Ok((account, token)),
        (None, _) | (_, None) => Err(TokenError::Ended),
    }
}

/// Writes the account whose tokens change. [`StoreError::Stale`] when somebody else wrote it since it was read; a
/// locked one nobody did.
pub(crate) async fn touch(ctx: &Context, tx: &mut dyn Transaction, owner: &User) -> Result<(), StoreError> {
    tx.users().update(&User { updated_at: ctx.clock.now(), ..owner.clone() }).await
}

/// A personal access token made now.
pub(crate) fn personal_token(
    ctx: &Context,
    secret: &RawToken,
    name: &str,
    bypass_two_factor: bool,
) -> LoginToken {
    let kind =
        TokenKind::Personal { name: name.to_owned(), last_token_part: secret.last_part(), bypass_two_factor };
    LoginToken { hashed: secret.hashed(), created_at: ctx.clock.now(), kind }
}

/// Refuses names that no store keeps.
pub(crate) fn check_name(name: &str) -> Result<(), TextError> {
    text::check("tokenName", name, text::KEY_LIMIT)
}

#[cfg(test)]
mod tests;
