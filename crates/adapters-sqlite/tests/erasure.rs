//! What is erased leaves the file, and contacts and visitors of a former program are searched for.
#![expect(clippy::unwrap_used, reason = "steps of tests: what they did not expect ends the test")]

use std::path::Path;

use omnicontact_adapters_sqlite::{SqliteOptions, SqliteStore};
use omnicontact_conformance::data::{contact, later, texts, visitor, visitor_with_values};
use omnicontact_domain::contact::{
    Channel, ConflictingField, Contact, ContactOrder, LastChat, Source, Verification,
};
use omnicontact_domain::page::Page;
use omnicontact_domain::search::SearchTerm;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::visitor::{Visitor, VisitorOrder, VisitorSearch};
use omnicontact_ports::{ContactFilter, Store};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

/// Nine bytes for three characters, which occur nowhere by chance; they have no other case.
const SECRETS: [&str; 5] = ["ꀀꀁꀂ", "ꀃꀄꀅ", "ꀆꀇꀈ", "ꀉꀊꀋ", "ꀌꀍꀎ"];

async fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(SqliteOptions { path: path.to_owned(), readers: 1 }).await.unwrap()
}

/// A contact all of whose texts are secret.
fn secret(id: &str, unknown: bool) -> Contact {
    let [name, mail, phone, value, visitor] = SECRETS.map(str::to_owned);
    let source = Source { kind: "widget".into(), id: Some(visitor.clone()), ..Source::default() };
    let verification = Verification { field: "email".into(), value: mail.clone(), verified_at: later(1) };
    let chat = LastChat { room_id: value.as_str().into(), ts: later(1) };
    Contact {
        name: Some(format!("Mara {name}")),
        emails: texts(&[&format!("{mail}@x.example")]),
        phones: texts(&[&phone]),
        unknown,
        conflicting_fields: Some(vec![ConflictingField { field: "name".into(), value: name.into() }]),
        custom_fields: Some([("plan".to_owned(), value.into())].into_iter().collect()),
        channels: vec![Channel {
            verification: Some(verification),
            ..Channel::new(visitor.as_str().into(), source)
        }],
        last_chat: Some(chat),
        ..contact(id)
    }
}

/// The secrets that the file holds.
fn secrets_in(path: &Path) -> Vec<&'static str> {
    let file = std::fs::read(path).unwrap();
    let is_there = |secret: &&str| file.windows(secret.len()).any(|part| part == secret.as_bytes());
    SECRETS.into_iter().filter(is_there).collect()
}

async fn found(store: &SqliteStore, text: &str, unknown: bool) -> Vec<String> {
    let filter = ContactFilter { term: SearchTerm::of(text), unknown };
    let mut view = store.read().await.unwrap();
    let page = view.contacts().list_page(&filter, &ContactOrder::DEFAULT, Page::ALL).await.unwrap();
    assert_eq!(page.total, page.contacts.len() as u64);
    page.contacts.into_iter().map(|contact| contact.id.into_string()).collect()
}

#[tokio::test]
async fn what_is_erased_leaves_every_table_and_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("erased.db");
    let store = open(&path).await;
    let people = [secret("c1", false), secret("c2", true)];
    let mut tx = store.begin().await.unwrap();
    // Others share the pages, and are there before and after.
    let others: Vec<_> = (0..200).map(|number| contact(&format!("other-{number}"))).collect();
    tx.contacts().add_many(&others).await.unwrap();
    tx.contacts().add(&people[0]).await.unwrap();
    tx.contacts().add_many(&people[1..]).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    assert_eq!(secrets_in(&path), SECRETS);

    let store = open(&path).await;
    for (person, unknown) in people.iter().zip([false, true]) {
        assert_eq!(found(&store, SECRETS[0], unknown).await, [person.id.as_str()]);
        // What the record loses by an ordinary change is gone, too.
        let mut renamed = Contact { name: Some(SECRETS[4].to_owned()), ..person.clone() };
        let mut tx = store.begin().await.unwrap();
        tx.contacts().update(&renamed).await.unwrap();
        tx.commit().await.unwrap();
        renamed.version = renamed.version.next();
        renamed.erase(later(2));
        let mut tx = store.begin().await.unwrap();
        tx.contacts().update(&renamed).await.unwrap();
        tx.commit().await.unwrap();
        for secret in SECRETS {
            assert_eq!(found(&store, secret, unknown).await, [""; 0], "{secret}");
        }
    }
    store.close().await;
    assert_eq!(secrets_in(&path), [""; 0]);
    assert!(!path.with_extension("db-wal").exists());
}

#[tokio::test]
async fn what_is_removed_leaves_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("removed.db");
    let store = open(&path).await;
    let mut tx = store.begin().await.unwrap();
    tx.contacts().add(&secret("c1", true)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.contacts().remove(&"c1".into()).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    assert_eq!(secrets_in(&path), [""; 0]);
}

