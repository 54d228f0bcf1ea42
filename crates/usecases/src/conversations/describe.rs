//! Write about a conversation and its visitor: `POST livechat/room.saveInfo`.

use omnicontact_domain::conversation::{Conversation, RoomInfo};
use omnicontact_domain::custom_field::{CustomField, CustomFieldId};
use omnicontact_domain::id::{RoomId, VisitorId};
use omnicontact_domain::permission::{
    EDIT_LIVECHAT_ROOM_CUSTOMFIELDS, PermissionId, SAVE_OTHERS_LIVECHAT_ROOM_INFO, VIEW_L_ROOM,
};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::text::{self, OutOfBounds, TooMany};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::visitor::VisitorInfo;
use omnicontact_ports::Transaction;

use super::DescribeError;
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);
/// What is asked about the caller beyond that.
pub const ASKS: &[PermissionId] = &[SAVE_OTHERS_LIVECHAT_ROOM_INFO, EDIT_LIVECHAT_ROOM_CUSTOMFIELDS];

/// The type of a source whose visitors are known by their number.
const SMS: &str = "sms";

/// What is written about which conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saving {
    /// The conversation.
    pub room_id: RoomId,
    /// About it.
    pub room: RoomInfo,
    /// Its visitor.
    pub visitor_id: VisitorId,
    /// About the visitor. Custom values are left out where the caller may not write them, the phone number where it
    /// is what the conversation came from.
    pub visitor: VisitorInfo,
}

/// Writes about a conversation that the caller serves, or about others where the caller may, open or closed, and about
/// its visitor. The contact and the conversation's name stay.
///
/// # Errors
/// [`DescribeError`]; nothing was written then.
pub async fn describe_conversation(
    ctx: &Context,
    actor: &Actor,
    saving: &Saving,
) -> Result<(), DescribeError> {
    authorize(actor, &REQUIRES)?;
    check_bounds(saving)?;
    retried(ctx, || save_once(ctx, actor, saving)).await
}

fn check_bounds(saving: &Saving) -> Result<(), OutOfBounds> {
    let Saving { room, visitor, .. } = saving;
    for (field, value, limit) in [
        ("topic", room.topic.as_deref(), text::NAME_LIMIT),
        ("name", visitor.name.as_deref(), text::NAME_LIMIT),
        ("email", visitor.email.as_deref(), text::KEY_LIMIT),
        ("phone", visitor.phone.as_deref(), text::KEY_LIMIT),
    ] {
        text::check(field, value.unwrap_or_default(), limit)?;
    }
    text::check_addresses("tags", room.tags.as_deref().unwrap_or_default())?;
    check_values(&room.values)?;
    check_values(&visitor.values)
}

fn check_values(values: &[(CustomFieldId, String)]) -> Result<(), OutOfBounds> {
    const FIELD: &str = "livechatData";
    if values.len() > text::CUSTOM_VALUES_LIMIT {
        return Err(TooMany { field: FIELD, limit: text::CUSTOM_VALUES_LIMIT }.into());
    }
    for (_, value) in values {
        text::check(FIELD, value, text::CUSTOM_VALUE_LIMIT)?;
    }
    Ok(())
}

async fn save_once(ctx: &Context, actor: &Actor, saving: &Saving) -> Result<(), DescribeError> {
    let mut tx = ctx.store.begin().await?;
    let found = tx.conversations().find(&saving.room_id).await?;
    let found = theirs(found, actor, &saving.visitor_id)?;
    let definitions = tx.custom_fields().list().await?;
    let now = ctx.clock.now();
    // Visitors are written before conversations everywhere.
    save_visitor(tx.as_mut(), actor, &found, saving, &definitions, now).await?;
    let locked = tx.conversations().lock(&saving.room_id).await?;
    let mut room = theirs(locked, actor, &saving.visitor_id)?;
    room.save_info(saving.room.clone(), &definitions, now).map_err(DescribeError::RoomValue)?;
    tx.conversations().update(&room).await?;
    tx.commit().await?;
    Ok(())
}

/// The conversation, if the caller may write about it and it is that visitor's.
fn theirs(
    found: Option<Conversation>,
    actor: &Actor,
    visitor: &VisitorId,
) -> Result<Conversation, DescribeError> {
    let room = found.ok_or(DescribeError::NoConversation)?;
    let serves = room.served_by.as_ref().is_some_and(|agent| agent.id == actor.user_id);
    if !serves && !actor.holds(&SAVE_OTHERS_LIVECHAT_ROOM_INFO) {
        return Err(DescribeError::NotTheirs);
    }
    if room.visitor.id == *visitor { Ok(room) } else { Err(DescribeError::NoVisitor) }
}

async fn save_visitor(
    tx: &mut dyn Transaction,
    actor: &Actor,
    room: &Conversation,
    saving: &Saving,
    definitions: &[CustomField],
    now: Timestamp,
) -> Result<(), DescribeError> {
    let found = tx.visitors().find(&room.visitor.id).await?.filter(|visitor| !visitor.disabled);
    let mut visitor = found.ok_or(DescribeError::NoVisitor)?;
    let mut sent = saving.visitor.clone();
    if room.source.kind == SMS {
        sent.phone = None;
    }
    if !actor.holds(&EDIT_LIVECHAT_ROOM_CUSTOMFIELDS) {
        sent.values.clear();
    }
    if sent == VisitorInfo::default() {
        return Ok(());
    }
    visitor.save_info(sent, definitions, now).map_err(DescribeError::VisitorValue)?;
    tx.visitors().update(&visitor).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
