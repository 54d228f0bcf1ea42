//! Laws of users: round trips, look-ups in any case, paging, removal.

use std::collections::BTreeMap;
use std::sync::Arc;

use omnicontact_domain::id::UserId;
use omnicontact_domain::user::{User, UserEmail};
use omnicontact_domain::version::Version;
use omnicontact_ports::{SessionKey, SessionQuestion, Store};

use crate::data::arbitrary::{self, samples};
use crate::data::{
    IDS_IN_DISORDER, ids_by_bytes, later, personal, role, role_ids, session, user, user_email,
};
use crate::steps::{add_access, add_tokens, add_users, assert_stale, find_user};

/// Arbitrary users, made one of a kind, with the roles `z`, `a`, `m` in turn.
fn arbitrary_users() -> Vec<User> {
    let unique = |(number, user): (u16, User)| User {
        id: format!("u{number:03}").into(),
        username: user.username.map(|username| format!("{username}-{number}")),
        emails: (0..)
            .zip(user.emails)
            .map(|(place, email): (u16, UserEmail)| UserEmail {
                address: format!("{}-{number}-{place}", email.address),
                ..email
            })
            .collect(),
        roles: role_ids([&["z", "a", "m"][..], &["a"], &[]][usize::from(number % 3)]),
        ..user
    };
    samples(&arbitrary::user()).into_iter().map(unique).collect()
}

async fn update(store: &dyn Store, user: &User) {
    let mut tx = store.begin().await.unwrap();
    tx.users().update(user).await.unwrap();
    tx.commit().await.unwrap();
}

async fn list(store: &dyn Store, after: Option<&UserId>, limit: u32) -> Vec<User> {
    store.read().await.unwrap().users().list(after, limit).await.unwrap()
}

async fn by_username(store: &dyn Store, username: &str) -> Option<String> {
    let found = store.read().await.unwrap().users().find_by_username(username).await.unwrap();
    found.map(|user| user.id.into_string())
}

async fn by_email(store: &dyn Store, address: &str) -> Option<String> {
    let found = store.read().await.unwrap().users().find_by_email(address).await.unwrap();
    found.map(|user| user.id.into_string())
}

pub async fn every_field_survives_the_round_trip(store: Arc<dyn Store>) {
    add_access(&*store, &["a", "m", "z"].map(role), &[]).await;
    let users = arbitrary_users();
    add_users(&*store, &users).await;
    for user in &users {
        let mut view = store.read().await.unwrap();
        assert_eq!(view.users().find(&user.id).await.unwrap().as_ref(), Some(user));
        if let Some(username) = &user.username {
            assert_eq!(view.users().find_by_username(username).await.unwrap().as_ref(), Some(user));
        }
        for email in &user.emails {
            assert_eq!(view.users().find_by_email(&email.address).await.unwrap().as_ref(), Some(user));
        }
    }
    assert_eq!(list(&*store, None, u32::MAX).await, users);
}

pub async fn every_field_survives_an_update(store: Arc<dyn Store>) {
    add_access(&*store, &["a", "m", "z"].map(role), &[]).await;
    let mut stored = user("u1", "kim");
    add_users(&*store, std::slice::from_ref(&stored)).await;
    let mut tx = store.begin().await.unwrap();
    for arbitrary in arbitrary_users() {
        let changed = User { id: stored.id.clone(), version: stored.version, ..arbitrary };
        tx.users().update(&changed).await.unwrap();
        stored = User { version: changed.version.next(), ..changed };
        assert_eq!(tx.users().find(&stored.id).await.unwrap().as_ref(), Some(&stored));
    }
    tx.commit().await.unwrap();
}

pub async fn an_unknown_user_is_none(store: Arc<dyn Store>) {
    assert_eq!(list(&*store, None, 10).await, []);
    add_users(&*store, &[User { emails: vec![user_email("kim@x")], ..user("u1", "kim") }]).await;
    assert_eq!(find_user(&*store, &"U1".into()).await, None);
    for unknown in ["", "ki", "kim%", "ki_", "kim@x", " kim"] {
        assert_eq!(by_username(&*store, unknown).await, None, "{unknown}");
    }
    for unknown in ["", "kim", "%@x", "kim@x "] {
        assert_eq!(by_email(&*store, unknown).await, None, "{unknown}");
    }
}

