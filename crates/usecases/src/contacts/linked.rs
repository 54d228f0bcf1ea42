//! The contacts that a visitor is a channel of.

use omnicontact_domain::contact::Contact;
use omnicontact_domain::id::VisitorId;
use omnicontact_ports::{StoreError, Transaction};

/// The contacts that the visitor is a channel of, held until the transaction ends, in the order of their ids.
///
/// Whoever writes several records writes contacts first, then visitors, then conversations, so that nobody waits for
/// somebody who waits.
pub(crate) async fn lock_linked(
    tx: &mut dyn Transaction,
    visitor: &VisitorId,
) -> Result<Vec<Contact>, StoreError> {
    let mut linked = Vec::new();
    for id in tx.contacts().list_ids_by_visitor(visitor).await? {
        let found = tx.contacts().lock(&id).await?;
        // Who was erased or merged meanwhile is not the visitor's contact any more.
        let is_still =
            |contact: &Contact| contact.channels.iter().any(|channel| channel.visitor.visitor_id == *visitor);
        linked.extend(found.filter(is_still));
    }
    Ok(linked)
}
