//! Make a session for a user, where the operator allows it: `POST users.createToken`.

use omnicontact_domain::audit::{Action, Change};
use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::USER_GENERATE_ACCESS_TOKEN;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::token::{LoginToken, MAX_SESSIONS, RawToken, TokenKind};

use super::{TokenError, touch};
use crate::Context;
use crate::audit::{self, Subject};
use crate::retry::retried;

const OTHERS: Requirement = Requirement::All(&[USER_GENERATE_ACCESS_TOKEN]);

/// Whose session, and what allows it.
#[derive(Debug, Clone)]
pub struct SessionRequest {
    /// Who will be logged in.
    pub user: UserId,
    /// The secret that the operator shares with those who may.
    pub secret: String,
}

/// Makes a session as a login would, without a password: for the actor freely, for others with the permission; in
/// any case with the operator's secret. Its token is shown only here.
///
/// # Errors
/// [`TokenError::NotAllowed`], [`TokenError::Denied`], [`TokenError::UnknownUser`], [`TokenError::Store`].
pub async fn create_session_for_user(
    ctx: &Context,
    actor: &Actor,
    request: &SessionRequest,
) -> Result<RawToken, TokenError> {
    let allowed = ctx.token_secret.as_ref().is_some_and(|secret| secret.is(&request.secret));
    if !allowed {
        return Err(TokenError::NotAllowed);
    }
    if request.user != actor.user_id {
        authorize(actor, &OTHERS)?;
    }
    retried(ctx, || create_once(ctx, actor, &request.user)).await
}

async fn create_once(ctx: &Context, actor: &Actor, user: &UserId) -> Result<RawToken, TokenError> {
    let mut tx = ctx.store.begin().await?;
    let found = tx.users().lock(user).await?;
    let account = found.filter(|user| user.active).ok_or(TokenError::UnknownUser)?;
    touch(ctx, tx.as_mut(), &account).await?;
    let secret = ctx.ids.token();
    let session =
        LoginToken { hashed: secret.hashed(), created_at: ctx.clock.now(), kind: TokenKind::Session };
    tx.tokens().add(&account.id, &session).await?;
    tx.tokens().remove_oldest_sessions(&account.id, MAX_SESSIONS).await?;
    let subject = Subject::token_of(&account.id);
    let changes = vec![Change::of("session")];
    audit::note(ctx, tx.as_mut(), &actor.into(), Action::Created, subject, changes).await?;
    tx.commit().await?;
    Ok(secret)
}
