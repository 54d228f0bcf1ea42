//! Laws of conflicts: the refused record is not written, not even in part, and the transaction goes on.

use std::sync::Arc;

use omnicontact_domain::contact::Contact;
use omnicontact_domain::user::User;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{Constraint, Store, Transaction};

use crate::data::{
    channel, contact, custom_field, later, personal, role, role_ids, session, texts, user, user_email,
    visitor, visitor_with_email,
};
use crate::steps::{
    add_access, add_contacts, add_tokens, add_users, add_visitors, assert_conflict, find_contact, find_user,
    find_visitor, who_has_email, who_has_token,
};

/// After a conflict the transaction still writes, and what it writes is kept.
async fn goes_on(store: &dyn Store, mut tx: Box<dyn Transaction>) {
    let after = visitor("after", "token of after");
    tx.visitors().add(&after).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(find_visitor(store, &after.id).await, Some(after));
}

pub async fn a_taken_visitor_id_conflicts(store: Arc<dyn Store>) {
    let stored = visitor_with_email("v1", "a@x", 0);
    add_visitors(&*store, std::slice::from_ref(&stored)).await;
    let refused = Visitor { token: Some("t9".into()), ..visitor_with_email("v1", "refused@x", 0) };
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.visitors().add(&refused).await, Constraint::Id);
    // The refused token is free.
    tx.visitors().add(&visitor("v2", "t9")).await.unwrap();
    goes_on(&*store, tx).await;
    assert_eq!(find_visitor(&*store, &stored.id).await, Some(stored));
    assert_eq!(who_has_token(&*store, "t9").await.as_deref(), Some("v2"));
    assert_eq!(who_has_email(&*store, "refused@x").await, None);
}

pub async fn a_taken_visitor_token_conflicts(store: Arc<dyn Store>) {
    add_visitors(&*store, &[visitor("v1", "t1")]).await;
    let refused = Visitor { token: Some("t1".into()), ..visitor_with_email("v2", "refused@x", 0) };
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.visitors().add(&refused).await, Constraint::VisitorToken);
    goes_on(&*store, tx).await;
    assert_eq!(find_visitor(&*store, &refused.id).await, None);
    assert_eq!(who_has_token(&*store, "t1").await.as_deref(), Some("v1"));
    assert_eq!(who_has_email(&*store, "refused@x").await, None);
}

pub async fn a_visitor_cannot_take_the_token_of_another(store: Arc<dyn Store>) {
    let stored = visitor_with_email("v2", "a@x", 0);
    add_visitors(&*store, &[visitor("v1", "t1"), stored.clone()]).await;
    let refused = Visitor { token: Some("t1".into()), emails: texts(&["refused@x"]), ..stored.clone() };
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.visitors().update(&refused).await, Constraint::VisitorToken);
    goes_on(&*store, tx).await;
    assert_eq!(find_visitor(&*store, &stored.id).await, Some(stored));
    assert_eq!(who_has_token(&*store, "t1").await.as_deref(), Some("v1"));
    assert_eq!(who_has_token(&*store, "token of v2").await.as_deref(), Some("v2"));
    assert_eq!(who_has_email(&*store, "refused@x").await, None);
    assert_eq!(who_has_email(&*store, "a@x").await.as_deref(), Some("v2"));
}

pub async fn a_taken_contact_id_conflicts(store: Arc<dyn Store>) {
    let stored = Contact { emails: texts(&["a@x"]), ..contact("c1") };
    add_contacts(&*store, std::slice::from_ref(&stored)).await;
    let refused = Contact {
        emails: texts(&["refused@x"]),
        phones: texts(&["+4930123456"]),
        channels: vec![channel(&"v9".into())],
        ..contact("c1")
    };
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.contacts().add(&refused).await, Constraint::Id);
    for key in refused.email_keys() {
        assert_eq!(tx.contacts().find_by_email(&key).await.unwrap(), None);
    }
    for key in refused.phone_keys(None) {
        assert_eq!(tx.contacts().find_by_phone(&key).await.unwrap(), None);
    }
    assert_eq!(tx.contacts().find_by_visitor(&"v9".into()).await.unwrap(), None);
    goes_on(&*store, tx).await;
    assert_eq!(find_contact(&*store, &stored.id).await, Some(stored));
}

