//! What a message does, and what is refused.

use std::sync::atomic::Ordering;

use omnicontact_domain::conversation::{Inquiry, InquiryStatus};
use omnicontact_domain::value::Value;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::mock::MockTransaction;

use super::*;
use crate::context::test::{NOW, context};
use crate::prepared::{closed_conversation, conversation, mara_with, visitor, writing};

fn said(text: &str) -> Said {
    Said { token: "v1".into(), room_id: "r1".into(), message_id: None, text: text.to_owned() }
}

fn ada() -> Visitor {
    Visitor { name: Some("Ada".into()), ..visitor("v1") }
}

/// A transaction that knows no settings: whatever depends on them is decided before it begins.
fn stored(room: Option<Conversation>, blocked: bool) -> MockTransaction {
    let mut tx = MockTransaction::default();
    tx.visitors.expect_find_by_token().returning(|_| Ok(Some(ada())));
    tx.conversations.expect_lock().returning(move |_| Ok(room.clone()));
    let mut contact = mara_with(&["v1"]);
    contact.channels[0].blocked = blocked;
    tx.contacts.expect_find().returning(move |_| Ok(Some(contact.clone())));
    tx
}

fn expect_stored(tx: &mut MockTransaction) {
    tx.messages
        .expect_add()
        .withf(|message| message.alias.as_deref() == Some("Ada") && message.ts == NOW)
        .times(1)
        .returning(|_| Ok(()));
    tx.conversations
        .expect_update()
        .withf(|room| room.messages_count == 1 && room.visitor.last_message_ts == Some(NOW))
        .times(1)
        .returning(|_| Ok(()));
    let inquiry = Inquiry::opened("i1".into(), &conversation("v1"), InquiryStatus::Queued, NOW);
    tx.inquiries.expect_find_by_room().returning(move |_| Ok(Some(inquiry.clone())));
    tx.inquiries
        .expect_update()
        .withf(|inquiry| inquiry.last_message.is_some() && inquiry.visitor.last_message_ts == Some(NOW))
        .times(1)
        .returning(|_| Ok(()));
}

async fn send(tx: MockTransaction, said: &Said) -> (Result<Message, TalkError>, bool) {
    send_under(&[], tx, said).await
}

async fn send_under(
    settings: &[(&str, Value)],
    tx: MockTransaction,
    said: &Said,
) -> (Result<Message, TalkError>, bool) {
    let (mut store, committed) = writing(vec![tx]);
    let values = settings.iter().map(|(id, value)| ((*id).to_owned(), value.clone())).collect();
    let values = SettingValues::new(values);
    store.expect_find_settings().times(1).returning(move |_| Ok(values.clone()));
    let answer = send_message(&context(store), said).await;
    (answer, committed.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_message_is_counted_and_heard_by_the_queue() {
    let mut tx = stored(Some(conversation("v1")), false);
    expect_stored(&mut tx);
    let (answer, committed) = send(tx, &said("hello")).await;
    let message = answer.unwrap();
    assert_eq!((message.id.as_str(), message.body.as_str()), ("new-user", "hello"));
    assert!(committed);
}

#[tokio::test]
async fn what_a_message_mentions_is_added_to_the_visitor_before_the_conversation_is_locked() {
    let mut tx = stored(Some(conversation("v1")), false);
    tx.visitors
        .expect_update()
        .withf(|visitor| {
            visitor.emails == Some(vec!["ada@x.org".into()])
                && visitor.phones == Some(vec!["12345678".into()])
        })
        .times(1)
        .returning(|_| Ok(()));
    expect_stored(&mut tx);
    assert!(send(tx, &said("ada@x.org 12345678")).await.1);
}

#[tokio::test]
async fn an_empty_or_broken_pattern_captures_nothing_and_the_message_is_accepted() {
    for broken in ["", "("] {
        let settings = [(LEAD_EMAIL_PATTERN, broken.into()), (LEAD_PHONE_PATTERN, broken.into())];
        let mut tx = stored(Some(conversation("v1")), false);
        expect_stored(&mut tx);
        assert!(send_under(&settings, tx, &said("ada@x.org 12345678")).await.1);
    }
}

#[tokio::test]
async fn what_is_not_the_visitors_is_no_conversation() {
    for room in [None, Some(conversation("v2"))] {
        let (answer, committed) = send(stored(room, false), &said("hello")).await;
        assert!(matches!(answer, Err(TalkError::NoConversation)) && !committed);
    }
}

#[tokio::test]
async fn closed_conversations_long_messages_and_blocked_channels_hear_nothing() {
    let limited = [(LIMIT_MESSAGES, true.into()), (MESSAGE_LIMIT, Value::Number(4.0))];
    for (settings, tx, expected) in [
        (&[][..], stored(Some(closed_conversation("v1")), false), NotHeard::Closed),
        (&limited, stored(Some(conversation("v1")), false), NotHeard::TooLong),
        (&[], stored(Some(conversation("v1")), true), NotHeard::Blocked),
    ] {
        let (answer, committed) = send_under(settings, tx, &said("hello")).await;
        assert!(matches!(answer, Err(TalkError::NotHeard(refused)) if refused == expected) && !committed);
    }
}

#[tokio::test]
async fn an_id_that_is_taken_is_refused() {
    let mut tx = stored(Some(conversation("v1")), false);
    tx.messages.expect_add().returning(|_| Err(StoreError::Conflict(Constraint::Id)));
    let wanted = Said { message_id: Some("m1".into()), ..said("hello") };
    let (answer, committed) = send(tx, &wanted).await;
    assert!(matches!(answer, Err(TalkError::IdTaken)) && !committed);
}
