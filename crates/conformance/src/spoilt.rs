//! Records that make no sense. These are no laws, as no port stores such: whoever tests a store spoils a row of its own.

use std::sync::Arc;

use omnicontact_ports::{Prefetch, Prefetched, SessionQuestion, Store, StoreError};

use crate::data::visitor;
use crate::sessions::{key, prepare, read_along};
use crate::steps::add_visitors;

/// `spoil` makes nonsense of the row of the visitor `v1`.
pub async fn what_cannot_be_read_is_left_out_of_what_is_read_along(
    store: Arc<dyn Store>,
    spoil: impl Future<Output = ()>,
) {
    let token = prepare(&*store).await;
    let [spoilt, other] = ["v1", "v2"].map(|id| visitor(id, id));
    add_visitors(&*store, &[spoilt.clone(), other.clone()]).await;
    spoil.await;
    let asked = [&spoilt, &other].map(|visitor| Prefetch::Visitor(visitor.id.clone()));
    let found = Prefetched::Visitor(other.id.clone(), Some(Box::new(other)));
    let together = asked
        .clone()
        .map(|asked| SessionQuestion { prefetch: Some(asked), ..SessionQuestion::of(key("u1", &token)) });
    let together = store.find_sessions(&together).await.unwrap();
    let together: Vec<_> = together.into_iter().map(|answer| answer.expect("a session").prefetched).collect();
    assert_eq!(together, [None, Some(found.clone())], "the neighbour of a spoilt record is read");
    let [of_spoilt, of_other] = asked;
    assert_eq!(read_along(&*store, &token, of_spoilt).await, None);
    assert_eq!(read_along(&*store, &token, of_other).await, Some(found));
    let alone = store.find_visitor(&spoilt.id).await;
    assert!(matches!(alone, Err(StoreError::Corrupt { what: "visitor", .. })), "{alone:?}");
}
