//! What an operator's rescue does to the world, on doubles: unlocking, roles, tokens, and the trail.

use std::sync::atomic::Ordering;

use omnicontact_domain::audit::{Action, AuditEvent, Author, Cause, Change, SubjectKind};
use omnicontact_domain::id::UserId;
use omnicontact_domain::login_attempt::{AttemptSubject, FoldedUsername};
use omnicontact_domain::page::Page;
use omnicontact_domain::role::{ADMIN, RoleId, RoleScope};
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::{LoginToken, RawToken, TokenKind};
use omnicontact_domain::value::Value;
use omnicontact_ports::mock::{Committed, MockStore, MockTransaction};
use omnicontact_ports::{AuditPage, Constraint, RoleRecord, UserPage};

use super::*;
use crate::Context;
use crate::context::test::{NOW, context};

fn kim(roles: &[&str]) -> User {
    User {
        username: Some("kim.jane".into()),
        roles: roles.iter().map(|role| RoleId::from(*role)).collect(),
        ..User::new("u1", Timestamp::from_millis(0))
    }
}

fn role(id: &str, name: &str) -> RoleRecord {
    RoleRecord {
        id: id.into(),
        name: name.into(),
        scope: RoleScope::Users,
        description: String::new(),
        protected: false,
        mandatory_two_factor: false,
        updated_at: NOW,
    }
}

/// A transaction in which this user and the roles `admin`, `user` and `r1` (called `helper`) are stored.
fn stored(user: Option<User>) -> MockTransaction {
    let roles = || [role(ADMIN, ADMIN), role("user", "user"), role("r1", "helper")];
    let mut tx = MockTransaction::default();
    tx.users.expect_find_by_username().returning(move |_| Ok(user.clone()));
    tx.access.expect_find_role().returning(move |id| Ok(roles().into_iter().find(|role| role.id == *id)));
    tx.access
        .expect_find_role_by_name()
        .returning(move |name| Ok(roles().into_iter().find(|role| role.name == name)));
    tx.access.expect_list_roles().returning(move || Ok(roles().into()));
    tx.access.expect_lock_role().returning(|_| Ok(None));
    tx
}

fn noting(tx: &mut MockTransaction, action: Action, kind: SubjectKind, changes: Vec<Change>) {
    tx.audit
        .expect_add()
        .withf(move |event| {
            event.cause == Cause::OPERATOR
                && event.subject_id == "u1"
                && (event.action, event.subject_kind) == (action, kind)
                && event.changes == changes
        })
        .times(1)
        .returning(|_| Ok(()));
}

fn over(tx: MockTransaction) -> (Context, Committed) {
    let committed = tx.committed.clone();
    let mut store = MockStore::new();
    store.expect_begin().return_once(move || Ok(Box::new(tx)));
    (context(store), committed)
}

fn roles(of: &[&str]) -> Value {
    Value::List(of.iter().map(|role| Value::from(*role)).collect())
}

#[tokio::test]
async fn unlocking_forgets_what_was_counted_against_the_username() {
    let mut tx = stored(Some(kim(&["user"])));
    let subject = AttemptSubject::Username(FoldedUsername::of("kim.jane"));
    tx.login_attempts.expect_remove().withf(move |of| *of == subject).times(1).returning(|_| Ok(10));
    noting(&mut tx, Action::Updated, SubjectKind::User, vec![Change::of("failedLogins")]);
    let (ctx, committed) = over(tx);
    assert_eq!(unlock_user(&ctx, "KIM.Jane").await.unwrap(), 10);
    assert!(committed.load(Ordering::SeqCst));

    let mut tx = stored(Some(kim(&["user"])));
    // Nothing changed, so nothing is noted: the double of the trail would panic.
    tx.login_attempts.expect_remove().returning(|_| Ok(0));
    assert_eq!(unlock_user(&over(tx).0, "kim.jane").await.unwrap(), 0);

    let refused = unlock_user(&over(stored(None)).0, "nobody").await;
    assert!(matches!(refused, Err(OperatorError::UnknownUser { .. })));
}

#[tokio::test]
async fn an_address_is_unlocked_in_any_spelling() {
    let mut tx = MockTransaction::default();
    let subject = AttemptSubject::Address("192.0.2.1".into());
    tx.login_attempts.expect_remove().withf(move |of| *of == subject).times(1).returning(|_| Ok(50));
    let (ctx, committed) = over(tx);
    assert_eq!(unlock_address(&ctx, " ::ffff:192.0.2.1").await.unwrap(), 50);
    assert!(committed.load(Ordering::SeqCst));
    let refused = unlock_address(&context(MockStore::new()), "here").await;
    assert!(matches!(refused, Err(OperatorError::InvalidAddress { .. })));
}

