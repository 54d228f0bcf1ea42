//! Whose conversation it is that begins (contract, conversations 3.1.3; contacts 8.1).

use omnicontact_domain::contact::{Association, Channel, Contact, Link, Source};
use omnicontact_domain::custom_field::usable;
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, UserId};
use omnicontact_domain::phone::{PhoneKey, Region};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Fields;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{StoreError, Transaction};

use crate::Context;

/// The contact of a conversation that begins. Nothing of it is written yet.
#[derive(Debug)]
pub(super) struct Linked {
    /// The contact, which is locked if it was there before.
    pub(super) contact: Contact,
    /// How it came to the channel.
    pub(super) origin: Origin,
}

/// How a contact came to a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It had the channel before.
    Known,
    /// It was prepared by hand and adopts the visitor now.
    Adopted,
    /// It is made out of the visitor now.
    Made,
}

/// Finds the contact that has the channel, else one that was prepared for the visitor, else makes one.
pub(super) async fn link(
    ctx: &Context,
    tx: &mut dyn Transaction,
    visitor: &Visitor,
    source: &Source,
    region: Option<Region>,
    now: Timestamp,
) -> Result<Linked, StoreError> {
    let channel = Channel::new(visitor.id.clone(), source.clone());
    match decide(tx, &channel.visitor, visitor, region).await? {
        Link::Known(contact) => Ok(Linked { contact, origin: Origin::Known }),
        Link::Adopt(mut contact) => {
            let (manager, values) = said_by(tx, visitor).await?;
            contact.adopt(visitor, manager, values, channel, now);
            Ok(Linked { contact, origin: Origin::Adopted })
        }
        Link::Create => {
            let (manager, values) = said_by(tx, visitor).await?;
            let id = ContactId::from(ctx.ids.record_id(now));
            let contact = Contact::from_visitor(id, visitor, channel, manager, values, now);
            Ok(Linked { contact, origin: Origin::Made })
        }
    }
}

async fn decide(
    tx: &mut dyn Transaction,
    channel: &Association,
    visitor: &Visitor,
    region: Option<Region>,
) -> Result<Link, StoreError> {
    if let Some(found) = tx.contacts().find_by_channel(channel).await? {
        let owner = lock_unchanged(tx, &found.id).await?;
        match Link::decide(channel, visitor, region, vec![owner], Vec::new()) {
            // It lost the channel since it was found.
            Link::Adopt(_) | Link::Create => return Err(StoreError::Stale),
            known @ Link::Known(_) => return Ok(known),
        }
    }
    let emails: Vec<_> = visitor.emails.iter().flatten().map(|address| EmailKey::of(address)).collect();
    let phones: Vec<_> =
        visitor.phones.iter().flatten().flat_map(|number| PhoneKey::alike(number, region)).collect();
    let Some(found) = tx.contacts().find_prepared(&emails, &phones).await? else {
        return Ok(Link::Create);
    };
    let prepared = lock_unchanged(tx, &found.id).await?;
    match Link::decide(channel, visitor, region, Vec::new(), vec![prepared]) {
        // Somebody else was adopted since it was found.
        Link::Create => Err(StoreError::Stale),
        decided @ (Link::Known(_) | Link::Adopt(_)) => Ok(decided),
    }
}

async fn lock_unchanged(tx: &mut dyn Transaction, id: &ContactId) -> Result<Contact, StoreError> {
    tx.contacts().lock(id).await?.ok_or(StoreError::Stale)
}

/// The manager of a visitor, as far as there is such a user, and the values that contacts may carry.
async fn said_by(
    tx: &mut dyn Transaction,
    visitor: &Visitor,
) -> Result<(Option<UserId>, Fields), StoreError> {
    let manager = match &visitor.manager {
        Some(manager) => tx.users().find_by_username(&manager.username).await?.map(|user| user.id),
        None => None,
    };
    let values = match &visitor.livechat_data {
        Some(data) => usable(&tx.custom_fields().list().await?, data),
        None => Fields::default(),
    };
    Ok((manager, values))
}
