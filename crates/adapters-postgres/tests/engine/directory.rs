//! The tables that searches read: filled for a former version, counted exactly, short of none.

use std::sync::Arc;

use omnicontact_adapters_postgres::{PgOptions, PgStore};
use omnicontact_conformance::data::{contact, erased, visitor};
use omnicontact_conformance::spoilt;
use omnicontact_domain::contact::{Contact, ContactOrder, LastChat};
use omnicontact_domain::page::Page;
use omnicontact_domain::search::SearchTerm;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::visitor::{Visitor, VisitorOrder, VisitorSearch};
use omnicontact_ports::{ContactFilter, ContactPage, Store};
use sqlx::{Connection, PgConnection};

use crate::fresh::Database;

const FIRST: Page = Page { offset: 0, limit: Some(3) };

async fn search(store: &PgStore, text: &str, unknown: bool, page: Page) -> ContactPage {
    let filter = ContactFilter { term: SearchTerm::of(text), unknown };
    let mut view = store.read().await.unwrap();
    view.contacts().list_page(&filter, &ContactOrder::DEFAULT, page).await.unwrap()
}

fn ids(page: &ContactPage) -> Vec<&str> {
    page.contacts.iter().map(|contact| contact.id.as_str()).collect()
}

async fn add(store: &PgStore, contacts: &[Contact]) {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.contacts().add_many(contacts).await.unwrap(), contacts.len() as u64);
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contacts_of_a_former_version_are_found_after_the_next_start() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    // More than one batch.
    let contacts: Vec<Contact> = (0..4_500)
        .map(|number| Contact {
            unknown: number % 3 == 0,
            enabled: number != 7,
            last_chat: Some(LastChat { room_id: "r1".into(), ts: Timestamp::from_millis(number) }),
            ..contact(&format!("{number:04}"))
        })
        .collect();
    add(&store, &contacts).await;
    store.close().await;
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    for prepared_statements in [true, false] {
        // As if the program that wrote them had known neither table nor columns; a start had begun to fill, then
        // that program overwrote three.
        sqlx::raw_sql(
            "delete from contact_search where contact_id > '1000';
            update contacts set last_chat_at = null, search_version = null where contact_id > '1000';
            update contacts set version = version + 1 where contact_id in ('0001', '0004', '0005');
            update contacts set name = 'Overwritten' where contact_id = '0001';
            update contacts set unknown = not unknown where contact_id = '0004';
            update contacts set enabled = not enabled where contact_id = '0005';
            update contact_counters set known = 0, unknown = 0;
            update contact_counters
            set
                known = (select count(*) from contact_search where not unknown),
                unknown = (select count(*) from contact_search where unknown)
            where slot = 5",
        )
        .execute(&mut connection)
        .await
        .unwrap();
        let options = PgOptions { prepared_statements, ..database.options() };
        let nodes =
            [options.clone(), options.clone(), options].map(|options| tokio::spawn(PgStore::open(options)));
        for node in nodes {
            let store = node.await.unwrap().unwrap();
            // The second time the changes of the first time are taken back.
            let (known, unknown) = if prepared_statements { (2_997, 1_501) } else { (2_999, 1_500) };
            for (text, unknown, total) in [
                ("", false, known),
                ("", true, unknown),
                ("CONTACT 4", false, 334),
                ("t 0007", false, 0),
                ("t 0001", false, 0),
                ("OVERwritten", false, 1),
                ("t 0004", true, u64::from(prepared_statements)),
                ("t 0005", false, u64::from(!prepared_statements)),
            ] {
                let found = search(&store, text, unknown, FIRST).await;
                assert_eq!(found.total, total, "{text}, unknown {unknown}");
            }
            let filter = ContactFilter { term: SearchTerm::Everything, unknown: false };
            let order = [(ContactOrder::LastChatAt, Direction::Descending)];
            let mut view = store.read().await.unwrap();
            let found = view.contacts().list_page(&filter, &order, FIRST).await.unwrap();
            assert_eq!(ids(&found), ["4499", "4498", "4496"]);
            drop(view);
            store.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_write_at_once_are_all_counted() {
    let database = Database::create().await;
    let store = Arc::new(PgStore::open(database.options()).await.unwrap());
    let writers: Vec<_> = (0..100)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let mut new = contact(&format!("{number:03}"));
                let mut tx = store.begin().await.unwrap();
                tx.contacts().add(&new).await.unwrap();
                tx.commit().await.unwrap();
                let mut tx = store.begin().await.unwrap();
                match number % 4 {
                    0 => new.erase(Timestamp::from_millis(1)),
                    1 => new.unknown = true,
                    2 => new.name = Some("Renamed".to_owned()),
                    _ => tx.contacts().remove(&new.id).await.unwrap(),
                }
                if number % 4 < 3 {
                    tx.contacts().update(&new).await.unwrap();
                }
                // Half of the changes come to nothing.
                if number % 8 < 4 {
                    tx.commit().await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let totals = (search(&store, "", false, FIRST).await.total, search(&store, "", true, FIRST).await.total);
    let found = (search(&store, "n", false, FIRST).await.total, search(&store, "n", true, FIRST).await.total);
    assert_eq!(totals, (61, 13));
    assert_eq!(found, totals);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_too_long_for_an_index_is_found_like_others() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    let emails = (0..1_000).map(|number| format!("{number:03}-{}@example.org", "ö".repeat(400))).collect();
    let long = Contact { emails: Some(emails), name: Some("Ä".repeat(2_000)), ..contact("long") };
    add(&store, &[contact("short"), long]).await;
    for text in ["9", "99", "999-", "öööö@EX", "öö", "ä", "Ö@", "e.org"] {
        assert_eq!(ids(&search(&store, text, false, FIRST).await), ["long"], "{text}");
    }
    assert_eq!(ids(&search(&store, "o", false, FIRST).await), ["short", "long"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fits_most_contacts_is_counted_exactly_and_anew_after_each_change() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    let contacts: Vec<Contact> = (0..50_003).map(|number| contact(&format!("{number:05}"))).collect();
    add(&store, &contacts).await;
    let other = PgStore::open(database.options()).await.unwrap();
    for (text, first) in [("contact", "00000"), ("t ", "00000"), ("", "00000")] {
        for page in [FIRST, FIRST, Page { offset: 50_001, limit: Some(3) }] {
            let found = search(&store, text, false, page).await;
            assert_eq!(found.total, 50_003, "{text}");
            let expected = if page == FIRST { 3 } else { 2 };
            assert_eq!(found.contacts.len(), expected, "{text}");
        }
        assert_eq!(ids(&search(&other, text, false, FIRST).await).first(), Some(&first));
    }
    let mut tx = other.begin().await.unwrap();
    tx.contacts().update(&Contact { name: Some("Zoe".into()), ..contact("00000") }).await.unwrap();
    tx.commit().await.unwrap();
    for store in [&store, &other] {
        for (text, total) in [("contact", 50_002), ("t ", 50_002), ("", 50_003), ("zoe", 1)] {
            assert_eq!(search(store, text, false, FIRST).await.total, total, "{text}");
        }
    }
    // What one transaction wrote and nobody else sees is not remembered for others.
    let filter = ContactFilter { term: SearchTerm::of("contact"), unknown: false };
    let mut tx = store.begin().await.unwrap();
    tx.contacts().add(&contact("new")).await.unwrap();
    assert_eq!(tx.contacts().list_page(&filter, &[], FIRST).await.unwrap().total, 50_003);
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    tx.contacts().remove(&"00001".into()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(search(&store, "contact", false, FIRST).await.total, 50_001);
}

/// How many visitors fit, by the store's number and by its list.
async fn visitors_found(store: &PgStore, text: &str) -> u64 {
    let search = VisitorSearch::new(text.to_owned(), vec![]);
    let order = (VisitorOrder::SeenAt, Direction::Descending);
    let mut view = store.read().await.unwrap();
    let found = view.visitors().list_page(&search, order, Page::ALL).await.unwrap();
    assert_eq!(found.total, found.visitors.len() as u64, "{text}");
    found.total
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn visitors_of_a_former_version_are_found_after_the_next_start() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    // More than one batch.
    let visitors: Vec<Visitor> =
        (0..4_500).map(|number| visitor(&format!("{number:04}"), &format!("t{number}"))).collect();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.visitors().add_many(&visitors).await.unwrap(), 4_500);
    tx.commit().await.unwrap();
    store.close().await;
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    // As if the program that wrote them had known neither table nor column; a start had begun to fill, then that
    // program overwrote two.
    sqlx::raw_sql(
        "delete from visitor_search where visitor_id > '1000';
        update visitors set search_version = null where visitor_id > '1000';
        update visitors set version = version + 1 where visitor_id in ('0001', '0004');
        update visitors set name = 'Overwritten' where visitor_id = '0001';
        update visitors set disabled = true where visitor_id = '0004';
        update visitor_counters set visitors = 0;
        update visitor_counters set visitors = (select count(*) from visitor_search) where slot = 5",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    let nodes = [database.options(), database.options(), database.options()]
        .map(|options| tokio::spawn(PgStore::open(options)));
    for node in nodes {
        let store = node.await.unwrap().unwrap();
        for (text, total) in [("", 4_499), ("GUEST-4", 500), ("overWRITTEN", 1), ("guest-0004", 0)] {
            assert_eq!(visitors_found(&store, text).await, total, "{text}");
        }
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn visitors_who_come_and_go_at_once_are_all_counted() {
    let database = Database::create().await;
    let store = Arc::new(PgStore::open(database.options()).await.unwrap());
    let writers: Vec<_> = (0..60)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let new = visitor(&format!("{number:03}"), &format!("t{number}"));
                let mut tx = store.begin().await.unwrap();
                tx.visitors().add(&new).await.unwrap();
                tx.commit().await.unwrap();
                let mut tx = store.begin().await.unwrap();
                let other = if number % 2 == 0 {
                    erased(&new)
                } else {
                    Visitor { name: Some("Renamed".to_owned()), ..new }
                };
                tx.visitors().update(&other).await.unwrap();
                // Half of the changes come to nothing.
                if number % 4 < 2 {
                    tx.commit().await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    for (text, total) in [("", 45), ("guest", 45), ("renamed", 15)] {
        assert_eq!(visitors_found(&store, text).await, total, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_left_out_of_what_is_read_along() {
    let database = Database::create().await;
    let store = Arc::new(PgStore::open(database.options()).await.unwrap());
    let spoil = async {
        let mut connection = PgConnection::connect(&database.url()).await.unwrap();
        let spoil = "update visitors set emails_json = '{' where visitor_id = 'v1'";
        sqlx::query(spoil).execute(&mut connection).await.unwrap();
    };
    spoilt::what_cannot_be_read_is_left_out_of_what_is_read_along(store, spoil).await;
}
