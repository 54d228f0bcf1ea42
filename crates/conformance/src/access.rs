//! Laws of roles, permissions and grants.

use std::sync::Arc;

use omnicontact_domain::role::RoleScope;
use omnicontact_ports::{Constraint, PermissionRecord, RoleRecord, Store};

use crate::data::{IDS_IN_DISORDER, ids_by_bytes, later, permission, role};
use crate::steps::{add_access, assert_conflict};

async fn list_permissions(store: &dyn Store) -> Vec<PermissionRecord> {
    store.read().await.unwrap().access().list_permissions().await.unwrap()
}

async fn update(store: &dyn Store, record: &PermissionRecord) {
    let mut tx = store.begin().await.unwrap();
    tx.access().update_permission(record).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn roles_that_exist_stay_as_they_are(store: Arc<dyn Store>) {
    let first = RoleRecord {
        name: "Überschrift".into(),
        scope: RoleScope::Subscriptions,
        description: "First".into(),
        protected: true,
        updated_at: later(-1),
        ..role("a")
    };
    let again = RoleRecord { description: "Second".into(), ..role("a") };
    add_access(&*store, std::slice::from_ref(&first), &[]).await;
    add_access(&*store, &[again, role("b")], &[]).await;
    assert_eq!(store.read().await.unwrap().access().list_roles().await.unwrap(), [first, role("b")]);
}

pub async fn permissions_that_exist_keep_their_roles(store: Arc<dyn Store>) {
    let first = [permission("p1", &["b"]), permission("p2", &[])];
    add_access(&*store, &["a", "b"].map(role), &first).await;
    let again = [permission("p1", &["a", "b"]), permission("p2", &["a"]), permission("p3", &["a"])];
    let again = again.map(|record| PermissionRecord { updated_at: later(9), ..record });
    add_access(&*store, &[], &again).await;
    let [p1, p2] = first;
    let [_, _, p3] = again;
    assert_eq!(list_permissions(&*store).await, [p1, p2, p3]);
}

pub async fn roles_of_a_permission_keep_their_order(store: Arc<dyn Store>) {
    let first = permission("p1", &["z", "a", "m"]);
    add_access(&*store, &["a", "m", "z"].map(role), std::slice::from_ref(&first)).await;
    assert_eq!(list_permissions(&*store).await, [first]);
    for roles in [&["m", "z"][..], &["a", "m", "z"], &[], &["z"]] {
        let changed = PermissionRecord { updated_at: later(1), ..permission("p1", roles) };
        update(&*store, &changed).await;
        assert_eq!(list_permissions(&*store).await, [changed]);
    }
}

pub async fn replacing_roles_leaves_unknown_permissions_out(store: Arc<dyn Store>) {
    add_access(&*store, &[role("a")], &[permission("p1", &["a"])]).await;
    update(&*store, &permission("unknown", &["a"])).await;
    assert_eq!(list_permissions(&*store).await, [permission("p1", &["a"])]);
}

pub async fn roles_and_permissions_are_listed_by_bytes(store: Arc<dyn Store>) {
    let permissions = IDS_IN_DISORDER.map(|id| permission(id, &[id, "a"]));
    add_access(&*store, &IDS_IN_DISORDER.map(role), &permissions).await;
    let roles = store.read().await.unwrap().access().list_roles().await.unwrap();
    let roles: Vec<_> = roles.into_iter().map(|role| role.id.into_string()).collect();
    assert_eq!(roles, ids_by_bytes());
    let expected: Vec<_> = ids_by_bytes().iter().map(|id| permission(id, &[id, "a"])).collect();
    assert_eq!(list_permissions(&*store).await, expected);
}

pub async fn a_permission_of_a_missing_role_conflicts_and_is_not_stored(store: Arc<dyn Store>) {
    let stored = permission("p1", &["a"]);
    add_access(&*store, &[role("a")], std::slice::from_ref(&stored)).await;
    let mut tx = store.begin().await.unwrap();
    let added = tx.access().add_permissions(&[permission("p2", &["a", "missing"])]).await;
    assert_conflict(&added, Constraint::Reference);
    let changed = PermissionRecord { updated_at: later(1), ..permission("p1", &["missing"]) };
    assert_conflict(&tx.access().update_permission(&changed).await, Constraint::Reference);
    tx.access().add_roles(&[role("b")]).await.unwrap();
    tx.access().add_permissions(&[permission("p3", &["b"])]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(list_permissions(&*store).await, [stored, permission("p3", &["b"])]);
}
