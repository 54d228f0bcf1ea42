//! What can go wrong with contacts.

use omnicontact_domain::contact::{EmptyName, NoConflicts};
use omnicontact_domain::custom_field::InvalidCustomField;
use omnicontact_domain::policy::Denied;
use omnicontact_domain::text::OutOfBounds;
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
    /// The custom values could not be stored.
    #[error(transparent)]
    OutOfBounds(#[from] OutOfBounds),
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
            | Self::OutOfBounds(_) => false,
        }
    }
}

/// Why a contact of the second API is not changed. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// What was sent could not be stored.
    #[error(transparent)]
    OutOfBounds(#[from] OutOfBounds),
    /// There is no such contact, or it was erased.
    #[error("there is no such contact")]
    NotFound,
    /// There is nothing to decide about.
    #[error(transparent)]
    NoConflicts(#[from] NoConflicts),
    /// The manager is no agent, or nobody at all.
    #[error("the contact manager is no agent")]
    ManagerNotFound,
    /// A custom value is refused.
    #[error(transparent)]
    CustomField(#[from] InvalidCustomField),
    /// The new name is empty.
    #[error(transparent)]
    EmptyName(#[from] EmptyName),
    /// The contact has an open conversation.
    #[error("the contact has an open conversation")]
    OpenConversation,
    /// The visitor of the channel is gone.
    #[error("the visitor of the channel is gone")]
    VisitorNotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for EditError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::Denied(_)
            | Self::OutOfBounds(_)
            | Self::NotFound
            | Self::NoConflicts(_)
            | Self::ManagerNotFound
            | Self::CustomField(_)
            | Self::EmptyName(_)
            | Self::OpenConversation
            | Self::VisitorNotFound => false,
        }
    }
}

/// Why the history of a contact is not shown.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such contact, or it was erased.
    #[error("there is no such contact")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
