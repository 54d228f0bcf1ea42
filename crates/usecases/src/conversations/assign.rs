//! Who gets a conversation, and what an agent who gets one is told (contract, conversations 3.1.4 and 3.4).

use omnicontact_domain::contact::Contact;
use omnicontact_domain::conversation::{
    Author, Candidate, Conversation, Message, Note, RoutingMethod, Subscription, choose_agent,
    choose_next_agent,
};
use omnicontact_domain::id::UserId;
use omnicontact_domain::setting::{
    IDLE_AGENTS_COUNT, LAST_AGENT_ROUTING, MANAGER_ROUTING, ROUTING_METHOD, SettingValues,
};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::User;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{OnlineAgent, StoreError, Transaction};

use crate::Context;

/// The agents who are online, of the department where there is one, by ascending id.
pub(super) async fn list_online(
    tx: &mut dyn Transaction,
    settings: &SettingValues,
    department: Option<&str>,
    now: Timestamp,
) -> Result<Vec<OnlineAgent>, StoreError> {
    let mut online = tx.agents().list_online(settings.flag(IDLE_AGENTS_COUNT), now).await?;
    if let Some(department) = department {
        let members = tx.departments().list_agents(&department.into()).await?;
        online.retain(|agent| members.iter().any(|member| member.agent == agent.id));
    }
    Ok(online)
}

/// The settings that [`Routing`] asks about.
pub(crate) const ROUTING_SETTINGS: [&str; 4] =
    [ROUTING_METHOD, MANAGER_ROUTING, LAST_AGENT_ROUTING, IDLE_AGENTS_COUNT];

/// How a conversation finds its agent.
#[derive(Debug)]
pub(crate) struct Routing {
    method: RoutingMethod,
    preferred: Vec<UserId>,
}

impl Routing {
    /// As the settings say. Where conversations are assigned, the agent whom the visitor wants comes before all others.
    pub(crate) fn of(
        settings: &SettingValues,
        wanted: Option<&UserId>,
        contact: Option<&Contact>,
        visitor: Option<&Visitor>,
    ) -> Self {
        let method = RoutingMethod::parse(&settings.text(ROUTING_METHOD)).unwrap_or(RoutingMethod::Manual);
        let wanted = wanted.filter(|_| method.assigns());
        let manager = contact.and_then(|contact| contact.manager.as_ref());
        let manager = manager.filter(|_| settings.flag(MANAGER_ROUTING));
        let last = visitor.and_then(|visitor| visitor.last_agent.as_ref());
        let last = last.filter(|_| settings.flag(LAST_AGENT_ROUTING));
        let preferred = wanted.into_iter().chain(manager).chain(last.map(|last| &last.agent_id));
        Self { method, preferred: preferred.cloned().collect() }
    }

    /// The agent who gets a new conversation, which is noted. Nobody is looked for where nobody would be chosen.
    ///
    /// Others who choose wait until the transaction ends: contacts are locked before, visitors and conversations are
    /// written afterwards.
    pub(crate) async fn choose(
        &self,
        tx: &mut dyn Transaction,
        settings: &SettingValues,
        department: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<User>, StoreError> {
        if self.preferred.is_empty() && !self.method.assigns() {
            return Ok(None);
        }
        tx.agents().lock_routing().await?;
        let candidates = list_candidates(tx, settings, department, now).await?;
        let Some(chosen) = choose_agent(&candidates, &self.preferred, self.method) else { return Ok(None) };
        tx.agents().note_routed(chosen, now).await?;
        tx.users().find(chosen).await
    }

    /// The agent who gets a conversation that `current` did not answer in time, in the same way. It may be `current`.
    pub(crate) async fn choose_next(
        &self,
        tx: &mut dyn Transaction,
        settings: &SettingValues,
        department: Option<&str>,
        current: &UserId,
        now: Timestamp,
    ) -> Result<Option<User>, StoreError> {
        if self.method.queues_unanswered() {
            return Ok(None);
        }
        tx.agents().lock_routing().await?;
        let candidates = list_candidates(tx, settings, department, now).await?;
        let next = choose_next_agent(&candidates, &self.preferred, current, self.method);
        let Some(chosen) = next else { return Ok(None) };
        tx.agents().note_routed(&chosen, now).await?;
        tx.users().find(&chosen).await
    }
}

/// Who is online and how busy each is.
async fn list_candidates(
    tx: &mut dyn Transaction,
    settings: &SettingValues,
    department: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Candidate>, StoreError> {
    let online = list_online(tx, settings, department, now).await?;
    let ids: Vec<_> = online.iter().map(|agent| agent.id.clone()).collect();
    let busy = tx.conversations().count_open_by_agent(&ids).await?;
    let open = |id: &UserId| busy.iter().find(|(agent, _)| agent == id).map_or(0, |(_, count)| *count);
    let candidate = |agent: OnlineAgent| Candidate {
        open_conversations: open(&agent.id),
        id: agent.id,
        last_routed: agent.last_routed,
    };
    Ok(online.into_iter().map(candidate).collect())
}

/// Stores what the conversation is to its agent now, and the notes of it.
pub(crate) async fn join(
    ctx: &Context,
    tx: &mut dyn Transaction,
    room: &Conversation,
    agent: &User,
    now: Timestamp,
) -> Result<(), StoreError> {
    if let Some(subscription) = Subscription::of_agent(ctx.ids.random_id(), room) {
        tx.subscriptions().add(&subscription).await?;
    }
    let username = agent.username.as_deref().unwrap_or_default();
    for (note, text) in [(Note::Connected, "connected"), (Note::Joined, username)] {
        let author = Author::user(&agent.id, agent.username.as_deref(), agent.name.as_deref());
        let id = ctx.ids.random_id();
        tx.messages().add(&Message::noted(id, room.id.clone(), note, text.to_owned(), author, now)).await?;
    }
    Ok(())
}

impl Routing {
    /// The agent who would get a conversation that began now. Nothing is noted, and nobody waits.
    pub(super) async fn preview(
        &self,
        tx: &mut dyn Transaction,
        settings: &SettingValues,
        department: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<UserId>, StoreError> {
        if self.preferred.is_empty() && !self.method.assigns() {
            return Ok(None);
        }
        let candidates = list_candidates(tx, settings, department, now).await?;
        Ok(choose_agent(&candidates, &self.preferred, self.method).cloned())
    }
}
