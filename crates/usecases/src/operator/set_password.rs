//! Set a user's password: `omnicontact user set-password`.

use omnicontact_domain::audit::Cause;
use omnicontact_domain::login_attempt::{AttemptSubject, FoldedUsername};
use omnicontact_domain::password::{PasswordDigest, PasswordHash};
use omnicontact_domain::user::User;

use super::{OperatorError, find_user};
use crate::retry::retried;
use crate::{Context, audit};

/// A password to be set.
#[derive(Debug, Clone)]
pub struct NewPassword {
    /// The password.
    pub password: PasswordDigest,
    /// Whether the user's sessions and personal tokens go on. They end otherwise: whoever knew the old password
    /// may have them.
    pub keep_tokens: bool,
}

/// What there is to know after a password was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordSet {
    /// Whether the user may log in with it; the deactivated may not.
    pub active: bool,
}

/// Sets the password, and forgets failed logins of the user, so that the new password opens the door at once.
///
/// # Errors
/// [`OperatorError::UnknownUser`], [`OperatorError::Busy`], [`OperatorError::Store`].
pub async fn set_password(
    ctx: &Context,
    username: &str,
    new: &NewPassword,
) -> Result<PasswordSet, OperatorError> {
    let hash = ctx.passwords.hash(&new.password).await?;
    retried(ctx, || store_password(ctx, username, &hash, new.keep_tokens)).await
}

async fn store_password(
    ctx: &Context,
    username: &str,
    hash: &PasswordHash,
    keep_tokens: bool,
) -> Result<PasswordSet, OperatorError> {
    let mut tx = ctx.store.begin().await?;
    let before = find_user(tx.as_mut(), username).await?;
    let after = User { password: Some(hash.clone()), updated_at: ctx.clock.now(), ..before.clone() };
    tx.users().update(&after).await?;
    if !keep_tokens {
        tx.tokens().remove_all(&after.id).await?;
    }
    tx.login_attempts().remove(&AttemptSubject::Username(FoldedUsername::of(username))).await?;
    audit::note_user_changed(ctx, tx.as_mut(), &Cause::OPERATOR, &before, &after).await?;
    tx.commit().await?;
    Ok(PasswordSet { active: after.active })
}
