//! Users: people and programs that log in (contract, framework 4.4.1).

mod activity;
mod address;
mod custom_field;
mod edit;
mod name;
mod password_policy;
mod preferences;
mod presence;
mod registration;
mod roles;
mod username;

pub use activity::idle_since;
pub use address::{AddressRules, InvalidAddress};
pub use custom_field::{InvalidUserField, InvalidUserFields, UserFields};
pub use edit::{
    BIO_LIMIT, EditRefusal, EditRules, NICKNAME_LIMIT, ProfileTooLong, UserEdit, check_profile, may_edit,
};
pub use name::has_allowed_characters;
pub use password_policy::{PasswordFault, PasswordFaults, PasswordPolicy};
pub use preferences::InvalidIdleTimeLimit;
pub use presence::{FormerPresence, Presence, PresenceSource, PresenceStatus, StatusChange, StatusRefusal};
pub use registration::{NewAccountRules, RegistrationRefusal};
use roles::each_once;
pub use username::{InvalidUsername, UsernameRules, check_username};

use crate::id::UserId;
use crate::password::PasswordHash;
use crate::role::{self, RoleId};
use crate::time::Timestamp;
use crate::value::Fields;
use crate::version::Version;

/// Id and username of the bot that every server has from its first start.
pub const OWN_BOT: &str = "rocket.cat";

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

/// Whether an agent takes conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LivechatStatus {
    /// Takes them.
    Available,
    /// Does not.
    NotAvailable,
}

impl LivechatStatus {
    /// The other one.
    #[must_use]
    pub const fn toggled(self) -> Self {
        match self {
            Self::Available => Self::NotAvailable,
            Self::NotAvailable => Self::Available,
        }
    }

    /// The name on the wire and in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::NotAvailable => "not-available",
        }
    }

    /// The status with that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Available, Self::NotAvailable].into_iter().find(|status| status.as_str() == text)
    }
}

/// Why a user may not log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InactiveReason {
    /// Somebody deactivated the account.
    Deactivated,
    /// Nobody approved the registration yet.
    PendingApproval,
    /// The user was away for too long.
    IdleTooLong,
}

impl InactiveReason {
    /// The name on the wire and in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deactivated => "deactivated",
            Self::PendingApproval => "pending_approval",
            Self::IdleTooLong => "idle_too_long",
        }
    }

    /// The reason with that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Deactivated, Self::PendingApproval, Self::IdleTooLong]
            .into_iter()
            .find(|reason| reason.as_str() == text)
    }
}

/// The second factor by e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmailSecondFactor {
    /// Whether it is on.
    pub enabled: bool,
    /// When it was switched.
    pub changed_at: Timestamp,
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
    /// Another name.
    pub nickname: Option<String>,
    /// What the user says about the own person.
    pub bio: Option<String>,
    /// E-mail addresses, in order; each one of a kind without regard to case.
    pub emails: Vec<UserEmail>,
    /// What kind of account it is.
    pub kind: UserKind,
    /// Whether the user is there.
    pub presence: Presence,
    /// Whether an agent takes conversations (`statusLivechat`). `None` for users who are no agents.
    pub livechat_status: Option<LivechatStatus>,
    /// What was saved about an agent (`livechat`), as it was sent. `None` for users who are no agents.
    pub agent_settings: Option<Fields>,
    /// Whether the user may log in.
    pub active: bool,
    /// Why not.
    pub inactive_reason: Option<InactiveReason>,
    /// What the user gave as the reason for registering (`reason`).
    pub registration_reason: Option<String>,
    /// The user's roles, in the order given.
    pub roles: Vec<RoleId>,
    /// The stored password. `None` when the user has none and cannot log in with one.
    pub password: Option<PasswordHash>,
    /// Whether the user is asked for a new password. `None` when nobody ever said.
    pub require_password_change: Option<bool>,
    /// Why the user is asked.
    pub require_password_change_reason: Option<String>,
    /// Whether the second factor by e-mail was switched on, and when (`services.email2fa`).
    pub email_second_factor: Option<EmailSecondFactor>,
    /// The preferences that the user set.
    pub preferences: Fields,
    /// The language that the user chose.
    pub language: Option<String>,
    /// Hours that the user's clock is ahead of UTC.
    pub utc_offset: Option<f64>,
    /// Values of the user custom fields of the setting `Accounts_CustomFields`.
    pub custom_fields: Option<Fields>,
    /// The extension of the user's telephone (`freeSwitchExtension`).
    pub extension: Option<String>,
    /// When the user last logged in.
    pub last_login: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When the account was last written.
    pub updated_at: Timestamp,
    /// Which write of the account this is.
    pub version: Version,
}

impl User {
    /// An active account of a person without name, role and password, made now.
    #[must_use]
    pub fn new(id: impl Into<UserId>, now: Timestamp) -> Self {
        Self {
            id: id.into(),
            username: None,
            name: None,
            nickname: None,
            bio: None,
            emails: Vec::new(),
            kind: UserKind::User,
            presence: Presence::OFFLINE,
            livechat_status: None,
            agent_settings: None,
            active: true,
            inactive_reason: None,
            registration_reason: None,
            roles: Vec::new(),
            password: None,
            require_password_change: None,
            require_password_change_reason: None,
            email_second_factor: None,
            preferences: Fields::default(),
            language: None,
            utc_offset: None,
            custom_fields: None,
            extension: None,
            last_login: None,
            created_at: now,
            updated_at: now,
            version: Version::FIRST,
        }
    }

    /// The bot that every server has, made now: online, and without a password, so that nobody logs in as it.
    #[must_use]
    pub fn own_bot(now: Timestamp) -> Self {
        let online = Some(PresenceStatus::Online);
        Self {
            username: Some(OWN_BOT.to_owned()),
            name: Some("Rocket.Cat".to_owned()),
            kind: UserKind::Bot,
            presence: Presence { shown: PresenceStatus::Online, chosen: online, ..Presence::OFFLINE },
            roles: vec![RoleId::from(role::BOT)],
            ..Self::new(OWN_BOT, now)
        }
    }

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

    /// The same user at that time: a presence that has expired gives way to the former one.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        Self { presence: self.presence.at(now), ..self }
    }

    /// Whether the user can administer the server: an active holder of the role `admin`.
    #[must_use]
    pub fn is_active_administrator(&self) -> bool {
        self.active && self.has_role(role::ADMIN)
    }
}
