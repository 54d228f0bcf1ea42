//! Get or open a visitor's conversation: `GET livechat/room`.

use omnicontact_domain::contact::{Association, Source, VerificationRule};
use omnicontact_domain::conversation::{
    Author, Conversation, DefaultAgent, Inquiry, InquiryStatus, Message, Note, OpenRules, Wanted,
};
use omnicontact_domain::id::{RoomId, UserId};
use omnicontact_domain::phone::Region;
use omnicontact_domain::role::LIVECHAT_AGENT;
use omnicontact_domain::setting::{
    ACCEPT_WITHOUT_AGENTS, IDLE_AGENTS_COUNT, LAST_AGENT_ROUTING, LIVECHAT_ENABLED, MANAGER_ROUTING,
    PHONE_REGION, REQUIRE_VERIFICATION, ROUTING_METHOD, SettingValues,
};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::visitor::{Visitor, VisitorToken};
use omnicontact_ports::{Constraint, StoreError, Transaction};

use super::assign::{Routing, join, list_online};
use super::link::{Linked, Origin, link};
use super::{OpenError, theirs};
use crate::Context;
use crate::retry::retried;

const SETTINGS: [&str; 8] = [
    LIVECHAT_ENABLED,
    ACCEPT_WITHOUT_AGENTS,
    IDLE_AGENTS_COUNT,
    REQUIRE_VERIFICATION,
    PHONE_REGION,
    ROUTING_METHOD,
    MANAGER_ROUTING,
    LAST_AGENT_ROUTING,
];

/// Which conversation is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Whose.
    pub token: VisitorToken,
    /// A certain open one; without, the open one or a new one.
    pub room_id: Option<RoomId>,
    /// The wanted agent of a new one.
    pub agent_id: Option<UserId>,
    /// Where a new one comes from.
    pub source: Source,
}

/// A conversation of the visitor.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The conversation.
    pub room: Conversation,
    /// Whether it has just begun.
    pub is_new: bool,
}

/// The visitor's open conversation, wherever it came from. Where none is asked for by id and none is open, one
/// begins: it is given to the contact that has the channel, else to one that was prepared for somebody with an
/// address or a number of the visitor's, else to one that is made out of the visitor. Of two who open one at once
/// the second gets the first one's.
///
/// There is no actor: who knows the token is the visitor.
///
/// # Errors
/// [`OpenError`]; nothing was written then.
pub async fn open_conversation(ctx: &Context, wanted: &Opening) -> Result<Opened, OpenError> {
    // Most calls find what is open. They keep nobody waiting.
    let mut tx = ctx.store.read().await?;
    let (_, open) = find_open(tx.as_mut(), wanted).await?;
    drop(tx);
    match open {
        Some(room) => Ok(Opened { room, is_new: false }),
        None => retried(ctx, || open_once(ctx, wanted)).await,
    }
}

/// The visitor, and the conversation that goes on.
async fn find_open(
    tx: &mut dyn Transaction,
    wanted: &Opening,
) -> Result<(Visitor, Option<Conversation>), OpenError> {
    let visitor = tx.visitors().find_by_token(&wanted.token).await?.ok_or(OpenError::UnknownToken)?;
    let found = match &wanted.room_id {
        Some(id) => tx.conversations().find(id).await?,
        None => tx.conversations().find_open(&visitor.id).await?,
    };
    let found = theirs(found, &visitor);
    match Wanted::decide(wanted.room_id.is_some(), found, &wanted.token)? {
        Wanted::Reuse(room) => Ok((visitor, Some(*room))),
        Wanted::Open => Ok((visitor, None)),
    }
}

async fn open_once(ctx: &Context, wanted: &Opening) -> Result<Opened, OpenError> {
    let mut tx = ctx.store.begin().await?;
    tx.visitors().lock_registration(&wanted.token, None, None).await?;
    let (visitor, open) = find_open(tx.as_mut(), wanted).await?;
    if let Some(room) = open {
        return Ok(Opened { room, is_new: false });
    }
    let room = begin(ctx, tx.as_mut(), visitor, wanted).await?;
    tx.commit().await?;
    Ok(Opened { room, is_new: true })
}

