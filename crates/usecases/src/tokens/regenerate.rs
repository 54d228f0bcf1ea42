//! Give a personal access token a new secret: `POST users.regeneratePersonalAccessToken`.

use omnicontact_domain::audit::{Action, Change};
use omnicontact_domain::policy::{Actor, authorize};
use omnicontact_domain::token::{RawToken, TokenKind};
use omnicontact_domain::value::Value;

use super::{PERSONAL, TokenError, owner, personal_token, touch};
use crate::Context;
use crate::audit::{self, Subject};
use crate::retry::retried;

/// Replaces the secret of the actor's personal access token of that name. The old secret is worth nothing
/// afterwards; whether the second factor is spared stays as it was.
///
/// # Errors
/// [`TokenError::Denied`], [`TokenError::Ended`], [`TokenError::UnknownName`], [`TokenError::Store`].
pub async fn regenerate_personal_token(
    ctx: &Context,
    actor: &Actor,
    shown: &RawToken,
    name: &str,
) -> Result<RawToken, TokenError> {
    authorize(actor, &PERSONAL)?;
    retried(ctx, || regenerate_once(ctx, actor, shown, name)).await
}

async fn regenerate_once(
    ctx: &Context,
    actor: &Actor,
    shown: &RawToken,
    name: &str,
) -> Result<RawToken, TokenError> {
    let mut tx = ctx.store.begin().await?;
    let (account, _) = owner(tx.as_mut(), actor, shown).await?;
    let old = tx.tokens().find_by_name(&account.id, name).await?.ok_or(TokenError::UnknownName)?;
    let bypass = match old.kind {
        TokenKind::Personal { bypass_two_factor, .. } => bypass_two_factor,
        TokenKind::Session => false,
    };
    touch(ctx, tx.as_mut(), &account).await?;
    let secret = ctx.ids.token();
    tx.tokens().remove(&account.id, &old.hashed).await?;
    tx.tokens().add(&account.id, &personal_token(ctx, &secret, name, bypass)).await?;
    let same = || Some(Value::from(name));
    let changes = vec![Change::from_to("name", same(), same()), Change::of("token")];
    let subject = Subject::token_of(&account.id);
    audit::note(ctx, tx.as_mut(), &actor.into(), Action::Updated, subject, changes).await?;
    tx.commit().await?;
    Ok(secret)
}