#[tokio::test]
async fn contacts_of_a_former_program_are_searched_for_after_the_next_opening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("former.db");
    let store = open(&path).await;
    let mut tx = store.begin().await.unwrap();
    let many: Vec<_> = (0..2_100)
        .map(|number| Contact { unknown: number % 3 == 0, ..contact(&format!("c{number:04}")) })
        .collect();
    tx.contacts().add_many(&many).await.unwrap();
    let mut erased = contact("erased");
    erased.erase(later(1));
    tx.contacts().add(&erased).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    // As a former program left them.
    let mut connection = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    for sql in [
        "insert into contact_words_known (contact_words_known) values ('delete-all')",
        "insert into contact_words_unknown (contact_words_unknown) values ('delete-all')",
        "insert into contact_parts_known (contact_parts_known) values ('delete-all')",
        "insert into contact_parts_unknown (contact_parts_unknown) values ('delete-all')",
        "delete from contact_search",
        "update contacts set search_id = null",
        "update contact_counters set known = 0, unknown = 0",
        // One that makes no sense keeps nobody from the others.
        "update contacts set emails_json = '{' where contact_id = 'c0001'",
    ] {
        sqlx::query(sql).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();

    for _ in 0..2 {
        let store = open(&path).await;
        assert_eq!(found(&store, "contact c", true).await.len(), 700);
        assert_eq!(found(&store, "contact c", false).await.len(), 1_399);
        assert_eq!(found(&store, "", false).await.len(), 1_399);
        assert_eq!(found(&store, "c0002", false).await, ["c0002"]);
        store.close().await;
    }
}

async fn visitors_found(store: &SqliteStore, text: &str) -> Vec<String> {
    let search = VisitorSearch::new(text.to_owned(), vec!["plan".into()]);
    let order = (VisitorOrder::Name, Direction::Ascending);
    let mut view = store.read().await.unwrap();
    let page = view.visitors().list_page(&search, order, Page::ALL).await.unwrap();
    assert_eq!(page.total, page.visitors.len() as u64);
    page.visitors.into_iter().map(|visitor| visitor.id.into_string()).collect()
}

#[tokio::test]
async fn an_erased_visitor_leaves_every_table_and_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("visitors.db");
    let store = open(&path).await;
    let [name, mail, phone, value, username] = SECRETS;
    let ada = Visitor {
        name: Some(format!("Ada {name}")),
        emails: texts(&[mail]),
        phones: texts(&[phone]),
        username: Some(username.to_owned()),
        ..visitor_with_values("v1", &[("plan", value)])
    };
    let others: Vec<_> =
        (0..200).map(|number| visitor(&format!("o{number}"), &format!("t{number}"))).collect();
    let mut tx = store.begin().await.unwrap();
    tx.visitors().add_many(&others).await.unwrap();
    tx.visitors().add(&ada).await.unwrap();
    tx.commit().await.unwrap();
    for secret in SECRETS {
        assert_eq!(visitors_found(&store, secret).await, ["v1"], "{secret}");
    }
    store.close().await;
    assert_eq!(secrets_in(&path), SECRETS);
    let store = open(&path).await;
    let mut tx = store.begin().await.unwrap();
    let mut gone = tx.visitors().find(&"v1".into()).await.unwrap().unwrap();
    gone.erase(later(2));
    tx.visitors().update(&gone).await.unwrap();
    tx.commit().await.unwrap();
    for secret in SECRETS {
        assert_eq!(visitors_found(&store, secret).await, [""; 0], "{secret}");
    }
    store.close().await;
    assert_eq!(secrets_in(&path), [""; 0]);
}

#[tokio::test]
async fn visitors_of_a_former_program_are_searched_for_after_the_next_opening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("former.db");
    let store = open(&path).await;
    let mut tx = store.begin().await.unwrap();
    let many: Vec<_> =
        (0..2_100).map(|number| visitor(&format!("v{number:04}"), &format!("t{number}"))).collect();
    tx.visitors().add_many(&many).await.unwrap();
    let mut erased = visitor("erased", "t");
    erased.erase(later(1));
    tx.visitors().add(&erased).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    // As a former program left them.
    let mut connection = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    for sql in [
        "insert into visitor_words (visitor_words) values ('delete-all')",
        "insert into visitor_parts (visitor_parts) values ('delete-all')",
        "delete from visitor_search",
        "update visitors set search_version = null",
        "update visitor_counters set visitors = 0",
        // One that makes no sense keeps nobody from the others.
        "update visitors set emails_json = '{' where visitor_id = 'v0001'",
    ] {
        sqlx::query(sql).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();

    for _ in 0..2 {
        let store = open(&path).await;
        assert_eq!(visitors_found(&store, "guest-v").await.len(), 2_099);
        assert_eq!(visitors_found(&store, "").await.len(), 2_099);
        assert_eq!(visitors_found(&store, "v0002").await, ["v0002"]);
        assert_eq!(visitors_found(&store, "v0001").await, [""; 0]);
        store.close().await;
    }
}
