//! Register a guest: `POST livechat/visitor`.

use omnicontact_domain::contact::{ConflictMode, Contact, Incoming};
use omnicontact_domain::custom_field::{Assignment, CustomField, usable};
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::VisitorId;
use omnicontact_domain::setting::{COLLECT_HEADERS, IDLE_AGENTS_COUNT};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::visitor::{
    GuestRegistration, Recognised, Visitor, VisitorManager, VisitorToken, guest_username,
};
use omnicontact_ports::{Constraint, StoreError, Transaction, VisitorFilter};

use super::GuestError;
use crate::Context;
use crate::contacts::linked::lock_linked;
use crate::departments::named::find_named;
use crate::retry::retried;

/// Contacts with one address that are looked at for their manager: more than ever are written with the same one.
const SAME_ADDRESS: u32 = 20;

/// Registers a guest, or updates the visitor who is recognised by the token, else by the phone number, else by the
/// e-mail address. Its contacts and its open conversation follow. Returns the visitor as it is stored.
///
/// Everything is checked before anything is written (decision 8 of the contract). Two registrations of one token,
/// number or address at once are done one after the other. There is no actor: everybody may.
///
/// # Errors
/// [`GuestError`]; nothing was written then.
pub async fn register_guest(ctx: &Context, guest: GuestRegistration) -> Result<Visitor, GuestError> {
    let guest = guest.normalised()?;
    retried(ctx, || register_once(ctx, &guest)).await
}

async fn register_once(ctx: &Context, guest: &GuestRegistration) -> Result<Visitor, GuestError> {
    let mut tx = ctx.store.begin().await?;
    let guest = &in_department(tx.as_mut(), guest).await?;
    let definitions = tx.custom_fields().list().await?;
    let assignments = guest.assignments(&definitions)?;
    let token = VisitorToken::from(guest.token.as_str());
    tx.visitors().lock_registration(&token, guest.phone.as_deref(), guest.email.as_deref()).await?;
    let now = ctx.clock.now();
    let visitor = match recognise(tx.as_mut(), &token, guest).await? {
        Some((recognised, mut visitor)) => {
            visitor.greet(guest, recognised, now);
            // Contacts are written before visitors everywhere.
            tell_contacts(tx.as_mut(), &visitor, &definitions, &assignments, now).await?;
            visitor.assign_all(&assignments, now);
            name_manager(tx.as_mut(), guest, &mut visitor, now).await?;
            tx.visitors().update(&visitor).await?;
            if let Some(name) = &guest.name {
                tx.conversations().rename_open(&visitor.id, name, now).await?;
            }
            visitor
        }
        None => add(ctx, tx.as_mut(), guest, &assignments, now).await?,
    };
    tx.commit().await?;
    Ok(visitor)
}

/// The same guest with the id of the department that was named by id or by name.
async fn in_department(
    tx: &mut dyn Transaction,
    guest: &GuestRegistration,
) -> Result<GuestRegistration, GuestError> {
    let Some(named) = &guest.department else { return Ok(guest.clone()) };
    let found = find_named(tx, named).await?.ok_or(GuestError::UnknownDepartment)?;
    Ok(GuestRegistration { department: Some(found.id.into_string()), ..guest.clone() })
}

/// The visitor whom a guest is known as.
async fn recognise(
    tx: &mut dyn Transaction,
    token: &VisitorToken,
    guest: &GuestRegistration,
) -> Result<Option<(Recognised, Visitor)>, StoreError> {
    if let Some(visitor) = tx.visitors().find_by_token(token).await? {
        return Ok(Some((Recognised::ByToken, visitor)));
    }
    if guest.phone.is_some() {
        let filter = VisitorFilter { phone: guest.phone.clone(), ..VisitorFilter::default() };
        if let Some(visitor) = tx.visitors().find_by_filter(&filter).await? {
            return Ok(Some((Recognised::ByPhone, visitor)));
        }
    }
    let Some(address) = &guest.email else { return Ok(None) };
    let found = tx.visitors().find_by_email(address).await?;
    Ok(found.map(|visitor| (Recognised::ByEmail, visitor)))
}

/// Stores a visitor whom nobody recognised.
async fn add(
    ctx: &Context,
    tx: &mut dyn Transaction,
    guest: &GuestRegistration,
    assignments: &[&Assignment],
    now: Timestamp,
) -> Result<Visitor, GuestError> {
    let username = match guest.username.clone() {
        Some(username) => username,
        None => guest_username(tx.visitors().next_guest_number().await?),
    };
    let id = guest.id.clone().unwrap_or_else(|| VisitorId::from(ctx.ids.record_id(now)));
    let mut visitor = Visitor::from_guest(guest, id, username, now);
    if tx.settings().find_many(&[COLLECT_HEADERS]).await?.flag(COLLECT_HEADERS) {
        visitor.trace(&guest.connection);
    }
    visitor.assign_all(assignments, now);
    name_manager(tx, guest, &mut visitor, now).await?;
    match tx.visitors().add(&visitor).await {
        Err(StoreError::Conflict(Constraint::Id)) if guest.id.is_some() => Err(GuestError::IdTaken),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(visitor),
    }
}

/// Names the agent who manages the contact with the guest's address, if online (contract, conversations 1.1.1).
/// Contacts are written before, the visitor after that.
async fn name_manager(
    tx: &mut dyn Transaction,
    guest: &GuestRegistration,
    visitor: &mut Visitor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(address) = &guest.email else { return Ok(()) };
    let contacts = tx.contacts().list_managed_by_email(&EmailKey::of(address), SAME_ADDRESS).await?;
    let same = contacts.iter().find(|contact| contact.emails.iter().flatten().any(|known| known == address));
    let Some(manager) = same.and_then(|contact| contact.manager.as_ref()) else { return Ok(()) };
    let idle_counts = tx.settings().find_many(&[IDLE_AGENTS_COUNT]).await?.flag(IDLE_AGENTS_COUNT);
    let online = |agent| VisitorManager::of_online(agent, idle_counts, now);
    if tx.users().find(manager).await?.and_then(online).is_none() {
        return Ok(());
    }
    // Whoever takes the role from the agent waits until the visitor is written, and finds it, or was faster.
    if let Some(named) = tx.users().lock(manager).await?.and_then(online) {
        visitor.manager = Some(named);
    }
    Ok(())
}

/// Lets the contacts of a visitor take over what it says (contract, contacts 8.4 and 8.5): first what was said
/// before and now, then the custom values of this call, each by its own rule.
async fn tell_contacts(
    tx: &mut dyn Transaction,
    visitor: &Visitor,
    definitions: &[CustomField],
    assignments: &[&Assignment],
    now: Timestamp,
) -> Result<(), StoreError> {
    for mut contact in lock_linked(tx, &visitor.id).await? {
        let before = contact.clone();
        tell(&mut contact, visitor, definitions, assignments, now);
        if contact != before {
            tx.contacts().update(&contact).await?;
        }
    }
    Ok(())
}

fn tell(
    contact: &mut Contact,
    visitor: &Visitor,
    definitions: &[CustomField],
    assignments: &[&Assignment],
    now: Timestamp,
) {
    let values = visitor.livechat_data.as_ref().map(|data| usable(definitions, data)).unwrap_or_default();
    // Conversations and answers are the affair of the channel they came by.
    let said = Incoming {
        activity: Vec::new(),
        last_chat: None,
        ..Incoming::from_visitor(visitor, None, values, None)
    };
    contact.merge(&said, ConflictMode::of_target(contact), now);
    for assignment in assignments {
        contact.assign(assignment, now);
    }
}

#[cfg(test)]
mod tests;
