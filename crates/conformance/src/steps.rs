//! What many laws do on the way: store records in one transaction, read one in another, expect an error.

use std::time::Duration;

use omnicontact_domain::contact::Contact;
use omnicontact_domain::conversation::Conversation;
use omnicontact_domain::id::{ContactId, UserId, VisitorId};
use omnicontact_domain::token::LoginToken;
use omnicontact_domain::user::User;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{Constraint, PermissionRecord, RoleRecord, Store, StoreError, VisitorFilter};

/// Longer than anything that does not wait takes, shorter than any time-out of an engine.
pub(crate) const SOON: Duration = Duration::from_secs(3);
/// Longer than all writers of a law need one after the other.
pub(crate) const AT_LAST: Duration = Duration::from_mins(1);

/// Fails unless the work ends soon.
pub(crate) async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, work).await.unwrap_or_else(|_| panic!("{what} had to wait"))
}

/// Fails unless the result is this conflict.
#[track_caller]
pub(crate) fn assert_conflict<T: std::fmt::Debug>(result: &Result<T, StoreError>, expected: Constraint) {
    assert!(
        matches!(result, Err(StoreError::Conflict(constraint)) if *constraint == expected),
        "expected a conflict ({expected:?}), got {result:?}"
    );
}

/// Fails unless the update was refused as stale.
#[track_caller]
pub(crate) fn assert_stale(result: &Result<(), StoreError>) {
    assert!(matches!(result, Err(StoreError::Stale)), "expected a stale update, got {result:?}");
}

pub(crate) async fn add_visitors(store: &dyn Store, visitors: &[Visitor]) {
    let mut tx = store.begin().await.unwrap();
    for visitor in visitors {
        tx.visitors().add(visitor).await.unwrap();
    }
    tx.commit().await.unwrap();
}

pub(crate) async fn update_visitor(store: &dyn Store, visitor: &Visitor) {
    let mut tx = store.begin().await.unwrap();
    tx.visitors().update(visitor).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) async fn find_visitor(store: &dyn Store, id: &VisitorId) -> Option<Visitor> {
    store.read().await.unwrap().visitors().find(id).await.unwrap()
}

/// The id of the visitor with that token.
pub(crate) async fn who_has_token(store: &dyn Store, token: &str) -> Option<String> {
    let found = store.read().await.unwrap().visitors().find_by_token(&token.into()).await.unwrap();
    found.map(|visitor| visitor.id.into_string())
}

/// The id of the first visitor with that address.
pub(crate) async fn who_has_email(store: &dyn Store, address: &str) -> Option<String> {
    let found = store.read().await.unwrap().visitors().find_by_email(address).await.unwrap();
    found.map(|visitor| visitor.id.into_string())
}

/// The id of the first visitor that fits.
pub(crate) async fn who_fits(store: &dyn Store, filter: &VisitorFilter) -> Option<String> {
    let found = store.read().await.unwrap().visitors().find_by_filter(filter).await.unwrap();
    found.map(|visitor| visitor.id.into_string())
}

pub(crate) async fn add_contacts(store: &dyn Store, contacts: &[Contact]) {
    let mut tx = store.begin().await.unwrap();
    for contact in contacts {
        tx.contacts().add(contact).await.unwrap();
    }
    tx.commit().await.unwrap();
}

pub(crate) async fn find_contact(store: &dyn Store, id: &ContactId) -> Option<Contact> {
    store.read().await.unwrap().contacts().find(id).await.unwrap()
}

pub(crate) async fn add_users(store: &dyn Store, users: &[User]) {
    let mut tx = store.begin().await.unwrap();
    for user in users {
        tx.users().add(user).await.unwrap();
    }
    tx.commit().await.unwrap();
}

pub(crate) async fn find_user(store: &dyn Store, id: &UserId) -> Option<User> {
    store.read().await.unwrap().users().find(id).await.unwrap()
}

pub(crate) async fn add_tokens(store: &dyn Store, owner: &UserId, tokens: &[LoginToken]) {
    let mut tx = store.begin().await.unwrap();
    for token in tokens {
        tx.tokens().add(owner, token).await.unwrap();
    }
    tx.commit().await.unwrap();
}

pub(crate) async fn add_access(store: &dyn Store, roles: &[RoleRecord], permissions: &[PermissionRecord]) {
    let mut tx = store.begin().await.unwrap();
    tx.access().add_roles(roles).await.unwrap();
    tx.access().add_permissions(permissions).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) async fn add_rooms(store: &dyn Store, rooms: &[Conversation]) {
    let mut tx = store.begin().await.unwrap();
    for room in rooms {
        tx.conversations().add(room).await.unwrap();
    }
    tx.commit().await.unwrap();
}

pub(crate) async fn update_room(store: &dyn Store, room: &Conversation) {
    let mut tx = store.begin().await.unwrap();
    tx.conversations().update(room).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) async fn find_room(store: &dyn Store, id: &str) -> Option<Conversation> {
    store.read().await.unwrap().conversations().find(&id.into()).await.unwrap()
}

/// Does work again as long as others are in the way.
pub(crate) async fn until_done<T, W>(mut work: impl FnMut() -> W) -> T
where
    W: Future<Output = Result<T, StoreError>>,
{
    loop {
        match work().await {
            Ok(done) => return done,
            Err(error) => assert!(error.is_worth_a_retry(), "{error:?}"),
        }
    }
}
