//! Versions of records: how two writers who read the same state notice each other.

/// Counts the writes of one record, beginning at 1. A store refuses an update whose version is not the
/// stored one, so that nobody overwrites a change unseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(i64);

impl Version {
    /// The version of a record that was just made.
    pub const FIRST: Self = Self(1);

    /// A version as a store keeps it.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number that a store keeps.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The version after one more write.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
