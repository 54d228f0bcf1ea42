//! Giving and taking roles, and what becomes of agents then (contract, framework 4.5).

use super::{LivechatStatus, PresenceStatus, User, UserKind};
use crate::conversation::{AgentKind, AgentState};
use crate::role::{BOT, LIVECHAT_AGENT, RoleId};

/// Each of these once, in the order of first occurrence.
pub(super) fn each_once(roles: impl Iterator<Item = RoleId>) -> Vec<RoleId> {
    let mut kept = Vec::new();
    for role in roles {
        if !kept.contains(&role) {
            kept.push(role);
        }
    }
    kept
}

impl User {
    /// The same user with exactly these roles, each once. A new agent takes conversations only if the user is
    /// there at this moment; whoever is no agent any more has no such status, and nothing saved as one.
    #[must_use]
    pub fn with_roles(self, roles: &[RoleId]) -> Self {
        let was_agent = self.has_role(LIVECHAT_AGENT);
        let mut user = Self { roles: each_once(roles.iter().cloned()), ..self };
        match (was_agent, user.has_role(LIVECHAT_AGENT)) {
            (false, true) => user.livechat_status = Some(user.status_of_new_agent()),
            (true, false) => (user.livechat_status, user.agent_settings) = (None, None),
            (true, true) | (false, false) => {}
        }
        user
    }

    /// The same user with one more role.
    #[must_use]
    pub fn with_role(self, role: &RoleId) -> Self {
        let roles: Vec<_> = self.roles.iter().chain([role]).cloned().collect();
        self.with_roles(&roles)
    }

    /// The same user without a role.
    #[must_use]
    pub fn without_role(self, role: &RoleId) -> Self {
        let roles: Vec<_> = self.roles.iter().filter(|held| *held != role).cloned().collect();
        self.with_roles(&roles)
    }

    /// The same user as an agent who takes conversations at once, whatever the presence. A deactivated one
    /// takes none.
    #[must_use]
    pub fn made_agent(self) -> Self {
        let agent = self.with_role(&RoleId::from(LIVECHAT_AGENT));
        let status = if agent.active { LivechatStatus::Available } else { LivechatStatus::NotAvailable };
        Self { livechat_status: Some(status), ..agent }
    }

    /// Whether an agent takes conversations. An agent of whom nobody ever said so takes none.
    #[must_use]
    pub fn agent_status(&self) -> LivechatStatus {
        self.livechat_status.unwrap_or(LivechatStatus::NotAvailable)
    }

    /// Whether the user is a program: made as one, or holder of the role `bot` (contract, framework 4.5).
    #[must_use]
    pub fn is_bot(&self) -> bool {
        match self.kind {
            UserKind::Bot => true,
            UserKind::User | UserKind::App => self.has_role(BOT),
        }
    }

    /// What decides whether the user is online for conversations, by the presence that is shown
    /// (see [`User::at`]).
    #[must_use]
    pub fn agent_state(&self) -> AgentState {
        let kind = match (self.has_role(LIVECHAT_AGENT), self.is_bot()) {
            (false, _) => AgentKind::NoAgent,
            (true, true) => AgentKind::Bot,
            (true, false) => AgentKind::Person,
        };
        AgentState {
            kind,
            active: self.active,
            available: self.agent_status() == LivechatStatus::Available,
            presence: self.presence.shown,
        }
    }