pub async fn many_users_are_found_at_once(store: Arc<dyn Store>) {
    add_access(&*store, &["z", "a", "m"].map(role), &[]).await;
    let users = arbitrary_users();
    add_users(&*store, &users).await;
    let mut tx = store.read().await.unwrap();
    let wanted = [&users[5], &users[3], &users[0]];
    let mut ids: Vec<UserId> = wanted.map(|user| user.id.clone()).into();
    ids.extend(["unknown".into(), wanted[0].id.clone(), "".into()]);
    let mut found = tx.users().find_many(&ids).await.unwrap();
    found.sort_by(|one, other| other.id.cmp(&one.id));
    assert_eq!(found, wanted.map(Clone::clone));
    assert_eq!(tx.users().find_many(&[]).await.unwrap(), []);
}

pub async fn usernames_and_addresses_are_found_in_any_case(store: Arc<dyn Store>) {
    let kim = User {
        emails: vec![user_email("Kim@Éxample.org"), user_email("second@x")],
        ..user("u1", "Kim.ÀÉ")
    };
    add_users(&*store, &[kim.clone(), user("u2", "İzmir")]).await;
    for username in ["Kim.ÀÉ", "kim.àé", "KIM.ÀÉ"] {
        assert_eq!(by_username(&*store, username).await.as_deref(), Some("u1"), "{username}");
    }
    for address in ["Kim@Éxample.org", "KIM@ÉXAMPLE.ORG", "kim@éxample.org", "SECOND@X"] {
        assert_eq!(by_email(&*store, address).await.as_deref(), Some("u1"), "{address}");
    }
    assert_eq!(by_username(&*store, "İzmir").await.as_deref(), Some("u2"));
    assert_eq!(by_username(&*store, "izmir").await, None);
    assert_eq!(find_user(&*store, &kim.id).await, Some(kim), "what was given stays verbatim");
}

pub async fn users_are_listed_by_bytes(store: Arc<dyn Store>) {
    // Ids that differ in case only are two users; their usernames must not.
    let numbered = IDS_IN_DISORDER.iter().enumerate();
    let users: Vec<_> = numbered.map(|(number, id)| user(id, &format!("name-{number}"))).collect();
    add_users(&*store, &users).await;
    let expected = ids_by_bytes();
    let listed: Vec<_> =
        list(&*store, None, 100).await.into_iter().map(|user| user.id.into_string()).collect();
    assert_eq!(listed, expected);
    for (place, id) in expected.iter().enumerate() {
        let next: Vec<_> = list(&*store, Some(&id.as_str().into()), 2).await;
        let next: Vec<_> = next.into_iter().map(|user| user.id.into_string()).collect();
        assert_eq!(next, expected[place + 1..].iter().take(2).cloned().collect::<Vec<_>>(), "after {id}");
    }
    assert_eq!(list(&*store, None, 0).await, []);
}

pub async fn paging_visits_each_user_once_while_others_are_added(store: Arc<dyn Store>) {
    let ids: Vec<String> = (0..20).map(|number| format!("u{number:02}")).collect();
    let users: Vec<_> = ids.iter().map(|id| user(id, id)).collect();
    add_users(&*store, &users).await;
    let mut visits: BTreeMap<String, u32> = BTreeMap::new();
    let mut after = None;
    loop {
        let page = list(&*store, after.as_ref(), 3).await;
        let Some(last) = page.last() else { break };
        let last = last.id.clone();
        // One more before the pages that were read, one after them.
        let before = format!("a{last}");
        let beyond = format!("{last}+");
        if visits.len() < 30 {
            add_users(&*store, &[user(&before, &before), user(&beyond, &beyond)]).await;
        }
        for user in page {
            *visits.entry(user.id.into_string()).or_default() += 1;
        }
        after = Some(last);
    }
    for id in ids {
        assert_eq!(visits.get(&id), Some(&1), "{id}");
    }
    assert!(visits.values().all(|count| *count == 1), "{visits:?}");
}

pub async fn a_stale_user_update_is_refused_and_writes_nothing(store: Arc<dyn Store>) {
    add_access(&*store, &["a", "b"].map(role), &[]).await;
    let first = User { emails: vec![user_email("kim@x")], roles: role_ids(&["a"]), ..user("u1", "kim") };
    add_users(&*store, std::slice::from_ref(&first)).await;
    update(&*store, &User { name: Some("Second".into()), ..first.clone() }).await;
    let second = find_user(&*store, &first.id).await.unwrap();
    assert_eq!(second.version, first.version.next());

    let stale = User {
        username: Some("stale".into()),
        emails: vec![user_email("stale@x")],
        roles: role_ids(&["b"]),
        ..first.clone()
    };
    let early = User { version: Version::new(99), ..stale.clone() };
    let missing = User { id: "u9".into(), ..stale.clone() };
    let mut tx = store.begin().await.unwrap();
    for refused in [stale, early, missing] {
        assert_stale(&tx.users().update(&refused).await);
    }
    tx.commit().await.unwrap();
    assert_eq!(find_user(&*store, &first.id).await, Some(second));
    assert_eq!(find_user(&*store, &"u9".into()).await, None);
    assert_eq!(by_username(&*store, "stale").await, None);
    assert_eq!(by_email(&*store, "stale@x").await, None);
}

