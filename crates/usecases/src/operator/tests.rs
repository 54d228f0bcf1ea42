//! What the operator's work does to the world, on doubles.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use omnicontact_domain::audit::{Action, Cause, SubjectKind};
use omnicontact_domain::login_attempt::{AttemptSubject, FoldedUsername};
use omnicontact_domain::password::{PasswordDigest, PasswordHash};
use omnicontact_domain::role::RoleScope;
use omnicontact_domain::token::{RawToken, TokenKind};
use omnicontact_domain::user::User;
use omnicontact_ports::mock::{Committed, MockPasswordHasher, MockStore, MockTransaction};
use omnicontact_ports::{Constraint, RoleRecord};

use super::*;
use crate::Context;
use crate::context::test::{NOW, context};

fn kim(roles: &[&str]) -> NewUser {
    NewUser {
        username: "kim.jane".into(),
        name: None,
        email: Some("kim@example.org".into()),
        password: PasswordDigest::of("secret"),
        roles: roles.iter().map(|role| RoleId::from(*role)).collect(),
    }
}

fn stored() -> User {
    account("u1".into(), &kim(&["user"]), None, NOW)
}

/// The transaction, which must get exactly this event of the operator's.
fn noting(
    mut tx: MockTransaction,
    action: Action,
    kind: SubjectKind,
    keys: &'static [&str],
) -> MockTransaction {
    tx.audit
        .expect_add()
        .withf(move |event| {
            let changed: Vec<&str> = event.changes.iter().map(|change| change.key.as_str()).collect();
            event.cause == Cause::OPERATOR
                && (event.action, event.subject_kind, &changed[..]) == (action, kind, keys)
        })
        .times(1)
        .returning(|_| Ok(()));
    tx
}

fn other(keep_tokens: bool) -> NewPassword {
    NewPassword { password: PasswordDigest::of("other"), keep_tokens }
}

/// So many attempts of exactly this subject must be forgotten.
fn forgetting(tx: &mut MockTransaction, subject: AttemptSubject, attempts: u64) {
    tx.login_attempts
        .expect_remove()
        .withf(move |forgotten| *forgotten == subject)
        .times(1)
        .returning(move |_| Ok(attempts));
}

/// A context whose store hands out this one transaction, in which the role `user` exists.
fn over(mut tx: MockTransaction) -> (Context, Committed) {
    tx.access.expect_list_roles().returning(|| {
        Ok(vec![RoleRecord {
            id: "user".into(),
            name: "user".into(),
            scope: RoleScope::Users,
            description: String::new(),
            protected: true,
            mandatory_two_factor: false,
            updated_at: NOW,
        }])
    });
    let committed = tx.committed.clone();
    let mut store = MockStore::new();
    store.expect_begin().return_once(move || Ok(Box::new(tx)));
    let mut passwords = MockPasswordHasher::new();
    passwords.expect_hash().returning(|_| Ok(PasswordHash::from_stored("hash")));
    (Context { passwords: Arc::new(passwords), ..context(store) }, committed)
}

