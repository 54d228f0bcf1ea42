//! Laws of departments and their agents.

use std::sync::Arc;

use omnicontact_domain::department::{Department, Membership};
use omnicontact_domain::version::Version;
use omnicontact_ports::{Constraint, Store};

use crate::data::conversations::{department, membership};
use crate::data::later;
use crate::steps::{assert_conflict, assert_stale};

pub async fn every_field_of_a_department_survives(store: Arc<dyn Store>) {
    let sales = department("d1", "Sales");
    let mut tx = store.begin().await.unwrap();
    tx.departments().add(&sales).await.unwrap();
    assert_eq!(tx.departments().find(&"d1".into()).await.unwrap(), Some(sales.clone()));
    assert_conflict(&tx.departments().add(&department("d1", "Other")).await, Constraint::Id);
    let mut changed = Department { updated_at: later(3), ..sales };
    changed.said.name = "Support".into();
    changed.said.email = String::new();
    changed.said.shown.enabled = false;
    changed.said.shown.on_offline_form = true;
    changed.said.asks_for_tags = true;
    changed.said.fallback = None;
    tx.departments().update(&changed).await.unwrap();
    assert_stale(&tx.departments().update(&changed).await);
    let expected = Department { version: Version::FIRST.next(), ..changed };
    assert_eq!(tx.departments().find(&"d1".into()).await.unwrap(), Some(expected));
    tx.commit().await.unwrap();
}

pub async fn a_department_is_found_by_id_and_by_its_exact_name(store: Arc<dyn Store>) {
    let all = [department("d2", "Sales"), department("d1", "Sales"), department("d3", "sales")];
    let mut tx = store.begin().await.unwrap();
    for department in &all {
        tx.departments().add(department).await.unwrap();
    }
    for (name, id) in [("Sales", Some("d1")), ("sales", Some("d3")), ("SALES", None), ("d1", None)] {
        let found = tx.departments().find_by_name(name).await.unwrap();
        assert_eq!(found.map(|department| department.id), id.map(Into::into), "{name}");
    }
    let mut many = tx.departments().find_many(&["d3", "d9", "d2"].map(Into::into)).await.unwrap();
    many.sort_by(|one, other| one.id.cmp(&other.id));
    assert_eq!(many, [all[0].clone(), all[2].clone()]);
    assert!(tx.departments().find_many(&[]).await.unwrap().is_empty());
}

pub async fn agents_of_a_department_are_listed_in_their_places(store: Arc<dyn Store>) {
    let mut tx = store.begin().await.unwrap();
    for id in ["d1", "d2"] {
        tx.departments().add(&department(id, "Sales")).await.unwrap();
    }
    let named = Membership { username: Some("kim".into()), count: 0, ..membership("d1", "u3", 1) };
    let first =
        [membership("d1", "u2", 2), named.clone(), membership("d1", "u1", 2), membership("d2", "u1", 0)];
    tx.departments().add_agents(&first).await.unwrap();
    let listed = tx.departments().list_agents(&"d1".into()).await.unwrap();
    assert_eq!(listed, [named, membership("d1", "u1", 2), membership("d1", "u2", 2)]);
    assert_eq!(tx.departments().list_by_agent(&"u1".into()).await.unwrap(), ["d1", "d2"].map(Into::into));
    tx.departments().add_agents(&[membership("d1", "u2", 0)]).await.unwrap();
    let listed = tx.departments().list_agents(&"d1".into()).await.unwrap();
    assert_eq!((listed.len(), &listed[0]), (3, &membership("d1", "u2", 0)));
    let nowhere = [membership("d1", "u9", 1), membership("d9", "u9", 1)];
    assert_conflict(&tx.departments().add_agents(&nowhere).await, Constraint::Reference);
    assert!(tx.departments().list_by_agent(&"u9".into()).await.unwrap().is_empty());
    tx.commit().await.unwrap();
}

pub async fn memberships_end_with_their_department_and_their_agent(store: Arc<dyn Store>) {
    let mut tx = store.begin().await.unwrap();
    for id in ["d1", "d2"] {
        tx.departments().add(&department(id, "Sales")).await.unwrap();
    }
    let all = ["u1", "u2"].map(|user| ["d1", "d2"].map(|id| membership(id, user, 0))).concat();
    tx.departments().add_agents(&all).await.unwrap();
    for expected in [true, false] {
        assert_eq!(tx.departments().remove_agent(&"d1".into(), &"u1".into()).await.unwrap(), expected);
    }
    assert_eq!(tx.departments().list_by_agent(&"u1".into()).await.unwrap(), ["d2".into()]);
    for expected in [2, 0] {
        assert_eq!(tx.departments().remove_from_all(&"u2".into()).await.unwrap(), expected);
    }
    for expected in [true, false] {
        assert_eq!(tx.departments().remove(&"d2".into()).await.unwrap(), expected);
    }
    assert!(tx.departments().list_by_agent(&"u1".into()).await.unwrap().is_empty());
    assert!(tx.departments().list_agents(&"d2".into()).await.unwrap().is_empty());
    tx.commit().await.unwrap();
}
