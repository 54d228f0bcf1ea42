//! What can go wrong with agents and managers.

use omnicontact_domain::policy::Denied;
use omnicontact_domain::text::{OutOfBounds, TextError};
use omnicontact_ports::StoreError;

use crate::retry::MayRetry;

/// Why agents or managers are not shown or changed. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such user.
    #[error("there is no such user")]
    UnknownUser,
    /// The user is no agent.
    #[error("the user is no agent")]
    NotAgent,
    /// There is no such department.
    #[error("there is no such department")]
    UnknownDepartment,
    /// A text could not be stored.
    #[error(transparent)]
    Text(#[from] TextError),
    /// Too much was said.
    #[error(transparent)]
    OutOfBounds(#[from] OutOfBounds),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for AgentError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::Denied(_)
            | Self::UnknownUser
            | Self::NotAgent
            | Self::UnknownDepartment
            | Self::Text(_)
            | Self::OutOfBounds(_) => false,
        }
    }
}

/// Why an agent's status is not set. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum AgentStatusError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such agent.
    #[error("there is no such agent")]
    NotFound,
    /// The agent's account is deactivated.
    #[error("the agent is deactivated")]
    Deactivated,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for AgentStatusError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::Denied(_) | Self::NotFound | Self::Deactivated => false,
        }
    }
}