#[tokio::test]
async fn a_new_user_is_active_and_has_the_given_roles() {
    let mut tx = MockTransaction::default();
    tx.users
        .expect_add()
        .withf(|user| {
            user.active && user.has_role("user") && user.password == Some(PasswordHash::from_stored("hash"))
        })
        .times(1)
        .returning(|_| Ok(()));
    let tx = noting(tx, Action::Created, SubjectKind::User, &["roles", "active", "type"]);
    let (ctx, committed) = over(tx);
    assert_eq!(create_user(&ctx, &kim(&["user"])).await.unwrap().as_str(), "new-user");
    assert!(committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn an_unknown_role_or_a_taken_name_leaves_nothing_behind() {
    let (ctx, committed) = over(MockTransaction::default());
    let refused = create_user(&ctx, &kim(&["user", "boss"])).await;
    assert!(
        matches!(refused, Err(OperatorError::UnknownRole { role, known }) if role.as_str() == "boss" && known == "user")
    );
    assert!(!committed.load(Ordering::SeqCst));

    for (constraint, taken) in
        [(Constraint::Username, "kim.jane"), (Constraint::UserEmail, "the e-mail address")]
    {
        let mut tx = MockTransaction::default();
        tx.users.expect_add().returning(move |_| Err(StoreError::Conflict(constraint)));
        let (ctx, committed) = over(tx);
        let refused = create_user(&ctx, &kim(&["user"])).await;
        assert!(matches!(refused, Err(OperatorError::Taken { what }) if what == taken));
        assert!(!committed.load(Ordering::SeqCst));
    }
}

#[tokio::test]
async fn a_new_password_ends_all_sessions_in_the_same_transaction() {
    let mut tx = MockTransaction::default();
    tx.users.expect_find_by_username().returning(|_| Ok(Some(stored())));
    tx.users.expect_update().withf(|user| user.password.is_some()).times(1).returning(|_| Ok(()));
    tx.tokens.expect_remove_all().withf(|owner| owner.as_str() == "u1").times(1).returning(|_| Ok(()));
    forgetting(&mut tx, AttemptSubject::Username(FoldedUsername::of("kim.jane")), 10);
    let tx = noting(tx, Action::Updated, SubjectKind::User, &["password"]);
    let (ctx, committed) = over(tx);
    let set = set_password(&ctx, "Kim.Jane", &other(false)).await.unwrap();
    assert!(set.active);
    assert!(committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_new_password_may_leave_sessions_as_they_are() {
    let mut tx = MockTransaction::default();
    tx.users.expect_find_by_username().returning(|_| Ok(Some(User { active: false, ..stored() })));
    tx.users.expect_update().times(1).returning(|_| Ok(()));
    forgetting(&mut tx, AttemptSubject::Username(FoldedUsername::of("kim.jane")), 0);
    let tx = noting(tx, Action::Updated, SubjectKind::User, &["password"]);
    // The double of the tokens expects nothing and would panic.
    let (ctx, _) = over(tx);
    let set = set_password(&ctx, "kim.jane", &other(true)).await.unwrap();
    assert!(!set.active, "the operator is told that it is of no use yet");
}

#[tokio::test]
async fn a_personal_token_is_stored_hashed_and_its_name_is_one_of_a_kind() {
    let mut tx = MockTransaction::default();
    tx.users.expect_find_by_username().returning(|_| Ok(Some(stored())));
    tx.users.expect_update().times(1).returning(|_| Ok(()));
    tx.tokens
        .expect_add()
        .withf(|_, token| {
            let personal = matches!(&token.kind, TokenKind::Personal { last_token_part, .. } if last_token_part == "-token");
            personal && token.hashed == RawToken::new("fresh-token").hashed()
        })
        .times(1)
        .returning(|_, _| Ok(()));
    let tx = noting(tx, Action::Created, SubjectKind::Token, &["name"]);
    let (ctx, _) = over(tx);
    let (owner, token) = create_token(&ctx, "kim.jane", "ci").await.unwrap();
    assert_eq!((owner.as_str(), token.expose()), ("u1", "fresh-token"));

    let mut tx = MockTransaction::default();
    tx.users.expect_find_by_username().returning(|_| Ok(Some(stored())));
    tx.users.expect_update().returning(|_| Ok(()));
    tx.tokens.expect_add().returning(|_, _| Err(StoreError::Conflict(Constraint::LoginToken)));
    let (ctx, committed) = over(tx);
    let refused = create_token(&ctx, "kim.jane", "ci").await;
    assert!(matches!(refused, Err(OperatorError::TokenNameTaken { .. })));
    assert!(!committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn whoever_is_deactivated_gets_no_token() {
    let mut tx = MockTransaction::default();
    tx.users.expect_find_by_username().returning(|_| Ok(Some(User { active: false, ..stored() })));
    let (ctx, committed) = over(tx);
    let refused = create_token(&ctx, "kim.jane", "ci").await;
    assert!(matches!(refused, Err(OperatorError::NotActive { .. })));
    assert!(!committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn whoever_is_unknown_gets_neither_password_nor_token() {
    let nobody = || {
        let mut tx = MockTransaction::default();
        tx.users.expect_find_by_username().returning(|_| Ok(None));
        over(tx).0
    };
    let refused = set_password(&nobody(), "nobody", &other(false)).await;
    assert!(matches!(refused, Err(OperatorError::UnknownUser { .. })));
    let refused = create_token(&nobody(), "nobody", "ci").await;
    assert!(matches!(refused, Err(OperatorError::UnknownUser { .. })));
}

#[tokio::test]
async fn names_and_addresses_that_cannot_be_are_refused_before_anything_is_hashed() {
    let ctx = context(MockStore::new());
    let spaced = NewUser { username: "kim jane".into(), ..kim(&[]) };
    assert!(matches!(create_user(&ctx, &spaced).await, Err(OperatorError::InvalidUsername(_))));
    for address in ["kim", "@", "kim@", "@example.org", "a@b@c"] {
        let wrong = NewUser { email: Some(address.into()), ..kim(&[]) };
        assert!(matches!(create_user(&ctx, &wrong).await, Err(OperatorError::InvalidEmail)));
    }
}
