//! Laws of conversations that several transactions change at once.

use std::sync::Arc;

use omnicontact_domain::contact::{Association, Contact};
use omnicontact_domain::conversation::Conversation;
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{Constraint, MessageFilter, Store, StoreError};

use crate::data::conversations::{closed, conversation, inquiry, message, source, subscription, taken};
use crate::data::{contact, later, visitor};
use crate::steps::{AT_LAST, add_contacts, add_rooms, add_visitors, find_contact, find_room, until_done};

/// How many rounds show what only sometimes goes wrong.
const ROUNDS: usize = 6;

/// What came out of two pieces of work that were under way at once.
async fn both<A, B>(one: A, other: B) -> (A::Output, B::Output)
where
    A: Future + Send + 'static,
    B: Future + Send + 'static,
    A::Output: Send,
    B::Output: Send,
{
    let (one, other) = (tokio::spawn(one), tokio::spawn(other));
    let ended = "all pieces of work end";
    let one = tokio::time::timeout(AT_LAST, one).await.expect(ended).unwrap();
    let other = tokio::time::timeout(AT_LAST, other).await.expect(ended).unwrap();
    (one, other)
}

/// Finds the open conversation of the visitor or opens one. Returns which it is and whether it is new.
async fn open(store: &dyn Store, id: &str, visitor: &str) -> Result<(String, bool), StoreError> {
    let mut tx = store.begin().await?;
    if let Some(room) = tx.conversations().find_open(&visitor.into()).await? {
        return Ok((room.id.into_string(), false));
    }
    tokio::task::yield_now().await;
    let room = conversation(id, visitor, 0);
    match tx.conversations().add(&room).await {
        Err(StoreError::Conflict(Constraint::OpenConversation)) => {
            let winner = tx.conversations().find_open(&visitor.into()).await?.expect("the winner's");
            Ok((winner.id.into_string(), false))
        }
        Err(error) => Err(error),
        Ok(()) => {
            tx.inquiries().add(&inquiry(&format!("inquiry of {id}"), &room)).await?;
            tx.commit().await?;
            Ok((id.to_owned(), true))
        }
    }
}

pub async fn two_who_open_for_one_visitor_get_one_conversation(store: Arc<dyn Store>) {
    for round in 0..ROUNDS {
        let visitor = format!("v{round}");
        let opening = |side: &str| {
            let (store, id, visitor) = (Arc::clone(&store), format!("r{round}{side}"), visitor.clone());
            async move { until_done(|| open(&*store, &id, &visitor)).await }
        };
        let (one, other) = both(opening("x"), opening("y")).await;
        assert_eq!(one.0, other.0, "round {round}");
        assert!(one.1 != other.1, "round {round}: exactly one is new");
    }
}

/// Takes a conversation for an agent. Returns whether the agent got it.
async fn take(store: &dyn Store, inquiry_id: &str, agent: &str) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    let seen = tx.inquiries().find(inquiry_id).await?.expect("the inquiry");
    let mut room = tx.conversations().lock(&seen.room_id).await?.expect("the conversation");
    let mut waiting = tx.inquiries().find(inquiry_id).await?.expect("the inquiry");
    tokio::task::yield_now().await;
    if waiting.take(later(5)).is_err() {
        return Ok(false);
    }
    room.take(agent.into(), agent.to_owned(), later(5))
        .expect("who takes the inquiry takes the conversation");
    tx.conversations().update(&room).await?;
    tx.inquiries().update(&waiting).await?;
    tx.subscriptions().add(&subscription("s1", &room)).await?;
    tx.commit().await?;
    Ok(true)
}

pub async fn of_two_agents_who_take_one_inquiry_one_gets_it(store: Arc<dyn Store>) {
    for round in 0..ROUNDS {
        let (id, asked) = (format!("r{round}"), format!("i{round}"));
        let room = conversation(&id, &format!("v{round}"), 0);
        let mut tx = store.begin().await.unwrap();
        tx.conversations().add(&room).await.unwrap();
        tx.inquiries().add(&inquiry(&asked, &room)).await.unwrap();
        tx.commit().await.unwrap();
        let taking = |agent: &'static str| {
            let (store, asked) = (Arc::clone(&store), asked.clone());
            async move { until_done(|| take(&*store, &asked, agent)).await }
        };
        let (one, other) = both(taking("u1"), taking("u2")).await;
        assert!(one != other, "round {round}: {one} and {other}");
        let winner = if one { "u1" } else { "u2" };
        let room = find_room(&*store, &id).await.unwrap();
        assert_eq!(room.served_by.map(|agent| agent.username).as_deref(), Some(winner));
        let mut view = store.read().await.unwrap();
        let subscribed = view.subscriptions().list_by_room(&id.as_str().into()).await.unwrap();
        assert_eq!(subscribed.into_iter().map(|one| one.user_id).collect::<Vec<_>>(), [winner.into()]);
    }
}

