//! Laws of subscriptions.

use std::sync::Arc;

use omnicontact_domain::conversation::Subscription;
use omnicontact_domain::version::Version;
use omnicontact_ports::{Constraint, Store};

use crate::data::conversations::{conversation, subscription, taken};
use crate::data::later;
use crate::steps::{add_rooms, assert_conflict, assert_stale};

pub async fn every_field_of_a_subscription_survives(store: Arc<dyn Store>) {
    let room = taken(conversation("r1", "v1", 0), "u1", 3);
    add_rooms(&*store, std::slice::from_ref(&room)).await;
    let plain = subscription("s1", &room);
    let full = Subscription {
        id: "s2".into(),
        username: "kim".into(),
        name: "Other".into(),
        alert: false,
        unread: 7,
        user_mentions: 8,
        department: Some("d1".into()),
        ts: later(4),
        updated_at: later(5),
        ..plain.clone()
    };
    let mut tx = store.begin().await.unwrap();
    tx.subscriptions().add(&plain).await.unwrap();
    let (room_id, user) = ("r1".into(), "u1".into());
    assert_eq!(tx.subscriptions().find(&room_id, &user).await.unwrap(), Some(plain));
    tx.subscriptions().update(&full).await.unwrap();
    let expected = Subscription { version: Version::FIRST.next(), ..full.clone() };
    assert_eq!(tx.subscriptions().find(&room_id, &user).await.unwrap(), Some(expected));
    assert_stale(&tx.subscriptions().update(&full).await);
    assert_eq!(tx.subscriptions().find(&room_id, &"u2".into()).await.unwrap(), None);
    tx.commit().await.unwrap();
}

pub async fn a_user_has_one_subscription_to_a_conversation(store: Arc<dyn Store>) {
    let room = taken(conversation("r1", "v1", 0), "u2", 3);
    add_rooms(&*store, std::slice::from_ref(&room)).await;
    let of = |user: &str| Subscription { user_id: user.into(), ..subscription("s1", &room) };
    let mut tx = store.begin().await.unwrap();
    for user in ["u2", "u1", "u3"] {
        tx.subscriptions().add(&of(user)).await.unwrap();
    }
    assert_conflict(&tx.subscriptions().add(&of("u1")).await, Constraint::Subscription);
    let nowhere = Subscription { room_id: "r9".into(), ..of("u1") };
    assert_conflict(&tx.subscriptions().add(&nowhere).await, Constraint::Reference);
    let listed = tx.subscriptions().list_by_room(&"r1".into()).await.unwrap();
    assert_eq!(listed, ["u1", "u2", "u3"].map(of));
    for expected in [true, false] {
        assert_eq!(tx.subscriptions().remove(&"r1".into(), &"u2".into()).await.unwrap(), expected);
    }
    assert_eq!(tx.subscriptions().list_by_room(&"r1".into()).await.unwrap(), ["u1", "u3"].map(of));
    for expected in [2, 0] {
        assert_eq!(tx.subscriptions().remove_by_room(&"r1".into()).await.unwrap(), expected);
    }
    tx.subscriptions().add(&of("u1")).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn a_new_name_of_a_contact_reaches_subscriptions_and_inquiries(store: Arc<dyn Store>) {
    let room = taken(conversation("r1", "v1", 0), "u1", 3);
    add_rooms(&*store, std::slice::from_ref(&room)).await;
    let mut tx = store.begin().await.unwrap();
    tx.subscriptions().add(&subscription("s1", &room)).await.unwrap();
    tx.inquiries().add(&crate::data::conversations::inquiry("i1", &room)).await.unwrap();
    tx.conversations().rename(&"c1".into(), &["v1".into()], "Mara", later(9)).await.unwrap();
    let renamed = tx.subscriptions().find(&"r1".into(), &"u1".into()).await.unwrap().unwrap();
    assert_eq!((renamed.name.as_str(), renamed.updated_at), ("Mara", later(9)));
    assert_eq!(tx.inquiries().find("i1").await.unwrap().unwrap().name, "Mara");
    tx.conversations().rename_open(&"v1".into(), "Ada", later(10)).await.unwrap();
    let renamed = tx.subscriptions().find(&"r1".into(), &"u1".into()).await.unwrap().unwrap();
    assert_eq!((renamed.name.as_str(), renamed.updated_at), ("Ada", later(10)));
    assert_eq!(tx.conversations().find(&"r1".into()).await.unwrap().unwrap().fname, "Ada");
    tx.commit().await.unwrap();
}