async fn begin(
    ctx: &Context,
    tx: &mut dyn Transaction,
    mut visitor: Visitor,
    wanted: &Opening,
) -> Result<Conversation, OpenError> {
    // Held before anything is locked. Of one that was removed meanwhile, nothing is left.
    if let Some(department) = &visitor.department
        && tx.departments().hold(&department.as_str().into()).await?.is_none()
    {
        visitor.department = None;
    }
    let settings = tx.settings().find_many(&SETTINGS).await?;
    let now = ctx.clock.now();
    let rules = OpenRules {
        enabled: settings.flag(LIVECHAT_ENABLED),
        without_agents: settings.flag(ACCEPT_WITHOUT_AGENTS),
    };
    let source = &wanted.source;
    let channel = Association::new(visitor.id.clone(), source.kind.clone(), source.id.clone());
    let agents_online = count_online(tx, &visitor, rules, &settings, now).await?;
    // What is refused anyway locks no contact.
    rules.check(agents_online, None, &channel)?;
    let region = Region::parse(&settings.text(PHONE_REGION));
    let Linked { mut contact, origin } = link(ctx, tx, &visitor, source, region, now).await?;
    rules.check(agents_online, Some(&contact), &channel)?;

    let rule = VerificationRule::parse(&settings.text(REQUIRE_VERIFICATION));
    let rule = rule.unwrap_or(VerificationRule::Never);
    if rule == VerificationRule::Always {
        contact.reset_verification(&channel, now);
    }
    let held_back = rule.holds_back(contact.is_verified(&channel));
    let mut room =
        Conversation::opened(ctx.ids.random_id().into(), &visitor, Some(&contact), source.clone(), now);
    let routing = Routing::of(&settings, wanted.agent_id.as_ref(), Some(&contact), Some(&visitor));
    contact.note_chat(&channel, &room.as_last_chat(), now);
    visitor.note_chat(room.as_last_chat(), now);
    match origin {
        Origin::Known | Origin::Adopted => tx.contacts().update(&contact).await?,
        Origin::Made => tx.contacts().add(&contact).await?,
    }
    let agent = if held_back {
        None
    } else {
        routing.choose(tx, &settings, visitor.department.as_deref(), now).await?
    };
    if let Some(agent) = &agent {
        visitor.note_agent(agent.id.clone(), agent.username.clone().unwrap_or_default(), now);
    }
    tx.visitors().update(&visitor).await?;
    if origin != Origin::Known {
        tx.conversations().link_channel(&channel, &contact.id, &room.fname, now).await?;
    }
    let mut inquiry = Inquiry::opened(
        ctx.ids.random_id(),
        &room,
        InquiryStatus::at_opening(held_back, agent.is_some()),
        now,
    );
    if let Some(agent) = &agent {
        let username = agent.username.clone().unwrap_or_default();
        room.take(agent.id.clone(), username, now).map_err(|_| StoreError::Stale)?;
        inquiry.take(now).map_err(|_| StoreError::Stale)?;
    } else {
        inquiry.default_agent = wanted_agent(tx, wanted.agent_id.as_ref()).await?;
    }
    add(ctx, tx, &visitor, &room, &inquiry, now).await?;
    if let Some(agent) = &agent {
        join(ctx, tx, &room, agent, now).await?;
    }
    Ok(room)
}

/// Stores the conversation with its inquiry and its first message.
async fn add(
    ctx: &Context,
    tx: &mut dyn Transaction,
    visitor: &Visitor,
    room: &Conversation,
    inquiry: &Inquiry,
    now: Timestamp,
) -> Result<(), StoreError> {
    match tx.conversations().add(room).await {
        // Somebody who knew the visitor by another token was faster.
        Err(StoreError::Conflict(Constraint::OpenConversation)) => return Err(StoreError::Stale),
        stored => stored?,
    }
    tx.inquiries().add(inquiry).await?;
    let author = Author::visitor(&room.visitor, visitor.name.as_deref());
    let id = ctx.ids.random_id();
    let started = Message::noted(id, room.id.clone(), Note::Started, String::new(), author, now);
    tx.messages().add(&started).await
}

/// How many agents are online, of the department where there is one. Not counted where it does not matter.
async fn count_online(
    tx: &mut dyn Transaction,
    visitor: &Visitor,
    rules: OpenRules,
    settings: &SettingValues,
    now: Timestamp,
) -> Result<usize, StoreError> {
    if !rules.enabled || rules.without_agents {
        return Ok(0);
    }
    Ok(list_online(tx, settings, visitor.department.as_deref(), now).await?.len())
}

/// The agent whom the visitor wants. Who is no agent is ignored.
async fn wanted_agent(
    tx: &mut dyn Transaction,
    id: Option<&UserId>,
) -> Result<Option<DefaultAgent>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    let found = tx.users().find(id).await?.filter(|user| user.has_role(LIVECHAT_AGENT));
    Ok(found.and_then(|user| Some(DefaultAgent { username: user.username?, agent_id: user.id })))
}

#[cfg(test)]
mod tests;
