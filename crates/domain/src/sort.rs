//! The order of lists (contract, framework 1.9).

/// Which way a list is ordered by a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The least first.
    Ascending,
    /// The greatest first.
    Descending,
}
