//! The audit trail: who changed which user, role, permission or setting, when, and from where.
//!
//! Events never hold secrets, e-mail addresses or other personal values: they name the fields that changed,
//! and give values only where these are rights, flags, or settings; secret settings are masked.

mod of_setting;
mod of_user;

pub use of_setting::{masked, setting_change};
pub use of_user::{user_changes, user_made, user_removed};

use crate::id::{UserId, text_id};
use crate::policy::Actor;
use crate::time::Timestamp;
use crate::value::Value;

text_id! {
    /// Id of an audit event: 24 lower-case hexadecimal digits.
    AuditEventId
}

/// Who caused a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// A user over the API.
    User {
        /// Who.
        id: UserId,
        /// The username at that time.
        username: Option<String>,
    },
    /// Somebody without an account over the API: a registration, a failed login.
    Anonymous,
    /// Whoever ran the program at the machine.
    Operator,
    /// The server itself, at its start or on its own schedule.
    Server,
}

impl Author {
    /// The kind's name on the wire and in stores.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::User { .. } => "user",
            Self::Anonymous => "anonymous",
            Self::Operator => "operator",
            Self::Server => "system",
        }
    }
}

/// Who caused a change, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Who.
    pub author: Author,
    /// The address it came from; `None` for what happens at the machine.
    pub address: Option<String>,
}

impl Cause {
    /// Whoever runs the program at the machine.
    pub const OPERATOR: Self = Self { author: Author::Operator, address: None };
    /// The server itself.
    pub const SERVER: Self = Self { author: Author::Server, address: None };

    /// Somebody without an account.
    #[must_use]
    pub fn anonymous(address: Option<String>) -> Self {
        Self { author: Author::Anonymous, address }
    }
}

impl From<&Actor> for Cause {
    fn from(actor: &Actor) -> Self {
        let author = Author::User { id: actor.user_id.clone(), username: actor.username.clone() };
        Self { author, address: actor.address.clone() }
    }
}

/// What kind of thing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectKind {
    /// An account.
    User,
    /// A login token; the subject's id is its owner's.
    Token,
    /// A role.
    Role,
    /// A permission.
    Permission,
    /// A setting.
    Setting,
}

impl SubjectKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::User, Self::Token, Self::Role, Self::Permission, Self::Setting];

    /// The kind's name on the wire and in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Token => "token",
            Self::Role => "role",
            Self::Permission => "permission",
            Self::Setting => "setting",
        }
    }

    /// The kind with that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It was made.
    Created,
    /// It was changed.
    Updated,
    /// It was removed.
    Removed,
}

impl Action {
    /// The action's name on the wire and in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Removed => "removed",
        }
    }

    /// The action with that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Created, Self::Updated, Self::Removed].into_iter().find(|action| action.as_str() == text)
    }
}

/// One thing about the subject that changed.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Change {
    /// The name on the wire of what changed.
    pub key: String,
    /// What it was. `None` where it was not there, or where the value is nobody's business.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    #[cfg_attr(feature = "serde", serde(deserialize_with = "there"))]
    pub previous: Option<Value>,
    /// What it is. `None` likewise.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    #[cfg_attr(feature = "serde", serde(deserialize_with = "there"))]
    pub current: Option<Value>,
}

/// What is there is there, also `null`.
#[cfg(feature = "serde")]
fn there<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    serde::Deserialize::deserialize(deserializer).map(Some)
}

impl Change {
    /// Something changed whose value is nobody's business.
    #[must_use]
    pub fn of(key: &str) -> Self {
        Self { key: key.to_owned(), previous: None, current: None }
    }

    /// Something changed from one value to another.
    #[must_use]
    pub fn from_to(key: &str, previous: impl Into<Option<Value>>, current: impl Into<Option<Value>>) -> Self {
        Self { key: key.to_owned(), previous: previous.into(), current: current.into() }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEvent {
    /// Id of the event.
    pub id: AuditEventId,
    /// When it happened.
    pub at: Timestamp,
    /// Who caused it, and from where.
    pub cause: Cause,
    /// What was done.
    pub action: Action,
    /// The kind of what was changed.
    pub subject_kind: SubjectKind,
    /// Its id.
    pub subject_id: String,
    /// What changed of it.
    pub changes: Vec<Change>,
}
