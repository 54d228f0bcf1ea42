//! See and end sessions and personal access tokens: `omnicontact token list`, `omnicontact token revoke`.

use omnicontact_domain::audit::{Action, Cause, Change};
use omnicontact_domain::token::LoginToken;
use omnicontact_domain::value::Value;

use super::{OperatorError, find_user};
use crate::Context;
use crate::audit::{self, Subject};
use crate::retry::retried;
use crate::tokens::{end_everything, touch};

/// All sessions and personal access tokens of a user, the oldest first.
///
/// # Errors
/// [`OperatorError::UnknownUser`], [`OperatorError::Store`].
pub async fn list_tokens(ctx: &Context, username: &str) -> Result<Vec<LoginToken>, OperatorError> {
    let mut tx = ctx.store.read().await?;
    let user = find_user(tx.as_mut(), username).await?;
    Ok(tx.tokens().list(&user.id).await?)
}

/// Ends a user's personal access token of that name.
///
/// # Errors
/// [`OperatorError::UnknownUser`], [`OperatorError::UnknownToken`], [`OperatorError::Store`].
pub async fn revoke_token(ctx: &Context, username: &str, name: &str) -> Result<(), OperatorError> {
    retried(ctx, || async {
        let mut tx = ctx.store.begin().await?;
        let user = find_user(tx.as_mut(), username).await?;
        let Some(token) = tx.tokens().find_by_name(&user.id, name).await? else {
            let (username, name) = (username.to_owned(), name.to_owned());
            return Err(OperatorError::UnknownToken { username, name });
        };
        touch(ctx, tx.as_mut(), &user).await?;
        tx.tokens().remove(&user.id, &token.hashed).await?;
        let changes = vec![Change::from_to("name", Value::from(name), None)];
        let subject = Subject::token_of(&user.id);
        audit::note(ctx, tx.as_mut(), &Cause::OPERATOR, Action::Removed, subject, changes).await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// Ends all sessions and personal access tokens of a user. Returns how many there were.
///
/// # Errors
/// [`OperatorError::UnknownUser`], [`OperatorError::Store`].
pub async fn revoke_all_tokens(ctx: &Context, username: &str) -> Result<usize, OperatorError> {
    retried(ctx, || async {
        let mut tx = ctx.store.begin().await?;
        let user = find_user(tx.as_mut(), username).await?;
        let ended = tx.tokens().list(&user.id).await?.len();
        end_everything(ctx, tx.as_mut(), &Cause::OPERATOR, &user).await?;
        tx.commit().await?;
        Ok(ended)
    })
    .await
}
