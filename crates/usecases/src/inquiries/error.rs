//! What can go wrong with inquiries.

use omnicontact_domain::conversation::TakeRefused;
use omnicontact_domain::policy::Denied;
use omnicontact_ports::StoreError;

use crate::retry::MayRetry;

/// Why inquiries are not shown.
#[derive(Debug, thiserror::Error)]
pub enum InquiryError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a conversation is not taken.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such agent.
    #[error("there is no such user")]
    NoUser,
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] TakeRefused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a conversation does not go back to the queue.
#[derive(Debug, thiserror::Error)]
pub enum GiveBackError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is none.
    #[error("there is no such conversation")]
    NoConversation,
    /// It is closed.
    #[error("the conversation is closed")]
    Closed,
    /// There is no such department.
    #[error("there is no such department")]
    NoDepartment,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for TakeError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.may_retry(),
            Self::Denied(_) | Self::NoUser | Self::Refused(_) => false,
        }
    }
}

impl MayRetry for GiveBackError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.may_retry(),
            Self::Denied(_) | Self::NoConversation | Self::Closed | Self::NoDepartment => false,
        }
    }
}
