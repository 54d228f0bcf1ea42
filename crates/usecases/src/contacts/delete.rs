//! Erase a contact with its visitors and conversations: `POST omnichannel/contacts.delete`.

use omnicontact_domain::contact::Contact;
use omnicontact_domain::id::ContactId;
use omnicontact_domain::permission::DELETE_LIVECHAT_CONTACT;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::setting::COLLECT_HEADERS;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{StoreError, Transaction};

use super::{EditError, lock};
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[DELETE_LIVECHAT_CONTACT]);

/// Erases the contact, the visitors of all its channels, and all their conversations, all at once or not at
/// all. What counts is kept: ids and months of activity.
///
/// # Errors
/// [`EditError`]: `Denied`, `NotFound`, `OpenConversation` unless the setting
/// [`COLLECT_HEADERS`] allows it, `Store`; nothing was written then.
pub async fn delete_contact(ctx: &Context, actor: &Actor, id: &ContactId) -> Result<(), EditError> {
    authorize(actor, &REQUIRES)?;
    retried(ctx, || delete_once(ctx, id)).await
}

async fn delete_once(ctx: &Context, id: &ContactId) -> Result<(), EditError> {
    let mut tx = ctx.store.begin().await?;
    let contact = lock(tx.as_mut(), id).await?.ok_or(EditError::NotFound)?;
    let settings = tx.settings().find_many(&[COLLECT_HEADERS]).await?;
    if !settings.flag(COLLECT_HEADERS) && tx.conversations().find_open_by_contact(id).await?.is_some() {
        return Err(EditError::OpenConversation);
    }
    erase(tx.as_mut(), contact, ctx.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Erases a contact that was found to be updated.
pub(crate) async fn erase(
    tx: &mut dyn Transaction,
    mut contact: Contact,
    now: Timestamp,
) -> Result<(), StoreError> {
    for id in contact.visitor_ids() {
        tx.conversations().remove_by_visitor(&id).await?;
        let found = tx.visitors().find(&id).await?;
        if let Some(mut visitor) = found.filter(|visitor| !visitor.disabled) {
            visitor.erase(now);
            tx.visitors().update(&visitor).await?;
        }
    }
    tx.conversations().remove_by_contact(&contact.id).await?;
    contact.erase(now);
    tx.contacts().update(&contact).await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;
    use std::sync::{Arc, Mutex};

    use omnicontact_domain::setting::SettingValues;
    use omnicontact_domain::visitor::Visitor;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};
    use crate::prepared::{mara, mara_with, visitor, writing};

    fn stored(contact: Option<Contact>, open: bool, allowed: bool) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.contacts.expect_lock().returning(move |_| Ok(contact.clone()));
        tx.settings
            .expect_find_many()
            .returning(move |_| Ok(SettingValues::new(vec![(COLLECT_HEADERS.to_owned(), allowed.into())])));
        tx.conversations.expect_find_open_by_contact().returning(move |_| Ok(open.then(|| "r1".into())));
        tx
    }

    async fn delete(tx: MockTransaction) -> (Result<(), EditError>, bool) {
        let (store, committed) = writing(vec![tx]);
        let answer =
            delete_contact(&context(store), &holding(&[DELETE_LIVECHAT_CONTACT]), &"c1".into()).await;
        (answer, committed.load(Ordering::SeqCst))
    }

    /// Expects that these conversations are removed, and notes what is erased.
    fn erasing(tx: &mut MockTransaction, visitors: Vec<Visitor>) -> Arc<Mutex<Vec<String>>> {
        let erased = Arc::new(Mutex::new(Vec::new()));
        let (contacts, guests, rooms) = (Arc::clone(&erased), Arc::clone(&erased), Arc::clone(&erased));
        tx.visitors
            .expect_find()
            .returning(move |id| Ok(visitors.iter().find(|visitor| visitor.id == *id).cloned()));
        tx.visitors.expect_update().returning(move |visitor| {
            assert!(visitor.disabled && visitor.token.is_none() && visitor.updated_at == NOW);
            guests.lock().unwrap().push(format!("visitor {}", visitor.id));
            Ok(())
        });
        tx.conversations.expect_remove_by_visitor().returning(move |visitor| {
            rooms.lock().unwrap().push(format!("conversations of {visitor}"));
            Ok(())
        });
        tx.conversations.expect_remove_by_contact().times(1).returning(|_| Ok(()));
        tx.contacts.expect_update().returning(move |contact| {
            assert!(!contact.enabled && contact.name.is_none() && contact.updated_at == NOW);
            contacts.lock().unwrap().push(format!("contact {}", contact.id));
            Ok(())
        });
        erased
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = delete_contact(&context(MockStore::new()), &nobody(), &"c1".into()).await;
        assert!(matches!(refused, Err(EditError::Denied(_))));
    }

    #[tokio::test]
    async fn an_unknown_or_erased_contact_is_not_found() {
        let mut erased = mara();
        erased.erase(NOW);
        for contact in [None, Some(erased)] {
            let (answer, committed) = delete(stored(contact, true, false)).await;
            assert!(matches!(answer, Err(EditError::NotFound)) && !committed);
        }
    }

    #[tokio::test]
    async fn an_open_conversation_holds_the_contact_unless_the_setting_allows_it() {
        let (answer, committed) = delete(stored(Some(mara()), true, false)).await;
        assert!(matches!(answer, Err(EditError::OpenConversation)) && !committed);
        for (open, allowed) in [(true, true), (false, false)] {
            let mut tx = stored(Some(mara()), open, allowed);
            erasing(&mut tx, vec![]);
            let (answer, committed) = delete(tx).await;
            assert!(answer.is_ok() && committed);
        }
    }

    #[tokio::test]
    async fn every_visitor_of_every_channel_goes_with_its_conversations() {
        let mut tx = stored(Some(mara_with(&["v3", "v1", "v2", "v1"])), false, false);
        let mut gone = visitor("v2");
        gone.erase(NOW);
        // v3 is not there any more at all.
        let erased = erasing(&mut tx, vec![visitor("v1"), gone]);
        let (answer, committed) = delete(tx).await;
        assert!(answer.is_ok() && committed);
        assert_eq!(
            *erased.lock().unwrap(),
            ["conversations of v1", "visitor v1", "conversations of v2", "conversations of v3", "contact c1"]
        );
    }

    #[tokio::test]
    async fn a_fault_on_the_way_leaves_everything() {
        let mut tx = stored(Some(mara_with(&["v1"])), false, false);
        tx.conversations.expect_remove_by_visitor().returning(|_| Ok(()));
        tx.visitors.expect_find().returning(|_| Err(StoreError::Unavailable("down".into())));
        let (answer, committed) = delete(tx).await;
        assert!(matches!(answer, Err(EditError::Store(StoreError::Unavailable(_)))) && !committed);
    }
}
