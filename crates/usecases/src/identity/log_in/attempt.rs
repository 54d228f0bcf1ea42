//! Counting logins against guessing, by the rule of [`omnicontact_domain::login_throttle`].

use omnicontact_domain::login_attempt::{AttemptOutcome, FoldedUsername, LoginAttempt};
use omnicontact_domain::login_throttle::{LoginBlock, LoginOrigin, LoginThrottle, Question, SETTINGS};
use omnicontact_domain::user::User;
use omnicontact_ports::{StoreError, Transaction};

use crate::Context;

/// The rule as the settings have it now.
pub(super) async fn throttle(tx: &mut dyn Transaction) -> Result<LoginThrottle, StoreError> {
    Ok(LoginThrottle::of(&tx.settings().find_many(&SETTINGS).await?))
}

/// What blocks this login, by what was recorded before.
pub(super) async fn block(
    ctx: &Context,
    tx: &mut dyn Transaction,
    throttle: &LoginThrottle,
    origin: &LoginOrigin,
) -> Result<Option<LoginBlock>, StoreError> {
    for question in throttle.questions(origin, ctx.clock.now()) {
        let Question { subject, after, enough, block } = &question;
        let failures = tx.login_attempts().count_failures(subject, *after, *enough).await?;
        if question.blocks(failures) {
            return Ok(Some(*block));
        }
    }
    Ok(None)
}

/// Records a login that failed.
pub(super) async fn note_failure(
    ctx: &Context,
    tx: &mut dyn Transaction,
    origin: &LoginOrigin,
    account: Option<&User>,
) -> Result<(), StoreError> {
    tx.login_attempts().add(&attempt(ctx, origin, account, AttemptOutcome::Failed)).await
}

/// Records a login that succeeded: failures before it no longer count.
pub(super) async fn note_success(
    ctx: &Context,
    tx: &mut dyn Transaction,
    origin: &LoginOrigin,
    user: &User,
) -> Result<(), StoreError> {
    tx.login_attempts().add(&attempt(ctx, origin, Some(user), AttemptOutcome::Succeeded)).await
}

fn attempt(
    ctx: &Context,
    origin: &LoginOrigin,
    account: Option<&User>,
    outcome: AttemptOutcome,
) -> LoginAttempt {
    let at = ctx.clock.now();
    let of_account = account.and_then(|user| user.username.as_deref()).map(FoldedUsername::of);
    LoginAttempt {
        id: ctx.ids.record_id(at),
        at,
        outcome,
        address: origin.address.clone(),
        username: of_account.or_else(|| origin.username.clone()),
        user_id: account.map(|user| user.id.clone()),
    }
}
