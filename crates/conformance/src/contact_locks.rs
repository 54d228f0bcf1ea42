//! Laws of contacts that several transactions change at once.

use std::sync::Arc;
use std::time::Duration;

use omnicontact_domain::contact::{Contact, ContactUpdate};
use omnicontact_domain::id::ContactId;
use omnicontact_ports::{Store, StoreError};

use crate::data::{NOW, channel, contact, later};
use crate::steps::{AT_LAST, add_contacts, find_contact};

/// How many change the contact at once.
const WRITERS: usize = 24;

/// Adds an address to the contact, and tells nobody in between.
async fn add_address(store: &dyn Store, address: &str) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    let mut known = tx.contacts().lock(&"c1".into()).await?.expect("the contact");
    tokio::task::yield_now().await;
    let mut emails = known.emails.clone().unwrap_or_default();
    emails.push(address.to_owned());
    let sent = ContactUpdate { emails: Some(emails), ..ContactUpdate::default() };
    known.update(sent, later(1)).expect("the name is not touched");
    tx.contacts().update(&known).await?;
    tx.commit().await
}

pub async fn of_many_who_change_one_contact_none_is_lost(store: Arc<dyn Store>) {
    add_contacts(&*store, &[contact("c1")]).await;
    let addresses: Vec<String> = (0..WRITERS).map(|writer| format!("{writer:02}@x.example")).collect();
    let writers: Vec<_> = addresses
        .iter()
        .cloned()
        .map(|address| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                while let Err(error) = add_address(&*store, &address).await {
                    // Who holds the lock finds what is stored: nobody writes something old.
                    assert!(matches!(error, StoreError::Busy(_)), "{error:?}");
                }
            })
        })
        .collect();
    for writer in writers {
        tokio::time::timeout(AT_LAST, writer).await.expect("all writers end").unwrap();
    }
    let mut emails = find_contact(&*store, &"c1".into()).await.unwrap().emails.unwrap();
    emails.sort();
    assert_eq!(emails, addresses);
}

pub async fn a_locked_contact_is_the_stored_one_erased_or_not(store: Arc<dyn Store>) {
    let erased = Contact { enabled: false, name: None, ..contact("c2") };
    add_contacts(&*store, &[contact("c1"), erased.clone()]).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.contacts().lock(&"c1".into()).await.unwrap(), Some(contact("c1")));
    assert_eq!(tx.contacts().lock(&"c2".into()).await.unwrap(), Some(erased));
    for unknown in ["C1", "c", "c3", ""] {
        assert_eq!(tx.contacts().lock(&unknown.into()).await.unwrap(), None, "{unknown}");
    }
}

/// A contact, called as its visitor, whose channel this address proved.
fn proven(id: &str, address: &str) -> Contact {
    let channel = channel(&id.into());
    let association = channel.visitor.clone();
    let mut proven = Contact { channels: vec![channel], ..contact(id) };
    proven.verify_channel(&association, "email", address, NOW).expect("it has the channel");
    proven
}

async fn provers(store: &dyn Store, field: &str, value: &str) -> Vec<ContactId> {
    let mut tx = store.read().await.unwrap();
    tx.contacts().list_ids_by_verification(field, value).await.unwrap()
}

pub async fn whoever_proved_a_value_is_found_by_it_until_removed(store: Arc<dyn Store>) {
    let all = [proven("c3", "A@x"), proven("c1", "a@X"), proven("c2", "b@x"), contact("c4")];
    add_contacts(&*store, &all).await;
    assert_eq!(provers(&*store, "email", "a@x").await, ["c1".into(), "c3".into()]);
    for (field, value) in [("phone", "a@x"), ("email", "A@x"), ("email", "a"), ("email", "")] {
        assert_eq!(provers(&*store, field, value).await, [], "{field} {value}");
    }
    let mut tx = store.begin().await.unwrap();
    tx.contacts().remove(&"c1".into()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(provers(&*store, "email", "a@x").await, ["c3".into()]);
}

/// Proves an address as the use case does: look who did so before, then write. Returns how many there were.
async fn prove(store: &dyn Store, id: &str) -> Result<usize, StoreError> {
    let mut tx = store.begin().await?;
    tx.contacts().lock_verification("email", "a@x").await?;
    let before = tx.contacts().list_ids_by_verification("email", "a@x").await?;
    // Time for the others to do the same.
    tokio::time::sleep(Duration::from_millis(10)).await;
    tx.contacts().add(&proven(id, "a@x")).await?;
    tx.commit().await?;
    Ok(before.len())
}

pub async fn of_many_who_prove_one_identity_at_once_each_sees_those_before(store: Arc<dyn Store>) {
    let mut tasks = Vec::new();
    for turn in 0..8 {
        let store = Arc::clone(&store);
        tasks.push(tokio::spawn(async move { prove(&*store, &format!("c{turn}")).await.unwrap() }));
    }
    let mut seen = Vec::new();
    for task in tasks {
        seen.push(tokio::time::timeout(AT_LAST, task).await.expect("all end").unwrap());
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..8).collect::<Vec<_>>());
}
