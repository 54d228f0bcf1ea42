//! Doing a piece of work again when another writer was faster.

use std::future::Future;
use std::time::Duration;

use omnicontact_ports::StoreError;

use crate::Context;

/// How often a piece of work is begun before its error is passed on.
const ATTEMPTS: u32 = 8;
/// After this long no new attempt is begun: some errors come only after a wait, and a caller who waits for
/// eight of them has long gone.
const PATIENCE: Duration = Duration::from_secs(2);

/// An error that may go away when the work is done again.
pub(crate) trait MayRetry {
    /// Whether doing it again at once may succeed.
    fn may_retry(&self) -> bool;
}

impl MayRetry for StoreError {
    fn may_retry(&self) -> bool {
        self.is_worth_a_retry()
    }
}

/// Does `work`, again from its beginning while others interfere. Each attempt is a transaction of its own.
pub(crate) async fn retried<T, E, F, W>(ctx: &Context, mut work: W) -> Result<T, E>
where
    E: MayRetry,
    F: Future<Output = Result<T, E>>,
    W: FnMut() -> F,
{
    let deadline = ctx.clock.now().plus(PATIENCE);
    for _ in 1..ATTEMPTS {
        match work().await {
            Err(error) if error.may_retry() && ctx.clock.now() < deadline => {}
            done => return done,
        }
    }
    work().await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use omnicontact_domain::time::Timestamp;
    use omnicontact_ports::mock::{MockClock, MockStore};

    use super::*;
    use crate::context::test::context;

    /// Counts the attempts at work that always fails with `error` after `wait` milliseconds.
    async fn attempts(error: impl Fn() -> StoreError, wait: i64) -> u32 {
        let time = Arc::new(AtomicI64::new(0));
        let now = Arc::clone(&time);
        let mut clock = MockClock::new();
        clock.expect_now().returning(move || Timestamp::from_millis(now.load(Ordering::SeqCst)));
        let ctx = Context { clock: Arc::new(clock), ..context(MockStore::new()) };
        let mut count = 0;
        let failed: Result<(), StoreError> = retried(&ctx, || {
            count += 1;
            time.fetch_add(wait, Ordering::SeqCst);
            std::future::ready(Err(error()))
        })
        .await;
        assert!(failed.is_err());
        count
    }

    #[tokio::test]
    async fn a_stale_write_is_tried_eight_times() {
        assert_eq!(attempts(|| StoreError::Stale, 1).await, 8);
    }

    #[tokio::test]
    async fn a_busy_store_is_not_waited_for_again_and_again() {
        assert_eq!(attempts(|| StoreError::Busy("locked".into()), 5_000).await, 1);
        assert_eq!(attempts(|| StoreError::Busy("deadlock".into()), 1_000).await, 2);
    }

    #[tokio::test]
    async fn an_outage_is_passed_on_at_once() {
        assert_eq!(attempts(|| StoreError::Unavailable("down".into()), 1).await, 1);
    }
}
