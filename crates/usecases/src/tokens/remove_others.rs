//! End everything of one's own but the token at hand: `POST users.removeOtherTokens`.

use omnicontact_domain::audit::{Action, Change};
use omnicontact_domain::policy::Actor;
use omnicontact_domain::token::RawToken;

use super::{TokenError, owner, touch};
use crate::Context;
use crate::audit::{self, Subject};
use crate::retry::retried;

/// Ends all sessions and personal access tokens of the actor but the one that was shown.
///
/// # Errors
/// [`TokenError::Ended`], [`TokenError::Store`].
pub async fn remove_other_tokens(ctx: &Context, actor: &Actor, shown: &RawToken) -> Result<(), TokenError> {
    retried(ctx, || async {
        let mut tx = ctx.store.begin().await?;
        let (account, kept) = owner(tx.as_mut(), actor, shown).await?;
        touch(ctx, tx.as_mut(), &account).await?;
        tx.tokens().remove_others(&account.id, &kept.hashed).await?;
        let changes = vec![Change::of("otherSessions"), Change::of("otherPersonalAccessTokens")];
        let subject = Subject::token_of(&account.id);
        audit::note(ctx, tx.as_mut(), &actor.into(), Action::Removed, subject, changes).await?;
        Ok(tx.commit().await?)
    })
    .await
}
