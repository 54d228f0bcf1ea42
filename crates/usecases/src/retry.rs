//! Doing a piece of work again when another writer was faster.

use std::future::Future;

use omnicontact_ports::StoreError;

/// How often a piece of work is begun before its error is passed on.
const ATTEMPTS: u32 = 8;

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
pub(crate) async fn retried<T, E, F, W>(mut work: W) -> Result<T, E>
where
    E: MayRetry,
    F: Future<Output = Result<T, E>>,
    W: FnMut() -> F,
{
    for _ in 1..ATTEMPTS {
        match work().await {
            Err(error) if error.may_retry() => {}
            done => return done,
        }
    }
    work().await
}
