//! Laws of messages.

use std::sync::Arc;

use omnicontact_domain::conversation::{Message, Note};
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_ports::{Constraint, MessageFilter, Store};

use crate::data::conversations::{agent, conversation, message};
use crate::data::later;
use crate::steps::{add_rooms, assert_conflict, assert_stale};

pub async fn every_field_of_a_message_survives(store: Arc<dyn Store>) {
    add_rooms(&*store, &[conversation("r1", "v1", 0), conversation("r2", "v2", 0)]).await;
    let said = message("m1", "r1", "Ärger \u{1f600}", 1);
    let note = Message::noted("m2".into(), "r1".into(), Note::Joined, String::new(), agent(), later(2));
    // Ids are unique within a conversation only.
    let elsewhere = message("m1", "r2", "other", 3);
    let mut tx = store.begin().await.unwrap();
    for message in [&said, &note, &elsewhere] {
        tx.messages().add(message).await.unwrap();
    }
    for message in [&said, &note, &elsewhere] {
        let found = tx.messages().find(&message.room_id, &message.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(message));
    }
    assert_eq!(tx.messages().find(&"r2".into(), "m2").await.unwrap(), None);
    let mut changed = said;
    changed.edit("changed".into(), agent(), later(9));
    tx.messages().update(&changed).await.unwrap();
    assert_eq!(tx.messages().find(&"r1".into(), "m1").await.unwrap(), Some(changed.clone()));
    for expected in [true, false] {
        assert_eq!(tx.messages().remove(&"r1".into(), "m1").await.unwrap(), expected);
    }
    assert_stale(&tx.messages().update(&changed).await);
    assert_eq!(tx.messages().find(&"r2".into(), "m1").await.unwrap(), Some(elsewhere));
    tx.commit().await.unwrap();
}

pub async fn a_taken_message_id_conflicts(store: Arc<dyn Store>) {
    add_rooms(&*store, &[conversation("r1", "v1", 0)]).await;
    let first = message("m1", "r1", "first", 1);
    let mut tx = store.begin().await.unwrap();
    tx.messages().add(&first).await.unwrap();
    assert_conflict(&tx.messages().add(&message("m1", "r1", "second", 2)).await, Constraint::Id);
    assert_conflict(&tx.messages().add(&message("m1", "r9", "second", 2)).await, Constraint::Reference);
    assert_eq!(tx.messages().find(&"r1".into(), "m1").await.unwrap(), Some(first));
    tx.commit().await.unwrap();
}

pub async fn messages_are_listed_by_time_within_bounds(store: Arc<dyn Store>) {
    add_rooms(&*store, &[conversation("r1", "v1", 0), conversation("r2", "v2", 0)]).await;
    let mut tx = store.begin().await.unwrap();
    for (id, body, at) in [("m3", "c 50%", 30), ("m1", "A", 10), ("m4", "a", 30), ("m2", "b", 20)] {
        tx.messages().add(&message(id, "r1", body, at)).await.unwrap();
    }
    let note = Message::noted("m5".into(), "r1".into(), Note::Joined, String::new(), agent(), later(40));
    tx.messages().add(&note).await.unwrap();
    tx.messages().add(&message("x", "r2", "a", 10)).await.unwrap();
    tx.commit().await.unwrap();
    let all = || MessageFilter::of("r1".into());
    let mut view = store.read().await.unwrap();
    for (filter, expected) in [
        (all(), "m1 m2 m3 m4 m5"),
        (MessageFilter { after: Some(later(10)), ..all() }, "m2 m3 m4 m5"),
        (MessageFilter { before: Some(later(30)), ..all() }, "m1 m2"),
        (MessageFilter { after: Some(later(10)), before: Some(later(40)), ..all() }, "m2 m3 m4"),
        (MessageFilter { kind: Some("uj".into()), ..all() }, "m5"),
        (MessageFilter { text: Some("a".into()), ..all() }, "m4"),
        (MessageFilter { text: Some("%".into()), ..all() }, "m3"),
        (MessageFilter::of("r9".into()), ""),
    ] {
        let mut forth: Vec<&str> = expected.split_whitespace().collect();
        for direction in [Direction::Ascending, Direction::Descending] {
            let page = view.messages().list_page(&filter, direction, Page::ALL).await.unwrap();
            let ids: Vec<&str> = page.messages.iter().map(|message| message.id.as_str()).collect();
            assert_eq!((&ids, page.total), (&forth, forth.len() as u64), "{filter:?}");
            let two = Page { offset: 1, limit: Some(2) };
            let page = view.messages().list_page(&filter, direction, two).await.unwrap();
            let ids: Vec<&str> = page.messages.iter().map(|message| message.id.as_str()).collect();
            let part: Vec<&str> = forth.iter().copied().skip(1).take(2).collect();
            assert_eq!((ids, page.total), (part, forth.len() as u64), "{filter:?}");
            forth.reverse();
        }
    }
}

pub async fn the_newest_message_is_one_that_people_wrote(store: Arc<dyn Store>) {
    add_rooms(&*store, &[conversation("r1", "v1", 0), conversation("r2", "v2", 0)]).await;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.messages().find_newest(&"r1".into()).await.unwrap(), None);
    for (id, at) in [("m3", 30), ("m1", 10), ("m4", 30), ("m2", 20)] {
        tx.messages().add(&message(id, "r1", "hello", at)).await.unwrap();
    }
    let note = Message::noted("m9".into(), "r1".into(), Note::Joined, String::new(), agent(), later(40));
    tx.messages().add(&note).await.unwrap();
    tx.messages().add(&message("m8", "r2", "hello", 50)).await.unwrap();
    // Of those of one moment, the last by id.
    for expected in ["m4", "m3", "m2", "m1"] {
        let newest = tx.messages().find_newest(&"r1".into()).await.unwrap().unwrap();
        assert_eq!(newest.id, expected);
        assert!(tx.messages().remove(&"r1".into(), expected).await.unwrap());
    }
    assert_eq!(tx.messages().find_newest(&"r1".into()).await.unwrap(), None);
    tx.commit().await.unwrap();
}
