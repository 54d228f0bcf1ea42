//! Housekeeping: what time has made worthless is removed or taken back. Every node does this on its own schedule;
//! two at once share the work.

use std::time::Duration;

use omnicontact_domain::login_throttle::{LoginThrottle, SETTINGS};
use omnicontact_domain::setting::LOGIN_EXPIRATION;
use omnicontact_domain::token::session_lifetime;
use omnicontact_ports::StoreError;

use crate::Context;
use crate::retry::retried;
use crate::users::restore_presence::restore_presences;

/// Records of one transaction: few enough that nobody waits for it.
const PORTION: u32 = 500;

/// How long attempts to log in are kept at the least, whatever the settings say at the moment.
const ATTEMPTS_KEPT: Duration = Duration::from_hours(24);

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TidiedUp {
    /// Sessions that had expired.
    pub sessions: u64,
    /// Attempts to log in that no longer mattered.
    pub login_attempts: u64,
    /// Presences that had expired.
    pub presences: u64,
}

/// Removes expired sessions and old attempts to log in, and takes back expired presences, a portion at a time.
///
/// # Errors
/// [`StoreError`]; what was done until then stays done.
pub async fn tidy_up(ctx: &Context) -> Result<TidiedUp, StoreError> {
    Ok(TidiedUp {
        sessions: remove_expired_sessions(ctx).await?,
        login_attempts: remove_old_attempts(ctx).await?,
        presences: restore_presences(ctx).await?,
    })
}

async fn remove_expired_sessions(ctx: &Context) -> Result<u64, StoreError> {
    in_portions(async || {
        retried(ctx, || async {
            let mut tx = ctx.store.begin().await?;
            let days = tx.settings().find_many(&[LOGIN_EXPIRATION]).await?.number(LOGIN_EXPIRATION);
            let expired = ctx.clock.now().minus(session_lifetime(Some(days)));
            let removed = tx.tokens().remove_sessions_before(expired, PORTION).await?;
            tx.commit().await?;
            Ok(removed)
        })
        .await
    })
    .await
}

async fn remove_old_attempts(ctx: &Context) -> Result<u64, StoreError> {
    in_portions(async || {
        retried(ctx, || async {
            let mut tx = ctx.store.begin().await?;
            let throttle = LoginThrottle::of(&tx.settings().find_many(&SETTINGS).await?);
            let old = ctx.clock.now().minus(throttle.memory().max(ATTEMPTS_KEPT));
            let removed = tx.login_attempts().remove_before(old, PORTION).await?;
            tx.commit().await?;
            Ok(removed)
        })
        .await
    })
    .await
}

/// Does the work until a portion is not full.
async fn in_portions(mut portion: impl AsyncFnMut() -> Result<u64, StoreError>) -> Result<u64, StoreError> {
    let mut all = 0;
    loop {
        let removed = portion().await?;
        all += removed;
        if removed < u64::from(PORTION) {
            return Ok(all);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use omnicontact_domain::setting::SettingValues;
    use omnicontact_domain::time::Timestamp;
    use omnicontact_domain::value::Value;
    use omnicontact_ports::UserPage;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context};

    const DAY: i64 = 86_400_000;

    /// Tidies up where the stores of sessions and attempts remove these numbers one after the other, and where the
    /// number of days of sessions and the minutes of a block are these.
    async fn tidied(
        sessions: &'static [u64],
        attempts: &'static [u64],
        days: Option<f64>,
        minutes: Option<f64>,
        expired: Timestamp,
        old: Timestamp,
    ) -> TidiedUp {
        let mut store = MockStore::new();
        let begun = AtomicU64::new(0);
        store.expect_begin().returning(move || {
            let index = usize::try_from(begun.fetch_add(1, Ordering::SeqCst)).unwrap();
            let mut tx = MockTransaction::default();
            let window = "Block_Multiple_Failed_Logins_Time_To_Unblock_By_User_In_Minutes";
            let stored = [(LOGIN_EXPIRATION, days), (window, minutes)];
            let stored =
                stored.into_iter().filter_map(|(id, number)| Some((id.to_owned(), Value::Number(number?))));
            let stored = SettingValues::new(stored.collect());
            tx.settings.expect_find_many().returning(move |_| Ok(stored.clone()));
            if let Some(removed) = sessions.get(index) {
                tx.tokens
                    .expect_remove_sessions_before()
                    .withf(move |before, limit| *before == expired && *limit == PORTION)
                    .times(1)
                    .returning(move |_, _| Ok(*removed));
            } else if let Some(removed) = attempts.get(index - sessions.len()) {
                tx.login_attempts
                    .expect_remove_before()
                    .withf(move |before, limit| *before == old && *limit == PORTION)
                    .times(1)
                    .returning(move |_, _| Ok(*removed));
            } else {
                // How presences are taken back is tested where it is done.
                tx.users
                    .expect_list_page()
                    .withf(|filter, _, _| filter.presence_expired_at == Some(NOW))
                    .returning(|_, _, _| Ok(UserPage::default()));
            }
            Ok(Box::new(tx))
        });
        tidy_up(&context(store)).await.unwrap()
    }

    fn days_ago(days: i64) -> Timestamp {
        Timestamp::from_millis(NOW.as_millis() - days * DAY)
    }

    #[tokio::test]
    async fn portions_follow_each_other_until_one_is_not_full() {
        let tidied = tidied(&[500, 500, 3], &[500, 0], None, None, days_ago(90), days_ago(1)).await;
        assert_eq!(tidied, TidiedUp { sessions: 1003, login_attempts: 500, presences: 0 });
    }

    #[tokio::test]
    async fn what_the_settings_still_ask_about_is_kept() {
        let week = Some(7.0 * 24.0 * 60.0);
        let tidied = tidied(&[0], &[7], Some(2.0), week, days_ago(2), days_ago(7)).await;
        assert_eq!(tidied, TidiedUp { sessions: 0, login_attempts: 7, presences: 0 });
    }
}
