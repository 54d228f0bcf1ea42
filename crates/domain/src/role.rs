//! Roles: the built-in ones (contract, framework 3.3), and what custom ones may be called.

use crate::id::text_id;
use crate::text::{self, KEY_LIMIT, NAME_LIMIT, TextError};

text_id! {
    /// Id of a role: its name for built-in roles, 24 hexadecimal digits for custom ones.
    RoleId
}

/// What holders of a role hold it for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleScope {
    /// Everywhere.
    Users,
    /// In single rooms.
    Subscriptions,
}

impl RoleScope {
    /// The scope's name on the wire and in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Users => "Users",
            Self::Subscriptions => "Subscriptions",
        }
    }

    /// The scope with that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Users, Self::Subscriptions].into_iter().find(|scope| scope.as_str() == text)
    }
}

/// A role that exists from the first start and is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltInRole {
    /// Id and name.
    pub id: &'static str,
    /// What holders hold it for.
    pub scope: RoleScope,
    /// What people read.
    pub description: &'static str,
}

/// The role that administers the server.
pub const ADMIN: &str = "admin";
/// The role of new users.
pub const USER: &str = "user";
/// The role of programs with a login.
pub const BOT: &str = "bot";
/// The role of users who answer visitors.
pub const LIVECHAT_AGENT: &str = "livechat-agent";
/// The role of users who manage those.
pub const LIVECHAT_MANAGER: &str = "livechat-manager";

/// Why a role cannot be as it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRole {
    /// It would have no name.
    #[error("a role must have a name")]
    NoName,
    /// A text could not be stored.
    #[error(transparent)]
    Text(#[from] TextError),
}

/// Checks what people read of a role.
///
/// # Errors
/// [`InvalidRole`].
///
/// ```
/// use omnicontact_domain::role::{InvalidRole, check};
/// assert_eq!(check("supervisor", "Sees everything"), Ok(()));
/// assert_eq!(check(" ", ""), Err(InvalidRole::NoName));
/// ```
pub fn check(name: &str, description: &str) -> Result<(), InvalidRole> {
    if name.trim().is_empty() {
        return Err(InvalidRole::NoName);
    }
    text::check("name", name, KEY_LIMIT)?;
    text::check("description", description, NAME_LIMIT)?;
    Ok(())
}

/// Who works on conversations (contract, framework 4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffKind {
    /// Who answers visitors.
    Agent,
    /// Who manages those.
    Manager,
}

impl StaffKind {
    /// The kind with that name on the wire.
    ///
    /// ```
    /// use omnicontact_domain::role::{LIVECHAT_AGENT, StaffKind};
    /// assert_eq!(StaffKind::parse("agent").map(StaffKind::role), Some(LIVECHAT_AGENT));
    /// assert_eq!(StaffKind::parse("monitor"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "agent" => Some(Self::Agent),
            "manager" => Some(Self::Manager),
            _ => None,
        }
    }

    /// The role that makes one of them.
    #[must_use]
    pub const fn role(self) -> &'static str {
        match self {
            Self::Agent => LIVECHAT_AGENT,
            Self::Manager => LIVECHAT_MANAGER,
        }
    }
}

const fn users(id: &'static str, description: &'static str) -> BuiltInRole {
    BuiltInRole { id, scope: RoleScope::Users, description }
}

const fn in_rooms(id: &'static str, description: &'static str) -> BuiltInRole {
    BuiltInRole { id, scope: RoleScope::Subscriptions, description }
}

/// The roles of the first start.
pub const BUILT_IN_ROLES: [BuiltInRole; 13] = [
    users(ADMIN, "Admin"),
    in_rooms("moderator", "Moderator"),
    in_rooms("leader", "Leader"),
    in_rooms("owner", "Owner"),
    users(USER, ""),
    users("federated-external", ""),
    users(BOT, ""),
    users("app", ""),
    users("guest", ""),
    users("anonymous", ""),
    users(LIVECHAT_AGENT, "Livechat Agent"),
    users(LIVECHAT_MANAGER, "Livechat Manager"),
    users("livechat-monitor", ""),
];
