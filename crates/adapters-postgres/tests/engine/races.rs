//! Two transactions want the same key, and neither has seen the other's: the second one waits, then hears of a
//! conflict, holds nothing of what it tried, and goes on.

use std::time::Duration;

use omnicontact_adapters_postgres::PgStore;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::User;
use omnicontact_domain::version::Version;
use omnicontact_domain::visitor::{Visitor, VisitorManager};
use omnicontact_ports::{Constraint, Lookups, Store, StoreError, Transaction};

use crate::fresh::Database;

fn visitor(id: &str, token: &str) -> Visitor {
    Visitor::new(id.into(), "guest-2".to_owned(), token.into(), Timestamp::from_millis(1))
}

fn user(id: &str, username: &str) -> User {
    User { username: Some(username.to_owned()), ..User::new(id, Timestamp::from_millis(0)) }
}

/// Commits while another transaction is already waiting.
async fn commit_later(transaction: Box<dyn Transaction>) {
    tokio::time::sleep(Duration::from_millis(200)).await;
    transaction.commit().await.unwrap();
}

fn assert_conflict(outcome: &Result<(), StoreError>, expected: Constraint) {
    let fits = matches!(outcome, Err(StoreError::Conflict(constraint)) if *constraint == expected);
    assert!(fits, "expected {expected:?}, got {outcome:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_race_for_an_id_leaves_the_losers_token_free() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    let mut first = store.begin().await.unwrap();
    first.visitors().add(&visitor("v1", "t1")).await.unwrap();
    let mut second = store.begin().await.unwrap();
    let loser = visitor("v1", "t2");
    let ((), outcome) = tokio::join!(commit_later(first), second.visitors().add(&loser));
    assert_conflict(&outcome, Constraint::Id);
    second.visitors().add(&visitor("v2", "t2")).await.unwrap();
    second.commit().await.unwrap();
    assert_eq!(store.find_visitor(&"v1".into()).await.unwrap(), Some(visitor("v1", "t1")));
    assert_eq!(store.find_visitor(&"v2".into()).await.unwrap(), Some(visitor("v2", "t2")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_race_for_a_token_leaves_nothing_of_the_loser() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    let mut first = store.begin().await.unwrap();
    first.visitors().add(&visitor("v1", "t1")).await.unwrap();
    let mut second = store.begin().await.unwrap();
    let loser = Visitor { emails: Some(vec!["a@example.org".to_owned()]), ..visitor("v2", "t1") };
    let ((), outcome) = tokio::join!(commit_later(first), second.visitors().add(&loser));
    assert_conflict(&outcome, Constraint::VisitorToken);
    assert!(second.visitors().find_by_email("a@example.org").await.unwrap().is_none());
    second.commit().await.unwrap();
    assert!(store.find_visitor(&"v2".into()).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_race_for_a_username_leaves_the_loser_as_it_was() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    let mut before = store.begin().await.unwrap();
    before.users().add(&user("u2", "old")).await.unwrap();
    before.commit().await.unwrap();
    let mut first = store.begin().await.unwrap();
    first.users().add(&user("u1", "wanted")).await.unwrap();
    let mut second = store.begin().await.unwrap();
    let loser = user("u2", "Wanted");
    let ((), outcome) = tokio::join!(commit_later(first), second.users().update(&loser));
    assert_conflict(&outcome, Constraint::Username);
    assert_eq!(second.users().find(&"u2".into()).await.unwrap(), Some(user("u2", "old")));
    second.users().update(&user("u2", "another")).await.unwrap();
    second.commit().await.unwrap();
    let mut view = store.read().await.unwrap();
    assert!(view.users().find_by_username("ANOTHER").await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_race_for_one_version_has_one_winner() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    let mut before = store.begin().await.unwrap();
    before.visitors().add(&visitor("v1", "t1")).await.unwrap();
    before.commit().await.unwrap();
    let mut first = store.begin().await.unwrap();
    first.visitors().update(&visitor("v1", "t2")).await.unwrap();
    let mut second = store.begin().await.unwrap();
    // The loser read the same version, and its new token must stay free.
    let read = second.visitors().find(&"v1".into()).await.unwrap().unwrap();
    let loser = Visitor { token: Some("t3".into()), ..read };
    let ((), outcome) = tokio::join!(commit_later(first), second.visitors().update(&loser));
    assert!(matches!(outcome, Err(StoreError::Stale)), "{outcome:?}");
    second.visitors().add(&visitor("v3", "t3")).await.unwrap();
    second.commit().await.unwrap();
    let mut view = store.read().await.unwrap();
    let owner = view.visitors().find_by_token(&"t2".into()).await.unwrap().unwrap();
    assert_eq!((owner.id, owner.version), ("v1".into(), Version::new(2)));
    assert!(view.visitors().find_by_token(&"t1".into()).await.unwrap().is_none());
}

fn managed(id: &str, manager: &str) -> Visitor {
    let manager = VisitorManager { user_id: None, username: manager.to_owned(), name: None, emails: None };
    Visitor { manager: Some(manager), ..visitor(id, id) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manager_is_released_of_visitors_that_others_overwrite() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    let mut before = store.begin().await.unwrap();
    for id in ["v1", "v2", "v3"] {
        before.visitors().add(&managed(id, "kim")).await.unwrap();
    }
    before.commit().await.unwrap();
    let now = Timestamp::from_millis(9);

    // One gets another manager, one keeps it: the release waits for both and sees what became of them.
    let mut first = store.begin().await.unwrap();
    first.visitors().update(&managed("v3", "jane")).await.unwrap();
    first
        .visitors()
        .update(&Visitor { name: Some("Mara".to_owned()), ..managed("v1", "kim") })
        .await
        .unwrap();
    let mut second = store.begin().await.unwrap();
    let ((), released) = tokio::join!(commit_later(first), second.visitors().release_manager("kim", now));
    assert_eq!(released.unwrap(), 2);
    // Whoever read a visitor before it was released, does not bring the manager back.
    let mut third = store.begin().await.unwrap();
    let read = third.visitors().find(&"v2".into()).await.unwrap().unwrap();
    let ((), outcome) = tokio::join!(commit_later(second), third.visitors().update(&read));
    assert!(matches!(outcome, Err(StoreError::Stale)), "{outcome:?}");

    let mut view = store.read().await.unwrap();
    let mut left = Vec::new();
    for id in ["v1", "v2", "v3"] {
        let visitor = view.visitors().find(&id.into()).await.unwrap().unwrap();
        left.push((visitor.name, visitor.manager.map(|manager| manager.username), visitor.version.number()));
    }
    let mara = Some("Mara".to_owned());
    assert_eq!(left, [(mara, None, 3), (None, None, 2), (None, Some("jane".to_owned()), 2)]);
}
