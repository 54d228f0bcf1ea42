//! Take a conversation: `POST livechat/inquiries.take`.

use omnicontact_domain::contact::TakeRules;
use omnicontact_domain::conversation::{NotTaken, TakeRefused, check_take};
use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::setting::{
    BLOCK_UNKNOWN_CONTACTS, BLOCK_UNVERIFIED_CONTACTS, IDLE_AGENTS_COUNT, SettingValues,
};

use super::TakeError;
use crate::Context;
use crate::conversations::assign::join;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

const SETTINGS: [&str; 3] = [IDLE_AGENTS_COUNT, BLOCK_UNKNOWN_CONTACTS, BLOCK_UNVERIFIED_CONTACTS];

/// Who takes which conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    /// The inquiry of the conversation.
    pub inquiry_id: String,
    /// The agent; without one, the caller.
    pub user_id: Option<UserId>,
}

/// Gives a conversation to an agent, who must be online. Of two who take one at once one gets it.
///
/// # Errors
/// [`TakeError`]; nothing was written then.
pub async fn take_inquiry(ctx: &Context, actor: &Actor, taking: &Taking) -> Result<(), TakeError> {
    authorize(actor, &REQUIRES)?;
    let agent = taking.user_id.as_ref().unwrap_or(&actor.user_id);
    retried(ctx, || take_once(ctx, agent, &taking.inquiry_id)).await
}

async fn take_once(ctx: &Context, agent: &UserId, inquiry_id: &str) -> Result<(), TakeError> {
    let mut tx = ctx.store.begin().await?;
    let agent = tx.users().find(agent).await?.ok_or(TakeError::NoUser)?;
    let settings = tx.settings().find_many(&SETTINGS).await?;
    let now = ctx.clock.now();
    let found = tx.inquiries().find(inquiry_id).await?.ok_or(TakeRefused::NoInquiry)?;
    let username = agent.username.clone().unwrap_or_default();
    // Visitors are written before conversations everywhere.
    if let Some(mut visitor) = tx.visitors().find(&found.visitor.id).await? {
        visitor.note_agent(agent.id.clone(), username.clone(), now);
        tx.visitors().update(&visitor).await?;
    }
    let room = tx.conversations().lock(&found.room_id).await?;
    let inquiry = tx.inquiries().find(inquiry_id).await?;
    let contact = match room.as_ref().and_then(|room| room.contact_id.as_ref()) {
        Some(id) => tx.contacts().find(id).await?.filter(|contact| contact.enabled),
        None => None,
    };
    let is_online = agent.clone().at(now).agent_state().is_online(settings.flag(IDLE_AGENTS_COUNT));
    check_take(inquiry.as_ref(), is_online, rules(&settings), contact.as_ref())?;
    let (Some(mut room), Some(mut inquiry)) = (room, inquiry) else {
        return Err(TakeRefused::NoInquiry.into());
    };
    room.take(agent.id.clone(), username, now).map_err(|refused| match refused {
        NotTaken::Closed => TakeRefused::NoInquiry,
        NotTaken::Served => TakeRefused::Taken,
    })?;
    inquiry.take(now).map_err(|_| TakeRefused::Taken)?;
    tx.conversations().update(&room).await?;
    tx.inquiries().update(&inquiry).await?;
    join(ctx, tx.as_mut(), &room, &agent, now).await?;
    tx.commit().await?;
    Ok(())
}

fn rules(settings: &SettingValues) -> TakeRules {
    TakeRules {
        block_unknown: settings.flag(BLOCK_UNKNOWN_CONTACTS),
        block_unverified: settings.flag(BLOCK_UNVERIFIED_CONTACTS),
    }
}

#[cfg(test)]
mod tests;
