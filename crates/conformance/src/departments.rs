//! Laws of departments and their agents.

use std::sync::Arc;
use std::time::Duration;

use omnicontact_domain::conversation::Conversation;
use omnicontact_domain::department::{Department, Membership, NewDepartment};
use omnicontact_domain::user::User;
use omnicontact_domain::version::Version;
use omnicontact_ports::{Constraint, Store, StoreError};

use crate::data::conversations::{conversation, department, membership};
use crate::data::{later, user};
use crate::steps::{AT_LAST, add_users, assert_conflict, assert_stale, find_room, until_done};

/// Users with these ids.
async fn add_people(store: &dyn Store, ids: &[&str]) {
    let people: Vec<_> = ids.iter().map(|id| user(id, &format!("name-of-{id}"))).collect();
    add_users(store, &people).await;
}

/// The membership as it is listed: with the username of today.
fn listed_membership(department: &str, agent: &str, order: i64) -> Membership {
    Membership { username: Some(format!("name-of-{agent}")), ..membership(department, agent, order) }
}

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
    let [d2, d1, d3] = all;
    assert_eq!(tx.departments().list().await.unwrap(), [d1, d2, d3.clone()]);
    assert_eq!(tx.departments().hold(&"d3".into()).await.unwrap(), Some(d3));
    assert_eq!(tx.departments().hold(&"d9".into()).await.unwrap(), None);
}

pub async fn agents_of_a_department_are_listed_in_their_places(store: Arc<dyn Store>) {
    add_people(&*store, &["u1", "u2", "u3", "u9"]).await;
    let mut tx = store.begin().await.unwrap();
    for id in ["d1", "d2", "d3"] {
        tx.departments().add(&department(id, "Sales")).await.unwrap();
    }
    let named = Membership { username: Some("once".into()), count: 0, ..membership("d1", "u3", 1) };
    let first =
        [membership("d1", "u2", 2), named.clone(), membership("d1", "u1", 2), membership("d2", "u1", 0)];
    tx.departments().add_agents(&first).await.unwrap();
    let listed = tx.departments().list_agents(&"d1".into()).await.unwrap();
    let named = Membership { username: Some("name-of-u3".into()), ..named };
    assert_eq!(listed, [named, listed_membership("d1", "u1", 2), listed_membership("d1", "u2", 2)]);
    assert_eq!(tx.departments().list_by_agent(&"u1".into()).await.unwrap(), ["d1", "d2"].map(Into::into));
    let of_one = tx.departments().list_memberships(&"u1".into()).await.unwrap();
    assert_eq!(of_one, [listed_membership("d1", "u1", 2), listed_membership("d2", "u1", 0)]);
    let ids = ["d1", "d2", "d3", "d9"].map(Into::into);
    let mut counts = tx.departments().count_agents(&ids).await.unwrap();
    counts.retain(|(_, agents)| *agents > 0);
    counts.sort();
    assert_eq!(counts, [("d1".into(), 3), ("d2".into(), 1)]);
    tx.departments().add_agents(&[membership("d1", "u2", 0)]).await.unwrap();
    let listed = tx.departments().list_agents(&"d1".into()).await.unwrap();
    assert_eq!((listed.len(), &listed[0]), (3, &listed_membership("d1", "u2", 0)));
    for nowhere in [membership("d9", "u9", 1), membership("d2", "nobody", 1)] {
        let refused = tx.departments().add_agents(&[membership("d1", "u9", 1), nowhere]).await;
        assert_conflict(&refused, Constraint::Reference);
        assert!(tx.departments().list_by_agent(&"u9".into()).await.unwrap().is_empty());
    }
    tx.commit().await.unwrap();
}

