//! Laws of contacts that several transactions change at once.

use std::sync::Arc;

use omnicontact_domain::contact::{Contact, ContactUpdate};
use omnicontact_ports::{Store, StoreError};

use crate::data::{contact, later};
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
