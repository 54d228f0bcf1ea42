//! Why a role is not made or changed.

use omnicontact_domain::policy::Denied;
use omnicontact_domain::role::InvalidRole;
use omnicontact_ports::StoreError;

use crate::retry::MayRetry;

/// Why a role is not made or changed. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// The role cannot be as it should be.
    #[error(transparent)]
    Invalid(#[from] InvalidRole),
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such role.
    #[error("there is no such role")]
    Unknown,
    /// The role is built in.
    #[error("the role is built in")]
    Protected,
    /// Another role has that name or id.
    #[error("another role is called that")]
    NameTaken,
    /// There is no such scope.
    #[error("there is no such scope")]
    Scope,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for RoleError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::Invalid(_)
            | Self::Denied(_)
            | Self::Unknown
            | Self::Protected
            | Self::NameTaken
            | Self::Scope => false,
        }
    }
}
