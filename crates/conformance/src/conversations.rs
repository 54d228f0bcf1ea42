//! Laws of conversations.

use std::sync::Arc;

use omnicontact_domain::contact::{Association, Source};
use omnicontact_domain::conversation::{Conversation, HistoryOrder};
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::version::Version;
use omnicontact_ports::{Constraint, HistoryFilter, Store};

use crate::data::conversations::{
    closed, conversation, full_conversation, inquiry, message, source, subscription, taken,
};
use crate::data::{contact, later, visitor};
use crate::steps::{add_rooms, assert_conflict, assert_stale, find_room, update_room};

/// The conversation as it is read after that many updates.
fn at_version(room: &Conversation, updates: u32) -> Conversation {
    let version = (0..updates).fold(Version::FIRST, |version, _| version.next());
    Conversation { version, ..room.clone() }
}

/// The ids of a contact's history.
async fn history(store: &dyn Store, contact: &str) -> Vec<String> {
    let filter = HistoryFilter { contact_id: contact.into(), source: None };
    let order = [(HistoryOrder::ClosedAt, Direction::Descending)];
    let page = store.read().await.unwrap().conversations().list_history(&filter, &order, Page::ALL).await;
    page.unwrap().conversations.into_iter().map(|room| room.room_id.into_string()).collect()
}

pub async fn every_field_of_a_conversation_survives(store: Arc<dyn Store>) {
    let (plain, full) = (conversation("r1", "v1", 0), full_conversation("r2", "v1"));
    add_rooms(&*store, &[plain.clone(), full.clone()]).await;
    assert_eq!(find_room(&*store, "r1").await, Some(plain));
    assert_eq!(find_room(&*store, "r2").await, Some(full));
    for unknown in ["R1", "r", ""] {
        assert_eq!(find_room(&*store, unknown).await, None, "{unknown}");
    }
}

pub async fn every_field_of_a_conversation_survives_an_update(store: Arc<dyn Store>) {
    add_rooms(&*store, &[conversation("r1", "v1", 0)]).await;
    let full = full_conversation("r1", "v1");
    update_room(&*store, &full).await;
    assert_eq!(find_room(&*store, "r1").await, Some(at_version(&full, 1)));
    let plain = at_version(&conversation("r1", "v1", 0), 1);
    update_room(&*store, &plain).await;
    assert_eq!(find_room(&*store, "r1").await, Some(at_version(&plain, 2)));
}

pub async fn a_stale_conversation_is_refused_and_writes_nothing(store: Arc<dyn Store>) {
    let room = conversation("r1", "v1", 0);
    add_rooms(&*store, std::slice::from_ref(&room)).await;
    update_room(&*store, &room).await;
    let mut tx = store.begin().await.unwrap();
    assert_stale(&tx.conversations().update(&closed(room.clone(), 5)).await);
    assert_stale(&tx.conversations().update(&conversation("r2", "v2", 0)).await);
    tx.commit().await.unwrap();
    assert_eq!(find_room(&*store, "r1").await, Some(at_version(&room, 1)));
}

pub async fn a_visitor_has_one_open_conversation(store: Arc<dyn Store>) {
    let (first, second) = (conversation("r1", "v1", 0), conversation("r2", "v1", 1));
    add_rooms(&*store, std::slice::from_ref(&first)).await;
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.conversations().add(&first).await, Constraint::Id);
    assert_conflict(&tx.conversations().add(&second).await, Constraint::OpenConversation);
    assert_eq!(tx.conversations().find(&"r2".into()).await.unwrap(), None);
    assert_eq!(tx.conversations().find_open(&"v1".into()).await.unwrap(), Some(first.clone()));
    tx.conversations().update(&closed(first.clone(), 5)).await.unwrap();
    assert_eq!(tx.conversations().find_open(&"v1".into()).await.unwrap(), None);
    tx.conversations().add(&second).await.unwrap();
    tx.commit().await.unwrap();
    // A closed one is not opened beside it.
    let mut tx = store.begin().await.unwrap();
    let again = tx.conversations().update(&at_version(&first, 1)).await;
    assert_conflict(&again, Constraint::OpenConversation);
    let open = tx.conversations().find_open_by_visitor(&"v1".into()).await.unwrap();
    assert_eq!(open, Some("r2".into()));
}

