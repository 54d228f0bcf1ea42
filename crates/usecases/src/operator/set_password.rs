//! Set a user's password: `omnicontact user set-password`.

use omnicontact_domain::audit::Cause;
use omnicontact_domain::password::{PasswordDigest, PasswordHash};
use omnicontact_domain::user::User;

use super::OperatorError;
use crate::retry::retried;
use crate::{Context, audit};

/// Sets the password and ends all sessions and personal tokens of the user.
///
/// # Errors
/// [`OperatorError::UnknownUser`], [`OperatorError::Busy`], [`OperatorError::Store`].
pub async fn set_password(
    ctx: &Context,
    username: &str,
    password: &PasswordDigest,
) -> Result<(), OperatorError> {
    let hash = ctx.passwords.hash(password).await?;
    retried(ctx, || store_password(ctx, username, &hash)).await
}

async fn store_password(ctx: &Context, username: &str, hash: &PasswordHash) -> Result<(), OperatorError> {
    let mut tx = ctx.store.begin().await?;
    let Some(before) = tx.users().find_by_username(username).await? else {
        return Err(OperatorError::UnknownUser { username: username.to_owned() });
    };
    let after = User { password: Some(hash.clone()), updated_at: ctx.clock.now(), ..before.clone() };
    tx.users().update(&after).await?;
    tx.tokens().remove_all(&after.id).await?;
    audit::note_user_changed(ctx, tx.as_mut(), &Cause::OPERATOR, &before, &after).await?;
    Ok(tx.commit().await?)
}