    fn status_of_new_agent(&self) -> LivechatStatus {
        match self.presence.shown {
            PresenceStatus::Online | PresenceStatus::Away | PresenceStatus::Busy if self.active => {
                LivechatStatus::Available
            }
            PresenceStatus::Online
            | PresenceStatus::Away
            | PresenceStatus::Busy
            | PresenceStatus::Offline => LivechatStatus::NotAvailable,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::Timestamp;
    use crate::user::Presence;
    use crate::value::Fields;

    fn user(roles: &[&str], shown: PresenceStatus) -> User {
        User {
            presence: Presence { shown, ..Presence::OFFLINE },
            ..User::new("u1", Timestamp::from_millis(0))
        }
        .with_roles(&ids(roles))
    }

    fn ids(roles: &[&str]) -> Vec<RoleId> {
        roles.iter().map(|role| RoleId::from(*role)).collect()
    }

    #[test]
    fn a_new_agent_takes_conversations_only_when_there() {
        for (shown, status) in [
            (PresenceStatus::Online, LivechatStatus::Available),
            (PresenceStatus::Away, LivechatStatus::Available),
            (PresenceStatus::Busy, LivechatStatus::Available),
            (PresenceStatus::Offline, LivechatStatus::NotAvailable),
        ] {
            let agent = user(&["user"], shown).with_roles(&ids(&["user", LIVECHAT_AGENT]));
            assert_eq!(agent.livechat_status, Some(status), "{shown:?}");
        }
    }

    #[test]
    fn an_agent_who_stays_one_keeps_the_status() {
        let agent = User {
            livechat_status: Some(LivechatStatus::NotAvailable),
            ..user(&[LIVECHAT_AGENT], PresenceStatus::Online)
        };
        let still = agent.with_roles(&ids(&["bot", LIVECHAT_AGENT]));
        assert_eq!(still.livechat_status, Some(LivechatStatus::NotAvailable));
    }

    #[test]
    fn whoever_is_made_an_agent_is_available_whatever_the_presence() {
        let agent = user(&["admin"], PresenceStatus::Offline).made_agent();
        assert_eq!(agent.roles, ids(&["admin", LIVECHAT_AGENT]));
        assert_eq!(agent.livechat_status, Some(LivechatStatus::Available));
        assert_eq!(agent.clone().made_agent(), agent, "repeating it is fine");
        let away = User { active: false, ..agent }.made_agent();
        assert_eq!(away.livechat_status, Some(LivechatStatus::NotAvailable));
    }

    #[test]
    fn the_role_goes_and_takes_the_status_along() {
        let agent = user(&["user"], PresenceStatus::Online).made_agent();
        let agent = User { agent_settings: Some(Fields::default()), ..agent };
        let gone = agent.without_role(&LIVECHAT_AGENT.into());
        assert_eq!((gone.roles, gone.livechat_status, gone.agent_settings), (ids(&["user"]), None, None));
    }

    #[test]
    fn bots_are_those_made_as_such_and_holders_of_the_role() {
        assert!(user(&[BOT], PresenceStatus::Offline).is_bot());
        assert!(User { kind: UserKind::Bot, ..user(&[], PresenceStatus::Offline) }.is_bot());
        for kind in [UserKind::User, UserKind::App] {
            assert!(!User { kind, ..user(&["user"], PresenceStatus::Offline) }.is_bot());
        }
    }

    #[test]
    fn an_agent_is_online_by_role_status_presence_and_account() {
        let agent = user(&["user"], PresenceStatus::Away).made_agent();
        assert!(agent.agent_state().is_online(true) && !agent.agent_state().is_online(false));
        let busy = User { livechat_status: Some(LivechatStatus::NotAvailable), ..agent.clone() };
        let silent = User { livechat_status: None, ..agent.clone() };
        let gone = User { active: false, ..agent.clone() };
        let resigned = User { roles: ids(&["user"]), ..agent };
        for user in [busy, silent, gone, resigned] {
            assert!(!user.agent_state().is_online(true), "{user:?}");
        }
        let bot = user(&[BOT], PresenceStatus::Offline).made_agent();
        assert!(bot.agent_state().is_online(false));
        assert!(!user(&[], PresenceStatus::Offline).made_agent().agent_state().is_online(true));
    }

    proptest! {
        #[test]
        fn exactly_agents_have_a_status_and_no_role_stands_twice(roles in prop::collection::vec(0..4_usize, 0..6), then in prop::collection::vec(0..4_usize, 0..6)) {
            let names = ["user", "admin", LIVECHAT_AGENT, "bot"];
            let pick = |picked: &[usize]| picked.iter().map(|index| RoleId::from(names[*index])).collect::<Vec<_>>();
            let user = User::new("u1", Timestamp::from_millis(0)).with_roles(&pick(&roles)).with_roles(&pick(&then));
            prop_assert_eq!(user.livechat_status.is_some(), user.has_role(LIVECHAT_AGENT));
            let mut sorted = user.roles.clone();
            sorted.sort();
            sorted.dedup();
            prop_assert_eq!(sorted.len(), user.roles.len());
        }
    }
}
