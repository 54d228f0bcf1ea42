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

/// What somebody says about a user's presence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusChange {
    /// The presence to choose; without one, what was chosen before is chosen again.
    pub chosen: Option<PresenceStatus>,
    /// What to say about it; without one, the text stays.
    pub text: Option<String>,
    /// Until when it holds; without one, until it is changed again.
    pub expires_at: Option<Timestamp>,
}

/// Why a presence is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatusRefusal {
    /// It would have ended already.
    #[error("the presence would have ended already")]
    PastExpiry,
    /// Nobody may be shown as absent while being there.
    #[error("invisibility is switched off")]
    Invisible,
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

    /// The presence at that time: one that has expired gives way to the former one.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        if self.expires_at.is_none_or(|end| now < end) {
            return self;
        }
        let source = Some(PresenceSource::Internal);
        match self.former {
            Some(FormerPresence { shown, chosen, text }) => {
                Self { shown, chosen, text, source, expires_at: None, former: None }
            }
            None => Self { expires_at: None, source, ..self },
        }
    }

    /// Whether a change may be made at that time, where `invisibility` says whether `offline` may be chosen.
    ///
    /// # Errors
    /// [`StatusRefusal`].
    pub fn check(
        &self,
        change: &StatusChange,
        invisibility: bool,
        now: Timestamp,
    ) -> Result<(), StatusRefusal> {
        if change.expires_at.is_some_and(|end| end <= now) {
            return Err(StatusRefusal::PastExpiry);
        }
        let chosen = change.chosen.or(self.chosen);
        if chosen == Some(PresenceStatus::Offline) && !invisibility {
            return Err(StatusRefusal::Invisible);
        }
        Ok(())
    }

    /// The presence after a change. What a temporary one takes the place of is kept: the last that was not
    /// temporary. `self` is the presence at that time ([`Presence::at`]).
    #[must_use]
    pub fn changed(&self, change: StatusChange) -> Self {
        let StatusChange { chosen, text, expires_at } = change;
        let chosen = chosen.or(self.chosen);
        let replaced = || FormerPresence { shown: self.shown, chosen: self.chosen, text: self.text.clone() };
        Self {
            shown: chosen.map_or(self.shown, |chosen| self.shown_when(chosen)),
            chosen,
            text: text.or_else(|| self.text.clone()),
            source: chosen.map(|_| PresenceSource::Manual).or(self.source),
            expires_at,
            former: expires_at.map(|_| self.former.clone().unwrap_or_else(replaced)),
        }
    }

    /// What is shown when this is chosen: whoever is not there does not get there by being away or busy.
    fn shown_when(&self, chosen: PresenceStatus) -> PresenceStatus {
        let waits = matches!(chosen, PresenceStatus::Away | PresenceStatus::Busy);
        if waits && self.shown == PresenceStatus::Offline { self.shown } else { chosen }
    }
}

#[cfg(test)]
mod tests;