/// Writes a message of the visitor. Returns whether the conversation was open.
async fn say(store: &dyn Store, room: &str, id: &str) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    let mut room = tx.conversations().lock(&room.into()).await?.expect("the conversation");
    let said = message(id, room.id.as_str(), "hello", 5);
    tokio::task::yield_now().await;
    if room.heard_visitor(&said).is_err() {
        return Ok(false);
    }
    tx.messages().add(&said).await?;
    tx.conversations().update(&room).await?;
    tx.commit().await?;
    Ok(true)
}

async fn close(store: &dyn Store, room: &str) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    let room = tx.conversations().lock(&room.into()).await?.expect("the conversation");
    tokio::task::yield_now().await;
    let room = closed(room, 9);
    tx.messages().add(room.last_message.as_ref().expect("that of the closing")).await?;
    tx.conversations().update(&room).await?;
    tx.inquiries().remove(&room.id).await?;
    tx.subscriptions().remove_by_room(&room.id).await?;
    tx.commit().await
}

pub async fn a_message_is_counted_before_the_closing_or_refused(store: Arc<dyn Store>) {
    const MESSAGES: usize = 8;
    for round in 0..ROUNDS {
        let id = format!("r{round}");
        add_rooms(&*store, &[conversation(&id, &format!("v{round}"), 0)]).await;
        let saying = (0..MESSAGES).map(|number| {
            let (store, id, message) = (Arc::clone(&store), id.clone(), format!("m{number}"));
            tokio::spawn(async move { until_done(|| say(&*store, &id, &message)).await })
        });
        let saying: Vec<_> = saying.collect();
        until_done(|| close(&*store, &id)).await;
        let mut heard = 0;
        for one in saying {
            heard += u64::from(tokio::time::timeout(AT_LAST, one).await.expect("all end").unwrap());
        }
        let room = find_room(&*store, &id).await.unwrap();
        assert!(!room.is_open() && room.last_message.is_some_and(|last| !last.is_of_people()));
        assert_eq!(room.messages_count, heard, "round {round}");
        let filter = MessageFilter::of(id.as_str().into());
        let mut view = store.read().await.unwrap();
        let kept = view.messages().list_page(&filter, Direction::Ascending, Page::ALL).await.unwrap();
        assert_eq!(kept.total, heard + 1, "round {round}");
    }
}

/// Takes a message back. Returns whether it was there and the conversation was open.
async fn take_back(store: &dyn Store, room: &str, id: &str) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    let mut room = tx.conversations().lock(&room.into()).await?.expect("the conversation");
    tokio::task::yield_now().await;
    if !room.is_open() || !tx.messages().remove(&room.id, id).await? {
        return Ok(false);
    }
    let newest = tx.messages().find_newest(&room.id).await?;
    room.forget(id, newest.as_ref(), later(7)).expect("it is open");
    tx.conversations().update(&room).await?;
    tx.commit().await?;
    Ok(true)
}