pub async fn a_conversation_goes_to_another_visitor_unless_that_one_has_one(store: Arc<dyn Store>) {
    let rooms =
        [conversation("r1", "v1", 0), conversation("r2", "v2", 1), closed(conversation("r3", "v1", 2), 9)];
    add_rooms(&*store, &rooms).await;
    let to = |room: &Conversation, id: &str| {
        let (visitor, mut contact) = (visitor(id, &format!("token of {id}")), contact("c2"));
        contact.add_channel(&visitor, source("widget"), later(0));
        let mut room = room.clone();
        room.hand_to(&visitor, &contact, later(20));
        room
    };
    let mut tx = store.begin().await.unwrap();
    assert_conflict(&tx.conversations().update(&to(&rooms[0], "v2")).await, Constraint::OpenConversation);
    assert_eq!(tx.conversations().find_open(&"v1".into()).await.unwrap().as_ref(), Some(&rooms[0]));
    for room in [&rooms[0], &rooms[2]] {
        tx.conversations().update(&to(room, "v3")).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut view = store.read().await.unwrap();
    for (visitor, open) in [("v1", None), ("v2", Some("r2")), ("v3", Some("r1"))] {
        let found = view.conversations().find_open_by_visitor(&visitor.into()).await.unwrap();
        assert_eq!(found, open.map(Into::into), "{visitor}");
    }
    assert_eq!(history(&*store, "c2").await, ["r3"]);
    assert_eq!(history(&*store, "c1").await, [""; 0]);
    // The erasure of the former visitor leaves it alone.
    let mut tx = store.begin().await.unwrap();
    tx.conversations().remove_by_visitor(&"v1".into()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(find_room(&*store, "r1").await.map(|room| room.fname), Some(to(&rooms[0], "v3").fname));
}

pub async fn sources_are_listed_once_for_each_type_and_id(store: Arc<dyn Store>) {
    let sources = async || store.read().await.unwrap().conversations().list_sources().await.unwrap();
    assert_eq!(sources().await, []);
    let app = |id: &str| Source { id: Some(id.to_owned()), alias: Some("Telegram".into()), ..source("app") };
    let named =
        [source("widget"), app("b"), source("api"), app("a"), app("B"), source("widget"), source("api")];
    let rooms: Vec<_> = named
        .into_iter()
        .enumerate()
        .map(|(number, source)| {
            let room = conversation(&format!("r{number}"), &format!("v{number}"), 0);
            let room = Conversation { source, ..room };
            if number % 2 == 0 { closed(room, 9) } else { room }
        })
        .collect();
    add_rooms(&*store, &rooms).await;
    assert_eq!(sources().await, [source("api"), app("B"), app("a"), app("b"), source("widget")]);
    let mut tx = store.begin().await.unwrap();
    for room in ["r1", "r2"] {
        assert!(tx.conversations().remove(&room.into()).await.unwrap());
    }
    tx.commit().await.unwrap();
    assert_eq!(sources().await, [source("api"), app("B"), app("a"), source("widget")]);
}

pub async fn a_closed_conversation_is_in_the_history_of_its_contact(store: Arc<dyn Store>) {
    let rooms = [conversation("r1", "v1", 0), closed(conversation("r2", "v1", 1), 9)];
    add_rooms(&*store, &rooms).await;
    assert_eq!(history(&*store, "c1").await, ["r2"]);
    let mut view = store.read().await.unwrap();
    assert_eq!(view.conversations().find_open_by_contact(&"c1".into()).await.unwrap(), Some("r1".into()));
    drop(view);
    update_room(&*store, &closed(rooms[0].clone(), 10)).await;
    assert_eq!(history(&*store, "c1").await, ["r1", "r2"]);
    let mut view = store.read().await.unwrap();
    assert_eq!(view.conversations().find_open_by_contact(&"c1".into()).await.unwrap(), None);
}

pub async fn conversations_follow_their_channel_to_a_contact(store: Arc<dyn Store>) {
    let mut api = closed(conversation("r2", "v1", 1), 5);
    api.source = source("api");
    let unlinked = Conversation { contact_id: None, ..conversation("r3", "v1", 2) };
    let other = closed(conversation("r4", "v2", 3), 6);
    add_rooms(&*store, &[closed(conversation("r1", "v1", 0), 4), api, unlinked, other]).await;
    let channel = Association::new("v1".into(), "widget".into(), None);
    let mut tx = store.begin().await.unwrap();
    let linked = tx.conversations().link_channel(&channel, &"c2".into(), "Mara", later(7)).await.unwrap();
    assert_eq!(linked, 2);
    tx.commit().await.unwrap();
    let moved = find_room(&*store, "r3").await.unwrap();
    assert_eq!((moved.contact_id, moved.fname.as_str()), (Some("c2".into()), "Mara"));
    assert_eq!((moved.updated_at, moved.version), (later(7), Version::FIRST.next()));
    assert_eq!(history(&*store, "c1").await, ["r4", "r2"]);
    assert_eq!(history(&*store, "c2").await, ["r1"]);
}

pub async fn a_merged_contact_hands_its_conversations_on(store: Arc<dyn Store>) {
    add_rooms(&*store, &[closed(conversation("r1", "v1", 0), 4), conversation("r2", "v1", 1)]).await;
    let mut tx = store.begin().await.unwrap();
    for expected in [2, 0] {
        let moved = tx.conversations().repoint_contact(&"c1".into(), &"c2".into(), later(7)).await.unwrap();
        assert_eq!(moved, expected);
    }
    tx.commit().await.unwrap();
    let moved = find_room(&*store, "r1").await.unwrap();
    assert_eq!((moved.contact_id, moved.fname.as_str()), (Some("c2".into()), "Contact c1"));
    assert_eq!((history(&*store, "c1").await.len(), history(&*store, "c2").await.len()), (0, 1));
}

pub async fn a_removed_department_is_left_by_its_conversations(store: Arc<dyn Store>) {
    let inside =
        |id, visitor| Conversation { department_id: Some("d1".into()), ..conversation(id, visitor, 0) };
    let (first, second) = (inside("r1", "v1"), inside("r2", "v2"));
    add_rooms(&*store, &[first.clone(), closed(second, 3), conversation("r3", "v3", 0)]).await;
    let mut tx = store.begin().await.unwrap();
    tx.inquiries().add(&inquiry("i1", &first)).await.unwrap();
    assert_eq!(tx.conversations().release_department(&"d1".into(), later(9)).await.unwrap(), 2);
    let queued = tx.inquiries().find("i1").await.unwrap().unwrap();
    assert_eq!((queued.department, queued.version), (None, Version::FIRST.next()));
    tx.commit().await.unwrap();
    assert_eq!(find_room(&*store, "r1").await.unwrap().department_id, None);
}

pub async fn agents_are_counted_by_what_they_serve_and_found_when_they_keep_silent(store: Arc<dyn Store>) {
    let mut answered = taken(conversation("r3", "v3", 0), "u1", 7);
    let said = message("m1", "r3", "hello", 8);
    answered.heard_agent(&said, &"u1".into(), "kim").unwrap();
    add_rooms(
        &*store,
        &[
            taken(conversation("r1", "v1", 0), "u1", 6),
            taken(conversation("r2", "v2", 0), "u1", 5),
            answered,
            closed(taken(conversation("r4", "v4", 0), "u1", 1), 2),
            taken(conversation("r5", "v5", 0), "u2", 9),
            conversation("r6", "v6", 0),
        ],
    )
    .await;
    let mut view = store.read().await.unwrap();
    let agents = ["u1", "u2", "u3"].map(Into::into);
    let mut counts = view.conversations().count_open_by_agent(&agents).await.unwrap();
    counts.sort();
    assert_eq!(counts, [("u1".into(), 3), ("u2".into(), 1)]);
    let due = view.conversations().list_unanswered(later(6), 10).await.unwrap();
    assert_eq!(due, ["r2", "r1"].map(Into::into));
    assert_eq!(view.conversations().list_unanswered(later(9), 1).await.unwrap(), ["r2".into()]);
}

/// A conversation with everything that belongs to one.
async fn add_whole(store: &dyn Store, id: &str, visitor: &str) {
    let room = taken(conversation(id, visitor, 0), "u1", 1);
    let mut tx = store.begin().await.unwrap();
    tx.conversations().add(&room).await.unwrap();
    tx.inquiries().add(&inquiry(&format!("inquiry of {id}"), &room)).await.unwrap();
    tx.subscriptions().add(&subscription("s1", &room)).await.unwrap();
    tx.messages().add(&message("m1", id, "hello", 2)).await.unwrap();
    tx.commit().await.unwrap();
}

/// Whether nothing of a conversation is there.
async fn is_gone(store: &dyn Store, id: &str, visitor: &str) -> bool {
    let mut view = store.read().await.unwrap();
    let room = id.into();
    let found = [
        view.conversations().find(&room).await.unwrap().is_some(),
        view.conversations().find_open(&visitor.into()).await.unwrap().is_some(),
        view.inquiries().find(&format!("inquiry of {id}")).await.unwrap().is_some(),
        view.inquiries().find_by_room(&room).await.unwrap().is_some(),
        view.subscriptions().find(&room, &"u1".into()).await.unwrap().is_some(),
        view.messages().find(&room, "m1").await.unwrap().is_some(),
    ];
    assert!(found.iter().all(|there| there == &found[0]), "{id}: all or nothing: {found:?}");
    !found[0]
}

pub async fn nothing_of_a_removed_conversation_is_left(store: Arc<dyn Store>) {
    for (id, visitor) in [("r1", "v1"), ("r2", "v2"), ("r3", "v3")] {
        add_whole(&*store, id, visitor).await;
    }
    let mut tx = store.begin().await.unwrap();
    assert!(tx.conversations().remove(&"r1".into()).await.unwrap());
    assert!(!tx.conversations().remove(&"r1".into()).await.unwrap());
    tx.conversations().remove_by_visitor(&"v2".into()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(is_gone(&*store, "r1", "v1").await && is_gone(&*store, "r2", "v2").await);
    assert!(!is_gone(&*store, "r3", "v3").await);
    let mut tx = store.begin().await.unwrap();
    tx.conversations().remove_by_contact(&"c1".into()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(is_gone(&*store, "r3", "v3").await);
    // Every id and every key is free again.
    for (id, visitor) in [("r1", "v1"), ("r2", "v2"), ("r3", "v3")] {
        add_whole(&*store, id, visitor).await;
    }
}
