//! Log in with a password or an existing token: `POST login`.

mod attempt;

use omnicontact_domain::id::UserId;
use omnicontact_domain::login::{self, LoginName, LoginRefusal};
use omnicontact_domain::login_throttle::{LoginBlock, LoginOrigin};
use omnicontact_domain::password::{PasswordDigest, PasswordHash};
use omnicontact_domain::token::{LoginToken, MAX_SESSIONS, RawToken, TokenKind};
use omnicontact_domain::user::User;
use omnicontact_ports::{HasherBusy, StoreError, Transaction};

use self::attempt::{Rules, block, note_failure, note_success};
use super::show_profile::{Profile, profile_of};
use crate::Context;
use crate::retry::{MayRetry, retried};

/// How the caller wants to get in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginRequest {
    /// With a password.
    Password {
        /// Who.
        name: LoginName,
        /// The digest of the password; `None` when none was sent, or nothing that could be one.
        password: Option<PasswordDigest>,
    },
    /// With a token from an earlier login, which stays the token.
    Resume(RawToken),
    /// In no way that is known: a failed login like any other.
    Unrecognised,
}

impl LoginRequest {
    /// The username, for logins by username.
    fn username(&self) -> Option<&str> {
        match self {
            Self::Password { name: LoginName::Username(username), .. } => Some(username),
            Self::Password { name: LoginName::Email(_) | LoginName::Id(_), .. }
            | Self::Resume(_)
            | Self::Unrecognised => None,
        }
    }
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
    /// Too many logins failed before, whatever the password of this one.
    #[error(transparent)]
    Blocked(#[from] LoginBlock),
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
            Self::Unauthorized | Self::Blocked(_) | Self::Refused(_) | Self::Busy(_) => false,
        }
    }
}

/// Logs a user in. An unknown user takes the same time as a wrong password. Whoever does not get in is counted
/// against guessing: this is the one request that writes although it fails.
///
/// # Errors
/// [`LoginError`].
pub async fn log_in(
    ctx: &Context,
    request: &LoginRequest,
    address: Option<&str>,
) -> Result<LoggedIn, LoginError> {
    let origin = LoginOrigin::new(address, request.username());
    // Hashing is slow, so it happens outside of any transaction ...
    let findings = examine(ctx, request, &origin).await?;
    retried(ctx, || conclude(ctx, request, &origin, &findings)).await
}

/// What was found out before the transaction in which the login ends.
#[derive(Debug, Default)]
struct Findings {
    /// Why the password was not even looked at.
    block: Option<LoginBlock>,
    /// The stored password that the given one fits.
    verified: Option<PasswordHash>,
    /// What shall be stored in its place.
    renewed: Option<PasswordHash>,
}

async fn examine(
    ctx: &Context,
    request: &LoginRequest,
    origin: &LoginOrigin,
) -> Result<Findings, LoginError> {
    let mut tx = ctx.store.read().await?;
    let rules = Rules::read(tx.as_mut()).await?;
    if let Some(block) = block(ctx, tx.as_mut(), &rules, origin).await? {
        if !rules.throttle.counts_failure(Some(block)) {
            return Err(block.into());
        }
        return Ok(Findings { block: Some(block), ..Findings::default() });
    }
    let LoginRequest::Password { name, password: Some(password) } = request else {
        return Ok(Findings::default());
    };
    let stored = find_user(tx.as_mut(), name).await?.and_then(|user| user.password);
    drop(tx);
    let fits = ctx.passwords.verify(password, stored.clone()).await?;
    let verified = stored.filter(|_| fits);
    let renewed = match &verified {
        Some(stored) if !ctx.passwords.is_current(stored) => Some(ctx.passwords.hash(password).await?),
        Some(_) | None => None,
    };
    Ok(Findings { block: None, verified, renewed })
}

