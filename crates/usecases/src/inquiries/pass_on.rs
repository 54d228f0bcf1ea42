//! Pass on what is not answered in time (contract, conversations 3.4): a piece of housekeeping, without any request.

use std::time::Duration;

use omnicontact_domain::conversation::{Author, Conversation, ServedBy};
use omnicontact_domain::id::{RoomId, UserId};
use omnicontact_domain::setting::{ANSWER_TIMEOUT, SettingValues};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::User;
use omnicontact_ports::{StoreError, Transaction};

use super::give_back::{part, requeue};
use crate::Context;
use crate::conversations::assign::{ROUTING_SETTINGS, Routing, join};
use crate::retry::retried;

/// Conversations that one round looks at; the next one goes on with those that waited longest.
const PORTION: u32 = 100;

/// Takes conversations from agents who had them for `Livechat_auto_transfer_chat_timeout` seconds without a word. They
/// go back to the queue where agents choose for themselves; else they are routed again, to somebody else who is online,
/// or back to the queue when nobody is. With nobody else online an agent keeps it, and its time begins anew. Returns
/// how many there were.
///
/// Any number of nodes may do this at once: each conversation is passed on by one of them.
///
/// # Errors
/// [`StoreError`]; what was passed on until then stays so, and one that cannot be passed on does not hold back others.
pub async fn pass_on_unanswered(ctx: &Context) -> Result<u64, StoreError> {
    let Some(timeout) = timeout(&ctx.store.find_settings(&[ANSWER_TIMEOUT]).await?) else { return Ok(0) };
    let taken_until = ctx.clock.now().minus(Duration::from_secs(timeout));
    let mut view = ctx.store.read().await?;
    let due = view.conversations().list_unanswered(taken_until, PORTION).await?;
    drop(view);
    let (mut passed_on, mut failed) = (0, None);
    for room in &due {
        match retried(ctx, || pass_on_once(ctx, room, timeout)).await {
            Ok(true) => passed_on += 1,
            Ok(false) => {}
            Err(error @ StoreError::Unavailable(_)) => return Err(error),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(passed_on), Err)
}

/// The seconds that an agent has; `None` for as long as they like.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "out of bounds becomes the bound"
)]
fn timeout(settings: &SettingValues) -> Option<u64> {
    Some(settings.number(ANSWER_TIMEOUT) as u64).filter(|seconds| *seconds > 0)
}

/// Returns whether it was this one who passed it on.
async fn pass_on_once(ctx: &Context, id: &RoomId, timeout: u64) -> Result<bool, StoreError> {
    let mut tx = ctx.store.begin().await?;
    let now = ctx.clock.now();
    let Some(seen) = tx.conversations().find(id).await? else { return Ok(false) };
    let Some(silent) = silent_agent(&seen, timeout, now) else { return Ok(false) };
    let next = choose(tx.as_mut(), &seen, &silent.id, now).await?;
    let Some(mut room) = tx.conversations().lock(id).await? else { return Ok(false) };
    // Another node was faster, or the agent has answered.
    if silent_agent(&room, timeout, now).is_none_or(|agent| agent.id != silent.id) {
        return Ok(false);
    }
    room.give_back(None, now).map_err(|_| StoreError::Stale)?;
    if let Some(agent) = &next {
        let username = agent.username.clone().unwrap_or_default();
        room.take(agent.id.clone(), username, now).map_err(|_| StoreError::Stale)?;
    }
    tx.conversations().update(&room).await?;
    if next.as_ref().is_none_or(|agent| agent.id != silent.id) {
        requeue(ctx, tx.as_mut(), &room, None, now).await?;
        let bot = User::own_bot(now);
        let author = Author::user(&bot.id, bot.username.as_deref(), bot.name.as_deref());
        part(ctx, tx.as_mut(), &room.id, &silent.id, author, now).await?;
        if let Some(agent) = &next {
            join(ctx, tx.as_mut(), &room, agent, now).await?;
        }
    }
    tx.commit().await?;
    Ok(true)
}

/// The agent who has had the conversation for too long without a word.
fn silent_agent(room: &Conversation, timeout: u64, now: Timestamp) -> Option<ServedBy> {
    room.answer_due(timeout).filter(|due| *due <= now).and_then(|_| room.served_by.clone())
}

/// Who gets it, if not the queue. The visitor remembers another agent; it is written before conversations everywhere.
async fn choose(
    tx: &mut dyn Transaction,
    room: &Conversation,
    silent: &UserId,
    now: Timestamp,
) -> Result<Option<User>, StoreError> {
    let settings = tx.settings().find_many(&ROUTING_SETTINGS).await?;
    let contact = match &room.contact_id {
        Some(id) => tx.contacts().find(id).await?,
        None => None,
    };
    let visitor = tx.visitors().find(&room.visitor.id).await?;
    let routing = Routing::of(&settings, None, contact.as_ref(), visitor.as_ref());
    let department = room.department_id.as_deref();
    let next = routing.choose_next(tx, &settings, department, silent, now).await?;
    if let (Some(agent), Some(mut visitor)) = (next.as_ref().filter(|agent| agent.id != *silent), visitor) {
        visitor.note_agent(agent.id.clone(), agent.username.clone().unwrap_or_default(), now);
        tx.visitors().update(&visitor).await?;
    }
    Ok(next)
}

#[cfg(test)]
mod tests;
