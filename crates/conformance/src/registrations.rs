//! Laws of registrations that happen at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use omnicontact_domain::role::LIVECHAT_AGENT;
use omnicontact_domain::user::User;
use omnicontact_domain::visitor::{Visitor, VisitorManager, VisitorToken};
use omnicontact_ports::{Store, StoreError, VisitorFilter};

use crate::data::{later, role, role_ids, texts, user, visitor};
use crate::steps::{
    AT_LAST, add_access, add_users, find_user, find_visitor, soon, until_done, who_has_email, who_has_token,
};

const AT_ONCE: usize = 8;

/// Registers as the use case does: look up, then add. Returns whether it added.
async fn register(
    store: &dyn Store,
    id: &str,
    token: &VisitorToken,
    email: Option<&str>,
) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    tx.visitors().lock_registration(token, None, email).await?;
    let mut known = tx.visitors().find_by_token(token).await?;
    if let (None, Some(address)) = (&known, email) {
        known = tx.visitors().find_by_email(address).await?;
    }
    // Time for the others to do the same.
    tokio::time::sleep(Duration::from_millis(10)).await;
    if known.is_none() {
        let mut new = visitor(id, token.as_str());
        new.emails = email.and_then(|address| texts(&[address]));
        tx.visitors().add(&new).await?;
    }
    tx.commit().await?;
    Ok(known.is_none())
}

/// Runs registrations at once, each again while others interfere. Returns how many added a visitor.
async fn register_at_once(store: &Arc<dyn Store>, registrations: Vec<(String, Option<String>)>) -> usize {
    let mut tasks = Vec::new();
    for (number, (token, email)) in registrations.into_iter().enumerate() {
        let store = Arc::clone(store);
        tasks.push(tokio::spawn(async move {
            let token = VisitorToken::from(token);
            loop {
                match register(&*store, &format!("v{number}"), &token, email.as_deref()).await {
                    Ok(added) => return added,
                    Err(error) => assert!(error.is_worth_a_retry(), "{error:?}"),
                }
            }
        }));
    }
    let mut added = 0;
    for task in tasks {
        let did_add = tokio::time::timeout(AT_LAST, task).await.expect("all registrations end").unwrap();
        added += usize::from(did_add);
    }
    added
}

pub async fn guest_numbers_begin_with_two_and_are_never_given_twice(store: Arc<dyn Store>) {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.visitors().next_guest_number().await.unwrap(), 2);
    tx.commit().await.unwrap();
    let takers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let mut taken = Vec::new();
                for _ in 0..3 {
                    let mut tx = store.begin().await.unwrap();
                    taken.push(tx.visitors().next_guest_number().await.unwrap());
                    taken.push(tx.visitors().next_guest_number().await.unwrap());
                    tx.commit().await.unwrap();
                }
                taken
            })
        })
        .collect();
    let mut given = BTreeSet::from([2]);
    for taker in takers {
        for number in tokio::time::timeout(AT_LAST, taker).await.expect("all takers end").unwrap() {
            assert!(number > 2 && given.insert(number), "{number} was given twice");
        }
    }
    assert_eq!(given.len(), 1 + AT_ONCE * 6);
}

pub async fn two_registrations_of_one_token_make_one_visitor(store: Arc<dyn Store>) {
    let registrations = (0..AT_ONCE).map(|_| ("t1".to_owned(), None)).collect();
    assert_eq!(register_at_once(&store, registrations).await, 1);
    assert!(who_has_token(&*store, "t1").await.is_some());
}

pub async fn two_registrations_of_one_address_make_one_visitor(store: Arc<dyn Store>) {
    let registrations = (0..AT_ONCE).map(|number| (format!("t{number}"), Some("a@x".to_owned()))).collect();
    assert_eq!(register_at_once(&store, registrations).await, 1);
    assert!(who_has_email(&*store, "a@x").await.is_some());
}

pub async fn crossing_registrations_all_end(store: Arc<dyn Store>) {
    // Each names what the next one names, too; some a token that is another's address.
    let registrations = (0..AT_ONCE)
        .map(|number| (format!("{}", number % 3), Some(format!("{}", (number + 1) % 3))))
        .collect();
    assert!(register_at_once(&store, registrations).await >= 1);
}