#[tokio::test]
async fn a_role_is_granted_by_id_or_name_once() {
    for (named, after) in [("r1", ["user", "r1"]), ("helper", ["user", "r1"]), (ADMIN, ["user", ADMIN])] {
        let mut tx = stored(Some(kim(&["user"])));
        tx.users
            .expect_update()
            .withf(move |user| user.roles == after.map(RoleId::from) && user.updated_at == NOW)
            .times(1)
            .returning(|_| Ok(()));
        let changes = vec![Change::from_to("roles", roles(&["user"]), roles(&after))];
        noting(&mut tx, Action::Updated, SubjectKind::User, changes);
        let (ctx, committed) = over(tx);
        assert!(grant_role(&ctx, "kim.jane", named).await.unwrap());
        assert!(committed.load(Ordering::SeqCst));
    }
    let (ctx, committed) = over(stored(Some(kim(&["user"]))));
    assert!(!grant_role(&ctx, "kim.jane", "user").await.unwrap());
    assert!(!committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn an_unknown_role_is_answered_with_those_that_there_are() {
    for change in [true, false] {
        let (ctx, _) = over(stored(Some(kim(&["user"]))));
        let refused = if change {
            grant_role(&ctx, "kim.jane", "boss").await
        } else {
            revoke_role(&ctx, "kim.jane", "boss").await
        };
        assert!(
            matches!(refused, Err(OperatorError::UnknownRole { known, .. }) if known == "admin, user, helper")
        );
    }
}

#[tokio::test]
async fn the_last_active_administrator_keeps_the_role() {
    for (others, outcome) in [(vec!["boss"], true), (vec![], false)] {
        let mut tx = stored(Some(kim(&[ADMIN, "user"])));
        let found = others.into_iter().chain(["u1"]).map(|id| User { id: id.into(), ..kim(&[ADMIN]) });
        let page = UserPage { users: found.collect(), total: 0 };
        tx.users.expect_list_page().return_once(move |_, _, _| Ok(page));
        if outcome {
            tx.users.expect_update().times(1).returning(|_| Ok(()));
            let changes = vec![Change::from_to("roles", roles(&[ADMIN, "user"]), roles(&["user"]))];
            noting(&mut tx, Action::Updated, SubjectKind::User, changes);
        }
        let (ctx, committed) = over(tx);
        match revoke_role(&ctx, "kim.jane", ADMIN).await {
            Ok(revoked) => assert!(revoked && outcome),
            Err(error) => {
                assert!(matches!(error, OperatorError::LastAdministrator { .. }));
                assert!(!outcome);
            }
        }
        assert_eq!(committed.load(Ordering::SeqCst), outcome);
    }
}

#[tokio::test]
async fn another_role_is_taken_from_the_last_administrator_without_ado() {
    let mut tx = stored(Some(kim(&[ADMIN, "user"])));
    tx.users.expect_update().times(1).returning(|_| Ok(()));
    let changes = vec![Change::from_to("roles", roles(&[ADMIN, "user"]), roles(&[ADMIN]))];
    noting(&mut tx, Action::Updated, SubjectKind::User, changes);
    assert!(revoke_role(&over(tx).0, "kim.jane", "user").await.unwrap());
    assert!(!revoke_role(&over(stored(Some(kim(&["user"])))).0, "kim.jane", "helper").await.unwrap());
}

#[tokio::test]
async fn a_role_that_vanishes_meanwhile_is_looked_for_again() {
    let mut tx = stored(Some(kim(&["user"])));
    tx.users.expect_update().returning(|_| Err(StoreError::Conflict(Constraint::Reference)));
    let mut first = Some(tx);
    let mut store = MockStore::new();
    store.expect_begin().times(2).returning(move || {
        let gone = || {
            let mut tx = MockTransaction::default();
            tx.users.expect_find_by_username().returning(|_| Ok(Some(kim(&["user"]))));
            tx.access.expect_find_role().returning(|_| Ok(None));
            tx.access.expect_find_role_by_name().returning(|_| Ok(None));
            tx.access.expect_list_roles().returning(|| Ok(vec![]));
            tx
        };
        Ok(Box::new(first.take().unwrap_or_else(gone)))
    });
    let refused = grant_role(&context(store), "kim.jane", "r1").await;
    assert!(matches!(refused, Err(OperatorError::UnknownRole { .. })));
}

fn personal() -> LoginToken {
    let kind =
        TokenKind::Personal { name: "ci".into(), last_token_part: "-token".into(), bypass_two_factor: false };
    LoginToken { hashed: RawToken::new("a-token").hashed(), created_at: NOW, kind }
}

#[tokio::test]
async fn a_personal_token_is_revoked_by_its_name() {
    let mut tx = stored(Some(kim(&["user"])));
    tx.users.expect_update().times(1).returning(|_| Ok(()));
    tx.tokens.expect_find_by_name().returning(|_, name| Ok(Some(personal()).filter(|_| name == "ci")));
    tx.tokens.expect_remove().withf(|_, hash| *hash == personal().hashed).times(1).returning(|_, _| Ok(()));
    let changes = vec![Change::from_to("name", Value::from("ci"), None)];
    noting(&mut tx, Action::Removed, SubjectKind::Token, changes);
    let (ctx, committed) = over(tx);
    revoke_token(&ctx, "kim.jane", "ci").await.unwrap();
    assert!(committed.load(Ordering::SeqCst));

    let mut tx = stored(Some(kim(&["user"])));
    tx.tokens.expect_find_by_name().returning(|_, _| Ok(None));
    let (ctx, committed) = over(tx);
    let refused = revoke_token(&ctx, "kim.jane", "cd").await;
    assert!(matches!(refused, Err(OperatorError::UnknownToken { .. })));
    assert!(!committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn revoking_everything_says_how_much_it_was() {
    let mut tx = stored(Some(kim(&["user"])));
    tx.users.expect_update().times(1).returning(|_| Ok(()));
    tx.tokens.expect_list().returning(|_| Ok(vec![personal(), personal(), personal()]));
    tx.tokens.expect_remove_all().withf(|owner| owner.as_str() == "u1").times(1).returning(|_| Ok(()));
    let changes = vec![Change::of("sessions"), Change::of("personalAccessTokens")];
    noting(&mut tx, Action::Removed, SubjectKind::Token, changes);
    let (ctx, committed) = over(tx);
    assert_eq!(revoke_all_tokens(&ctx, "kim.jane").await.unwrap(), 3);
    assert!(committed.load(Ordering::SeqCst));
}

fn event(id: &str, kind: SubjectKind, subject: &str) -> AuditEvent {
    AuditEvent {
        id: id.into(),
        at: NOW,
        cause: Cause { author: Author::Operator, address: None },
        action: Action::Updated,
        subject_kind: kind,
        subject_id: subject.into(),
        changes: vec![],
    }
}

#[tokio::test]
async fn the_trail_is_read_from_its_end_and_its_accounts_are_named() {
    let mut store = MockStore::new();
    store.expect_read().return_once(|| {
        let mut tx = stored(Some(kim(&["user"])));
        tx.audit
            .expect_list()
            .withf(|filter, order, page| {
                filter.subject_id.as_deref() == Some("u1")
                    && filter.author_kind.as_deref() == Some("operator")
                    && *order == Direction::Descending
                    && *page == Page { offset: 0, limit: Some(7) }
            })
            .returning(|_, _, _| {
                let events = vec![
                    event("3", SubjectKind::Token, "u1"),
                    event("2", SubjectKind::User, "gone"),
                    event("1", SubjectKind::User, "u1"),
                    event("0", SubjectKind::Role, "u1"),
                ];
                Ok(AuditPage { events, total: 9 })
            });
        // Each account is looked up once.
        let named = |id: &UserId| Ok(Some(kim(&[])).filter(|user| user.id == *id));
        tx.users.expect_find().times(2).returning(named);
        Ok(Box::new(tx))
    });
    let query = TrailQuery {
        user: Some("kim.jane".into()),
        author_kind: Some("operator".into()),
        limit: 7,
        ..TrailQuery::default()
    };
    let (entries, total) = read_trail(&context(store), &query).await.unwrap();
    let named: Vec<_> =
        entries.iter().map(|entry| (entry.event.id.as_str(), entry.username.as_deref())).collect();
    assert_eq!(named, [("3", Some("kim.jane")), ("2", None), ("1", Some("kim.jane")), ("0", None)]);
    assert_eq!(total, 9);
}
