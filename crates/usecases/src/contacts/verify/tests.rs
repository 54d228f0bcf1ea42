//! Verification on prepared stores.

use std::sync::atomic::Ordering;

use omnicontact_domain::conversation::{Conversation, Inquiry, InquiryStatus};
use omnicontact_domain::setting::{ROUTING_METHOD, SettingValues};
use omnicontact_domain::user::User;
use omnicontact_ports::OnlineAgent;
use omnicontact_ports::mock::{MockStore, MockTransaction};

use super::*;
use crate::context::test::{NOW, context, holding, nobody};
use crate::prepared::{THEN, agent_user, api_channel, conversation, mara_with, visitor, writing};

fn proof() -> Proof {
    Proof {
        contact_id: "c1".into(),
        channel: api_channel("v1".into()).visitor,
        field: "email".to_owned(),
        value: "Mara@X.org".to_owned(),
    }
}

/// Kim, `c2`, who proved Mara's address on another channel.
fn kim() -> Contact {
    let mut kim = Contact { id: "c2".into(), name: Some("Kim".to_owned()), ..mara_with(&["v2"]) };
    kim.emails = Some(vec!["mara@x.org".to_owned(), "kim@x.org".to_owned()]);
    kim.verify_channel(&api_channel("v2".into()).visitor, "email", "mara@x.org", THEN).unwrap();
    kim
}

/// A store with these contacts; those but `c1` proved the address before.
fn with(contacts: Vec<Contact>, open: Option<Conversation>) -> MockTransaction {
    let mut tx = MockTransaction::default();
    let wanted = |field: &str, value: &str| field == "email" && value == "mara@x.org";
    tx.contacts.expect_lock_verification().withf(wanted).times(1).returning(|_, _| Ok(()));
    let proven: Vec<_> =
        contacts.iter().map(|contact| contact.id.clone()).filter(|id| id.as_str() != "c1").collect();
    tx.contacts.expect_list_ids_by_verification().withf(wanted).returning(move |_, _| Ok(proven.clone()));
    tx.contacts
        .expect_lock()
        .returning(move |id| Ok(contacts.iter().find(|contact| contact.id == *id).cloned()));
    let locked = open.clone();
    tx.conversations.expect_find_open().returning(move |_| Ok(open.clone()));
    tx.conversations.expect_lock().returning(move |_| Ok(locked.clone()));
    tx
}

async fn verify(tx: MockTransaction, proof: &Proof) -> (Result<Verified, VerifyError>, bool) {
    let (store, committed) = writing(vec![tx]);
    let answer = verify_channel(&context(store), &holding(&[UPDATE_LIVECHAT_CONTACT]), proof).await;
    (answer, committed.load(Ordering::SeqCst))
}

#[tokio::test]
async fn whoever_may_not_causes_no_transaction() {
    let refused = verify_channel(&context(MockStore::new()), &nobody(), &proof()).await;
    assert!(matches!(refused, Err(VerifyError::Denied(_))));
}

#[tokio::test]
async fn a_proof_without_field_or_value_causes_no_transaction() {
    for (name, field, value) in [("field", " ", "mara@x.org"), ("value", "email", "")] {
        let proof = Proof { field: field.to_owned(), value: value.to_owned(), ..proof() };
        let actor = holding(&[UPDATE_LIVECHAT_CONTACT]);
        let refused = verify_channel(&context(MockStore::new()), &actor, &proof).await;
        assert!(matches!(refused, Err(VerifyError::Empty(missing)) if missing == name));
    }
}

#[tokio::test]
async fn unknown_and_erased_contacts_and_unknown_channels_are_refused() {
    let mut erased = mara_with(&["v1"]);
    erased.erase(NOW);
    for found in [vec![], vec![erased]] {
        let (refused, committed) = verify(with(found, None), &proof()).await;
        assert!(matches!(refused, Err(VerifyError::NotFound)) && !committed);
    }
    let (refused, committed) = verify(with(vec![mara_with(&["v7"])], None), &proof()).await;
    assert!(matches!(refused, Err(VerifyError::NoSuchChannel)) && !committed);
}

#[tokio::test]
async fn a_proven_channel_is_marked_and_nobody_else_is_touched() {
    let mut tx = with(vec![mara_with(&["v1"])], None);
    tx.contacts
        .expect_update()
        .withf(|contact| contact.is_verified(&api_channel("v1".into()).visitor) && contact.updated_at == NOW)
        .times(1)
        .returning(|_| Ok(()));
    let (answer, committed) = verify(tx, &proof()).await;
    let answer = answer.unwrap();
    assert!(committed && answer.merged.is_empty() && answer.contact.proves("email", "mara@x.org"));
}

