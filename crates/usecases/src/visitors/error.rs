//! What can go wrong with visitors.

use omnicontact_domain::policy::Denied;
use omnicontact_domain::text::TextError;
use omnicontact_domain::visitor::{InvalidGuest, MissingFields};
use omnicontact_ports::StoreError;

use crate::retry::MayRetry;

/// Why a visitor is not shown.
#[derive(Debug, thiserror::Error)]
pub enum VisitorError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such visitor.
    #[error("there is no such visitor")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a guest is not registered.
#[derive(Debug, thiserror::Error)]
pub enum GuestError {
    /// What was sent cannot be stored.
    #[error(transparent)]
    Invalid(#[from] InvalidGuest),
    /// There is no such department.
    #[error("there is no such department")]
    UnknownDepartment,
    /// Some custom fields were sent, but not all required ones.
    #[error(transparent)]
    Missing(#[from] MissingFields),
    /// The wanted id is somebody else's.
    #[error("the wanted id is taken")]
    IdTaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a visitor is not erased.
#[derive(Debug, thiserror::Error)]
pub enum DeleteError {
    /// No visitor has the token.
    #[error("no visitor has the token")]
    UnknownToken,
    /// A conversation is open.
    #[error("a conversation is open")]
    OpenConversation,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the status of a visitor is not written.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// No visitor has the token.
    #[error("no visitor has the token")]
    UnknownToken,
    /// What was sent could not be stored.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for StatusError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.may_retry(),
            Self::UnknownToken | Self::Text(_) => false,
        }
    }
}

impl MayRetry for GuestError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.may_retry(),
            Self::Invalid(_) | Self::UnknownDepartment | Self::Missing(_) | Self::IdTaken => false,
        }
    }
}

impl MayRetry for DeleteError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.may_retry(),
            Self::UnknownToken | Self::OpenConversation => false,
        }
    }
}
