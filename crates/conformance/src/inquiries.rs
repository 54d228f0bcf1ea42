//! Laws of inquiries.

use std::sync::Arc;

use omnicontact_domain::conversation::{Conversation, Inquiry};
use omnicontact_domain::page::Page;
use omnicontact_domain::version::Version;
use omnicontact_ports::{Constraint, QueueFilter, Store};

use crate::data::conversations::{conversation, full_inquiry, inquiry};
use crate::data::later;
use crate::steps::{add_rooms, assert_conflict, assert_stale};

pub async fn every_field_of_an_inquiry_survives(store: Arc<dyn Store>) {
    let (first, second) = (conversation("r1", "v1", 0), conversation("r2", "v2", 1));
    add_rooms(&*store, &[first.clone(), second.clone()]).await;
    let (plain, full) = (inquiry("i1", &first), full_inquiry("i2", &second));
    let mut tx = store.begin().await.unwrap();
    tx.inquiries().add(&plain).await.unwrap();
    tx.inquiries().add(&full).await.unwrap();
    let updated = Inquiry { version: plain.version, ..full_inquiry("i1", &first) };
    assert_eq!(tx.inquiries().find("i1").await.unwrap(), Some(plain));
    assert_eq!(tx.inquiries().find("i2").await.unwrap(), Some(full.clone()));
    assert_eq!(tx.inquiries().find_by_room(&"r2".into()).await.unwrap(), Some(full));
    tx.inquiries().update(&updated).await.unwrap();
    let expected = Inquiry { version: Version::FIRST.next(), ..updated.clone() };
    assert_eq!(tx.inquiries().find("i1").await.unwrap(), Some(expected));
    assert_stale(&tx.inquiries().update(&updated).await);
    for unknown in ["I1", "r1", ""] {
        assert_eq!(tx.inquiries().find(unknown).await.unwrap(), None, "{unknown}");
    }
    tx.commit().await.unwrap();
}

pub async fn a_conversation_has_one_inquiry(store: Arc<dyn Store>) {
    let (first, second) = (conversation("r1", "v1", 0), conversation("r2", "v2", 1));
    add_rooms(&*store, &[first.clone(), second.clone()]).await;
    let mut tx = store.begin().await.unwrap();
    tx.inquiries().add(&inquiry("i1", &first)).await.unwrap();
    assert_conflict(&tx.inquiries().add(&inquiry("i1", &second)).await, Constraint::Id);
    assert_conflict(&tx.inquiries().add(&inquiry("i2", &first)).await, Constraint::Inquiry);
    let nowhere = inquiry("i2", &conversation("r9", "v9", 0));
    assert_conflict(&tx.inquiries().add(&nowhere).await, Constraint::Reference);
    tx.inquiries().add(&inquiry("i2", &second)).await.unwrap();
    assert!(tx.inquiries().remove(&"r1".into()).await.unwrap());
    assert!(!tx.inquiries().remove(&"r1".into()).await.unwrap());
    assert_eq!(tx.inquiries().find("i1").await.unwrap(), None);
    // Its id is free, and so is its conversation.
    tx.inquiries().add(&inquiry("i1", &first)).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn the_queue_has_the_oldest_first_and_what_its_agent_may_see(store: Arc<dyn Store>) {
    let room = |id: &str, department: Option<&str>, opened| Conversation {
        department_id: department.map(str::to_owned),
        ..conversation(id, &format!("visitor of {id}"), opened)
    };
    let rooms = [
        room("r1", None, 30),
        room("r2", Some("d1"), 20),
        room("r3", Some("d2"), 10),
        room("r4", None, 20),
        room("r5", None, 5),
    ];
    add_rooms(&*store, &rooms).await;
    let mut tx = store.begin().await.unwrap();
    for room in &rooms {
        let mut waiting = inquiry(&format!("i-{}", room.id.as_str()), room);
        if room.id.as_str() == "r5" {
            waiting.take(later(6)).unwrap();
        }
        tx.inquiries().add(&waiting).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut view = store.read().await.unwrap();
    for (filter, expected) in [
        (QueueFilter::All, "i-r3 i-r2 i-r4 i-r1"),
        (QueueFilter::Department("d2".into()), "i-r3"),
        (QueueFilter::Department("d3".into()), ""),
        (QueueFilter::Agent(vec![]), "i-r4 i-r1"),
        (QueueFilter::Agent(vec!["d1".into()]), "i-r2 i-r4 i-r1"),
        (QueueFilter::Agent(vec!["d2".into(), "d1".into()]), "i-r3 i-r2 i-r4 i-r1"),
    ] {
        let all = view.inquiries().list_queued(&filter, Page::ALL).await.unwrap();
        let ids: Vec<&str> = all.inquiries.iter().map(|waiting| waiting.id.as_str()).collect();
        assert_eq!((ids.join(" ").as_str(), all.total), (expected, ids.len() as u64), "{filter:?}");
        let mut seen = Vec::new();
        for offset in 0..all.inquiries.len() {
            let page = Page { offset: u32::try_from(offset).unwrap(), limit: Some(1) };
            let page = view.inquiries().list_queued(&filter, page).await.unwrap();
            assert_eq!(page.total, all.total, "{filter:?}");
            seen.extend(page.inquiries);
        }
        assert_eq!(seen, all.inquiries, "{filter:?}");
    }
}
