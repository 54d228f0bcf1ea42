//! Attempts to log in, counted against guessing.

use async_trait::async_trait;
use omnicontact_domain::login_attempt::{AttemptSubject, LoginAttempt};
use omnicontact_domain::time::Timestamp;

use crate::StoreError;

/// Stores attempts to log in, so that they are counted over all nodes and restarts.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait LoginAttemptRepository: Send {
    /// Stores an attempt.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Id`].
    async fn add(&mut self, attempt: &LoginAttempt) -> Result<(), StoreError>;

    /// How many attempts of the subject failed after `after` and after the subject's last success; counting
    /// ends at `enough`.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn count_failures(
        &mut self,
        subject: &AttemptSubject,
        after: Timestamp,
        enough: u32,
    ) -> Result<u32, StoreError>;

    /// Forgets the attempts of a subject. Returns how many there were.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove(&mut self, subject: &AttemptSubject) -> Result<u64, StoreError>;

    /// Forgets at most `limit` attempts that were made before `before`. Returns how many there were.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove_before(&mut self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
