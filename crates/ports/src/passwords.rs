//! Password hashes.

use async_trait::async_trait;
use omnicontact_domain::password::{PasswordDigest, PasswordHash};

/// So many passwords wait to be hashed already that another one is not taken. Nothing was hashed; trying again
/// a moment later may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords wait to be hashed")]
pub struct HasherBusy;

/// Hashes passwords and checks them. Both are slow by design and must not block other requests: they wait for
/// each other, in a queue that has an end. Whoever does not wait any longer gives up the place in it.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// The stored form of a password.
    ///
    /// # Errors
    /// [`HasherBusy`].
    async fn hash(&self, password: &PasswordDigest) -> Result<PasswordHash, HasherBusy>;

    /// Whether a password fits a stored form. Without one it takes the same time and answers `false`, so
    /// that nobody can tell an unknown user from a wrong password.
    ///
    /// # Errors
    /// [`HasherBusy`].
    async fn verify(
        &self,
        password: &PasswordDigest,
        stored: Option<PasswordHash>,
    ) -> Result<bool, HasherBusy>;

    /// Whether a stored form is the one that [`PasswordHasher::hash`] makes today. One that is not, e.g. with
    /// another cost, is renewed at the next login.
    fn is_current(&self, stored: &PasswordHash) -> bool;
}
