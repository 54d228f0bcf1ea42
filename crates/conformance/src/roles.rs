//! Laws of roles that are added, changed and removed while the server runs.

use std::sync::Arc;

use omnicontact_domain::role::RoleScope;
use omnicontact_domain::user::User;
use omnicontact_ports::{Constraint, RoleRecord, Store};

use crate::data::{later, permission, role, role_ids, user};
use crate::steps::{add_access, add_users, assert_conflict};

/// A role that differs from [`role`] in everything.
fn other(id: &str, name: &str) -> RoleRecord {
    RoleRecord {
        id: id.into(),
        name: name.to_owned(),
        scope: RoleScope::Subscriptions,
        description: "Sees \"all\", writes 'nothing' \u{1f600}".to_owned(),
        protected: true,
        mandatory_two_factor: true,
        updated_at: later(-7),
    }
}

async fn list(store: &dyn Store) -> Vec<RoleRecord> {
    store.read().await.unwrap().access().list_roles().await.unwrap()
}

async fn add(store: &dyn Store, role: &RoleRecord) {
    let mut tx = store.begin().await.unwrap();
    tx.access().add_role(role).await.unwrap();
    tx.commit().await.unwrap();
}

async fn update(store: &dyn Store, role: &RoleRecord) {
    let mut tx = store.begin().await.unwrap();
    tx.access().update_role(role).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn every_field_of_a_role_survives(store: Arc<dyn Store>) {
    let first = other("a", "Überschrift");
    add(&*store, &first).await;
    let second = RoleRecord { name: "Plain".to_owned(), ..role("b") };
    add(&*store, &second).await;
    assert_eq!(list(&*store).await, [first, second]);

    // Each becomes what the other was.
    let first = RoleRecord { id: "a".into(), ..role("first") };
    let second = other("b", "second");
    update(&*store, &first).await;
    update(&*store, &second).await;
    assert_eq!(list(&*store).await, [first, second]);
}

pub async fn a_role_is_found_by_its_id_and_by_its_exact_name(store: Arc<dyn Store>) {
    let stored = other("r1", "Team Ä");
    add(&*store, &stored).await;
    add(&*store, &role("r2")).await;
    let mut tx = store.begin().await.unwrap();
    let access = tx.access();
    assert_eq!(access.find_role(&"r1".into()).await.unwrap().as_ref(), Some(&stored));
    assert_eq!(access.lock_role(&"r1".into()).await.unwrap().as_ref(), Some(&stored));
    assert_eq!(access.find_role_by_name("Team Ä").await.unwrap().as_ref(), Some(&stored));
    for unknown in ["R1", "Team \u{c4}", "r3", ""] {
        assert_eq!(access.find_role(&unknown.into()).await.unwrap(), None, "{unknown}");
        assert_eq!(access.lock_role(&unknown.into()).await.unwrap(), None, "{unknown}");
    }
    for unknown in ["team ä", "TEAM Ä", "Team A\u{308}", "Team _", "r1", ""] {
        assert_eq!(access.find_role_by_name(unknown).await.unwrap(), None, "{unknown}");
    }
}

pub async fn a_taken_role_id_conflicts(store: Arc<dyn Store>) {
    add(&*store, &role("a")).await;
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.access().add_role(&other("a", "free")).await, Constraint::Id);
    tx.access().add_role(&role("b")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(list(&*store).await, [role("a"), role("b")]);
}

pub async fn a_taken_role_name_conflicts(store: Arc<dyn Store>) {
    add(&*store, &other("a", "Team")).await;
    add(&*store, &role("b")).await;
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.access().add_role(&other("c", "Team")).await, Constraint::RoleName);
    assert_conflict(&tx.access().update_role(&other("b", "Team")).await, Constraint::RoleName);
    // Names differ by case, and a role keeps its own.
    tx.access().add_role(&other("c", "team")).await.unwrap();
    tx.access().update_role(&other("a", "Team")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(list(&*store).await, [other("a", "Team"), role("b"), other("c", "team")]);
}

pub async fn of_many_new_roles_none_is_stored_when_a_name_is_taken(store: Arc<dyn Store>) {
    let custom = other("c", "Role b");
    add(&*store, &custom).await;
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.access().add_roles(&["a", "b", "d"].map(role)).await, Constraint::RoleName);
    // A role that exists keeps its name, whoever has the one that it is to have.
    tx.access().add_roles(&[role("e"), RoleRecord { id: "c".into(), ..role("e") }]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(list(&*store).await, [custom, role("e")]);
}

pub async fn a_freed_role_name_can_be_taken(store: Arc<dyn Store>) {
    add(&*store, &other("a", "Team")).await;
    let mut tx = store.begin().await.unwrap();
    tx.access().update_role(&other("a", "Group")).await.unwrap();
    tx.access().add_role(&other("b", "Team")).await.unwrap();
    tx.access().remove_role(&"b".into()).await.unwrap();
    tx.access().add_role(&other("c", "Team")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(list(&*store).await, [other("a", "Group"), other("c", "Team")]);
}

pub async fn changing_an_unknown_role_changes_nothing(store: Arc<dyn Store>) {
    add(&*store, &role("a")).await;
    let mut tx = store.begin().await.unwrap();
    tx.access().update_role(&role("unknown")).await.unwrap();
    tx.access().remove_role(&"unknown".into()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(list(&*store).await, [role("a")]);
}

pub async fn removing_a_role_takes_it_off_all_permissions(store: Arc<dyn Store>) {
    let granted = [permission("p1", &["z", "a", "m"]), permission("p2", &["a"]), permission("p3", &["m"])];
    add_access(&*store, &["a", "m", "z"].map(role), &granted).await;
    let mut tx = store.begin().await.unwrap();
    tx.access().remove_role(&"a".into()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(list(&*store).await, [role("m"), role("z")]);
    let left = store.read().await.unwrap().access().list_permissions().await.unwrap();
    assert_eq!(left, [permission("p1", &["z", "m"]), permission("p2", &[]), permission("p3", &["m"])]);
    // A role of that name that comes later holds nothing, and can be given.
    add(&*store, &role("a")).await;
    let mut tx = store.begin().await.unwrap();
    tx.access().update_permission(&permission("p1", &["z", "a", "m"])).await.unwrap();
    tx.commit().await.unwrap();
    let left = store.read().await.unwrap().access().list_permissions().await.unwrap();
    assert_eq!(left[..2], [permission("p1", &["z", "a", "m"]), permission("p2", &[])]);
}

pub async fn a_role_that_a_user_holds_cannot_be_removed(store: Arc<dyn Store>) {
    let granted = permission("p1", &["b", "a"]);
    add_access(&*store, &["a", "b"].map(role), std::slice::from_ref(&granted)).await;
    let kim = User { roles: role_ids(&["a"]), ..user("u1", "kim") };
    add_users(&*store, std::slice::from_ref(&kim)).await;
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.access().remove_role(&"a".into()).await, Constraint::Reference);
    tx.access().add_role(&role("c")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(list(&*store).await, ["a", "b", "c"].map(role));
    let left = store.read().await.unwrap().access().list_permissions().await.unwrap();
    assert_eq!(left, [granted], "the grants of a role that stays stay");

    let mut tx = store.begin().await.unwrap();
    tx.users().update(&User { roles: vec![], ..kim }).await.unwrap();
    tx.access().remove_role(&"a".into()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(list(&*store).await, ["b", "c"].map(role));
}
