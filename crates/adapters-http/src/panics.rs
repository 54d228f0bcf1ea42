//! A panic in one request is an error of that request only.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

/// The future panicked. The panic hook has said why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Panicked;

/// Runs a future to its end or its panic. What it borrowed of the world must bear a panic half-way: the
/// state of the server holds atomics, transactions roll back when dropped.
pub(crate) async fn caught<F: Future>(mut future: Pin<&mut F>) -> Result<F::Output, Panicked> {
    poll_fn(move |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_caught_before_and_after_a_pause() {
        assert_eq!(caught(pin!(async { 1 })).await, Ok(1));
        let panics = |pause: bool| async move {
            if pause {
                tokio::task::yield_now().await;
            }
            panic!("as the test wishes (pause: {pause})")
        };
        assert_eq!(caught(pin!(panics(false))).await, Err::<(), _>(Panicked));
        assert_eq!(caught(pin!(panics(true))).await, Err::<(), _>(Panicked));
    }
}
