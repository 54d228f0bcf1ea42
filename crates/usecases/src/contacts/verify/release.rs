//! What a proof does to the conversation that waited for it: it goes on as a new one does.

use omnicontact_domain::contact::{Association, Contact};
use omnicontact_domain::conversation::{Conversation, InquiryStatus};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::User;
use omnicontact_ports::{StoreError, Transaction};

use crate::Context;
use crate::conversations::assign::{ROUTING_SETTINGS, Routing, join};

/// The agent who gets the conversation that waits for the proof of the channel, if there is one and routing finds one.
/// The visitor remembers the agent; both are decided before conversations are written, as everywhere.
pub(super) async fn route(
    tx: &mut dyn Transaction,
    channel: &Association,
    contact: &Contact,
    now: Timestamp,
) -> Result<Option<User>, StoreError> {
    let open = tx.conversations().find_open(&channel.visitor_id).await?;
    let Some(open) = open.filter(|open| open.channel().is_same_channel(channel)) else { return Ok(None) };
    let found = tx.inquiries().find_by_room(&open.id).await?;
    let Some(waiting) = found.filter(|inquiry| inquiry.status == InquiryStatus::Verifying) else {
        return Ok(None);
    };
    let settings = tx.settings().find_many(&ROUTING_SETTINGS).await?;
    let visitor = tx.visitors().find(&channel.visitor_id).await?;
    let wanted = waiting.default_agent.as_ref().map(|agent| &agent.agent_id);
    let routing = Routing::of(&settings, wanted, Some(contact), visitor.as_ref());
    let agent = routing.choose(tx, &settings, open.department_id.as_deref(), now).await?;
    if let (Some(agent), Some(mut visitor)) = (&agent, visitor) {
        visitor.note_agent(agent.id.clone(), agent.username.clone().unwrap_or_default(), now);
        tx.visitors().update(&visitor).await?;
    }
    Ok(agent)
}

/// Marks the open conversation on the channel. Where it waited for the proof, the agent gets it, or else it waits in the
/// queue.
pub(super) async fn release(
    ctx: &Context,
    tx: &mut dyn Transaction,
    channel: &Association,
    agent: Option<User>,
    now: Timestamp,
) -> Result<(), StoreError> {
    // Where an agent was found for something that has gone since, all of it is done again.
    let gone = if agent.is_some() { Err(StoreError::Stale) } else { Ok(()) };
    let Some(open) = tx.conversations().find_open(&channel.visitor_id).await? else { return gone };
    let locked = tx.conversations().lock(&open.id).await?;
    let is_meant = |room: &Conversation| room.is_open() && room.channel().is_same_channel(channel);
    let Some(mut room) = locked.filter(is_meant) else { return gone };
    room.verify(now);
    let mut waiting = tx.inquiries().find_by_room(&room.id).await?;
    let is_released = waiting.as_mut().is_some_and(|inquiry| inquiry.release(now));
    if let Some(agent) = &agent {
        if !is_released {
            return gone;
        }
        let username = agent.username.clone().unwrap_or_default();
        room.take(agent.id.clone(), username, now).map_err(|_| StoreError::Stale)?;
    }
    tx.conversations().update(&room).await?;
    if let Some(mut inquiry) = waiting.filter(|_| is_released) {
        if agent.is_some() {
            inquiry.take(now).map_err(|_| StoreError::Stale)?;
        }
        tx.inquiries().update(&inquiry).await?;
    }
    match &agent {
        Some(agent) => join(ctx, tx, &room, agent, now).await,
        None => Ok(()),
    }
}
