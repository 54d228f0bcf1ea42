//! What a login does to the world, on doubles.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use omnicontact_domain::time::Timestamp;
use omnicontact_ports::mock::{Committed, MockPasswordHasher, MockStore, MockTransaction};

use super::*;
use crate::context::test::{NOW, context};

fn user() -> User {
    User {
        username: Some("kim.jane".into()),
        password: Some(PasswordHash::from_stored("stored")),
        ..User::new("u1", Timestamp::from_millis(0))
    }
}

/// A store in which the first look-up finds `before`, and the transaction of the session finds `after`.
fn store(before: Option<User>, after: Option<User>) -> (MockStore, Committed) {
    let committed = Committed::default();
    let mut store = MockStore::new();
    store.expect_read().returning(move || {
        let mut tx = MockTransaction::default();
        let found = before.clone();
        tx.users.expect_find_by_username().returning(move |_| Ok(found.clone()));
        Ok(Box::new(tx))
    });
    let noted = committed.clone();
    store.expect_begin().returning(move || {
        let mut tx = MockTransaction { committed: noted.clone(), ..MockTransaction::default() };
        let found = after.clone();
        tx.users.expect_find_by_username().returning(move |_| Ok(found.clone()));
        tx.users.expect_update().withf(|user| user.last_login == Some(NOW)).returning(|_| Ok(()));
        tx.tokens
            .expect_add()
            .withf(|owner, token| {
                owner.as_str() == "u1" && token.hashed == RawToken::new("fresh-token").hashed()
            })
            .returning(|_, _| Ok(()));
        tx.tokens.expect_remove_oldest_sessions().withf(|_, keep| *keep == 50).returning(|_, _| Ok(()));
        tx.settings.expect_find().returning(|_| Ok(None));
        tx.settings.expect_list().returning(|| Ok(vec![]));
        Ok(Box::new(tx))
    });
    (store, committed)
}

/// A context whose hasher says this of any password.
fn hashing(store: MockStore, right: bool, current: bool) -> Context {
    let mut passwords = MockPasswordHasher::new();
    passwords.expect_verify().times(1).returning(move |_, stored| Ok(right && stored.is_some()));
    passwords.expect_is_current().returning(move |_| current);
    passwords.expect_hash().returning(|_| Ok(PasswordHash::from_stored("renewed")));
    Context { passwords: Arc::new(passwords), ..context(store) }
}

fn request() -> LoginRequest {
    LoginRequest::Password {
        name: LoginName::Username("kim.jane".into()),
        password: PasswordDigest::of("secret"),
    }
}

#[tokio::test]
async fn a_right_password_opens_a_session_with_a_fresh_token() {
    let (store, committed) = store(Some(user()), Some(user()));
    let logged_in = log_in(&hashing(store, true, true), request()).await.unwrap();
    assert_eq!(logged_in.token.expose(), "fresh-token");
    assert_eq!(logged_in.profile.user.last_login, Some(NOW));
    assert!(committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn wrong_passwords_and_unknown_users_are_hashed_and_refused_alike() {
    for found in [Some(user()), None, Some(User { password: None, ..user() })] {
        let (store, committed) = store(found.clone(), found.clone());
        // The double demands that the password is verified exactly once in every case.
        let refused = log_in(&hashing(store, false, true), request()).await;
        assert!(matches!(refused, Err(LoginError::Unauthorized)));
        assert!(!committed.load(Ordering::SeqCst));
    }
}

#[tokio::test]
async fn a_password_that_changes_during_the_login_is_refused() {
    let changed = User { password: Some(PasswordHash::from_stored("other")), ..user() };
    for after in [Some(changed), None] {
        let (store, committed) = store(Some(user()), after);
        let refused = log_in(&hashing(store, true, true), request()).await;
        assert!(matches!(refused, Err(LoginError::Unauthorized)));
        assert!(!committed.load(Ordering::SeqCst));
    }
}

#[tokio::test]
async fn a_deactivated_user_is_told_so_only_with_the_right_password() {
    let deactivated = Some(User { active: false, ..user() });
    let (store_, committed) = store(deactivated.clone(), deactivated.clone());
    let refused = log_in(&hashing(store_, true, true), request()).await;
    assert!(matches!(refused, Err(LoginError::Refused(LoginRefusal::NotActivated))));
    assert!(!committed.load(Ordering::SeqCst));
    let (store_, _) = store(deactivated.clone(), deactivated);
    let refused = log_in(&hashing(store_, false, true), request()).await;
    assert!(matches!(refused, Err(LoginError::Unauthorized)));
}

#[tokio::test]
async fn a_hash_of_another_cost_is_renewed() {
    let (store, _) = store(Some(user()), Some(user()));
    let logged_in = log_in(&hashing(store, true, false), request()).await.unwrap();
    assert_eq!(logged_in.profile.user.password, Some(PasswordHash::from_stored("renewed")));
}
