//! Set a user's password: `omnicontact user set-password`.

use omnicontact_domain::password::{PasswordDigest, PasswordHash};

use super::OperatorError;
use crate::Context;
use crate::retry::retried;

/// Sets the password and ends all sessions and personal tokens of the user.
///
/// # Errors
/// [`OperatorError::UnknownUser`], [`OperatorError::Store`].
pub async fn set_password(
    ctx: &Context,
    username: &str,
    password: &PasswordDigest,
) -> Result<(), OperatorError> {
    let hash = ctx.passwords.hash(password).await;
    retried(ctx, || store_password(ctx, username, &hash)).await
}

async fn store_password(ctx: &Context, username: &str, hash: &PasswordHash) -> Result<(), OperatorError> {
    let mut tx = ctx.store.begin().await?;
    let Some(mut user) = tx.users().find_by_username(username).await? else {
        return Err(OperatorError::UnknownUser { username: username.to_owned() });
    };
    user.password = Some(hash.clone());
    user.updated_at = ctx.clock.now();
    tx.users().update(&user).await?;
    tx.tokens().remove_all(&user.id).await?;
    Ok(tx.commit().await?)
}
