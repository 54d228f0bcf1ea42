//! Password hashes with bcrypt, on threads where they block nobody.

use async_trait::async_trait;
use omnicontact_domain::password::{PasswordDigest, PasswordHash};
use omnicontact_ports::PasswordHasher;
use tokio::task::spawn_blocking;

/// The cost of the contract: about 50 ms a hash.
const COST: u32 = 10;

/// What a password is compared with when there is no user, so that it takes as long as with one. Some
/// password fits it, but nobody gets in with it.
const NOBODY: &str = "$2b$10$LNYaqDreDE7tt9EVEeaS9uw.C3hic9hcqFfIocMBPTMxJaDCC6QWW";

/// Hashes with bcrypt at cost 10 in the form `$2b$10$...`.
#[derive(Debug, Clone, Copy, Default)]
pub struct BcryptHasher;

#[async_trait]
impl PasswordHasher for BcryptHasher {
    async fn hash(&self, password: &PasswordDigest) -> PasswordHash {
        let digest = password.clone();
        #[expect(clippy::expect_used, reason = "a panic of bcrypt is passed on")]
        let hashed = spawn_blocking(move || hash(digest.expose())).await.expect("bcrypt does not panic");
        PasswordHash::from_stored(hashed)
    }

    async fn verify(&self, password: &PasswordDigest, stored: Option<PasswordHash>) -> bool {
        let digest = password.clone();
        let verified = spawn_blocking(move || {
            let hash = stored.as_ref().map_or(NOBODY, PasswordHash::as_str);
            bcrypt::verify(digest.expose(), hash).unwrap_or(false) && stored.is_some()
        });
        verified.await.unwrap_or(false)
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
    use super::*;

    const VECTOR: &str = "$2b$10$LNYaqDreDE7tt9EVEeaS9uw.C3hic9hcqFfIocMBPTMxJaDCC6QWW";

    #[tokio::test]
    async fn hashes_of_an_existing_installation_are_understood() {
        let stored = || Some(PasswordHash::from_stored(VECTOR));
        assert!(BcryptHasher.verify(&PasswordDigest::of("password"), stored()).await);
        assert!(!BcryptHasher.verify(&PasswordDigest::of("Password"), stored()).await);
    }

    #[tokio::test]
    async fn what_is_hashed_is_verified_and_current() {
        let digest = PasswordDigest::of("R0ck3t.ch@tP@ssw0rd1234.!");
        let stored = BcryptHasher.hash(&digest).await;
        assert!(stored.as_str().starts_with("$2b$10$"));
        assert!(BcryptHasher.is_current(&stored));
        assert!(BcryptHasher.verify(&digest, Some(stored)).await);
    }

    #[tokio::test]
    async fn nobody_has_a_password() {
        assert!(!BcryptHasher.verify(&PasswordDigest::of("password"), None).await);
        assert!(!BcryptHasher.is_current(&PasswordHash::from_stored("$2a$12$x")));
    }
}
