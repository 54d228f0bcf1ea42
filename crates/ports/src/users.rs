//! Users.

use async_trait::async_trait;
use omnicontact_domain::id::UserId;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::user::User;

use crate::StoreError;

/// Stores users with their e-mail addresses, roles and passwords.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait UserRepository: Send {
    /// The user with that id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&mut self, id: &UserId) -> Result<Option<User>, StoreError>;

    /// The user with that username, without regard to case.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_by_username(&mut self, username: &str) -> Result<Option<User>, StoreError>;

    /// The user with that e-mail address, without regard to case.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_by_email(&mut self, address: &str) -> Result<Option<User>, StoreError>;

    /// The user with the least id who holds that role.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_by_role(&mut self, role: &RoleId) -> Result<Option<User>, StoreError>;

    /// At most `limit` users by ascending id, those after `after`.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list<'a>(&mut self, after: Option<&'a UserId>, limit: u32) -> Result<Vec<User>, StoreError>;

    /// Stores a new user.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Id`], [`crate::Constraint::Username`],
    /// [`crate::Constraint::UserEmail`] or, for a role that does not exist, [`crate::Constraint::Reference`].
    async fn add(&mut self, user: &User) -> Result<(), StoreError>;

    /// Overwrites a user that was read at `user.version`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the stored version is another; [`StoreError::Conflict`] as for `add`.
    async fn update(&mut self, user: &User) -> Result<(), StoreError>;

    /// Removes a user with all tokens. Unknown ids are no error.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove(&mut self, id: &UserId) -> Result<(), StoreError>;
}
