//! Remove a personal access token: `POST users.removePersonalAccessToken`.

use omnicontact_domain::audit::{Action, Change};
use omnicontact_domain::policy::{Actor, authorize};
use omnicontact_domain::token::RawToken;
use omnicontact_domain::value::Value;

use super::{PERSONAL, TokenError, owner, touch};
use crate::Context;
use crate::audit::{self, Subject};
use crate::retry::retried;

/// Removes the actor's personal access token of that name; it may be the one that the actor showed.
///
/// # Errors
/// [`TokenError::Denied`], [`TokenError::Ended`], [`TokenError::UnknownName`], [`TokenError::Store`].
pub async fn remove_personal_token(
    ctx: &Context,
    actor: &Actor,
    shown: &RawToken,
    name: &str,
) -> Result<(), TokenError> {
    authorize(actor, &PERSONAL)?;
    retried(ctx, || async {
        let mut tx = ctx.store.begin().await?;
        let (account, _) = owner(tx.as_mut(), actor, shown).await?;
        let token = tx.tokens().find_by_name(&account.id, name).await?.ok_or(TokenError::UnknownName)?;
        touch(ctx, tx.as_mut(), &account).await?;
        tx.tokens().remove(&account.id, &token.hashed).await?;
        let changes = vec![Change::from_to("name", Value::from(name), None)];
        let subject = Subject::token_of(&account.id);
        audit::note(ctx, tx.as_mut(), &actor.into(), Action::Removed, subject, changes).await?;
        Ok(tx.commit().await?)
    })
    .await
}
