//! Change a contact: `POST omnichannel/contacts.update`. What was not sent stays untouched.

use omnicontact_domain::contact::{Contact, ContactUpdate, ManagerChange};
use omnicontact_domain::custom_field::validate_replacement;
use omnicontact_domain::id::ContactId;
use omnicontact_domain::permission::UPDATE_LIVECHAT_CONTACT;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::setting::RESOLVED_CONFLICTS_COUNT;
use omnicontact_domain::value::Fields;
use omnicontact_ports::Transaction;

use super::manager::check_manager;
use super::{EditError, lock};
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[UPDATE_LIVECHAT_CONTACT]);

/// Writes what was sent and returns the contact as it is now. A new name goes to its conversations in the same
/// transaction. Updates of one contact at once are done one after the other.
///
/// # Errors
/// [`EditError`]: `Denied`, `OutOfBounds`, then `NotFound`, `ManagerNotFound`, `CustomField`, `EmptyName`,
/// `Store`; nothing was written then.
pub async fn update_contact(
    ctx: &Context,
    actor: &Actor,
    id: &ContactId,
    sent: ContactUpdate,
) -> Result<Contact, EditError> {
    authorize(actor, &REQUIRES)?;
    sent.check_bounds()?;
    retried(ctx, || update_once(ctx, id, &sent)).await
}

async fn update_once(ctx: &Context, id: &ContactId, sent: &ContactUpdate) -> Result<Contact, EditError> {
    let mut tx = ctx.store.begin().await?;
    let mut contact = lock(tx.as_mut(), id).await?.ok_or(EditError::NotFound)?;
    if sent.is_empty() {
        return Ok(contact);
    }
    check_manager(tx.as_mut(), sent.manager.as_ref().and_then(ManagerChange::user)).await?;
    let custom_fields = match &sent.custom_fields {
        Some(given) => Some(replacement(tx.as_mut(), given, &contact).await?),
        None => None,
    };
    let now = ctx.clock.now();
    let updated = contact.update(ContactUpdate { custom_fields, ..sent.clone() }, now)?;
    tx.contacts().update(&contact).await?;
    if updated.renamed {
        let name = contact.name.as_deref().unwrap_or_default();
        tx.conversations().rename(&contact.id, &contact.visitor_ids(), name, now).await?;
    }
    if updated.wiped > 0 {
        tx.settings().increase(RESOLVED_CONFLICTS_COUNT, updated.wiped as u64, now).await?;
    }
    tx.commit().await?;
    Ok(contact)
}

/// The custom values that take the place of the contact's.
async fn replacement(
    tx: &mut dyn Transaction,
    given: &Fields,
    contact: &Contact,
) -> Result<Fields, EditError> {
    let definitions = tx.custom_fields().list().await?;
    let none = Fields::default();
    let stored = contact.custom_fields.as_ref().unwrap_or(&none);
    Ok(validate_replacement(&definitions, given, stored)?)
}

#[cfg(test)]
mod tests;
