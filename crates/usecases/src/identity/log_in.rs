//! Log in with a password or an existing token: `POST login`.

use omnicontact_domain::id::UserId;
use omnicontact_domain::login::{self, LoginName, LoginRefusal};
use omnicontact_domain::password::{PasswordDigest, PasswordHash};
use omnicontact_domain::setting::{EMAIL_VERIFICATION, LOGIN_EXPIRATION};
use omnicontact_domain::token::{LoginToken, MAX_SESSIONS, RawToken, TokenKind};
use omnicontact_domain::user::User;
use omnicontact_ports::{HasherBusy, StoreError, Transaction};

use super::show_profile::{Profile, profile_of};
use crate::retry::{MayRetry, retried};
use crate::{Context, settings};

/// How the caller wants to get in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginRequest {
    /// With a password.
    Password {
        /// Who.
        name: LoginName,
        /// The digest of the password.
        password: PasswordDigest,
    },
    /// With a token from an earlier login, which stays the token.
    Resume(RawToken),
}

/// A caller who got in.
#[derive(Debug)]
pub struct LoggedIn {
    /// Who it is.
    pub user_id: UserId,
    /// The secret for the next requests; shown only here.
    pub token: RawToken,
    /// What `GET me` would say.
    pub profile: Profile,
}

/// Why a caller does not get in.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Unknown user, wrong password, no password, unknown or expired token: the caller learns no more.
    #[error("the credentials are not good")]
    Unauthorized,
    /// The credentials are good, but the account may not log in.
    #[error(transparent)]
    Refused(#[from] LoginRefusal),
    /// Too many passwords wait to be checked.
    #[error(transparent)]
    Busy(#[from] HasherBusy),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for LoginError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::Unauthorized | Self::Refused(_) | Self::Busy(_) => false,
        }
    }
}

/// Logs a user in. An unknown user takes the same time as a wrong password.
///
/// # Errors
/// [`LoginError`].
pub async fn log_in(ctx: &Context, request: LoginRequest) -> Result<LoggedIn, LoginError> {
    match request {
        LoginRequest::Password { name, password } => log_in_with_password(ctx, &name, &password).await,
        LoginRequest::Resume(token) => retried(ctx, || resume(ctx, &token)).await,
    }
}

async fn log_in_with_password(
    ctx: &Context,
    name: &LoginName,
    password: &PasswordDigest,
) -> Result<LoggedIn, LoginError> {
    // Hashing is slow, so it happens outside of any transaction ...
    let found = find_user(ctx.store.read().await?.as_mut(), name).await?;
    let stored = found.and_then(|user| user.password);
    if !ctx.passwords.verify(password, stored.clone()).await? {
        return Err(LoginError::Unauthorized);
    }
    let stored = stored.ok_or(LoginError::Unauthorized)?;
    let renewed =
        if ctx.passwords.is_current(&stored) { None } else { Some(ctx.passwords.hash(password).await?) };
    retried(ctx, || open_session(ctx, name, &stored, renewed.as_ref())).await
}

/// ... and what was verified is compared once more with what is stored when the session begins.
async fn open_session(
    ctx: &Context,
    name: &LoginName,
    verified: &PasswordHash,
    renewed: Option<&PasswordHash>,
) -> Result<LoggedIn, LoginError> {
    let mut tx = ctx.store.begin().await?;
    let mut user = find_user(tx.as_mut(), name).await?.ok_or(LoginError::Unauthorized)?;
    if user.password.as_ref() != Some(verified) {
        return Err(LoginError::Unauthorized);
    }
    admit(ctx, tx.as_mut(), &user).await?;
    if let Some(renewed) = renewed {
        user.password = Some(renewed.clone());
    }
    let token = ctx.ids.token();
    let session =
        LoginToken { hashed: token.hashed(), created_at: ctx.clock.now(), kind: TokenKind::Session };
    tx.tokens().add(&user.id, &session).await?;
    tx.tokens().remove_oldest_sessions(&user.id, MAX_SESSIONS).await?;
    note_login(ctx, tx, user, token).await
}

async fn resume(ctx: &Context, token: &RawToken) -> Result<LoggedIn, LoginError> {
    let mut tx = ctx.store.begin().await?;
    let (owner, session) = tx.tokens().find(&token.hashed()).await?.ok_or(LoginError::Unauthorized)?;
    let lifetime = settings::value(tx.settings(), LOGIN_EXPIRATION, &ctx.root_url).await?;
    if !session.is_alive(lifetime.as_number(), ctx.clock.now()) {
        return Err(LoginError::Unauthorized);
    }
    let user = tx.users().find(&owner).await?.ok_or(LoginError::Unauthorized)?;
    admit(ctx, tx.as_mut(), &user).await?;
    note_login(ctx, tx, user, token.clone()).await
}

async fn find_user(tx: &mut dyn Transaction, name: &LoginName) -> Result<Option<User>, StoreError> {
    match name {
        LoginName::Username(username) => tx.users().find_by_username(username).await,
        LoginName::Email(address) => tx.users().find_by_email(address).await,
        LoginName::Id(id) => tx.users().find(&id.as_str().into()).await,
    }
}

async fn admit(ctx: &Context, tx: &mut dyn Transaction, user: &User) -> Result<(), LoginError> {
    let verification = settings::value(tx.settings(), EMAIL_VERIFICATION, &ctx.root_url).await?;
    login::admit(user, verification.as_bool().unwrap_or(false))?;
    Ok(())
}

/// Ends a successful login: the time is noted, everything committed.
async fn note_login(
    ctx: &Context,
    mut tx: Box<dyn Transaction>,
    mut user: User,
    token: RawToken,
) -> Result<LoggedIn, LoginError> {
    let now = ctx.clock.now();
    user.last_login = Some(now);
    user.updated_at = now;
    tx.users().update(&user).await?;
    let user_id = user.id.clone();
    let profile = profile_of(ctx, tx.as_mut(), user).await?;
    tx.commit().await?;
    Ok(LoggedIn { user_id, token, profile })
}

#[cfg(test)]
mod tests;
