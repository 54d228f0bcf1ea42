//! Searches in a directory that is large enough for every way to a page, and counts that are remembered.
#![expect(clippy::unwrap_used, reason = "steps of tests: what they did not expect ends the test")]

use std::path::Path;

use omnicontact_adapters_sqlite::{SqliteOptions, SqliteStore};
use omnicontact_conformance::data::contact;
use omnicontact_domain::contact::{Contact, ContactOrder};
use omnicontact_domain::page::Page;
use omnicontact_domain::search::{SearchTerm, SearchText};
use omnicontact_domain::sort::Direction::{self, Ascending, Descending};
use omnicontact_ports::{ContactFilter, ContactPage, Store};

async fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(SqliteOptions { path: path.to_owned(), readers: 2 }).await.unwrap()
}

fn filter(text: &str) -> ContactFilter {
    ContactFilter { term: SearchTerm::of(text), unknown: false }
}

async fn page(
    store: &SqliteStore,
    text: &str,
    order: &[(ContactOrder, Direction)],
    page: Page,
) -> ContactPage {
    store.read().await.unwrap().contacts().list_page(&filter(text), order, page).await.unwrap()
}

async fn total(store: &SqliteStore, text: &str) -> u64 {
    page(store, text, &ContactOrder::DEFAULT, Page { offset: 0, limit: Some(1) }).await.total
}

async fn add_many(store: &SqliteStore, contacts: &[Contact]) {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.contacts().add_many(contacts).await.unwrap(), contacts.len() as u64);
    tx.commit().await.unwrap();
}

/// Half of them come late in the order of names.
fn directory() -> Vec<Contact> {
    (0..41_000)
        .map(|number| Contact {
            name: Some(format!(
                "{} {}",
                if number % 2 == 0 { "Anna" } else { "Zora" },
                number * 7919 % 41_000
            )),
            ..contact(&format!("c{number:05}"))
        })
        .collect()
}

#[tokio::test]
async fn every_way_to_a_page_is_the_right_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("large.db")).await;
    let contacts = directory();
    add_many(&store, &contacts).await;
    for text in ["zora", "zo", "a", "nna 1", "4099", "1 or"] {
        let filter = filter(text);
        let mut fit: Vec<_> =
            contacts.iter().filter(|contact| SearchText::of(contact).fits(&filter.term)).collect();
        for order in [[(ContactOrder::Name, Ascending)], [(ContactOrder::Name, Descending)]] {
            fit.sort_by(|one, other| ContactOrder::compare(&order, one, other));
            for offset in [0, 20_490, 30_000] {
                let expected: Vec<_> =
                    fit.iter().skip(offset as usize).take(20).map(|contact| &contact.id).collect();
                // The second one may remember the count.
                for _ in 0..2 {
                    let found = page(&store, text, &order, Page { offset, limit: Some(20) }).await;
                    let ids: Vec<_> = found.contacts.iter().map(|contact| &contact.id).collect();
                    assert_eq!(
                        (&ids, found.total),
                        (&expected, fit.len() as u64),
                        "{text} by {order:?} from {offset}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_remembered_count_is_that_of_what_is_committed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("counts.db");
    let (store, other) = (open(&path).await, open(&path).await);
    let contacts: Vec<_> = (0..2_500).map(|number| contact(&format!("c{number}"))).collect();
    add_many(&store, &contacts).await;
    assert_eq!((total(&store, "contact").await, total(&store, "co").await), (2_500, 2_500));
    // Seen and counted by nobody else, and dropped.
    let mut tx = store.begin().await.unwrap();
    tx.contacts().add(&contact("dropped")).await.unwrap();
    let within = tx.contacts().list_page(&filter("contact"), &[], Page { offset: 0, limit: Some(1) }).await;
    assert_eq!(within.unwrap().total, 2_501);
    assert_eq!(total(&store, "contact").await, 2_500);
    drop(tx);
    assert_eq!(total(&store, "contact").await, 2_500);
    // Another process changes something as often as the dropped transaction did.
    add_many(&other, &[contact("one"), contact("two")]).await;
    assert_eq!((total(&store, "contact").await, total(&other, "co").await), (2_502, 2_502));
    let mut tx = other.begin().await.unwrap();
    tx.contacts().remove(&"one".into()).await.unwrap();
    tx.contacts().update(&Contact { name: Some("Zoe".into()), ..contact("two") }).await.unwrap();
    tx.commit().await.unwrap();
    for store in [&store, &other] {
        assert_eq!((total(store, "contact").await, total(store, "").await), (2_500, 2_501));
    }
}
