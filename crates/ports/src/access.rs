//! Sessions, login tokens, roles, permissions and grants.

use async_trait::async_trait;
use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::policy::Grants;
use omnicontact_domain::role::{RoleId, RoleScope};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::{HashedToken, LoginToken};
use omnicontact_domain::value::Value;

use crate::StoreError;

/// What a caller shows: whose token it is, and the token's stored form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionKey {
    /// The user that the caller claims to be.
    pub user_id: UserId,
    /// The stored form of the caller's secret.
    pub token: HashedToken,
}

/// What is stored behind a login token at the moment of asking.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// The token's owner.
    pub user_id: UserId,
    /// The owner's username.
    pub username: Option<String>,
    /// The owner's roles.
    pub roles: Vec<RoleId>,
    /// The token.
    pub token: LoginToken,
    /// The stored value of the setting `Accounts_LoginExpiration`; `None` when it was never changed.
    pub login_expiration: Option<Value>,
    /// The stored grants of the permissions asked about.
    pub grants: Grants,
}

/// Stores login tokens, in their hashed form only.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait TokenRepository: Send {
    /// The owner of a token and the token.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&mut self, token: &HashedToken) -> Result<Option<(UserId, LoginToken)>, StoreError>;

    /// Stores a new token of a user.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::LoginToken`], or with
    /// [`crate::Constraint::Reference`] when there is no such user.
    async fn add(&mut self, owner: &UserId, token: &LoginToken) -> Result<(), StoreError>;

    /// Removes one token of a user. Unknown tokens are no error.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove(&mut self, owner: &UserId, token: &HashedToken) -> Result<(), StoreError>;

    /// Removes a user's oldest session tokens but the newest `keep`. Personal tokens stay.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove_oldest_sessions(&mut self, owner: &UserId, keep: u32) -> Result<(), StoreError>;

    /// Removes all session and personal tokens of a user.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove_all(&mut self, owner: &UserId) -> Result<(), StoreError>;
}

/// A stored role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRecord {
    /// The id.
    pub id: RoleId,
    /// The name that people see.
    pub name: String,
    /// What holders hold it for.
    pub scope: RoleScope,
    /// What it is for.
    pub description: String,
    /// Whether it is built in and cannot be renamed or removed.
    pub protected: bool,
    /// When it was last written.
    pub updated_at: Timestamp,
}

/// A stored permission with the roles that hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionRecord {
    /// The id.
    pub id: PermissionId,
    /// The roles, in the order in which they were given.
    pub roles: Vec<RoleId>,
    /// When it was last written.
    pub updated_at: Timestamp,
}

/// Stores roles, permissions and which role holds which permission.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AccessRepository: Send {
    /// All roles by ascending id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_roles(&mut self) -> Result<Vec<RoleRecord>, StoreError>;

    /// Stores new roles; those that exist stay as they are.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn add_roles(&mut self, roles: &[RoleRecord]) -> Result<(), StoreError>;

    /// All permissions by ascending id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_permissions(&mut self) -> Result<Vec<PermissionRecord>, StoreError>;

    /// Stores new permissions with their roles; those that exist keep the roles that they have.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Reference`] for a role that does not exist.
    async fn add_permissions(&mut self, permissions: &[PermissionRecord]) -> Result<(), StoreError>;

    /// Replaces the roles of a stored permission. Unknown permissions are left out.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Reference`] for a role that does not exist.
    async fn update_permission(&mut self, permission: &PermissionRecord) -> Result<(), StoreError>;
}
