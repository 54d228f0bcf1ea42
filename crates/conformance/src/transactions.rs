//! Laws of transactions: what is committed stays, what is not never was, and who waits for whom.

use std::sync::Arc;
use std::time::Duration;

use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{SessionQuestion, Store, StoreError};

use crate::data::{later, session, user, visitor};
use crate::steps::{
    AT_LAST, add_tokens, add_users, add_visitors, find_visitor, soon, update_visitor, who_has_token,
};

pub async fn what_is_committed_is_found(store: Arc<dyn Store>) {
    let visitor = visitor("v1", "t1");
    add_visitors(&*store, std::slice::from_ref(&visitor)).await;
    assert_eq!(find_visitor(&*store, &visitor.id).await.as_ref(), Some(&visitor));
    assert_eq!(store.find_visitor(&visitor.id).await.unwrap(), Some(visitor));
}

pub async fn what_is_dropped_is_gone(store: Arc<dyn Store>) {
    let visitor = visitor("v1", "t1");
    let mut tx = store.begin().await.unwrap();
    tx.visitors().add(&visitor).await.unwrap();
    tx.users().add(&user("u1", "kim")).await.unwrap();
    drop(tx);
    assert_eq!(find_visitor(&*store, &visitor.id).await, None);
    assert_eq!(who_has_token(&*store, "t1").await, None);
    // Nothing is left that would be in the way of doing it again.
    add_visitors(&*store, &[visitor]).await;
    add_users(&*store, &[user("u1", "kim")]).await;
}