pub async fn a_message_is_taken_back_once_or_kept_by_the_closing(store: Arc<dyn Store>) {
    const MESSAGES: u64 = 4;
    for round in 0..ROUNDS {
        let id = format!("r{round}");
        add_rooms(&*store, &[conversation(&id, &format!("v{round}"), 0)]).await;
        for number in 0..MESSAGES {
            let message = format!("m{number}");
            assert!(until_done(|| say(&*store, &id, &message)).await);
        }
        // Each message twice, so that one of two has to find it gone.
        let taking = (0..MESSAGES * 2).map(|number| {
            let (store, id, message) = (Arc::clone(&store), id.clone(), format!("m{}", number / 2));
            tokio::spawn(async move { until_done(|| take_back(&*store, &id, &message)).await })
        });
        let taking: Vec<_> = taking.collect();
        if round % 2 == 0 {
            until_done(|| close(&*store, &id)).await;
        }
        let mut gone = 0;
        for one in taking {
            gone += u64::from(tokio::time::timeout(AT_LAST, one).await.expect("all end").unwrap());
        }
        let room = find_room(&*store, &id).await.unwrap();
        assert_eq!(room.messages_count, MESSAGES - gone, "round {round}");
        let mut view = store.read().await.unwrap();
        let filter = MessageFilter::of(id.as_str().into());
        let kept = view.messages().list_page(&filter, Direction::Ascending, Page::ALL).await.unwrap();
        let of_people = kept.messages.iter().filter(|message| message.is_of_people()).count() as u64;
        assert_eq!(of_people, MESSAGES - gone, "round {round}");
        if room.is_open() {
            assert_eq!((gone, room.last_message), (MESSAGES, None), "round {round}");
        }
    }
}

/// A contact with a channel of that visitor.
fn contact_of(id: &str, visitor: &Visitor) -> Contact {
    let mut contact = contact(id);
    contact.add_channel(visitor, source("widget"), later(0));
    contact
}

/// Opens a conversation unless the channel is blocked. Returns whether it did.
async fn open_unless_blocked(
    store: &dyn Store,
    id: &str,
    contact: &str,
    visitor: &Visitor,
) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    let contact = tx.contacts().lock(&contact.into()).await?.expect("the contact");
    let room = Conversation::opened(id.into(), visitor, Some(&contact), source("widget"), later(1));
    tokio::task::yield_now().await;
    if contact.is_blocked(&room.channel()) {
        return Ok(false);
    }
    tx.conversations().add(&room).await?;
    tx.commit().await?;
    Ok(true)
}

/// Blocks the channel and closes what is open on it.
async fn block(store: &dyn Store, contact: &str, visitor: &Visitor) -> Result<(), StoreError> {
    let channel = Association::new(visitor.id.clone(), "widget".into(), None);
    let mut tx = store.begin().await?;
    let mut contact = tx.contacts().lock(&contact.into()).await?.expect("the contact");
    tokio::task::yield_now().await;
    contact.set_blocked(&channel, true, later(2));
    tx.contacts().update(&contact).await?;
    if let Some(open) = tx.conversations().find_open(&visitor.id).await? {
        let room = tx.conversations().lock(&open.id).await?.expect("the conversation");
        if room.is_open() && room.channel().is_same_channel(&channel) {
            tx.conversations().update(&closed(room, 3)).await?;
        }
    }
    tx.commit().await
}

pub async fn nothing_is_open_on_a_blocked_channel(store: Arc<dyn Store>) {
    for round in 0..ROUNDS {
        let (id, owner) = (format!("r{round}"), format!("c{round}"));
        let guest = visitor(&format!("v{round}"), &format!("token {round}"));
        add_contacts(&*store, &[contact_of(&owner, &guest)]).await;
        let opening = {
            let (store, id, owner, guest) = (Arc::clone(&store), id.clone(), owner.clone(), guest.clone());
            async move { until_done(|| open_unless_blocked(&*store, &id, &owner, &guest)).await }
        };
        let blocking = {
            let (store, owner, guest) = (Arc::clone(&store), owner.clone(), guest.clone());
            async move { until_done(|| block(&*store, &owner, &guest)).await }
        };
        let (opened, ()) = both(opening, blocking).await;
        let room = find_room(&*store, &id).await;
        assert_eq!(room.is_some(), opened, "round {round}");
        assert!(room.is_none_or(|room| !room.is_open()), "round {round}");
        let known = find_contact(&*store, &owner.as_str().into()).await.unwrap();
        let channel = Association::new(guest.id.clone(), "widget".into(), None);
        assert!(known.is_blocked(&channel));
    }
}

