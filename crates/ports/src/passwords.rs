//! Password hashes.

use async_trait::async_trait;
use omnicontact_domain::password::{PasswordDigest, PasswordHash};

/// Hashes passwords and checks them. Both are slow by design and must not block other requests.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// The stored form of a password.
    async fn hash(&self, password: &PasswordDigest) -> PasswordHash;

    /// Whether a password fits a stored form. Without one it takes the same time and answers `false`, so
    /// that nobody can tell an unknown user from a wrong password.
    async fn verify(&self, password: &PasswordDigest, stored: Option<PasswordHash>) -> bool;

    /// Whether a stored form is the one that [`PasswordHasher::hash`] makes today. One that is not, e.g. with
    /// another cost, is renewed at the next login.
    fn is_current(&self, stored: &PasswordHash) -> bool;
}
