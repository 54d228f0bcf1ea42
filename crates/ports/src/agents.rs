//! Users as agents: who is online for conversations, and when each of them last got one.

use async_trait::async_trait;
use omnicontact_domain::id::UserId;
use omnicontact_domain::time::Timestamp;

use crate::StoreError;

/// An agent who is online.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnlineAgent {
    /// Who it is.
    pub id: UserId,
    /// The login name.
    pub username: Option<String>,
    /// When the agent last got a conversation by routing (`lastRoutingTime`); `None` when never.
    pub last_routed: Option<Timestamp>,
}

/// Finds agents and notes what routing does with them. Roles and status of an agent are written with the user.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AgentRepository: Send {
    /// All agents who are online at that time, by ascending id: those whom
    /// [`omnicontact_domain::conversation::AgentState::is_online`] takes for it, with the presence that
    /// [`omnicontact_domain::user::User::at`] shows. `idle_counts`: those who are away are online, too
    /// (`Livechat_enabled_when_agent_idle`).
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_online(
        &mut self,
        idle_counts: bool,
        now: Timestamp,
    ) -> Result<Vec<OnlineAgent>, StoreError>;

    /// Waits until no other transaction that called this is under way, and keeps others waiting until this one ends.
    /// Whoever chooses among the agents calls this first, so that each choice sees what those before it gave to whom.
    /// Contacts are locked before, visitors and conversations are written afterwards.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn lock_routing(&mut self) -> Result<(), StoreError>;

    /// Notes that routing gave the agent a conversation at that time; a later time that stands already stays.
    /// Others who note something of the same agent wait until this transaction ends. The user's version is not
    /// touched. What was noted goes with the user.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Reference`] when there is no such user.
    async fn note_routed(&mut self, agent: &UserId, at: Timestamp) -> Result<(), StoreError>;
}
