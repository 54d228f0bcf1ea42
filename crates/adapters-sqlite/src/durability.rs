//! Makes commits durable, many with one write to the disk.
//!
//! A commit puts its pages into the write-ahead log and returns; whoever committed then waits here until the log is
//! on the disk. Those who come while the disk is busy wait together for the next time. So the connection that
//! writes is free for the next transaction meanwhile, and nobody is answered before the disk has what was
//! promised. Absent: timers; a lone commit goes to the disk at once.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fmt, io};

use omnicontact_ports::StoreError;
use tokio::sync::oneshot;

type Flush = Box<dyn Fn() -> io::Result<()> + Send + Sync>;

/// The log of a database, as far as the disk is concerned.
pub(crate) struct Durability {
    shared: Arc<Shared>,
}

struct Shared {
    flush: Flush,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: Vec<oneshot::Sender<Result<(), StoreError>>>,
    /// Whether somebody brings the log to the disk.
    busy: bool,
    /// Why it could not be done once. The system may forget what it could not write and call the next attempt a
    /// success, so there is none.
    lost: Option<Arc<io::Error>>,
}

impl fmt::Debug for Durability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Durability").finish_non_exhaustive()
    }
}

impl Durability {
    /// That of the database in this file. `SQLite` locks nothing in its log, so that closing it ends nobody's locks.
    pub(crate) fn of_log(database: &Path) -> Self {
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        Self::new(Box::new(move || match OpenOptions::new().write(true).open(&log) {
            Ok(log) => log.sync_data(),
            // The last connection that closes a database brings all of the log into it, then removes the log.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }))
    }

    fn new(flush: Flush) -> Self {
        Self { shared: Arc::new(Shared { flush, state: Mutex::default() }) }
    }

    /// Whether a commit could be made durable at all.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] after the disk failed.
    pub(crate) fn is_possible(&self) -> Result<(), StoreError> {
        match &self.shared.state().lost {
            Some(lost) => Err(StoreError::Unavailable(Arc::clone(lost).into())),
            None => Ok(()),
        }
    }

    /// Waits until all that was committed before is on the disk.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the disk failed, now or before: what was committed may be lost.
    pub(crate) async fn reached(&self) -> Result<(), StoreError> {
        let (sender, receiver) = oneshot::channel();
        if self.shared.enqueue(sender) {
            let shared = Arc::clone(&self.shared);
            tokio::task::spawn_blocking(move || shared.flush_all());
        }
        receiver.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the log was not written".into())))
    }
}

impl Shared {
    /// Whether the caller must see to it that the log is written.
    fn enqueue(&self, sender: oneshot::Sender<Result<(), StoreError>>) -> bool {
        let mut state = self.state();
        state.waiting.push(sender);
        !std::mem::replace(&mut state.busy, true)
    }

    /// Writes the log as long as somebody waits for it.
    fn flush_all(&self) {
        loop {
            let (waiting, lost) = {
                let mut state = self.state();
                if state.waiting.is_empty() {
                    state.busy = false;
                    return;
                }
                (std::mem::take(&mut state.waiting), state.lost.clone())
            };
            let flushed = match lost {
                Some(lost) => Err(lost),
                None => (self.flush)().map_err(Arc::new),
            };
            if let Err(error) = &flushed {
                self.state().lost = Some(Arc::clone(error));
            }
            for sender in waiting {
                // Whoever went away needs no answer.
                let _ = sender.send(flushed.clone().map_err(|error| StoreError::Unavailable(error.into())));
            }
        }
    }

    /// Nothing panics under the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn whoever_commits_while_the_disk_is_busy_waits_for_the_next_time_with_all_others() {
        let times = Arc::new(AtomicUsize::new(0));
        let (begun, has_begun) = mpsc::channel();
        let (go_on, may_go_on) = mpsc::channel();
        let may_go_on = Mutex::new(may_go_on);
        let durability = Arc::new(Durability::new({
            let times = Arc::clone(&times);
            Box::new(move || {
                begun.send(()).unwrap();
                may_go_on.lock().unwrap().recv().unwrap();
                times.fetch_add(1, Ordering::SeqCst);
                Ok(())
            })
        }));
        let first = tokio::spawn({
            let durability = Arc::clone(&durability);
            async move { durability.reached().await }
        });
        let has_begun = tokio::task::spawn_blocking(move || has_begun.recv().map(|()| has_begun));
        let _has_begun = has_begun.await.unwrap().unwrap();
        let others: Vec<_> = (0..10)
            .map(|_| {
                let durability = Arc::clone(&durability);
                tokio::spawn(async move { durability.reached().await })
            })
            .collect();
        while durability.shared.state().waiting.len() < others.len() {
            tokio::task::yield_now().await;
        }
        go_on.send(()).unwrap();
        first.await.unwrap().unwrap();
        assert!(others.iter().all(|other| !other.is_finished()));
        go_on.send(()).unwrap();
        for other in others {
            other.await.unwrap().unwrap();
        }
        assert_eq!(times.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn after_a_disk_failed_nothing_is_promised_any_more() {
        let times = Arc::new(AtomicUsize::new(0));
        let durability = Durability::new({
            let times = Arc::clone(&times);
            Box::new(move || match times.fetch_add(1, Ordering::SeqCst) {
                1 => Err(io::Error::other("broken")),
                _ => Ok(()),
            })
        });
        durability.reached().await.unwrap();
        durability.is_possible().unwrap();
        for _ in 0..3 {
            assert!(matches!(durability.reached().await, Err(StoreError::Unavailable(_))));
            assert!(matches!(durability.is_possible(), Err(StoreError::Unavailable(_))));
        }
        assert_eq!(times.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn whoever_stops_waiting_holds_up_nobody() {
        let durability = Durability::new(Box::new(|| Ok(())));
        for _ in 0..3 {
            let mut waiting = Box::pin(durability.reached());
            let polled = std::future::poll_fn(|context| {
                std::task::Poll::Ready(Future::poll(waiting.as_mut(), context).is_ready())
            });
            let _ = polled.await;
            drop(waiting);
            durability.reached().await.unwrap();
        }
    }
}
