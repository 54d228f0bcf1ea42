//! Contacts. Those of the first API ([`register`], [`get`], [`search`]) are visitors; those of the second are
//! people with channels.

pub mod block;
pub mod check_existence;
pub mod create;
pub mod delete;
mod error;
pub mod get;
pub(crate) mod linked;
pub mod list;
pub mod list_channels;
pub mod list_history;
mod manager;
pub mod register;
pub mod resolve_conflicts;
pub mod search;
pub mod show;
pub mod unblock;
pub mod update;
pub mod verify;

pub use error::{ContactError, EditError, HistoryError, RegisterError};

use omnicontact_domain::contact::Contact;
use omnicontact_domain::id::ContactId;
use omnicontact_ports::{StoreError, Transaction};

/// The contact with that id, to be written. `None` for unknown ids and for erased contacts.
async fn lock(tx: &mut dyn Transaction, id: &ContactId) -> Result<Option<Contact>, StoreError> {
    Ok(tx.contacts().lock(id).await?.filter(|contact| contact.enabled))
}
