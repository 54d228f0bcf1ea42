//! Records that may have been read along with the caller's session already. Use cases decide who may see them, and
//! only then come here.

use omnicontact_domain::contact::Contact;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{Prefetched, StoreError};

use crate::Context;

/// The visitor with that id, erased or not.
pub(crate) async fn visitor(
    ctx: &Context,
    id: &VisitorId,
    prefetched: Option<Prefetched>,
) -> Result<Option<Visitor>, StoreError> {
    match prefetched.and_then(|prefetched| prefetched.visitor(id)) {
        Some(found) => Ok(found),
        None => ctx.store.find_visitor(id).await,
    }
}

/// The contact with that id, erased or not.
pub(crate) async fn contact(
    ctx: &Context,
    id: &ContactId,
    prefetched: Option<Prefetched>,
) -> Result<Option<Contact>, StoreError> {
    match prefetched.and_then(|prefetched| prefetched.contact(id)) {
        Some(found) => Ok(found),
        None => ctx.store.find_contact(id).await,
    }
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::MockStore;

    use super::*;
    use crate::context::test::context;
    use crate::prepared::{mara, visitor as stored};

    #[tokio::test]
    async fn what_was_read_is_not_asked_for_again() {
        let ctx = context(MockStore::new());
        let read = Prefetched::Visitor("v1".into(), Some(Box::new(stored("v1"))));
        assert_eq!(visitor(&ctx, &"v1".into(), Some(read)).await.unwrap(), Some(stored("v1")));
        let read = Prefetched::Visitor("v1".into(), None);
        assert_eq!(visitor(&ctx, &"v1".into(), Some(read)).await.unwrap(), None);
        let read = Prefetched::Contact("c1".into(), Some(Box::new(mara())));
        assert_eq!(contact(&ctx, &"c1".into(), Some(read)).await.unwrap(), Some(mara()));
    }

    #[tokio::test]
    async fn what_is_another_record_is_asked_for() {
        let others = [
            Some(Prefetched::Visitor("v2".into(), Some(Box::new(stored("v2"))))),
            Some(Prefetched::Contact("c1".into(), None)),
            Some(Prefetched::Contact("v1".into(), None)),
            Some(Prefetched::Visitor("c2".into(), None)),
            None,
        ];
        for other in others {
            let mut store = MockStore::new();
            store.expect_find_visitor().once().returning(|id| Ok(Some(stored(id.as_str()))));
            store.expect_find_contact().once().returning(|_| Ok(Some(mara())));
            let ctx = context(store);
            assert_eq!(visitor(&ctx, &"v1".into(), other.clone()).await.unwrap(), Some(stored("v1")));
            assert_eq!(contact(&ctx, &"c2".into(), other).await.unwrap(), Some(mara()));
        }
    }
}
