//! Laws of lists of conversations.

use std::sync::Arc;

use omnicontact_domain::contact::Source;
use omnicontact_domain::conversation::{Conversation, RoomOrder};
use omnicontact_domain::page::Page;
use omnicontact_domain::search::normal_form;
use omnicontact_domain::sort::Direction::{self, Ascending, Descending};
use omnicontact_domain::text::fold;
use omnicontact_domain::value::{Fields, Value};
use omnicontact_ports::{NameFilter, RoomFilter, RoomState, Span, Store};

use crate::data::conversations::{closed, conversation, message, source, taken};
use crate::data::{later, texts};
use crate::steps::add_rooms;

/// A filter without conditions.
fn all() -> RoomFilter {
    RoomFilter::default()
}

/// The ids on a page, and how many there are in all.
async fn list(
    store: &dyn Store,
    filter: &RoomFilter,
    order: &[(RoomOrder, Direction)],
    page: Page,
) -> (Vec<String>, u64) {
    let found = store.read().await.unwrap().conversations().list_page(filter, order, page).await.unwrap();
    (found.conversations.into_iter().map(|room| room.id.into_string()).collect(), found.total)
}

fn values(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))).collect()
}

/// Five conversations, no two of them alike.
fn rooms() -> [Conversation; 5] {
    let mut queued = conversation("r1", "v1", 10);
    queued.fname = "Ärger mit 100%".into();
    queued.livechat_data = Some(values(&[("topic", "GROẞE Frage"), ("a", "b")]));
    let mut served = taken(conversation("r2", "v2", 20), "u1", 21);
    served.department_id = Some("d1".into());
    served.tags = texts(&["vip", "new"]);
    let mut held = taken(conversation("r3", "v3", 30), "u2", 31);
    held.set_on_hold(true, later(32)).unwrap();
    held.department_id = Some("d2".into());
    held.source = Source { alias: Some("Telegram".into()), ..source("app") };
    let mut left = closed(conversation("r4", "v1", 5), 40);
    left.tags = texts(&["vip"]);
    let mut done = closed(taken(conversation("r5", "v1", 40), "u1", 41), 50);
    done.fname = "ärger mit 100%".into();
    done.messages_count = 7;
    [queued, served, held, left, done]
}

pub async fn every_condition_leaves_the_conversations_that_fit(store: Arc<dyn Store>) {
    add_rooms(&*store, &rooms()).await;
    let named = |name| RoomFilter { name: Some(name), ..all() };
    let part = |text: &str| NameFilter::Contains(normal_form(text));
    let with = |key: &str, text: &str| (key.to_owned(), fold(text));
    let span = |from: Option<i64>, to: Option<i64>| Span { from: from.map(later), to: to.map(later) };
    let state = |states: &[RoomState]| RoomFilter { states: states.to_vec(), ..all() };
    let cases: [(RoomFilter, &[&str]); 31] = [
        (all(), &["r1", "r2", "r3", "r4", "r5"]),
        (RoomFilter { visitor: Some("v1".into()), ..all() }, &["r1", "r4", "r5"]),
        (RoomFilter { visitor: Some("v9".into()), ..all() }, &[]),
        (RoomFilter { agents: vec!["u1".into()], ..all() }, &["r2", "r5"]),
        (RoomFilter { agents: vec!["u2".into(), "u1".into()], ..all() }, &["r2", "r3", "r5"]),
        (RoomFilter { departments: vec!["d1".into()], ..all() }, &["r2"]),
        (RoomFilter { departments: vec!["d2".into(), "d1".into()], ..all() }, &["r2", "r3"]),
        (state(&[RoomState::Queued]), &["r1"]),
        (state(&[RoomState::Served]), &["r2"]),
        (state(&[RoomState::OnHold]), &["r3"]),
        (state(&[RoomState::Closed]), &["r4", "r5"]),
        (state(&[RoomState::Queued, RoomState::OnHold]), &["r1", "r3"]),
        (RoomFilter { served: Some(true), ..all() }, &["r2", "r3", "r5"]),
        (RoomFilter { served: Some(false), ..all() }, &["r1", "r4"]),
        (RoomFilter { created: span(Some(10), Some(30)), ..all() }, &["r1", "r2", "r3"]),
        (RoomFilter { created: span(Some(11), Some(29)), ..all() }, &["r2"]),
        (RoomFilter { closed: span(None, Some(40)), ..all() }, &["r4"]),
        (RoomFilter { closed: span(Some(41), None), ..all() }, &["r5"]),
        (RoomFilter { tags: vec!["vip".into()], ..all() }, &["r2", "r4"]),
        (RoomFilter { tags: vec!["new".into(), "vip".into()], ..all() }, &["r2", "r4"]),
        (RoomFilter { tags: vec!["vi".into()], ..all() }, &[]),
        (RoomFilter { custom: vec![with("topic", "große")], ..all() }, &["r1"]),
        (RoomFilter { custom: vec![with("topic", "große"), with("a", "B")], ..all() }, &["r1"]),
        (RoomFilter { custom: vec![with("a", "große")], ..all() }, &[]),
        (named(NameFilter::Is("Ärger mit 100%".into())), &["r1"]),
        (named(part("ÄRGER")), &["r1", "r5"]),
        (named(part("0%")), &["r1", "r5"]),
        (named(part("_")), &[]),
        (RoomFilter { source: Some(normal_form("TELE")), ..all() }, &["r3"]),
        (RoomFilter { source: Some(normal_form("widget")), served: Some(true), ..all() }, &["r2", "r5"]),
        (RoomFilter { visitor: Some("v1".into()), tags: vec!["vip".into()], ..all() }, &["r4"]),
    ];
    for (filter, expected) in cases {
        let expected: Vec<String> = expected.iter().map(|id| (*id).to_owned()).collect();
        let total = expected.len() as u64;
        assert_eq!(list(&*store, &filter, &[], Page::ALL).await, (expected.clone(), total), "{filter:?}");
        let one = Page { offset: 0, limit: Some(1) };
        let first = expected.into_iter().take(1).collect();
        assert_eq!(list(&*store, &filter, &[], one).await, (first, total), "{filter:?}");
    }
}