/// Tries to add a user and expects a conflict that leaves nothing of it behind but what `stored` holds.
async fn refuse_user(store: &dyn Store, refused: &User, constraint: Constraint, stored: &[User]) {
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.users().add(refused).await, constraint);
    assert_eq!(tx.users().list(None, 10).await.unwrap(), stored);
    goes_on(store, tx).await;
    let mut view = store.read().await.unwrap();
    assert_eq!(view.users().list(None, 10).await.unwrap(), stored);
    assert_eq!(view.users().find_by_email("refused@x").await.unwrap(), None);
    assert_eq!(view.users().find_by_username("refused").await.unwrap(), None);
    drop(view);
    // What was refused leaves nothing in the way of another user.
    add_users(store, &[User { emails: vec![user_email("refused@x")], ..user("u9", "refused") }]).await;
}

pub async fn a_taken_user_id_conflicts(store: Arc<dyn Store>) {
    let stored = [User { emails: vec![user_email("kim@x")], ..user("u1", "kim") }];
    add_users(&*store, &stored).await;
    let refused = User { emails: vec![user_email("refused@x")], ..user("u1", "refused") };
    refuse_user(&*store, &refused, Constraint::Id, &stored).await;
}

pub async fn a_taken_username_conflicts_in_any_case(store: Arc<dyn Store>) {
    let stored = [user("u1", "Kim.É")];
    add_users(&*store, &stored).await;
    let refused = User { emails: vec![user_email("refused@x")], ..user("u2", "KIM.é") };
    refuse_user(&*store, &refused, Constraint::Username, &stored).await;
}

pub async fn a_taken_user_email_conflicts_in_any_case(store: Arc<dyn Store>) {
    let stored = [User { emails: vec![user_email("Kim@É.org")], ..user("u1", "kim") }];
    add_users(&*store, &stored).await;
    let refused =
        User { emails: vec![user_email("refused@x"), user_email("kim@é.ORG")], ..user("u2", "refused") };
    refuse_user(&*store, &refused, Constraint::UserEmail, &stored).await;
}

pub async fn a_user_with_a_missing_role_conflicts(store: Arc<dyn Store>) {
    add_access(&*store, &[role("a")], &[]).await;
    let stored = [User { roles: role_ids(&["a"]), ..user("u1", "kim") }];
    add_users(&*store, &stored).await;
    let refused = User {
        emails: vec![user_email("refused@x")],
        roles: role_ids(&["a", "missing"]),
        ..user("u2", "refused")
    };
    refuse_user(&*store, &refused, Constraint::Reference, &stored).await;
}

/// Tries to update the stored user `u1` and expects a conflict that changes nothing of it.
async fn refuse_update(store: &dyn Store, change: impl Fn(User) -> User, constraint: Constraint) {
    let stored = find_user(store, &"u1".into()).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.users().update(&change(stored.clone())).await, constraint);
    assert_eq!(tx.users().find(&stored.id).await.unwrap().as_ref(), Some(&stored));
    goes_on(store, tx).await;
    assert_eq!(find_user(store, &stored.id).await, Some(stored));
}

async fn two_users(store: &dyn Store) {
    add_access(store, &["a", "b"].map(role), &[]).await;
    let kim = User { emails: vec![user_email("kim@x")], roles: role_ids(&["a"]), ..user("u1", "kim") };
    let other = User { emails: vec![user_email("other@x")], ..user("u2", "other") };
    add_users(store, &[kim, other]).await;
}

pub async fn a_user_cannot_take_the_username_of_another(store: Arc<dyn Store>) {
    two_users(&*store).await;
    let change =
        |kim| User { username: Some("OTHER".into()), emails: vec![], roles: role_ids(&["b"]), ..kim };
    refuse_update(&*store, change, Constraint::Username).await;
}

