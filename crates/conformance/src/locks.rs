//! Laws of roles, permissions and users that several transactions change at once.

use std::sync::Arc;
use std::time::Duration;

use omnicontact_domain::id::UserId;
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::user::{User, UserEmail};
use omnicontact_ports::{Constraint, Store, StoreError, UserFilter};

use crate::data::{permission, role, role_ids, user};
use crate::steps::{AT_LAST, add_access, add_users, find_user, soon};

const ADMIN: &str = "admin";
const P1: PermissionId = PermissionId::known("p1");

/// Takes the role from one of two administrators, unless no other one is left. Returns whether it did.
async fn demote(store: &dyn Store, id: &str) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    tx.access().lock_role(&ADMIN.into()).await?.expect("the role");
    let filter = UserFilter { roles: role_ids(&[ADMIN]), active: Some(true), ..UserFilter::default() };
    let holders = tx.users().list_page(&filter, &[], Page { offset: 0, limit: Some(2) }).await?;
    // Time for the other one to do the same.
    tokio::time::sleep(Duration::from_millis(10)).await;
    let Some(holder) = holders.users.iter().find(|user| user.id.as_str() == id) else {
        return Ok(false);
    };
    if holders.users.len() < 2 {
        return Ok(false);
    }
    tx.users().update(&User { roles: vec![], ..holder.clone() }).await?;
    tx.commit().await?;
    Ok(true)
}

pub async fn of_two_administrators_one_stays(store: Arc<dyn Store>) {
    add_access(&*store, &[role(ADMIN)], &[]).await;
    for round in 0..5 {
        let ids = ["x", "y"].map(|side| format!("u{round}{side}"));
        let administrators = [0, 1].map(|side: usize| {
            let id = ids[side].as_str();
            User { roles: role_ids(&[ADMIN]), ..user(id, id) }
        });
        add_users(&*store, &administrators).await;
        let demoting = ids.clone().map(|id| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                loop {
                    match demote(&*store, &id).await {
                        Ok(demoted) => return demoted,
                        Err(error) => assert!(error.is_worth_a_retry(), "{error:?}"),
                    }
                }
            })
        });
        let mut demoted = 0;
        for task in demoting {
            let done = tokio::time::timeout(AT_LAST, task).await.expect("both end").unwrap();
            demoted += u32::from(done);
        }
        assert_eq!(demoted, 1, "round {round}");
        // Whoever stayed makes room for the next round.
        let mut tx = store.begin().await.unwrap();
        let last = tx.users().find_by_role(&ADMIN.into()).await.unwrap().expect("an administrator");
        assert!(ids.contains(&last.id.as_str().to_owned()));
        tx.users().update(&User { roles: vec![], ..last }).await.unwrap();
        tx.commit().await.unwrap();
    }
}

pub async fn a_lock_ends_with_its_transaction(store: Arc<dyn Store>) {
    add_access(&*store, &[role("a")], &[permission("p1", &["a"])]).await;
    for _ in 0..2 {
        let mut tx = store.begin().await.unwrap();
        assert_eq!(soon("a lock", tx.access().lock_role(&"a".into())).await.unwrap(), Some(role("a")));
        let locked = soon("a lock", tx.access().lock_permission(&P1)).await.unwrap();
        assert_eq!(locked, Some(permission("p1", &["a"])));
        // Who locks twice does not wait for itself, and writes what is locked.
        soon("a second lock", tx.access().lock_role(&"a".into())).await.unwrap();
        soon("a second lock", tx.access().lock_permission(&P1)).await.unwrap();
        tx.access().update_role(&role("a")).await.unwrap();
        tx.access().update_permission(&permission("p1", &[])).await.unwrap();
        drop(tx);
    }
}