pub async fn a_registration_that_gives_up_lets_others_go_on(store: Arc<dyn Store>) {
    let token = VisitorToken::from("t1");
    let mut tx = store.begin().await.unwrap();
    tx.visitors().lock_registration(&token, None, Some("a@x")).await.unwrap();
    tx.visitors().add(&visitor("v1", "t1")).await.unwrap();
    drop(tx);
    let next = soon("the next registration", register(&*store, "v2", &token, Some("a@x"))).await;
    assert!(next.unwrap());
    assert_eq!(who_has_token(&*store, "t1").await.as_deref(), Some("v2"));
}

/// Registers as a guest with a number does: look up the number, then add.
async fn register_number(store: &dyn Store, id: &str, number: &str) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    let token = VisitorToken::from(id);
    tx.visitors().lock_registration(&token, Some(number), None).await?;
    let filter = VisitorFilter { phone: Some(number.to_owned()), ..VisitorFilter::default() };
    let known = tx.visitors().find_by_filter(&filter).await?;
    tokio::time::sleep(Duration::from_millis(10)).await;
    if known.is_none() {
        let mut new = visitor(id, id);
        new.phones = texts(&[number]);
        tx.visitors().add(&new).await?;
    }
    tx.commit().await?;
    Ok(known.is_none())
}

pub async fn of_many_registrations_of_one_number_one_adds(store: Arc<dyn Store>) {
    let mut tasks = Vec::new();
    for turn in 0..AT_ONCE {
        let store = Arc::clone(&store);
        tasks.push(tokio::spawn(async move {
            register_number(&*store, &format!("v{turn}"), "+4930123456").await.unwrap()
        }));
    }
    let mut added = 0;
    for task in tasks {
        added += usize::from(tokio::time::timeout(AT_LAST, task).await.expect("all end").unwrap());
    }
    assert_eq!(added, 1);
}

/// Names the agent `u1` as the manager of a visitor. Returns whether it still was an agent.
async fn name_manager(store: &dyn Store, id: &str) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    let agent = tx.users().lock(&"u1".into()).await?.expect("the user");
    tokio::task::yield_now().await;
    if !agent.has_role(LIVECHAT_AGENT) {
        return Ok(false);
    }
    let manager = VisitorManager { user_id: None, username: "kim".to_owned(), name: None, emails: None };
    tx.visitors().add(&Visitor { manager: Some(manager), ..visitor(id, id) }).await?;
    tx.commit().await?;
    Ok(true)
}

/// Takes the role of an agent from `u1`, and the manager off all visitors.
async fn remove_agent(store: &dyn Store) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    let agent = tx.users().find(&"u1".into()).await?.expect("the user");
    tokio::task::yield_now().await;
    tx.users().update(&User { roles: vec![], ..agent }).await?;
    tx.visitors().release_manager("kim", later(1)).await?;
    tx.commit().await
}

pub async fn nobody_is_named_who_is_removed_meanwhile(store: Arc<dyn Store>) {
    add_access(&*store, &[role(LIVECHAT_AGENT)], &[]).await;
    add_users(&*store, &[user("u1", "kim")]).await;
    for round in 0..8 {
        let agent = find_user(&*store, &"u1".into()).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        tx.users().update(&User { roles: role_ids(&[LIVECHAT_AGENT]), ..agent }).await.unwrap();
        tx.commit().await.unwrap();
        let ids: Vec<_> = (0..4).map(|number| format!("v{round}-{number}")).collect();
        let mut tasks = Vec::new();
        for id in ids.clone() {
            let store = Arc::clone(&store);
            tasks.push(tokio::spawn(async move { until_done(|| name_manager(&*store, &id)).await }));
        }
        let removing = Arc::clone(&store);
        let removing = tokio::spawn(async move { until_done(|| remove_agent(&*removing)).await });
        tokio::time::timeout(AT_LAST, removing).await.expect("all end").unwrap();
        for (task, id) in tasks.into_iter().zip(ids) {
            let was_named = tokio::time::timeout(AT_LAST, task).await.expect("all end").unwrap();
            let found = find_visitor(&*store, &id.as_str().into()).await;
            assert_eq!(found.is_some(), was_named, "round {round}");
            assert_eq!(found.and_then(|visitor| visitor.manager), None, "round {round}");
        }
    }
}
