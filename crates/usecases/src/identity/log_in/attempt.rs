//! The rules of logins, and counting logins against guessing by the rule of [`omnicontact_domain::login_throttle`].

use omnicontact_domain::login_attempt::{AttemptOutcome, FoldedUsername, LoginAttempt};
use omnicontact_domain::login_throttle::{LoginBlock, LoginOrigin, LoginThrottle, Question, SETTINGS};
use omnicontact_domain::setting::{EMAIL_VERIFICATION, LOGIN_EXPIRATION};
use omnicontact_domain::user::User;
use omnicontact_ports::{StoreError, Transaction};

use crate::Context;

/// The rules of logins as the settings have them now.
pub(super) struct Rules {
    /// How many failures block whom, and for how long.
    pub(super) throttle: LoginThrottle,
    /// Days that a session lives.
    pub(super) session_days: f64,
    /// Whether users must have a verified address.
    pub(super) email_verification: bool,
}

impl Rules {
    pub(super) async fn read(tx: &mut dyn Transaction) -> Result<Self, StoreError> {
        let ids: Vec<&str> = SETTINGS.into_iter().chain([LOGIN_EXPIRATION, EMAIL_VERIFICATION]).collect();
        let stored = tx.settings().find_many(&ids).await?;
        Ok(Self {
            throttle: LoginThrottle::of(&stored),
            session_days: stored.number(LOGIN_EXPIRATION),
            email_verification: stored.flag(EMAIL_VERIFICATION),
        })
    }
}

/// What blocks this login, by what was recorded before.
pub(super) async fn block(
    ctx: &Context,
    tx: &mut dyn Transaction,
    rules: &Rules,
    origin: &LoginOrigin,
) -> Result<Option<LoginBlock>, StoreError> {
    for question in rules.throttle.questions(origin, ctx.clock.now()) {
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
