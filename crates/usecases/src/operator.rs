//! What the operator does at the machine, without an actor: whoever may run the program on its database may
//! do everything.

mod create_token;
mod create_user;
mod list_users;
mod set_password;

pub use create_token::create_token;
pub(crate) use create_user::account;
pub use create_user::{NewUser, create_user};
pub use list_users::list_users;
pub use set_password::set_password;

use omnicontact_domain::role::RoleId;
use omnicontact_domain::text::TextError;
use omnicontact_domain::user::InvalidUsername;
use omnicontact_ports::{HasherBusy, StoreError};

use crate::retry::MayRetry;

/// Why an operator's work is not done. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// The username is not allowed.
    #[error(transparent)]
    InvalidUsername(#[from] InvalidUsername),
    /// A text could not be stored.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The address has no `@` with something on both sides.
    #[error("an e-mail address has one @ and something on both sides of it")]
    InvalidEmail,
    /// The username or e-mail address belongs to somebody.
    #[error("{what} is taken")]
    Taken {
        /// The username, or that it is the address: whose it is must not stand in logs.
        what: String,
    },
    /// There is no such role.
    #[error("there is no role {role}; the roles are: {known}")]
    UnknownRole {
        /// The role as given.
        role: RoleId,
        /// The names of the roles that there are.
        known: String,
    },
    /// There is no such user.
    #[error("there is no user {username}")]
    UnknownUser {
        /// The username as given.
        username: String,
    },
    /// The user is deactivated; a token would let in somebody who shall not get in.
    #[error("{username} is deactivated")]
    NotActive {
        /// The username as given.
        username: String,
    },
    /// The user has a personal access token of that name.
    #[error("{username} has a token named {name} already")]
    TokenNameTaken {
        /// The owner.
        username: String,
        /// The token's name.
        name: String,
    },
    /// Too many passwords wait to be hashed.
    #[error(transparent)]
    Busy(#[from] HasherBusy),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for OperatorError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::InvalidUsername(_)
            | Self::Text(_)
            | Self::InvalidEmail
            | Self::Taken { .. }
            | Self::UnknownRole { .. }
            | Self::UnknownUser { .. }
            | Self::NotActive { .. }
            | Self::TokenNameTaken { .. }
            | Self::Busy(_) => false,
        }
    }
}

#[cfg(test)]
mod tests;
