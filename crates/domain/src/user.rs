//! Users: people and programs that log in (contract, framework 4.4.1).

use crate::id::UserId;
use crate::password::PasswordHash;
use crate::role::RoleId;
use crate::text::{self, TextError};
use crate::time::Timestamp;
use crate::value::Fields;
use crate::version::Version;

/// An e-mail address of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserEmail {
    /// The address as given. Addresses of users are compared without regard to case.
    pub address: String,
    /// Whether the user proved to own it.
    pub verified: bool,
}

/// What kind of account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserKind {
    /// A person.
    User,
    /// A program with a login.
    Bot,
    /// A program without a login.
    App,
}

impl UserKind {
    /// The kind's name on the wire and in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Bot => "bot",
            Self::App => "app",
        }
    }

    /// The kind with that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::User, Self::Bot, Self::App].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// Who it is.
    pub id: UserId,
    /// The login name, as given; one of a kind without regard to case.
    pub username: Option<String>,
    /// The display name.
    pub name: Option<String>,
    /// E-mail addresses, in order; each one of a kind without regard to case.
    pub emails: Vec<UserEmail>,
    /// What kind of account it is.
    pub kind: UserKind,
    /// The presence that is shown: `online`, `away`, `busy`, `offline`.
    pub status: String,
    /// The presence that the user chose.
    pub status_default: Option<String>,
    /// Whether the user may log in.
    pub active: bool,
    /// The user's roles, in the order given.
    pub roles: Vec<RoleId>,
    /// The stored password. `None` when the user has none and cannot log in with one.
    pub password: Option<PasswordHash>,
    /// The preferences that the user set.
    pub preferences: Fields,
    /// When the user last logged in.
    pub last_login: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When the account was last written.
    pub updated_at: Timestamp,
    /// Which write of the account this is.
    pub version: Version,
}

/// Why a username is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUsername {
    /// It is empty or has characters other than `0-9 a-z A-Z - _ .`.
    #[error("a username has one or more of the characters 0-9 a-z A-Z - _ .")]
    Characters,
    /// It could not be stored.
    #[error(transparent)]
    Text(#[from] TextError),
}

/// Checks a username against the default of `UTF8_User_Names_Validation`.
///
/// # Errors
/// [`InvalidUsername`].
///
/// ```
/// use omnicontact_domain::user::check_username;
/// assert!(check_username("kim.jane").is_ok());
/// assert!(check_username("kim jane").is_err());
/// ```
pub fn check_username(username: &str) -> Result<(), InvalidUsername> {
    text::check("username", username, text::KEY_LIMIT)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if username.is_empty() || !username.chars().all(allowed) {
        return Err(InvalidUsername::Characters);
    }
    Ok(())
}

impl User {
    /// The first verified address.
    #[must_use]
    pub fn verified_email(&self) -> Option<&str> {
        self.emails.iter().find(|email| email.verified).map(|email| email.address.as_str())
    }

    /// Whether the user holds a role.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|held| held.as_str() == role)
    }
}
