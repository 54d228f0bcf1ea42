//! Write a message, as a visitor: `POST livechat/message`.

use omnicontact_domain::conversation::{Author, Conversation, IsClosed, Message, NotHeard};
use omnicontact_domain::id::RoomId;
use omnicontact_domain::setting::{
    LEAD_EMAIL_PATTERN, LEAD_PHONE_PATTERN, LIMIT_MESSAGES, MESSAGE_LIMIT, SettingValues,
};
use omnicontact_domain::text;
use omnicontact_domain::visitor::{LeadPatterns, Leads, VisitorToken};
use omnicontact_ports::{Constraint, StoreError, Transaction};

use super::{TalkError, theirs};
use crate::Context;
use crate::retry::retried;

const SETTINGS: [&str; 4] = [LEAD_EMAIL_PATTERN, LEAD_PHONE_PATTERN, LIMIT_MESSAGES, MESSAGE_LIMIT];

/// What a visitor writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Whose conversation.
    pub token: VisitorToken,
    /// Which one.
    pub room_id: RoomId,
    /// The wanted id of the message.
    pub message_id: Option<String>,
    /// The text.
    pub text: String,
}

/// Writes a message into the visitor's open conversation. What it mentions (e-mail addresses, phone numbers) is
/// added to the visitor; contacts are left alone.
///
/// There is no actor: who knows the token is the visitor.
///
/// # Errors
/// [`TalkError`]; nothing was written then.
pub async fn send_message(ctx: &Context, said: &Said) -> Result<Message, TalkError> {
    text::check("msg", &said.text, text::MESSAGE_TEXT_LIMIT)?;
    text::check("_id", said.message_id.as_deref().unwrap_or_default(), text::KEY_LIMIT)?;
    let settings = ctx.store.find_settings(&SETTINGS).await?;
    // Patterns may be slow; nobody waits for them.
    let patterns = LeadPatterns::new(&settings.text(LEAD_EMAIL_PATTERN), &settings.text(LEAD_PHONE_PATTERN));
    let leads = patterns.leads_in(&said.text);
    retried(ctx, || send_once(ctx, said, &leads, limit(&settings))).await
}

async fn send_once(
    ctx: &Context,
    said: &Said,
    leads: &Leads,
    limit: Option<usize>,
) -> Result<Message, TalkError> {
    let mut tx = ctx.store.begin().await?;
    let mut visitor = tx.visitors().find_by_token(&said.token).await?.ok_or(TalkError::UnknownToken)?;
    let now = ctx.clock.now();
    if visitor.add_leads(leads, now) {
        tx.visitors().update(&visitor).await?;
    }
    let found = tx.conversations().lock(&said.room_id).await?;
    let mut room = theirs(found, &visitor).ok_or(TalkError::NoConversation)?;
    let is_blocked = is_blocked(tx.as_mut(), &room).await?;
    room.check_message(&said.text, limit, is_blocked)?;
    let author = Author::visitor(&room.visitor, visitor.name.as_deref());
    let id = said.message_id.clone().filter(|id| !id.is_empty()).unwrap_or_else(|| ctx.ids.random_id());
    let message = Message::of_visitor(id, room.id.clone(), said.text.clone(), author, now);
    room.heard_visitor(&message).map_err(|IsClosed| NotHeard::Closed)?;
    store(tx.as_mut(), &room, &message).await?;
    tx.commit().await?;
    Ok(message)
}

/// Stores a message that the conversation has taken note of; its inquiry takes note, too.
pub(super) async fn store(
    tx: &mut dyn Transaction,
    room: &Conversation,
    message: &Message,
) -> Result<(), TalkError> {
    match tx.messages().add(message).await {
        Err(StoreError::Conflict(Constraint::Id)) => return Err(TalkError::IdTaken),
        stored => stored?,
    }
    tx.conversations().update(room).await?;
    if let Some(mut inquiry) = tx.inquiries().find_by_room(&room.id).await? {
        inquiry.heard(message);
        tx.inquiries().update(&inquiry).await?;
    }
    Ok(())
}

pub(super) async fn is_blocked(tx: &mut dyn Transaction, room: &Conversation) -> Result<bool, StoreError> {
    let Some(contact) = &room.contact_id else { return Ok(false) };
    let found = tx.contacts().find(contact).await?;
    Ok(found.is_some_and(|contact| contact.is_blocked(&room.channel())))
}

/// The most characters of a message, where there is a limit.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "out of bounds becomes the bound"
)]
pub(super) fn limit(settings: &SettingValues) -> Option<usize> {
    settings.flag(LIMIT_MESSAGES).then(|| settings.number(MESSAGE_LIMIT) as usize)
}

#[cfg(test)]
mod tests;