pub async fn a_lock_keeps_nobody_from_reading_or_from_taking_the_role(store: Arc<dyn Store>) {
    add_access(&*store, &[role("a")], &[permission("p1", &["a"])]).await;
    let mut tx = store.begin().await.unwrap();
    tx.access().lock_role(&"a".into()).await.unwrap();
    tx.access().lock_permission(&P1).await.unwrap();
    let mut view = soon("a reader", store.read()).await.unwrap();
    assert_eq!(soon("reading roles", view.access().list_roles()).await.unwrap(), [role("a")]);
    soon("reading permissions", view.access().list_permissions()).await.unwrap();
    drop(view);
    // The transaction that holds the lock adds holders itself.
    let kim = User { roles: role_ids(&["a"]), ..user("u1", "kim") };
    tx.users().add(&kim).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(find_user(&*store, &kim.id).await, Some(kim));
}

async fn grant(store: &dyn Store, role: &RoleId) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    let mut permission = tx.access().lock_permission(&P1).await?.expect("the permission");
    // Time for the others to do the same.
    tokio::time::sleep(Duration::from_millis(5)).await;
    permission.roles.push(role.clone());
    tx.access().update_permission(&permission).await?;
    tx.commit().await
}

pub async fn of_many_who_change_one_permission_none_is_lost(store: Arc<dyn Store>) {
    let ids = ["a", "b", "c", "d", "e", "f"];
    add_access(&*store, &ids.map(role), &[permission("p1", &[])]).await;
    let granting = ids.map(|id| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            while let Err(error) = grant(&*store, &id.into()).await {
                assert!(error.is_worth_a_retry(), "{error:?}");
            }
        })
    });
    for task in granting {
        tokio::time::timeout(AT_LAST, task).await.expect("all end").unwrap();
    }
    let mut tx = store.begin().await.unwrap();
    let mut found = tx.access().lock_permission(&P1).await.unwrap().expect("the permission").roles;
    found.sort_by(|one, other| one.as_str().cmp(other.as_str()));
    assert_eq!(found, role_ids(&ids));
}

pub async fn an_unknown_permission_is_not_locked(store: Arc<dyn Store>) {
    add_access(&*store, &[], &[permission("p1", &[])]).await;
    let mut tx = store.begin().await.unwrap();
    for unknown in ["P1", "p", "p2", ""] {
        let found = tx.access().lock_permission(&PermissionId::from(unknown.to_owned())).await.unwrap();
        assert_eq!(found, None, "{unknown}");
    }
}

/// The end of a transaction that is tried again while others interfere: whether it committed, or why not.
async fn settled(work: impl AsyncFn() -> Result<(), StoreError>) -> Result<(), Constraint> {
    loop {
        match work().await {
            Ok(()) => return Ok(()),
            Err(StoreError::Conflict(constraint)) => return Err(constraint),
            Err(error) => assert!(error.is_worth_a_retry(), "{error:?}"),
        }
    }
}

pub async fn a_role_is_given_or_removed_but_never_both(store: Arc<dyn Store>) {
    for round in 0..6 {
        let id = RoleId::from(format!("r{round}"));
        add_access(&*store, &[role(id.as_str())], &[permission(&format!("p{round}"), &[id.as_str()])]).await;
        let holder = User { roles: vec![id.clone()], ..user(id.as_str(), id.as_str()) };
        // Now the one is faster, now the other.
        let pause = |who| tokio::time::sleep(Duration::from_millis(if round % 2 == who { 5 } else { 0 }));
        let give = settled(async || {
            pause(0).await;
            let mut tx = store.begin().await?;
            tx.users().add(&holder).await?;
            tokio::time::sleep(Duration::from_millis(10)).await;
            tx.commit().await
        });
        let remove = settled(async || {
            pause(1).await;
            let mut tx = store.begin().await?;
            tx.access().remove_role(&id).await?;
            tokio::time::sleep(Duration::from_millis(10)).await;
            tx.commit().await
        });
        let both = async { tokio::join!(give, remove) };
        let (given, removed) = tokio::time::timeout(AT_LAST, both).await.expect("both end");
        let refused = Err(Constraint::Reference);
        assert!(
            (given, removed) == (Ok(()), refused) || (given, removed) == (refused, Ok(())),
            "{given:?} {removed:?}"
        );
        let mut view = store.read().await.unwrap();
        let left = view.access().find_role(&id).await.unwrap();
        let stored = view.users().find(&holder.id).await.unwrap();
        assert_eq!(
            (left.is_some(), stored),
            if given.is_ok() { (true, Some(holder)) } else { (false, None) }
        );
    }
}