/// ... and what was found is compared once more with what is stored when the login ends. So is the number of
/// failures: of many guesses at once, those that end late are blocked, the right one no less than the wrong.
async fn conclude(
    ctx: &Context,
    request: &LoginRequest,
    origin: &LoginOrigin,
    findings: &Findings,
) -> Result<LoggedIn, LoginError> {
    let mut tx = ctx.store.begin().await?;
    let rules = Rules::read(tx.as_mut()).await?;
    let account = find_account(ctx, tx.as_mut(), &rules, request, findings).await?;
    let block = match findings.block {
        Some(block) => Some(block),
        None => block(ctx, tx.as_mut(), &rules, origin).await?,
    };
    let admitted = match block {
        Some(block) => Err(LoginError::Blocked(block)),
        None => admit(&rules, request, account.as_ref(), findings),
    };
    match admitted {
        Err(LoginError::Store(error)) => Err(error.into()),
        Err(refusal) => {
            if rules.throttle.counts_failure(block) {
                note_failure(ctx, tx.as_mut(), origin, account.as_ref()).await?;
                tx.commit().await?;
            }
            Err(refusal)
        }
        Ok(user) => {
            note_success(ctx, tx.as_mut(), origin, &user).await?;
            open_session(ctx, tx, request, user, findings.renewed.clone()).await
        }
    }
}

/// The account that the caller names, or to which the shown token belongs and still opens the door. An account that
/// may be written is locked before anything is believed: many logins of one user at once wait for each other.
async fn find_account(
    ctx: &Context,
    tx: &mut dyn Transaction,
    rules: &Rules,
    request: &LoginRequest,
    findings: &Findings,
) -> Result<Option<User>, StoreError> {
    match request {
        LoginRequest::Password { name, .. } => match find_user(tx, name).await? {
            Some(user) if findings.verified.is_some() => tx.users().lock(&user.id).await,
            found => Ok(found),
        },
        LoginRequest::Resume(token) => find_owner(ctx, tx, rules, token).await,
        LoginRequest::Unrecognised => Ok(None),
    }
}

async fn find_owner(
    ctx: &Context,
    tx: &mut dyn Transaction,
    rules: &Rules,
    token: &RawToken,
) -> Result<Option<User>, StoreError> {
    let token = token.hashed();
    let Some((owner, _)) = tx.tokens().find(&token).await? else { return Ok(None) };
    let account = tx.users().lock(&owner).await?;
    // Whoever ended the token while this waited for the account has ended it.
    let Some((_, session)) = tx.tokens().find(&token).await? else { return Ok(None) };
    Ok(account.filter(|_| session.is_alive(Some(rules.session_days), ctx.clock.now())))
}

/// Usernames and addresses are one of a kind in any case, so nobody with the exact name can be missed.
async fn find_user(tx: &mut dyn Transaction, name: &LoginName) -> Result<Option<User>, StoreError> {
    match name {
        LoginName::Username(username) => tx.users().find_by_username(username).await,
        LoginName::Email(address) => tx.users().find_by_email(address).await,
        LoginName::Id(id) => tx.users().find(&id.as_str().into()).await,
    }
}

/// The user, if the credentials are good and the account may log in.
fn admit(
    rules: &Rules,
    request: &LoginRequest,
    account: Option<&User>,
    findings: &Findings,
) -> Result<User, LoginError> {
    let user = account.ok_or(LoginError::Unauthorized)?;
    match request {
        LoginRequest::Resume(_) => {}
        LoginRequest::Password { .. }
            if findings.verified.is_some() && user.password == findings.verified => {}
        LoginRequest::Password { .. } | LoginRequest::Unrecognised => return Err(LoginError::Unauthorized),
    }
    login::admit(user, rules.email_verification)?;
    Ok(user.clone())
}

/// Ends a successful login: the session is there, the time is noted, everything committed.
async fn open_session(
    ctx: &Context,
    mut tx: Box<dyn Transaction>,
    request: &LoginRequest,
    mut user: User,
    renewed: Option<PasswordHash>,
) -> Result<LoggedIn, LoginError> {
    let now = ctx.clock.now();
    let token = match request {
        LoginRequest::Resume(token) => token.clone(),
        LoginRequest::Password { .. } | LoginRequest::Unrecognised => {
            let token = ctx.ids.token();
            let session = LoginToken { hashed: token.hashed(), created_at: now, kind: TokenKind::Session };
            tx.tokens().add(&user.id, &session).await?;
            tx.tokens().remove_oldest_sessions(&user.id, MAX_SESSIONS).await?;
            token
        }
    };
    if renewed.is_some() {
        user.password = renewed;
    }
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