pub async fn a_locked_conversation_keeps_its_writers_apart(store: Arc<dyn Store>) {
    const WRITERS: usize = 12;
    add_rooms(&*store, &[conversation("r1", "v1", 0)]).await;
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let (store, message) = (Arc::clone(&store), format!("m{number}"));
            tokio::spawn(async move {
                loop {
                    match say(&*store, "r1", &message).await {
                        Ok(heard) => return heard,
                        // Who holds the lock finds what is stored: nobody writes something old.
                        Err(error) => assert!(matches!(error, StoreError::Busy(_)), "{error:?}"),
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        assert!(tokio::time::timeout(AT_LAST, writer).await.expect("all writers end").unwrap());
    }
    assert_eq!(find_room(&*store, "r1").await.unwrap().messages_count, WRITERS as u64);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.conversations().lock(&"r9".into()).await.unwrap(), None);
}

/// Opens a conversation of whoever has the token, who remembers it. Returns whether there was somebody.
async fn open_by_token(store: &dyn Store, id: &str, token: &str) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    let Some(mut guest) = tx.visitors().find_by_token(&token.into()).await? else { return Ok(false) };
    tokio::task::yield_now().await;
    let room = Conversation::opened(id.into(), &guest, None, source("widget"), later(1));
    tx.conversations().add(&room).await?;
    guest.note_chat(room.as_last_chat(), later(1));
    tx.visitors().update(&guest).await?;
    tx.commit().await?;
    Ok(true)
}

async fn erase(store: &dyn Store, id: &str) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    let mut guest = tx.visitors().find(&id.into()).await?.expect("the visitor");
    tx.conversations().remove_by_visitor(&guest.id).await?;
    tokio::task::yield_now().await;
    guest.erase(later(2));
    tx.visitors().update(&guest).await?;
    tx.commit().await
}

pub async fn an_erased_visitor_has_no_conversation(store: Arc<dyn Store>) {
    for round in 0..ROUNDS {
        let (id, guest, token) = (format!("r{round}"), format!("v{round}"), format!("token {round}"));
        add_visitors(&*store, &[visitor(&guest, &token)]).await;
        let opening = {
            let (store, id, token) = (Arc::clone(&store), id.clone(), token.clone());
            async move { until_done(|| open_by_token(&*store, &id, &token)).await }
        };
        let erasing = {
            let (store, guest) = (Arc::clone(&store), guest.clone());
            async move { until_done(|| erase(&*store, &guest)).await }
        };
        both(opening, erasing).await;
        assert_eq!(find_room(&*store, &id).await, None, "round {round}");
        let mut view = store.read().await.unwrap();
        assert_eq!(view.conversations().find_open_by_visitor(&guest.as_str().into()).await.unwrap(), None);
    }
}

/// Gives a conversation back whose agent did not answer within a second. Returns whether it still was so.
async fn pass_on(store: &dyn Store, room: &str) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    let mut room = tx.conversations().lock(&room.into()).await?.expect("the conversation");
    tokio::task::yield_now().await;
    if room.answer_due(1).is_none_or(|due| due > later(2_000)) {
        return Ok(false);
    }
    room.give_back(None, later(2_000)).expect("it is open");
    let mut asked = tx.inquiries().find_by_room(&room.id).await?.expect("the inquiry");
    asked.queue(None, later(2_000));
    tx.inquiries().update(&asked).await?;
    tx.subscriptions().remove(&room.id, &"u1".into()).await?;
    tx.conversations().update(&room).await?;
    tx.commit().await?;
    Ok(true)
}

pub async fn of_two_nodes_one_passes_on_what_is_not_answered(store: Arc<dyn Store>) {
    for round in 0..ROUNDS {
        let id = format!("r{round}");
        let room = taken(conversation(&id, &format!("v{round}"), 0), "u1", 5);
        let mut tx = store.begin().await.unwrap();
        tx.conversations().add(&room).await.unwrap();
        tx.inquiries().add(&inquiry(&format!("i{round}"), &room)).await.unwrap();
        tx.subscriptions().add(&subscription("s1", &room)).await.unwrap();
        tx.commit().await.unwrap();
        let due =
            store.read().await.unwrap().conversations().list_unanswered(later(1_000), 10).await.unwrap();
        assert_eq!(due, [id.as_str().into()], "both find it");
        let passing = || {
            let (store, id) = (Arc::clone(&store), id.clone());
            async move { until_done(|| pass_on(&*store, &id)).await }
        };
        let (one, other) = both(passing(), passing()).await;
        assert!(one != other, "round {round}: {one} and {other}");
        let stored = find_room(&*store, &id).await.unwrap();
        assert_eq!((stored.served_by, stored.version), (None, room.version.next()), "round {round}");
        let mut view = store.read().await.unwrap();
        assert_eq!(view.conversations().list_unanswered(later(9_000), 10).await.unwrap(), []);
    }
}