pub async fn memberships_end_with_their_department_and_their_agent(store: Arc<dyn Store>) {
    add_people(&*store, &["u1", "u2"]).await;
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

pub async fn a_removed_department_is_no_fallback_any_more(store: Arc<dyn Store>) {
    let other = department("d1", "Sales");
    let said = NewDepartment { fallback: None, ..other.said.clone() };
    let gone = Department { id: "d9".into(), said, ..other.clone() };
    let mut tx = store.begin().await.unwrap();
    tx.departments().add(&other).await.unwrap();
    tx.departments().add(&gone).await.unwrap();
    assert!(tx.departments().remove(&"d9".into()).await.unwrap());
    let left = tx.departments().find(&"d1".into()).await.unwrap().unwrap();
    assert_eq!((left.said.fallback, left.version), (None, Version::FIRST.next()));
}

/// Opens a conversation of the department, if it is still there.
async fn open_in(store: &dyn Store, department: &str, room: &str) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    let held = tx.departments().hold(&department.into()).await?;
    // Time for the other one to remove it.
    tokio::time::sleep(Duration::from_millis(10)).await;
    let department_id = held.map(|held| held.id.into_string());
    let room = Conversation { department_id, ..conversation(room, room, 0) };
    tx.conversations().add(&room).await?;
    tx.commit().await
}

/// Removes the department, and takes its conversations out of it.
async fn remove(store: &dyn Store, department: &str) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    assert!(tx.departments().remove(&department.into()).await?);
    tx.conversations().release_department(&department.into(), later(9)).await?;
    tx.commit().await
}

pub async fn no_conversation_is_left_in_a_department_that_goes(store: Arc<dyn Store>) {
    for round in 0..4 {
        let (id, room) = (format!("d{round}"), format!("r{round}"));
        let mut tx = store.begin().await.unwrap();
        tx.departments().add(&department(&id, "Sales")).await.unwrap();
        tx.commit().await.unwrap();
        let opening = tokio::spawn({
            let (store, id, room) = (Arc::clone(&store), id.clone(), room.clone());
            async move { until_done(|| open_in(&*store, &id, &room)).await }
        });
        tokio::time::sleep(Duration::from_millis(3)).await;
        until_done(|| remove(&*store, &id)).await;
        tokio::time::timeout(AT_LAST, opening).await.expect("it ends").unwrap();
        assert_eq!(find_room(&*store, &room).await.unwrap().department_id, None, "{round}");
    }
}

/// Puts a user into the department, if both are there.
async fn join(store: &dyn Store, department: &str, user: &str) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    match tx.departments().add_agents(&[membership(department, user, 0)]).await {
        Ok(()) => {}
        Err(StoreError::Conflict(Constraint::Reference)) => return Ok(()),
        Err(error) => return Err(error),
    }
    // Time for the other one to remove the user.
    tokio::time::sleep(Duration::from_millis(10)).await;
    tx.commit().await
}

/// Removes a user with all memberships.
async fn remove_user(store: &dyn Store, user: &User) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    tx.users().remove(&user.id).await?;
    tx.departments().remove_from_all(&user.id).await?;
    tx.commit().await
}

pub async fn no_membership_outlives_its_user(store: Arc<dyn Store>) {
    let mut tx = store.begin().await.unwrap();
    tx.departments().add(&department("d1", "Sales")).await.unwrap();
    tx.commit().await.unwrap();
    for round in 0..4 {
        let person = user(&format!("u{round}"), &format!("name-{round}"));
        add_users(&*store, std::slice::from_ref(&person)).await;
        let joining = tokio::spawn({
            let (store, id) = (Arc::clone(&store), person.id.clone());
            async move { until_done(|| join(&*store, "d1", id.as_str())).await }
        });
        tokio::time::sleep(Duration::from_millis(3)).await;
        until_done(|| remove_user(&*store, &person)).await;
        tokio::time::timeout(AT_LAST, joining).await.expect("it ends").unwrap();
        let mut tx = store.begin().await.unwrap();
        assert!(tx.departments().list_agents(&"d1".into()).await.unwrap().is_empty(), "{round}");
    }
}
