//! Password hashes with bcrypt, on threads where they block nobody: never on more cores at once than can be
//! spared, and never for more callers than can be served while they wait.

use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;

use async_trait::async_trait;
use omnicontact_domain::password::{PasswordDigest, PasswordHash};
use omnicontact_ports::{HasherBusy, PasswordHasher};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// The cost of the contract: about 50 ms a hash.
const COST: u32 = 10;

/// What a password is compared with when there is no user, so that it takes as long as with one. Some
/// password fits it, but nobody gets in with it.
const NOBODY: &str = "$2b$10$LNYaqDreDE7tt9EVEeaS9uw.C3hic9hcqFfIocMBPTMxJaDCC6QWW";

/// Callers who may wait for each slot: about five seconds of work. Whoever comes then is turned away at once
/// instead of waiting longer than a client does.
const WAITING_PER_SLOT: usize = 100;

/// Hashes with bcrypt at cost 10 in the form `$2b$10$...`.
#[derive(Debug, Clone)]
pub struct BcryptHasher {
    /// Who is being served or waits for it.
    places: Arc<Semaphore>,
    /// Who is being served.
    slots: Arc<Semaphore>,
}

impl BcryptHasher {
    /// A hasher that leaves one core of this machine to everything else; with a single core, it takes that one.
    #[must_use]
    pub fn for_this_machine() -> Self {
        let cores = available_parallelism().map_or(1, NonZero::get);
        Self::with_slots(cores.saturating_sub(1).max(1), WAITING_PER_SLOT)
    }

    fn with_slots(slots: usize, waiting_per_slot: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(slots * (1 + waiting_per_slot))),
            slots: Arc::new(Semaphore::new(slots)),
        }
    }

    /// Does slow work when a slot is free. The slot is kept until the work is done, even if its caller went away
    /// meanwhile; a caller who goes away while waiting causes no work.
    async fn slowly<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HasherBusy> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| HasherBusy)?;
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| HasherBusy)?;
        let done = spawn_blocking(move || {
            let done = work();
            drop((place, slot));
            done
        });
        #[expect(clippy::expect_used, reason = "a panic of bcrypt is passed on")]
        Ok(done.await.expect("bcrypt does not panic"))
    }
}

#[async_trait]
impl PasswordHasher for BcryptHasher {
    async fn hash(&self, password: &PasswordDigest) -> Result<PasswordHash, HasherBusy> {
        let digest = password.clone();
        self.slowly(move || PasswordHash::from_stored(hash(digest.expose()))).await
    }

    async fn verify(
        &self,
        password: &PasswordDigest,
        stored: Option<PasswordHash>,
    ) -> Result<bool, HasherBusy> {
        let digest = password.clone();
        self.slowly(move || {
            let hash = stored.as_ref().map_or(NOBODY, PasswordHash::as_str);
            bcrypt::verify(digest.expose(), hash).unwrap_or(false) && stored.is_some()
        })
        .await
    }

    fn is_current(&self, stored: &PasswordHash) -> bool {
        stored.as_str().starts_with("$2b$10$")
    }
}

#[expect(clippy::expect_used, reason = "the cost is a constant that bcrypt takes")]
fn hash(digest: &str) -> String {
    bcrypt::hash(digest, COST).expect("bcrypt takes this cost")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    const VECTOR: &str = "$2b$10$LNYaqDreDE7tt9EVEeaS9uw.C3hic9hcqFfIocMBPTMxJaDCC6QWW";

    fn hasher() -> BcryptHasher {
        BcryptHasher::for_this_machine()
    }

    #[tokio::test]
    async fn hashes_of_an_existing_installation_are_understood() {
        let stored = || Some(PasswordHash::from_stored(VECTOR));
        assert_eq!(hasher().verify(&PasswordDigest::of("password"), stored()).await, Ok(true));
        assert_eq!(hasher().verify(&PasswordDigest::of("Password"), stored()).await, Ok(false));
    }

    #[tokio::test]
    async fn what_is_hashed_is_verified_and_current() {
        let digest = PasswordDigest::of("R0ck3t.ch@tP@ssw0rd1234.!");
        let stored = hasher().hash(&digest).await.unwrap();
        assert!(stored.as_str().starts_with("$2b$10$"));
        assert!(hasher().is_current(&stored));
        assert_eq!(hasher().verify(&digest, Some(stored)).await, Ok(true));
    }

    #[tokio::test]
    async fn nobody_has_a_password() {
        assert_eq!(hasher().verify(&PasswordDigest::of("password"), None).await, Ok(false));
        assert!(!hasher().is_current(&PasswordHash::from_stored("$2a$12$x")));
    }

    #[tokio::test]
    async fn what_is_no_hash_fits_no_password() {
        let garbage = Some(PasswordHash::from_stored("garbage"));
        assert_eq!(hasher().verify(&PasswordDigest::of("password"), garbage).await, Ok(false));
    }

    /// Slow work that begins when it is polled and ends when the test says so.
    fn held_up(hasher: &BcryptHasher) -> (tokio::task::JoinHandle<Result<(), HasherBusy>>, mpsc::Sender<()>) {
        let (end, ended) = mpsc::channel::<()>();
        let hasher = hasher.clone();
        let work = tokio::spawn(async move { hasher.slowly(move || ended.recv().unwrap()).await });
        (work, end)
    }

    async fn until(mut holds: impl FnMut() -> bool) {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn whoever_comes_when_the_queue_is_full_is_turned_away_at_once() {
        let hasher = BcryptHasher::with_slots(1, 1);
        let (first, end_first) = held_up(&hasher);
        until(|| hasher.slots.available_permits() == 0).await;
        let (second, end_second) = held_up(&hasher);
        until(|| hasher.places.available_permits() == 0).await;

        let digest = PasswordDigest::of("password");
        assert_eq!(hasher.verify(&digest, None).await, Err(HasherBusy));
        assert_eq!(hasher.hash(&digest).await, Err(HasherBusy));

        end_first.send(()).unwrap();
        end_second.send(()).unwrap();
        assert_eq!((first.await.unwrap(), second.await.unwrap()), (Ok(()), Ok(())));
        assert_eq!(hasher.verify(&digest, None).await, Ok(false), "there is room again");
    }

    #[tokio::test]
    async fn whoever_goes_away_while_waiting_makes_room_and_causes_no_work() {
        let hasher = BcryptHasher::with_slots(1, 1);
        let (first, end_first) = held_up(&hasher);
        until(|| hasher.slots.available_permits() == 0).await;
        let (second, end_second) = held_up(&hasher);
        until(|| hasher.places.available_permits() == 0).await;
        second.abort();
        until(|| hasher.places.available_permits() == 1).await;
        assert!(end_second.send(()).is_err(), "the work was dropped");

        end_first.send(()).unwrap();
        first.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn whoever_goes_away_while_being_served_keeps_the_slot_until_the_work_is_done() {
        let hasher = BcryptHasher::with_slots(1, 1);
        let (first, end_first) = held_up(&hasher);
        until(|| hasher.slots.available_permits() == 0).await;
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        assert_eq!((hasher.slots.available_permits(), hasher.places.available_permits()), (0, 1));
        end_first.send(()).unwrap();
        until(|| hasher.slots.available_permits() == 1 && hasher.places.available_permits() == 2).await;
    }
}
