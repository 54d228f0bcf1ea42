//! Users.

use async_trait::async_trait;
use omnicontact_domain::id::UserId;
use omnicontact_domain::page::Page;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::{LivechatStatus, User};

use crate::StoreError;

/// Which users. All conditions hold at once; without any, all users fit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserFilter {
    /// A whole e-mail address, without regard to case.
    pub email: Option<String>,
    /// Roles of which the user holds at least one; empty for no condition.
    pub roles: Vec<RoleId>,
    /// Whether the user is active.
    pub active: Option<bool>,
    /// The last login, or where there was none the making of the account, was then or before.
    pub idle_since: Option<Timestamp>,
    /// A presence that expired then or before waits to be taken back.
    pub presence_expired_at: Option<Timestamp>,
    /// The extension of the telephone, exactly.
    pub extension: Option<String>,
    /// The username, an e-mail address or the first [`omnicontact_domain::text::KEY_LIMIT`] characters of the
    /// name contain this text, without regard to case. The text is given in the form of
    /// [`omnicontact_domain::text::fold`].
    pub text: Option<String>,
    /// It is not this user.
    pub except: Option<UserId>,
    /// Whether an agent takes conversations.
    pub livechat_status: Option<LivechatStatus>,
    /// Bots ([`User::is_bot`]), and users whose presence is not shown as offline.
    pub reachable: bool,
}

/// What users can be ordered by. Texts are ordered by the bytes of their
/// [key](omnicontact_domain::text::index_key), what is missing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserOrder {
    /// The username.
    Username,
    /// The display name.
    Name,
    /// The presence that is shown.
    Status,
    /// Whether the user is active.
    Active,
    /// What kind of account it is.
    Kind,
    /// The last login.
    LastLogin,
    /// When the account was made.
    CreatedAt,
    /// When the account was last written.
    UpdatedAt,
}

/// A page of users, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UserPage {
    /// The users of the page.
    pub users: Vec<User>,
    /// How many users fit the filter.
    pub total: u64,
}

/// Stores users with their e-mail addresses, roles and passwords.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait UserRepository: Send {
    /// The user with that id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&mut self, id: &UserId) -> Result<Option<User>, StoreError>;

    /// The user with that id, kept from other transactions that lock or write it until this one ends. For what
    /// many do at once to one user, who would otherwise make each other's reads stale.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn lock(&mut self, id: &UserId) -> Result<Option<User>, StoreError>;

    /// The users with these ids, in no order; unknown ids are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_many(&mut self, ids: &[UserId]) -> Result<Vec<User>, StoreError>;

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

    /// The users that fit, in this order and then by ascending id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_page(
        &mut self,
        filter: &UserFilter,
        order: &[(UserOrder, Direction)],
        page: Page,
    ) -> Result<UserPage, StoreError>;

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
