//! Verify a channel: `POST omnichannel/contacts.verifyChannel`, an endpoint of our own. Whoever proves the same
//! identity as somebody else is the same person, and becomes one contact (contract, contacts 8.6).

mod release;

use std::collections::BTreeSet;

use omnicontact_domain::contact::{Association, Contact};
use omnicontact_domain::id::ContactId;
use omnicontact_domain::permission::UPDATE_LIVECHAT_CONTACT;
use omnicontact_domain::policy::{Actor, Denied, Requirement, authorize};
use omnicontact_domain::text::{KEY_LIMIT, NAME_LIMIT, OutOfBounds, check};
use omnicontact_ports::{StoreError, Transaction};

use self::release::{release, route};
use crate::Context;
use crate::retry::{MayRetry, retried};

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[UPDATE_LIVECHAT_CONTACT]);

/// The setting that counts contacts who were merged into others.
const MERGED_CONTACTS: &str = "Merged_Contacts_Count";

/// What proved who is behind a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Whose channel it is.
    pub contact_id: ContactId,
    /// The channel.
    pub channel: Association,
    /// What kind of value proved it, such as `email` or `phone`.
    pub field: String,
    /// The value; compared and kept in lower case.
    pub value: String,
}

/// A contact whose channel is verified.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// The contact, with all that the others had.
    pub contact: Contact,
    /// The ids of the contacts who were the same person; they are no more.
    pub merged: Vec<ContactId>,
}

/// Why a channel is not verified. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Field or value is empty.
    #[error("the proof has no {0}")]
    Empty(&'static str),
    /// What was sent could not be stored.
    #[error(transparent)]
    OutOfBounds(#[from] OutOfBounds),
    /// There is no such contact, or it was erased.
    #[error("there is no such contact")]
    NotFound,
    /// The contact has no such channel.
    #[error("the contact has no such channel")]
    NoSuchChannel,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for VerifyError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::Denied(_)
            | Self::Empty(_)
            | Self::OutOfBounds(_)
            | Self::NotFound
            | Self::NoSuchChannel => false,
        }
    }
}

/// Marks the channel as verified, unites the contact with all others who proved the same identity, and lets its open
/// conversation go on where it waited for the proof: to an agent, as routing says, or into the queue.
///
/// # Errors
/// [`VerifyError`].
pub async fn verify_channel(ctx: &Context, actor: &Actor, proof: &Proof) -> Result<Verified, VerifyError> {
    authorize(actor, &REQUIRES)?;
    for (name, text, limit) in [("field", &proof.field, KEY_LIMIT), ("value", &proof.value, NAME_LIMIT)] {
        if text.trim().is_empty() {
            return Err(VerifyError::Empty(name));
        }
        check(name, text, limit).map_err(OutOfBounds::from)?;
    }
    retried(ctx, || verify_once(ctx, proof)).await
}

async fn verify_once(ctx: &Context, proof: &Proof) -> Result<Verified, VerifyError> {
    let now = ctx.clock.now();
    let mut tx = ctx.store.begin().await?;
    let (mut contact, others) = lock_all(tx.as_mut(), proof).await?;
    contact
        .verify_channel(&proof.channel, &proof.field, &proof.value, now)
        .map_err(|_| VerifyError::NoSuchChannel)?;
    let merged = contact.absorb(&others, &proof.field, &proof.value, now);
    for id in &merged {
        // Its channels are free before the contact has them.
        tx.contacts().remove(id).await?;
    }
    tx.contacts().update(&contact).await?;
    let agent = route(tx.as_mut(), &proof.channel, &contact, now).await?;
    for id in &merged {
        tx.conversations().repoint_contact(id, &contact.id, now).await?;
    }
    if !merged.is_empty() {
        tx.settings().increase(MERGED_CONTACTS, merged.len() as u64, now).await?;
    }
    release(ctx, tx.as_mut(), &proof.channel, agent, now).await?;
    tx.commit().await?;
    Ok(Verified { contact, merged })
}

/// The contact and all others who proved the same identity, all of them locked.
async fn lock_all(tx: &mut dyn Transaction, proof: &Proof) -> Result<(Contact, Vec<Contact>), VerifyError> {
    let value = proof.value.to_lowercase();
    tx.contacts().lock_verification(&proof.field, &value).await?;
    let mut ids: BTreeSet<_> =
        tx.contacts().list_ids_by_verification(&proof.field, &value).await?.into_iter().collect();
    ids.insert(proof.contact_id.clone());
    let mut found = None;
    let mut others = Vec::new();
    for id in ids {
        let contact = super::lock(tx, &id).await?;
        if id == proof.contact_id {
            found = contact;
        } else {
            others.extend(contact);
        }
    }
    Ok((found.ok_or(VerifyError::NotFound)?, others))
}

#[cfg(test)]
mod tests;
