//! What can go wrong in a store. The adapter classifies; nobody else sees a driver's error.

use std::error::Error;

/// What must be one of a kind, and is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constraint {
    /// The id of the record.
    Id,
    /// The token of a visitor.
    VisitorToken,
    /// The username of a user, without regard to case.
    Username,
    /// An e-mail address of a user, without regard to case.
    UserEmail,
    /// A login token, or the name of a personal one among its owner's.
    LoginToken,
    /// The name of a role.
    RoleName,
    /// The open conversation of a visitor.
    OpenConversation,
    /// The inquiry of a conversation.
    Inquiry,
    /// The subscription of a user to a conversation.
    Subscription,
    /// Something that the record refers to is missing, or still refers to the record.
    Reference,
}

/// A fault of a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The record would break a rule of uniqueness or reference. The transaction stays usable.
    #[error("the record conflicts with another one ({0:?})")]
    Conflict(Constraint),
    /// The record was changed or removed since it was read. The transaction stays usable.
    #[error("the record was changed since it was read")]
    Stale,
    /// Others hold what the transaction needs; trying again may help.
    #[error("the store is busy")]
    Busy(#[source] Box<dyn Error + Send + Sync>),
    /// The store cannot be reached, or went away; trying again later may help.
    #[error("the store cannot be reached")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// The store is there but refuses to be written, e.g. a read-only file or a full disk.
    #[error("the store cannot be written")]
    ReadOnly(#[source] Box<dyn Error + Send + Sync>),
    /// A row exists but makes no sense.
    #[error("the {what} {id} is stored in a form that makes no sense")]
    Corrupt {
        /// What it should be, e.g. `visitor`.
        what: &'static str,
        /// Its id.
        id: String,
        /// What does not fit.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The store was written by a newer version of the program.
    #[error("the store has schema version {found}; this program knows versions up to {known}")]
    Newer {
        /// The version found.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// Anything else that the driver reports.
    #[error("the store failed")]
    Backend(#[source] Box<dyn Error + Send + Sync>),
}

impl StoreError {
    /// Whether the same work, done again from its beginning, may succeed at once.
    #[must_use]
    pub const fn is_worth_a_retry(&self) -> bool {
        match self {
            Self::Stale | Self::Busy(_) => true,
            Self::Conflict(_)
            | Self::Unavailable(_)
            | Self::ReadOnly(_)
            | Self::Corrupt { .. }
            | Self::Newer { .. }
            | Self::Backend(_) => false,
        }
    }
}