pub async fn keys_follow_updates(store: Arc<dyn Store>) {
    add_access(&*store, &["a", "b"].map(role), &[]).await;
    let emails = vec![user_email("old@x"), user_email("both@x")];
    let old = User { emails, roles: role_ids(&["a"]), ..user("u1", "old") };
    add_users(&*store, std::slice::from_ref(&old)).await;
    // The order of addresses changes, and the case of one.
    let emails = vec![user_email("BOTH@x"), user_email("new@x")];
    let new = User { username: Some("new".into()), emails, roles: role_ids(&["b", "a"]), ..old };
    update(&*store, &new).await;
    assert_eq!(by_username(&*store, "old").await, None);
    assert_eq!(by_email(&*store, "old@x").await, None);
    for found in [
        by_username(&*store, "NEW").await,
        by_email(&*store, "new@x").await,
        by_email(&*store, "both@x").await,
    ] {
        assert_eq!(found.as_deref(), Some("u1"));
    }
    let stored = User { version: new.version.next(), ..new };
    assert_eq!(find_user(&*store, &stored.id).await, Some(stored));
    add_users(&*store, &[User { emails: vec![user_email("Old@x")], ..user("u2", "Old") }]).await;
}

pub async fn removing_a_user_removes_all_that_depends_on_it(store: Arc<dyn Store>) {
    add_access(&*store, &["a"].map(role), &[]).await;
    let kim = User { emails: vec![user_email("kim@x")], roles: role_ids(&["a"]), ..user("u1", "kim") };
    let other = User { emails: vec![user_email("other@x")], roles: role_ids(&["a"]), ..user("u2", "other") };
    add_users(&*store, &[kim.clone(), other.clone()]).await;
    add_tokens(&*store, &kim.id, &[session("s1", later(0)), personal("p1", "bot")]).await;
    add_tokens(&*store, &other.id, &[session("s2", later(0))]).await;
    let mut tx = store.begin().await.unwrap();
    tx.users().remove(&kim.id).await.unwrap();
    tx.users().remove(&kim.id).await.unwrap();
    tx.users().remove(&"unknown".into()).await.unwrap();
    tx.commit().await.unwrap();

    assert_eq!(find_user(&*store, &kim.id).await, None);
    assert_eq!(by_username(&*store, "kim").await, None);
    assert_eq!(by_email(&*store, "kim@x").await, None);
    for hashed in ["s1", "p1"] {
        let token = session(hashed, later(0)).hashed;
        assert_eq!(store.read().await.unwrap().tokens().find(&token).await.unwrap(), None);
        let key = SessionKey { user_id: kim.id.clone(), token };
        assert_eq!(store.find_session(SessionQuestion::of(key.clone())).await.unwrap(), None);
    }
    assert_eq!(list(&*store, None, 10).await, [other]);
    // The same user can come back, without what was removed.
    add_users(&*store, std::slice::from_ref(&kim)).await;
    assert_eq!(find_user(&*store, &kim.id).await.as_ref(), Some(&kim));
    add_tokens(&*store, &kim.id, &[session("s1", later(0)), personal("p1", "bot")]).await;
}

pub async fn users_without_usernames_do_not_conflict(store: Arc<dyn Store>) {
    let unnamed = ["u1", "u2"].map(|id| User { username: None, ..user(id, "") });
    add_users(&*store, &unnamed).await;
    assert_eq!(list(&*store, None, 10).await, unnamed);
    assert_eq!(by_username(&*store, "").await, None);
}

pub async fn the_first_holder_of_a_role_is_found(store: Arc<dyn Store>) {
    add_access(&*store, &["admin", "agent", "nobody's"].map(role), &[]).await;
    let holder =
        |id: &str, roles: &[&str]| User { roles: role_ids(roles), ..user(id, &format!("name-{id}")) };
    add_users(&*store, &[holder("c", &["agent", "admin"]), holder("b", &["admin"]), holder("a", &["agent"])])
        .await;
    let first = async |role: &str| {
        let mut view = store.read().await.unwrap();
        let found = view.users().find_by_role(&role.into()).await.unwrap();
        found.map(|user| user.id.into_string())
    };
    assert_eq!(first("admin").await.as_deref(), Some("b"));
    assert_eq!(first("agent").await.as_deref(), Some("a"));
    assert_eq!(first("nobody's").await, None);
    assert_eq!(first("missing").await, None);
}
