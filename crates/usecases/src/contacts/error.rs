//! What can go wrong with contacts.

use omnicontact_domain::custom_field::InvalidCustomField;
use omnicontact_domain::policy::Denied;
use omnicontact_domain::text::TextError;
use omnicontact_domain::visitor::InvalidRegistration;
use omnicontact_ports::StoreError;

use crate::retry::MayRetry;

/// Why a contact is not read.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The search has no usable condition.
    #[error("there is nothing to search for")]
    NothingToSearch,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a contact is not registered. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// What was sent could not be stored.
    #[error(transparent)]
    Invalid(#[from] InvalidRegistration),
    /// There is no user with the username of the contact manager.
    #[error("no user is called {username}")]
    ManagerNotFound {
        /// The username as given.
        username: String,
    },
    /// The contact manager is no agent.
    #[error("the contact manager is no agent")]
    ManagerNotAgent,
    /// A custom value is refused.
    #[error(transparent)]
    CustomField(#[from] InvalidCustomField),
    /// A custom value could not be stored.
    #[error(transparent)]
    Text(#[from] TextError),
    /// There are more custom values than one request may carry.
    #[error("more than {limit} custom values")]
    TooManyCustomValues {
        /// How many there may be.
        limit: usize,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for RegisterError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::Denied(_)
            | Self::Invalid(_)
            | Self::ManagerNotFound { .. }
            | Self::ManagerNotAgent
            | Self::CustomField(_)
            | Self::Text(_)
            | Self::TooManyCustomValues { .. } => false,
        }
    }
}
