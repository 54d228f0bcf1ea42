//! Changing users on doubles: what is refused, what is hashed when, and what else goes in the same transaction.

use std::sync::atomic::Ordering;

use omnicontact_domain::role::{ADMIN, RoleId};
use omnicontact_domain::value::{Fields, Value};
use omnicontact_ports::UserPage;
use omnicontact_ports::mock::{MockStore, MockTransaction};

use super::*;
use crate::context::test::context;
use crate::users::testing::{holding, over, person, roles, under};

fn kim() -> User {
    person("kim", &["user"])
}

/// A transaction in which this user is found, and all built-in roles exist.
fn with(user: User) -> MockTransaction {
    let mut tx = MockTransaction::default();
    tx.users.expect_find().returning(move |_| Ok(Some(user.clone())));
    tx.access.expect_list_roles().returning(|| Ok(roles()));
    tx
}

fn password(text: &str) -> UserEdit {
    UserEdit { password: Some(PlainPassword::new(text)), ..UserEdit::default() }
}

fn good_password() -> UserEdit {
    password("R0ck3t.ch@tP@ssw0rd1234.!")
}

fn bio() -> UserEdit {
    UserEdit { bio: Some("about".into()), ..UserEdit::default() }
}

/// What goes wrong with an edit of Kim by somebody who holds everything that can be asked about.
async fn refused(tx: MockTransaction, edit: UserEdit) -> String {
    let (ctx, committed) = over(tx);
    let error = update_user(&ctx, &holding("boss", ASKS), &"kim".into(), edit).await.unwrap_err();
    assert!(!committed.load(Ordering::SeqCst));
    format!("{error:?}")
}

#[tokio::test]
async fn whoever_may_not_causes_no_transaction() {
    let ctx = context(MockStore::new());
    let refused = update_user(&ctx, &holding("other", &[]), &"kim".into(), bio()).await;
    assert!(matches!(refused, Err(UserError::Edit(EditRefusal::OtherUser))));
    let named = UserEdit { name: Some("<Kim>".into()), ..UserEdit::default() };
    let refused = update_user(&ctx, &holding("other", &[]), &"kim".into(), named).await;
    assert!(matches!(refused, Err(UserError::NameCharacters)));
}