/// Renames a user by a version that nobody else can make stale, for the user is locked.
async fn rename(store: &dyn Store, id: &UserId, letter: char) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    let found = tx.users().lock(id).await?.expect("the user");
    // Time for the others to do the same.
    tokio::time::sleep(Duration::from_millis(5)).await;
    let name = format!("{}{letter}", found.name.clone().unwrap_or_default());
    tx.users().update(&User { name: Some(name), ..found }).await?;
    tx.commit().await
}

pub async fn of_many_who_lock_one_user_nobody_is_stale(store: Arc<dyn Store>) {
    let kim = User { name: None, ..user("u1", "kim") };
    add_users(&*store, std::slice::from_ref(&kim)).await;
    let renaming = ('a'..='l').map(|letter| {
        let (store, id) = (Arc::clone(&store), kim.id.clone());
        tokio::spawn(async move { rename(&*store, &id, letter).await })
    });
    for task in renaming.collect::<Vec<_>>() {
        let renamed = tokio::time::timeout(AT_LAST, task).await.expect("all end").unwrap();
        assert!(renamed.is_ok(), "{renamed:?}");
    }
    let mut letters: Vec<char> = find_user(&*store, &kim.id).await.unwrap().name.unwrap().chars().collect();
    letters.sort_unstable();
    assert_eq!(letters, ('a'..='l').collect::<Vec<_>>());
}

pub async fn a_locked_user_is_seen_with_everything_that_was_written_before(store: Arc<dyn Store>) {
    add_access(&*store, &[role("a"), role("b")], &[]).await;
    let kim = User { roles: role_ids(&["a"]), ..user("u1", "kim") };
    add_users(&*store, std::slice::from_ref(&kim)).await;
    let mut first = store.begin().await.unwrap();
    let locked = first.users().lock(&kim.id).await.unwrap().expect("the user");
    let waiting = tokio::spawn({
        let (store, id) = (Arc::clone(&store), kim.id.clone());
        async move {
            let mut second = store.begin().await.unwrap();
            second.users().lock(&id).await.unwrap().expect("the user")
        }
    });
    tokio::time::sleep(Duration::from_millis(30)).await;
    let email = UserEmail { address: "kim@example.org".into(), verified: true };
    let changed = User { roles: role_ids(&["b"]), emails: vec![email], ..locked };
    first.users().update(&changed).await.unwrap();
    first.commit().await.unwrap();
    let seen = tokio::time::timeout(AT_LAST, waiting).await.expect("it ends").unwrap();
    assert_eq!((seen.roles, seen.emails), (changed.roles, changed.emails));
    assert_ne!(seen.version, changed.version);
}

pub async fn a_locked_user_can_be_read_and_an_unknown_one_is_not_locked(store: Arc<dyn Store>) {
    let kim = user("u1", "kim");
    add_users(&*store, std::slice::from_ref(&kim)).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.users().lock(&kim.id).await.unwrap(), Some(kim.clone()));
    assert_eq!(soon("a reader", find_user(&*store, &kim.id)).await, Some(kim.clone()));
    // Who locks twice does not wait for itself.
    assert_eq!(soon("a second lock", tx.users().lock(&kim.id)).await.unwrap(), Some(kim));
    for unknown in ["U1", "u", ""] {
        assert_eq!(tx.users().lock(&unknown.into()).await.unwrap(), None, "{unknown}");
    }
}
