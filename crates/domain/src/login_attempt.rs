//! Attempts to log in, as they are counted against guessing (contract, framework 2.8).

use crate::id::UserId;
use crate::text::index_key;
use crate::time::Timestamp;

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// The caller got in.
    Succeeded,
    /// The caller did not.
    Failed,
}

/// One attempt to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginAttempt {
    /// Id of the record.
    pub id: String,
    /// When it ended.
    pub at: Timestamp,
    /// What became of it.
    pub outcome: AttemptOutcome,
    /// Where it came from; `None` where that is not known.
    pub address: Option<String>,
    /// The username that was given, or that belongs to the account, folded; `None` for attempts by anything
    /// else that found no account.
    pub username: Option<FoldedUsername>,
    /// The account, where there is one.
    pub user_id: Option<UserId>,
}

/// A username without regard to case, as [`index_key`] makes it: also one that nobody could have is short
/// enough to be counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FoldedUsername(String);

impl FoldedUsername {
    /// A username as given.
    #[must_use]
    pub fn of(username: &str) -> Self {
        Self(index_key(username))
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What failures are counted against.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttemptSubject {
    /// All accounts at one address.
    Address(String),
    /// One username, from wherever.
    Username(FoldedUsername),
}