#[tokio::test]
async fn the_own_account_is_edited_without_any_permission_and_noted() {
    let mut tx = with(kim());
    tx.users
        .expect_update()
        .withf(|user| user.bio.as_deref() == Some("about"))
        .times(1)
        .returning(|_| Ok(()));
    tx.audit
        .expect_add()
        .withf(|event| event.changes.iter().map(|change| change.key.as_str()).eq(["bio"]))
        .times(1)
        .returning(|_| Ok(()));
    let (ctx, committed) = over(tx);
    let seen = update_user(&ctx, &holding("kim", &[]), &"kim".into(), bio()).await.unwrap();
    assert!(!seen.in_full && committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_new_password_ends_all_sessions_in_the_same_transaction() {
    let mut tx = with(kim());
    tx.users
        .expect_update()
        .withf(|user| user.password == Some(PasswordHash::from_stored("new")))
        .times(1)
        .returning(|_| Ok(()));
    tx.tokens.expect_remove_all().withf(|owner| owner.as_str() == "kim").times(1).returning(|_| Ok(()));
    tx.audit.expect_add().times(1).returning(|_| Ok(()));
    let (ctx, committed) = under(&[], Some(with(kim())), tx);
    update_user(&ctx, &holding("kim", &[]), &"kim".into(), good_password()).await.unwrap();
    assert!(committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_made_up_password_is_asked_to_be_changed() {
    let mut tx = with(kim());
    tx.users
        .expect_update()
        .withf(|user| user.require_password_change == Some(true))
        .times(1)
        .returning(|_| Ok(()));
    tx.tokens.expect_remove_all().times(1).returning(|_| Ok(()));
    tx.audit.expect_add().times(1).returning(|_| Ok(()));
    let (ctx, _) = under(&[], Some(with(kim())), tx);
    let random = UserEdit { random_password: true, ..UserEdit::default() };
    update_user(&ctx, &holding("kim", &[]), &"kim".into(), random).await.unwrap();
}

#[tokio::test]
async fn a_password_that_may_not_be_set_is_neither_checked_nor_hashed() {
    let mut tx = with(kim());
    tx.users
        .expect_update()
        .withf(|user| user.password == Some(PasswordHash::from_stored("old")))
        .times(1)
        .returning(|_| Ok(()));
    let (ctx, _) = under(&[], Some(with(kim())), tx);
    let ctx = Context { passwords: context(MockStore::new()).passwords, ..ctx };
    let editor = holding("boss", &[EDIT_OTHER_USER_INFO]);
    update_user(&ctx, &editor, &"kim".into(), password("short")).await.unwrap();
}

#[tokio::test]
async fn a_password_against_the_policy_is_not_hashed() {
    let (ctx, committed) = under(&[], Some(with(kim())), MockTransaction::default());
    let ctx = Context { passwords: context(MockStore::new()).passwords, ..ctx };
    let refused = update_user(&ctx, &holding("kim", &[]), &"kim".into(), password("short")).await;
    assert!(matches!(refused, Err(UserError::Password(_))));
    assert!(!committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_deactivation_ends_all_sessions() {
    let mut tx = with(kim());
    tx.users.expect_update().withf(|user| !user.active).times(1).returning(|_| Ok(()));
    tx.tokens.expect_remove_all().times(1).returning(|_| Ok(()));
    tx.audit.expect_add().times(1).returning(|_| Ok(()));
    let (ctx, _) = over(tx);
    let off = UserEdit { active: Some(false), ..UserEdit::default() };
    update_user(&ctx, &holding("boss", ASKS), &"kim".into(), off).await.unwrap();
}

#[tokio::test]
async fn the_last_administrator_keeps_the_role_and_stays_active() {
    let demotion = UserEdit { roles: Some(vec![RoleId::from("user")]), ..UserEdit::default() };
    let deactivation = UserEdit { active: Some(false), ..UserEdit::default() };
    for edit in [demotion, deactivation] {
        let root = person("kim", &[ADMIN]);
        let mut tx = with(root.clone());
        tx.access.expect_lock_role().times(1).returning(|_| Ok(None));
        tx.users.expect_list_page().return_once(|_, _, _| Ok(UserPage { users: vec![root], total: 1 }));
        assert_eq!(refused(tx, edit).await, "LastAdministrator");
    }
}

#[tokio::test]
async fn an_edit_that_keeps_the_role_asks_nothing_about_other_administrators() {
    let mut tx = with(person("kim", &[ADMIN]));
    tx.users.expect_update().times(1).returning(|_| Ok(()));
    tx.audit.expect_add().times(1).returning(|_| Ok(()));
    let (ctx, committed) = over(tx);
    let edit = UserEdit { roles: Some(vec!["user".into(), ADMIN.into()]), ..bio() };
    update_user(&ctx, &holding("boss", ASKS), &"kim".into(), edit).await.unwrap();
    assert!(committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn on_a_refusal_nothing_is_committed() {
    let nobody = || {
        let mut tx = MockTransaction::default();
        tx.users.expect_find().returning(|_| Ok(None));
        tx
    };
    let owned_by = |owner: &'static str| {
        let mut tx = with(kim());
        tx.users.expect_find_by_username().returning(move |_| Ok(Some(person(owner, &[]))));
        tx.users.expect_find_by_email().returning(move |_| Ok(Some(person(owner, &[]))));
        tx
    };
    let username = |text: &str| UserEdit { username: Some(text.into()), ..UserEdit::default() };
    let email = |text: &str| UserEdit { email: Some(text.into()), ..UserEdit::default() };
    let roles = |role: &str| UserEdit { roles: Some(vec![role.into()]), ..UserEdit::default() };
    let nickname = UserEdit { nickname: Some("n".repeat(121)), ..UserEdit::default() };
    let custom: Fields = [("plan".to_owned(), Value::from("x"))].into_iter().collect();
    assert_eq!(refused(nobody(), bio()).await, "NotFound");
    assert_eq!(refused(with(kim()), roles("boss")).await, "UnknownRole");
    assert_eq!(refused(with(kim()), nickname).await, "Profile(Nickname)");
    for wrong in ["all", "a b"] {
        assert_eq!(refused(with(kim()), username(wrong)).await, "Identity", "{wrong}");
    }
    assert_eq!(refused(owned_by("other"), username("other")).await, "Identity");
    assert_eq!(refused(with(kim()), email("x")).await, r#"Address { address: "x", why: Form }"#);
    assert_eq!(refused(owned_by("other"), email("a@b")).await, r#"Taken { what: "a@b" }"#);
    let (ctx, committed) = under(&[("Accounts_CustomFields", "[".into())], None, with(kim()));
    let edit = UserEdit { custom_fields: Some(custom), ..UserEdit::default() };
    let error = update_user(&ctx, &holding("boss", ASKS), &"kim".into(), edit).await;
    assert!(matches!(error, Err(UserError::CustomFieldDefinitions(_))));
    assert!(!committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn another_case_of_the_own_names_is_nobody_elses() {
    let mut tx = with(kim());
    tx.users.expect_find_by_username().returning(|_| Ok(Some(kim())));
    tx.users.expect_find_by_email().returning(|_| Ok(Some(kim())));
    tx.users
        .expect_update()
        .withf(|user| {
            user.username.as_deref() == Some("Name-Of-Kim") && user.emails[0].address == "KIM@example.org"
        })
        .times(1)
        .returning(|_| Ok(()));
    tx.audit.expect_add().times(1).returning(|_| Ok(()));
    let (ctx, _) = over(tx);
    let edit = UserEdit {
        username: Some("Name-Of-Kim".into()),
        email: Some("KIM@example.org".into()),
        ..UserEdit::default()
    };
    update_user(&ctx, &holding("kim", &[]), &"kim".into(), edit).await.unwrap();
}

#[tokio::test]
async fn somebody_who_was_faster_is_told_and_nothing_is_committed() {
    for (constraint, fault) in [
        (Constraint::Username, "Identity"),
        (Constraint::UserEmail, r#"Taken { what: "" }"#),
        (Constraint::Reference, "UnknownRole"),
    ] {
        let mut tx = with(kim());
        tx.users.expect_update().returning(move |_| Err(StoreError::Conflict(constraint)));
        assert_eq!(refused(tx, bio()).await, fault);
    }
}