pub async fn a_conversation_is_found_by_what_was_said_in_it(store: Arc<dyn Store>) {
    add_rooms(&*store, &rooms()).await;
    let mut tx = store.begin().await.unwrap();
    for (id, room, body) in [("m1", "r1", "Hello 50%"), ("m2", "r4", "hello"), ("m3", "r2", "Hello")] {
        tx.messages().add(&message(id, room, body, 1)).await.unwrap();
    }
    tx.commit().await.unwrap();
    for (text, expected) in [("Hello", &["r1"][..]), ("ello", &["r1", "r4"]), ("%", &["r1"]), ("HELLO", &[])]
    {
        let filter = RoomFilter { visitor: Some("v1".into()), message: Some(text.into()), ..all() };
        let (found, total) = list(&*store, &filter, &[], Page::ALL).await;
        assert_eq!(
            (found.as_slice(), total),
            (&expected.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>()[..], expected.len() as u64),
            "{text}"
        );
    }
}

pub async fn conversations_are_listed_in_every_order(store: Arc<dyn Store>) {
    add_rooms(&*store, &rooms()).await;
    for (order, expected) in [
        (&[][..], "r1 r2 r3 r4 r5"),
        (&[(RoomOrder::Id, Descending)], "r5 r4 r3 r2 r1"),
        (&[(RoomOrder::StartedAt, Descending)], "r5 r3 r2 r1 r4"),
        (&[(RoomOrder::StartedAt, Ascending)], "r4 r1 r2 r3 r5"),
        (&[(RoomOrder::ClosedAt, Descending)], "r5 r4 r3 r2 r1"),
        (&[(RoomOrder::ClosedAt, Ascending)], "r1 r2 r3 r4 r5"),
        (&[(RoomOrder::Messages, Descending)], "r5 r4 r3 r2 r1"),
        (&[(RoomOrder::Agent, Ascending)], "r1 r4 r2 r5 r3"),
        (&[(RoomOrder::Department, Descending)], "r3 r2 r5 r4 r1"),
        (&[(RoomOrder::Agent, Descending), (RoomOrder::StartedAt, Ascending)], "r3 r2 r5 r4 r1"),
        (&[(RoomOrder::Priority, Ascending), (RoomOrder::LastMessageAt, Descending)], "r5 r3 r2 r1 r4"),
        (&[(RoomOrder::QueuedAt, Ascending), (RoomOrder::Name, Ascending)], "r2 r3 r4 r5 r1"),
    ] {
        let (found, total) = list(&*store, &all(), order, Page::ALL).await;
        assert_eq!((found.join(" ").as_str(), total), (expected, 5), "{order:?}");
    }
}

pub async fn pages_visit_each_conversation_once(store: Arc<dyn Store>) {
    add_rooms(&*store, &rooms()).await;
    for (order, expected) in [
        (&[(RoomOrder::StartedAt, Descending)], "r5 r3 r2 r1 r4"),
        (&[(RoomOrder::Agent, Ascending)], "r1 r4 r2 r5 r3"),
    ] {
        let mut seen = Vec::new();
        for offset in [0, 2, 4, 6] {
            let (ids, total) = list(&*store, &all(), order, Page { offset, limit: Some(2) }).await;
            assert_eq!(total, 5);
            seen.extend(ids);
        }
        assert_eq!(seen.join(" "), expected);
    }
}

pub async fn what_finds_a_conversation_follows_its_names_and_values(store: Arc<dyn Store>) {
    add_rooms(&*store, &[conversation("r1", "v1", 0)]).await;
    let named = |text: &str| RoomFilter { name: Some(NameFilter::Contains(normal_form(text))), ..all() };
    let valued = RoomFilter { custom: vec![("a".to_owned(), fold("NEW"))], ..all() };
    let mut tx = store.begin().await.unwrap();
    tx.conversations().rename_open(&"v1".into(), "Ärger", later(1)).await.unwrap();
    let mut open = tx.conversations().list_open_values(&"v1".into()).await.unwrap().remove(0);
    open.values = Some(values(&[("a", "new")]));
    tx.conversations().update_values(&open, later(2)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(list(&*store, &named("ärg"), &[], Page::ALL).await.1, 1);
    assert_eq!(list(&*store, &valued, &[], Page::ALL).await.1, 1);
    let mut tx = store.begin().await.unwrap();
    tx.conversations().rename(&"c1".into(), &["v1".into()], "Mara", later(3)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(list(&*store, &named("ärg"), &[], Page::ALL).await.1, 0);
    assert_eq!(list(&*store, &named("mara"), &[], Page::ALL).await.1, 1);
}
