//! Erase a visitor: `DELETE livechat/visitor/:token`.

use omnicontact_domain::id::VisitorId;
use omnicontact_domain::setting::COLLECT_HEADERS;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::visitor::{Visitor, VisitorToken};
use omnicontact_ports::{StoreError, Transaction};

use super::DeleteError;
use crate::Context;
use crate::contacts::delete::erase;
use crate::contacts::linked::lock_linked;
use crate::retry::retried;

/// Who was erased, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The visitor.
    pub id: VisitorId,
    /// Now.
    pub at: Timestamp,
}

/// Erases the visitor with that token and every contact that it is a channel of, with all visitors and
/// conversations of those, all at once or not at all.
///
/// There is no actor: who knows the token is the visitor.
///
/// # Errors
/// [`DeleteError`]: `UnknownToken`, `OpenConversation` unless the setting [`COLLECT_HEADERS`] allows it, `Store`;
/// nothing was written then.
pub async fn delete_visitor(ctx: &Context, token: &VisitorToken) -> Result<Erased, DeleteError> {
    retried(ctx, || delete_once(ctx, token)).await
}

async fn delete_once(ctx: &Context, token: &VisitorToken) -> Result<Erased, DeleteError> {
    let mut tx = ctx.store.begin().await?;
    let visitor = tx.visitors().find_by_token(token).await?.ok_or(DeleteError::UnknownToken)?;
    let settings = tx.settings().find_many(&[COLLECT_HEADERS]).await?;
    if !settings.flag(COLLECT_HEADERS)
        && tx.conversations().find_open_by_visitor(&visitor.id).await?.is_some()
    {
        return Err(DeleteError::OpenConversation);
    }
    let now = ctx.clock.now();
    let id = visitor.id.clone();
    for contact in lock_linked(tx.as_mut(), &id).await? {
        erase(tx.as_mut(), contact, now).await?;
    }
    erase_alone(tx.as_mut(), &visitor, now).await?;
    tx.commit().await?;
    Ok(Erased { id, at: now })
}

/// Erases what no contact led to.
async fn erase_alone(tx: &mut dyn Transaction, visitor: &Visitor, now: Timestamp) -> Result<(), StoreError> {
    let Some(mut left) = tx.visitors().find(&visitor.id).await?.filter(|visitor| !visitor.disabled) else {
        return Ok(());
    };
    tx.conversations().remove_by_visitor(&left.id).await?;
    left.erase(now);
    tx.visitors().update(&left).await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::setting::SettingValues;
    use omnicontact_ports::mock::MockTransaction;

    use super::*;
    use crate::context::test::{NOW, context};
    use crate::prepared::{mara_with, visitor, writing};

    fn stored(open: bool, allowed: bool) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.visitors.expect_find_by_token().returning(|_| Ok(Some(visitor("v1"))));
        tx.settings
            .expect_find_many()
            .returning(move |_| Ok(SettingValues::new(vec![(COLLECT_HEADERS.to_owned(), allowed.into())])));
        tx.conversations.expect_find_open_by_visitor().returning(move |_| Ok(open.then(|| "r1".into())));
        tx
    }

    async fn delete(tx: MockTransaction) -> (Result<Erased, DeleteError>, bool) {
        let (store, committed) = writing(vec![tx]);
        let answer = delete_visitor(&context(store), &"v1".into()).await;
        (answer, committed.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn an_unknown_token_erases_nobody() {
        let mut tx = MockTransaction::default();
        tx.visitors.expect_find_by_token().returning(|_| Ok(None));
        let (answer, committed) = delete(tx).await;
        assert!(matches!(answer, Err(DeleteError::UnknownToken)) && !committed);
    }

    #[tokio::test]
    async fn an_open_conversation_holds_the_visitor_unless_the_setting_allows_it() {
        let (answer, committed) = delete(stored(true, false)).await;
        assert!(matches!(answer, Err(DeleteError::OpenConversation)) && !committed);
    }

    #[tokio::test]
    async fn a_visitor_without_a_contact_goes_alone() {
        for (open, allowed) in [(false, false), (true, true)] {
            let mut tx = stored(open, allowed);
            tx.contacts.expect_list_ids_by_visitor().returning(|_| Ok(vec![]));
            tx.visitors.expect_find().returning(|_| Ok(Some(visitor("v1"))));
            tx.conversations.expect_remove_by_visitor().times(1).returning(|_| Ok(()));
            tx.visitors
                .expect_update()
                .withf(|visitor| visitor.disabled && visitor.token.is_none())
                .times(1)
                .returning(|_| Ok(()));
            let (answer, committed) = delete(tx).await;
            assert_eq!(answer.unwrap(), Erased { id: "v1".into(), at: NOW });
            assert!(committed);
        }
    }

    #[tokio::test]
    async fn its_contacts_go_with_all_their_visitors() {
        let mut tx = stored(false, false);
        tx.contacts.expect_list_ids_by_visitor().returning(|_| Ok(vec!["c1".into()]));
        tx.contacts.expect_lock().returning(|_| Ok(Some(mara_with(&["v1", "v2"]))));
        tx.contacts
            .expect_update()
            .withf(|contact| !contact.enabled && contact.name.is_none())
            .times(1)
            .returning(|_| Ok(()));
        let erased = std::sync::Mutex::new(Vec::new());
        let gone = std::sync::Arc::new(erased);
        let seen = std::sync::Arc::clone(&gone);
        tx.visitors.expect_find().returning(move |id| {
            let mut found = visitor(id.as_str());
            if seen.lock().unwrap().contains(id) {
                found.erase(NOW);
            }
            Ok(Some(found))
        });
        let noted = std::sync::Arc::clone(&gone);
        tx.visitors.expect_update().times(2).returning(move |visitor| {
            noted.lock().unwrap().push(visitor.id.clone());
            Ok(())
        });
        tx.conversations.expect_remove_by_visitor().times(2).returning(|_| Ok(()));
        tx.conversations.expect_remove_by_contact().times(1).returning(|_| Ok(()));
        let (answer, committed) = delete(tx).await;
        assert!(answer.is_ok() && committed);
        assert_eq!(gone.lock().unwrap().len(), 2);
    }
}
