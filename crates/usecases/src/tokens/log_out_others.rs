//! End the own other sessions: `POST users.logoutOtherClients`.

use omnicontact_domain::audit::{Action, Change};
use omnicontact_domain::policy::Actor;
use omnicontact_domain::setting::LOGIN_EXPIRATION;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::RawToken;

use super::{TokenError, owner, touch};
use crate::Context;
use crate::audit::{self, Subject};
use crate::retry::retried;

/// The session that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSession {
    /// When it ends; `None` when a personal access token was shown, which never does.
    pub expires_at: Option<Timestamp>,
}

/// Ends all sessions of the actor but the one whose token was shown. Personal access tokens stay.
///
/// # Errors
/// [`TokenError::Ended`], [`TokenError::Store`].
pub async fn log_out_other_clients(
    ctx: &Context,
    actor: &Actor,
    shown: &RawToken,
) -> Result<KeptSession, TokenError> {
    retried(ctx, || async {
        let mut tx = ctx.store.begin().await?;
        let (account, kept) = owner(tx.as_mut(), actor, shown).await?;
        touch(ctx, tx.as_mut(), &account).await?;
        tx.tokens().remove_other_sessions(&account.id, &kept.hashed).await?;
        let lifetime = tx.settings().find_many(&[LOGIN_EXPIRATION]).await?.number(LOGIN_EXPIRATION);
        let changes = vec![Change::of("otherSessions")];
        let subject = Subject::token_of(&account.id);
        audit::note(ctx, tx.as_mut(), &actor.into(), Action::Removed, subject, changes).await?;
        tx.commit().await?;
        Ok(KeptSession { expires_at: kept.expires_at(Some(lifetime)) })
    })
    .await
}
