//! What the operator does at the machine, without an actor: whoever may run the program on its database may
//! do everything.

mod create_token;
mod create_user;
mod list_users;
mod read_trail;
mod roles;
mod set_password;
mod tokens;
mod unlock;

pub use create_token::create_token;
pub(crate) use create_user::account;
pub use create_user::{NewUser, create_user};
pub use list_users::list_users;
pub use read_trail::{AUTHOR_KINDS, TrailEntry, TrailQuery, read_trail};
pub use roles::{grant_role, list_roles, revoke_role};
pub use set_password::{NewPassword, PasswordSet, set_password};
pub use tokens::{list_tokens, revoke_all_tokens, revoke_token};
pub use unlock::{unlock_address, unlock_user};

use omnicontact_domain::role::RoleId;
use omnicontact_domain::text::TextError;
use omnicontact_domain::user::{InvalidUsername, User};
use omnicontact_ports::{HasherBusy, StoreError, Transaction};

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
    /// The user has no personal access token of that name.
    #[error("{username} has no personal access token named {name}")]
    UnknownToken {
        /// The owner.
        username: String,
        /// The name as given.
        name: String,
    },
    /// Nobody would administer the server any more.
    #[error("{username} is the last active administrator; make another one first")]
    LastAdministrator {
        /// The username as given.
        username: String,
    },
    /// The text is no IP address.
    #[error("{address} is no IP address")]
    InvalidAddress {
        /// The text as given.
        address: String,
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
            | Self::UnknownToken { .. }
            | Self::LastAdministrator { .. }
            | Self::InvalidAddress { .. }
            | Self::NotActive { .. }
            | Self::TokenNameTaken { .. }
            | Self::Busy(_) => false,
        }
    }
}

/// The account of a user whom the operator names, without regard to case.
async fn find_user(tx: &mut dyn Transaction, username: &str) -> Result<User, OperatorError> {
    let found = tx.users().find_by_username(username).await?;
    found.ok_or_else(|| OperatorError::UnknownUser { username: username.to_owned() })
}

#[cfg(test)]
mod lockout_tests;
#[cfg(test)]
mod tests;
