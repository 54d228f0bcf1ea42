//! When an agent is there for conversations (contract, conversations 3.9).

use crate::user::PresenceStatus;

/// What decides whether an agent is online. All of it is about one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentState {
    /// Which kind of user it is.
    pub kind: AgentKind,
    /// Whether the user is active.
    pub active: bool,
    /// Whether the agent takes conversations (`statusLivechat` is `available`).
    pub available: bool,
    /// Whether the user is there.
    pub presence: PresenceStatus,
}

/// Which users serve conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentKind {
    /// None: the user has not the role `livechat-agent`.
    NoAgent,
    /// A person.
    Person,
    /// A program; it is always there.
    Bot,
}

impl AgentState {
    /// Whether the agent is online. `idle_counts`: those who are away are online, too
    /// (`Livechat_enabled_when_agent_idle`).
    ///
    /// ```
    /// use omnicontact_domain::conversation::{AgentKind, AgentState};
    /// use omnicontact_domain::user::PresenceStatus;
    /// let presence = PresenceStatus::Away;
    /// let agent = AgentState { kind: AgentKind::Person, active: true, available: true, presence };
    /// assert!(agent.is_online(true) && !agent.is_online(false));
    /// ```
    #[must_use]
    pub const fn is_online(self, idle_counts: bool) -> bool {
        let is_there = match (self.kind, self.presence) {
            (AgentKind::NoAgent, _) | (AgentKind::Person, PresenceStatus::Offline) => false,
            (AgentKind::Bot, _) | (AgentKind::Person, PresenceStatus::Online | PresenceStatus::Busy) => true,
            (AgentKind::Person, PresenceStatus::Away) => idle_counts,
        };
        self.active && self.available && is_there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_counts_and_bots_need_no_presence() {
        let online = AgentState {
            kind: AgentKind::Person,
            active: true,
            available: true,
            presence: PresenceStatus::Online,
        };
        assert!(online.is_online(false));
        assert!(AgentState { presence: PresenceStatus::Busy, ..online }.is_online(false));
        let offline = AgentState { presence: PresenceStatus::Offline, ..online };
        assert!(!offline.is_online(true));
        assert!(AgentState { kind: AgentKind::Bot, ..offline }.is_online(false));
        for state in [
            AgentState { kind: AgentKind::NoAgent, ..online },
            AgentState { active: false, ..online },
            AgentState { available: false, ..online },
        ] {
            assert!(!state.is_online(true));
        }
    }
}