pub async fn what_is_not_committed_is_seen_by_its_transaction_only(store: Arc<dyn Store>) {
    let visitor = visitor("v1", "t1");
    let mut tx = store.begin().await.unwrap();
    tx.visitors().add(&visitor).await.unwrap();
    assert_eq!(tx.visitors().find(&visitor.id).await.unwrap().as_ref(), Some(&visitor));
    assert_eq!(tx.visitors().find_by_token(&"t1".into()).await.unwrap().as_ref(), Some(&visitor));
    assert_eq!(find_visitor(&*store, &visitor.id).await, None);
    assert_eq!(store.find_visitor(&visitor.id).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert_eq!(store.find_visitor(&visitor.id).await.unwrap(), Some(visitor));
}

pub async fn a_read_transaction_is_a_consistent_view(store: Arc<dyn Store>) {
    let old = visitor("v1", "t1");
    add_visitors(&*store, std::slice::from_ref(&old)).await;
    let mut view = store.read().await.unwrap();
    assert_eq!(view.visitors().find_by_token(&"t1".into()).await.unwrap().as_ref(), Some(&old));
    update_visitor(&*store, &Visitor { token: Some("t2".into()), name: Some("New".into()), ..old.clone() })
        .await;
    add_visitors(&*store, &[visitor("v2", "t3")]).await;
    assert_eq!(view.visitors().find(&old.id).await.unwrap().as_ref(), Some(&old));
    assert_eq!(view.visitors().find_by_token(&"t1".into()).await.unwrap(), Some(old));
    assert_eq!(view.visitors().find_by_token(&"t3".into()).await.unwrap(), None);
    drop(view);
    assert_eq!(who_has_token(&*store, "t1").await, None);
    assert_eq!(who_has_token(&*store, "t3").await.as_deref(), Some("v2"));
}

pub async fn a_read_transaction_blocks_no_writer(store: Arc<dyn Store>) {
    let old = visitor("v1", "t1");
    add_visitors(&*store, std::slice::from_ref(&old)).await;
    let mut view = store.read().await.unwrap();
    view.visitors().find(&old.id).await.unwrap();
    let new = Visitor { name: Some("New".into()), ..old.clone() };
    soon("a writer beside a reader", update_visitor(&*store, &new)).await;
    assert_eq!(view.visitors().find(&old.id).await.unwrap(), Some(old));
}

pub async fn a_write_transaction_blocks_no_reader(store: Arc<dyn Store>) {
    let old = visitor("v1", "t1");
    add_visitors(&*store, std::slice::from_ref(&old)).await;
    add_users(&*store, &[user("u1", "kim")]).await;
    add_tokens(&*store, &"u1".into(), &[session("s1", later(0))]).await;
    let mut tx = store.begin().await.unwrap();
    tx.visitors().update(&Visitor { name: Some("New".into()), ..old.clone() }).await.unwrap();
    tx.tokens().remove_all(&"u1".into()).await.unwrap();
    let key = omnicontact_ports::SessionKey { user_id: "u1".into(), token: session("s1", later(0)).hashed };
    let read = soon("a read beside a writer", find_visitor(&*store, &old.id)).await;
    assert_eq!(read.as_ref(), Some(&old));
    let looked_up = soon("a look-up beside a writer", store.find_visitor(&old.id)).await;
    assert_eq!(looked_up.unwrap(), Some(old));
    assert!(
        soon("a session beside a writer", store.find_session(SessionQuestion::of(key.clone())))
            .await
            .unwrap()
            .is_some()
    );
    soon("a ping beside a writer", store.ping()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.find_session(SessionQuestion::of(key.clone())).await.unwrap(), None);
}

pub async fn a_read_transaction_does_not_write(store: Arc<dyn Store>) {
    let mut view = store.read().await.unwrap();
    let added = view.visitors().add(&visitor("v1", "t1")).await;
    assert!(added.is_err(), "a read transaction wrote: {added:?}");
    drop(view);
    assert_eq!(find_visitor(&*store, &"v1".into()).await, None);
    // The connection of the refused transaction still serves others.
    add_visitors(&*store, &[visitor("v1", "t1")]).await;
}

pub async fn writers_wait_and_none_is_lost(store: Arc<dyn Store>) {
    const WRITERS: u32 = 8;
    const INCREMENTS: u32 = 5;
    add_visitors(&*store, &[Visitor { name: Some("0".into()), ..visitor("v1", "t1") }]).await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for _ in 0..INCREMENTS {
                    while let Err(error) = increment(&*store).await {
                        assert!(error.is_worth_a_retry(), "{error:?}");
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        tokio::time::timeout(AT_LAST, writer).await.expect("all writers end").unwrap();
    }
    let counted = find_visitor(&*store, &"v1".into()).await.unwrap();
    assert_eq!(counted.name, Some((WRITERS * INCREMENTS).to_string()));
    assert_eq!(counted.version.number(), i64::from(WRITERS * INCREMENTS) + 1);
}

async fn increment(store: &dyn Store) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    let mut visitor = tx.visitors().find(&"v1".into()).await?.unwrap();
    let count: u32 = visitor.name.unwrap().parse().unwrap();
    tokio::task::yield_now().await;
    visitor.name = Some((count + 1).to_string());
    tx.visitors().update(&visitor).await?;
    tx.commit().await
}

pub async fn many_readers_at_once_are_served(store: Arc<dyn Store>) {
    add_visitors(&*store, &[visitor("v1", "t1")]).await;
    let readers: Vec<_> = (0..40)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let mut view = store.read().await.unwrap();
                assert!(view.visitors().find(&"v1".into()).await.unwrap().is_some());
                tokio::time::sleep(Duration::from_millis(5)).await;
                drop(view);
                assert!(store.find_visitor(&"v1".into()).await.unwrap().is_some());
            })
        })
        .collect();
    for reader in readers {
        tokio::time::timeout(AT_LAST, reader).await.expect("all readers end").unwrap();
    }
}

pub async fn a_closed_store_answers_with_an_error(store: Arc<dyn Store>) {
    store.ping().await.unwrap();
    store.close().await;
    assert!(soon("a ping of a closed store", store.ping()).await.is_err());
    assert!(soon("a write to a closed store", store.begin()).await.is_err());
    assert!(soon("a read of a closed store", store.read()).await.is_err());
    assert!(soon("a look-up in a closed store", store.find_visitor(&"v1".into())).await.is_err());
}
