//! What one value does to the world.

use std::sync::atomic::Ordering;

use omnicontact_domain::contact::Contact;
use omnicontact_domain::conversation::ConversationValues;
use omnicontact_domain::custom_field::{AssignmentError, CustomField, Scope};
use omnicontact_domain::text::CUSTOM_VALUE_LIMIT;
use omnicontact_domain::value::{Fields, Value};
use omnicontact_domain::version::Version;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::mock::{MockStore, MockTransaction};

use super::*;
use crate::context::test::{NOW, context};
use crate::prepared::{definition, mara_with, visitor, writing};

fn gold(overwrite: bool) -> Assignment {
    Assignment { field: "plan".into(), value: "gold".into(), overwrite }
}

fn values(value: &str) -> Fields {
    [("plan".to_owned(), value.into())].into_iter().collect()
}

fn stored(guest: Option<Visitor>, fields: Vec<CustomField>) -> MockTransaction {
    let mut tx = MockTransaction::default();
    tx.visitors
        .expect_find_by_token()
        .withf(|token| token.as_str() == "v1")
        .returning(move |_| Ok(guest.clone()));
    tx.custom_fields.expect_list().returning(move || Ok(fields.clone()));
    tx
}

fn with_contacts(mut tx: MockTransaction, contacts: Vec<Contact>) -> MockTransaction {
    let ids: Vec<_> = contacts.iter().map(|contact| contact.id.clone()).collect();
    tx.contacts.expect_list_ids_by_visitor().returning(move |_| Ok(ids.clone()));
    tx.contacts
        .expect_lock()
        .returning(move |id| Ok(contacts.iter().find(|contact| contact.id == *id).cloned()));
    tx
}

fn plan() -> Vec<CustomField> {
    vec![definition("plan", &[("regexp", "^[a-z]+$".into())])]
}

async fn set(tx: MockTransaction, assignment: &Assignment) -> (Result<(), AssignError>, bool) {
    let (store, committed) = writing(vec![tx]);
    let answer = set_value(&context(store), &"v1".into(), assignment).await;
    (answer, committed.load(Ordering::SeqCst))
}

#[tokio::test]
async fn too_long_a_value_causes_no_transaction() {
    let long = Assignment { value: "x".repeat(CUSTOM_VALUE_LIMIT + 1), ..gold(true) };
    let refused = set_value(&context(MockStore::new()), &"v1".into(), &long).await;
    assert!(matches!(refused, Err(AssignError::OutOfBounds(_))));
}

#[tokio::test]
async fn token_then_field_then_value_are_checked() {
    let (answer, committed) = set(stored(None, vec![]), &gold(true)).await;
    assert!(matches!(answer, Err(AssignError::UnknownToken)) && !committed);
    let (answer, committed) = set(stored(Some(visitor("v1")), vec![]), &gold(true)).await;
    assert!(matches!(answer, Err(AssignError::Refused(AssignmentError::NoField))) && !committed);
    let bad = Assignment { value: "GOLD".into(), ..gold(true) };
    let (answer, committed) = set(stored(Some(visitor("v1")), plan()), &bad).await;
    assert!(matches!(answer, Err(AssignError::Refused(AssignmentError::Value { .. }))) && !committed);
}

#[tokio::test]
async fn a_value_reaches_the_visitor_and_every_contact() {
    let other = Contact { id: "c2".into(), ..mara_with(&["v1"]) };
    let mut tx = with_contacts(stored(Some(visitor("v1")), plan()), vec![mara_with(&["v1"]), other]);
    tx.visitors
        .expect_update()
        .withf(|visitor| visitor.livechat_data == Some(values("gold")) && visitor.updated_at == NOW)
        .times(1)
        .returning(|_| Ok(()));
    tx.contacts
        .expect_update()
        .withf(|contact| {
            contact.custom_fields.as_ref().and_then(|all| all.get("plan")) == Some(&Value::from("gold"))
        })
        .times(2)
        .returning(|_| Ok(()));
    let (answer, committed) = set(tx, &gold(false)).await;
    assert!(answer.is_ok() && committed);
}

#[tokio::test]
async fn a_stored_value_stays_and_the_contact_records_a_conflict() {
    for kept in ["free", ""] {
        let guest = Visitor { livechat_data: Some(values(kept)), ..visitor("v1") };
        let contact = Contact { custom_fields: Some(values("free")), ..mara_with(&["v1"]) };
        // The visitor is not written at all.
        let mut tx = with_contacts(stored(Some(guest), plan()), vec![contact]);
        tx.contacts
            .expect_update()
            .withf(|contact| contact.open_conflicts() == 1 && contact.custom_fields == Some(values("free")))
            .times(1)
            .returning(|_| Ok(()));
        let (answer, committed) = set(tx, &gold(false)).await;
        assert!(answer.is_ok() && committed);
    }
}

#[tokio::test]
async fn a_contact_that_lost_the_visitor_meanwhile_is_left_alone() {
    let mut tx = stored(Some(visitor("v1")), plan());
    tx.contacts.expect_list_ids_by_visitor().returning(|_| Ok(vec!["c1".into(), "c2".into()]));
    tx.contacts.expect_lock().returning(|id| Ok((id.as_str() == "c1").then(|| mara_with(&["v2"]))));
    tx.visitors.expect_update().times(1).returning(|_| Ok(()));
    let (answer, committed) = set(tx, &gold(true)).await;
    assert!(answer.is_ok() && committed);
}

#[tokio::test]
async fn a_value_of_conversations_reaches_the_open_ones_only() {
    let room = CustomField { scope: Scope::Room, ..definition("plan", &[]) };
    let mut tx = stored(Some(visitor("v1")), vec![room]);
    tx.conversations.expect_list_open_values().returning(|_| {
        let open =
            |id: &str, values| ConversationValues { room_id: id.into(), values, version: Version::FIRST };
        Ok(vec![open("r1", None), open("r2", Some(values("")))])
    });
    tx.conversations
        .expect_update_values()
        .withf(|open, now| {
            open.room_id.as_str() == "r1" && open.values == Some(values("gold")) && *now == NOW
        })
        .times(1)
        .returning(|_, _| Ok(()));
    let (answer, committed) = set(tx, &gold(false)).await;
    assert!(answer.is_ok() && committed);
}