pub async fn a_user_cannot_take_the_email_of_another(store: Arc<dyn Store>) {
    two_users(&*store).await;
    let emails = || vec![user_email("new@x"), user_email("OTHER@x")];
    let change =
        |kim| User { username: Some("new".into()), emails: emails(), roles: role_ids(&["b"]), ..kim };
    refuse_update(&*store, change, Constraint::UserEmail).await;
}

pub async fn a_user_cannot_take_a_missing_role(store: Arc<dyn Store>) {
    two_users(&*store).await;
    let change =
        |kim| User { username: Some("new".into()), emails: vec![], roles: role_ids(&["b", "no"]), ..kim };
    refuse_update(&*store, change, Constraint::Reference).await;
}

pub async fn a_taken_login_token_conflicts(store: Arc<dyn Store>) {
    add_users(&*store, &[user("u1", "kim"), user("u2", "other")]).await;
    let stored = session("s1", later(0));
    add_tokens(&*store, &"u1".into(), std::slice::from_ref(&stored)).await;
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.tokens().add(&"u1".into(), &stored).await, Constraint::LoginToken);
    assert_conflict(&tx.tokens().add(&"u2".into(), &personal("s1", "bot")).await, Constraint::LoginToken);
    assert_eq!(tx.tokens().find(&stored.hashed).await.unwrap(), Some(("u1".into(), stored)));
    goes_on(&*store, tx).await;
}

pub async fn a_taken_name_of_a_personal_token_conflicts(store: Arc<dyn Store>) {
    add_users(&*store, &[user("u1", "kim")]).await;
    add_tokens(&*store, &"u1".into(), &[personal("p1", "bot")]).await;
    let refused = personal("p2", "bot");
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.tokens().add(&"u1".into(), &refused).await, Constraint::LoginToken);
    assert_eq!(tx.tokens().find(&refused.hashed).await.unwrap(), None);
    goes_on(&*store, tx).await;
}

pub async fn a_token_of_a_missing_user_conflicts(store: Arc<dyn Store>) {
    let refused = session("s1", later(0));
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.tokens().add(&"u1".into(), &refused).await, Constraint::Reference);
    assert_eq!(tx.tokens().find(&refused.hashed).await.unwrap(), None);
    goes_on(&*store, tx).await;
}

pub async fn a_taken_custom_field_id_conflicts(store: Arc<dyn Store>) {
    let mut tx = store.begin().await.unwrap();
    tx.custom_fields().add(&custom_field("plan")).await.unwrap();
    let mut refused = custom_field("plan");
    refused.label = "Another".into();
    assert_conflict(&tx.custom_fields().add(&refused).await, Constraint::Id);
    assert_eq!(tx.custom_fields().list().await.unwrap(), [custom_field("plan")]);
    goes_on(&*store, tx).await;
}

pub async fn many_conflicts_leave_the_transaction_usable(store: Arc<dyn Store>) {
    two_users(&*store).await;
    add_visitors(&*store, &[visitor("v1", "t1")]).await;
    let mut tx = store.begin().await.unwrap();
    tx.visitors().add(&visitor("v2", "t2")).await.unwrap();
    for round in 0..3 {
        assert_conflict(&tx.visitors().add(&visitor("v3", "t1")).await, Constraint::VisitorToken);
        assert_conflict(&tx.visitors().add(&visitor("v1", "t3")).await, Constraint::Id);
        assert_conflict(&tx.users().add(&user("u3", "KIM")).await, Constraint::Username);
        let added = visitor(&format!("round {round}"), &format!("token {round}"));
        tx.visitors().add(&added).await.unwrap();
    }
    goes_on(&*store, tx).await;
    for token in ["t1", "t2", "token 0", "token 1", "token 2"] {
        assert!(who_has_token(&*store, token).await.is_some(), "{token}");
    }
    assert_eq!(who_has_token(&*store, "t3").await, None);
}