#[tokio::test]
async fn whoever_proved_the_same_is_united_and_counted() {
    let mut tx = with(vec![mara_with(&["v1"]), kim()], None);
    tx.contacts.expect_remove().withf(|id| id.as_str() == "c2").times(1).returning(|_| Ok(()));
    tx.contacts.expect_update().withf(|contact| contact.id.as_str() == "c1").times(1).returning(|_| Ok(()));
    tx.conversations
        .expect_repoint_contact()
        .withf(|from, to, _| (from.as_str(), to.as_str()) == ("c2", "c1"))
        .times(1)
        .returning(|_, _, _| Ok(1));
    tx.settings
        .expect_increase()
        .withf(|id, by, _| (id, *by) == (MERGED_CONTACTS, 1))
        .times(1)
        .returning(|_, _, _| Ok(()));
    let (answer, committed) = verify(tx, &proof()).await;
    let Verified { contact, merged } = answer.unwrap();
    assert!(committed);
    assert_eq!(merged, ["c2".into()]);
    assert_eq!((contact.name.as_deref(), contact.channels.len()), (Some("Mara"), 2));
    assert!(contact.emails.unwrap().contains(&"kim@x.org".to_owned()));
    assert!(
        contact.conflicting_fields.is_some_and(|fields| !fields.is_empty()),
        "the other name is not lost"
    );
}

/// Mara's conversation waits for the proof; new ones find their agents like this.
fn waiting_for_proof(method: &'static str) -> MockTransaction {
    let room = conversation("v1");
    let waiting = Inquiry::opened("i1".into(), &room, InquiryStatus::Verifying, THEN);
    let mut tx = with(vec![mara_with(&["v1"])], Some(room));
    tx.contacts.expect_update().returning(|_| Ok(()));
    let settings = move || SettingValues::new(vec![(ROUTING_METHOD.to_owned(), method.into())]);
    tx.settings.expect_find_many().returning(move |_| Ok(settings()));
    tx.visitors.expect_find().returning(|_| Ok(Some(visitor("v1"))));
    tx.inquiries.expect_find_by_room().returning(move |_| Ok(Some(waiting.clone())));
    tx
}

#[tokio::test]
async fn a_conversation_that_waited_for_the_proof_is_given_to_an_agent_as_a_new_one_is() {
    let mut tx = waiting_for_proof("Auto_Selection");
    tx.agents.expect_lock_routing().times(1).returning(|| Ok(()));
    let kim = OnlineAgent { id: "u1".into(), username: Some("kim".into()), last_routed: None };
    tx.agents.expect_list_online().returning(move |_, _| Ok(vec![kim.clone()]));
    tx.agents.expect_note_routed().times(1).returning(|_, _| Ok(()));
    tx.conversations.expect_count_open_by_agent().returning(|_| Ok(vec![]));
    tx.users.expect_find().returning(|_| Ok(Some(User { username: Some("kim".into()), ..agent_user("u1") })));
    tx.visitors
        .expect_update()
        .withf(|visitor| visitor.last_agent.as_ref().is_some_and(|agent| agent.username == "kim"))
        .times(1)
        .returning(|_| Ok(()));
    tx.conversations
        .expect_update()
        .withf(|room| room.verified && room.served_by.as_ref().is_some_and(|agent| agent.id.as_str() == "u1"))
        .times(1)
        .returning(|_| Ok(()));
    tx.inquiries
        .expect_update()
        .withf(|inquiry| inquiry.status == InquiryStatus::Taken && inquiry.taken_at == Some(NOW))
        .times(1)
        .returning(|_| Ok(()));
    tx.subscriptions.expect_add().times(1).returning(|_| Ok(()));
    tx.messages.expect_add().times(2).returning(|_| Ok(()));
    let (answer, committed) = verify(tx, &proof()).await;
    assert!(answer.is_ok() && committed);
}

#[tokio::test]
async fn where_agents_choose_for_themselves_it_comes_into_the_queue() {
    let mut tx = waiting_for_proof("Manual_Selection");
    tx.conversations.expect_update().withf(|room| room.verified).times(1).returning(|_| Ok(()));
    tx.inquiries
        .expect_update()
        .withf(|inquiry| inquiry.status == InquiryStatus::Queued && inquiry.queued_at == Some(NOW))
        .times(1)
        .returning(|_| Ok(()));
    let (answer, committed) = verify(tx, &proof()).await;
    assert!(answer.is_ok() && committed);
}

#[tokio::test]
async fn a_conversation_on_another_source_is_left_alone() {
    let mut room = conversation("v1");
    room.source.kind = "widget".to_owned();
    let mut tx = with(vec![mara_with(&["v1"])], Some(room));
    tx.contacts.expect_update().returning(|_| Ok(()));
    let (answer, committed) = verify(tx, &proof()).await;
    assert!(answer.is_ok() && committed);
}
