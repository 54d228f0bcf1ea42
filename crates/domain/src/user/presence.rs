//! Presence: whether a user is there, and what the user says about it (contract, framework 4.4.3). There are
//! no realtime connections here, so presence is what users set.

use crate::time::Timestamp;

/// Whether a user is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresenceStatus {
    /// There.
    Online,
    /// Not at the desk.
    Away,
    /// There, but not to be disturbed.
    Busy,
    /// Not there.
    Offline,
}

impl PresenceStatus {
    /// The name on the wire and in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Away => "away",
            Self::Busy => "busy",
            Self::Offline => "offline",
        }
    }

    /// The presence with that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Online, Self::Away, Self::Busy, Self::Offline]
            .into_iter()
            .find(|status| status.as_str() == text)
    }
}

/// Who set a presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresenceSource {
    /// The server.
    Internal,
    /// The user, or somebody for the user.
    Manual,
    /// Another program.
    External,
}

impl PresenceSource {
    /// The name on the wire and in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Manual => "manual",
            Self::External => "external",
        }
    }

    /// The source with that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Internal, Self::Manual, Self::External].into_iter().find(|source| source.as_str() == text)
    }
}

/// What comes back when a presence expires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerPresence {
    /// The presence that was shown.
    pub shown: PresenceStatus,
    /// The presence that the user had chosen.
    pub chosen: Option<PresenceStatus>,
    /// The text that the user had set.
    pub text: Option<String>,
}

/// The presence of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// The presence that is shown (`status`).
    pub shown: PresenceStatus,
    /// The presence that the user chose (`statusDefault`).
    pub chosen: Option<PresenceStatus>,
    /// What the user says about it (`statusText`).
    pub text: Option<String>,
    /// Who set it (`statusSource`).
    pub source: Option<PresenceSource>,
    /// Until when it holds (`statusExpiresAt`).
    pub expires_at: Option<Timestamp>,
    /// What comes back then.
    pub former: Option<FormerPresence>,
}

impl Presence {
    /// The presence of an account that was just made.
    pub const OFFLINE: Self = Self {
        shown: PresenceStatus::Offline,
        chosen: None,
        text: None,
        source: None,
        expires_at: None,
        former: None,
    };
}
