//! What can go wrong with departments.

use omnicontact_domain::department::{InvalidDepartment, NotRemoved};
use omnicontact_domain::policy::Denied;
use omnicontact_domain::text::OutOfBounds;
use omnicontact_ports::StoreError;

use crate::retry::MayRetry;

/// Why a department is not shown, made, changed or removed. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum DepartmentError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// What was said of it makes no department.
    #[error(transparent)]
    Invalid(#[from] InvalidDepartment),
    /// What was said of its agents could not be stored.
    #[error(transparent)]
    OutOfBounds(#[from] OutOfBounds),
    /// There is no such department.
    #[error("there is no such department")]
    NotFound,
    /// The department that is to get what this one cannot is unknown.
    #[error("there is no such fallback")]
    NoFallback,
    /// Somebody who is to be an agent of it is no user.
    #[error("there is no such user")]
    UnknownAgent,
    /// It may not be removed.
    #[error(transparent)]
    NotRemoved(#[from] NotRemoved),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for DepartmentError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.may_retry(),
            Self::Denied(_)
            | Self::Invalid(_)
            | Self::OutOfBounds(_)
            | Self::NotFound
            | Self::NoFallback
            | Self::UnknownAgent
            | Self::NotRemoved(_) => false,
        }
    }
}
