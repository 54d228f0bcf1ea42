//! Who gets what nobody answered, and when nothing happens.

use std::sync::atomic::Ordering;

use omnicontact_domain::conversation::InquiryStatus;
use omnicontact_domain::setting::ROUTING_METHOD;
use omnicontact_domain::value::Value;
use omnicontact_ports::OnlineAgent;
use omnicontact_ports::mock::{MockStore, MockTransaction};

use super::*;
use crate::context::test::{NOW, context};
use crate::prepared::{THEN, agent_user, conversation, inquiry, mara_with, visitor, writing};

/// When `u1` took the conversation: a minute ago.
fn taken_at() -> Timestamp {
    NOW.minus(Duration::from_mins(1))
}

fn taken_by(agent: &str, at: Timestamp) -> Conversation {
    let mut room = conversation("v1");
    room.take(agent.into(), format!("agent-{agent}"), at).unwrap();
    room
}

fn values(pairs: &[(&str, Value)]) -> SettingValues {
    SettingValues::new(pairs.iter().map(|(id, value)| ((*id).to_owned(), value.clone())).collect())
}

/// Passes on after that many seconds where `r1` is in the list, and in this transaction.
async fn pass_on(seconds: f64, tx: MockTransaction) -> (Result<u64, StoreError>, bool) {
    let (mut store, committed) = writing(vec![tx]);
    store.expect_find_settings().returning(move |_| Ok(values(&[(ANSWER_TIMEOUT, Value::Number(seconds))])));
    store.expect_read().returning(move || {
        let mut view = MockTransaction::default();
        let until = NOW.minus(Duration::from_secs_f64(seconds.trunc()));
        view.conversations
            .expect_list_unanswered()
            .withf(move |taken_until, limit| *taken_until == until && *limit == PORTION)
            .times(1)
            .returning(|_, _| Ok(vec!["r1".into()]));
        Ok(Box::new(view))
    });
    let answer = pass_on_unanswered(&context(store)).await;
    (answer, committed.load(Ordering::SeqCst))
}

/// A transaction in which `r1` is first this and then, locked, that; these agents are online, `u3` the busiest.
fn stored(seen: Conversation, locked: Conversation, method: &str, online: &[&str]) -> MockTransaction {
    let mut tx = MockTransaction::default();
    tx.conversations.expect_find().returning(move |_| Ok(Some(seen.clone())));
    tx.conversations.expect_lock().returning(move |_| Ok(Some(locked.clone())));
    let settings = values(&[(ROUTING_METHOD, method.into())]);
    tx.settings.expect_find_many().returning(move |_| Ok(settings.clone()));
    tx.contacts.expect_find().returning(|_| Ok(Some(mara_with(&["v1"]))));
    tx.visitors.expect_find().returning(|_| Ok(Some(visitor("v1"))));
    tx.agents.expect_lock_routing().returning(|| Ok(()));
    let online: Vec<_> = online
        .iter()
        .map(|id| OnlineAgent { id: (*id).into(), username: Some(format!("agent-{id}")), last_routed: None })
        .collect();
    tx.agents.expect_list_online().returning(move |_, _| Ok(online.clone()));
    tx.agents.expect_note_routed().returning(|_, _| Ok(()));
    tx.conversations.expect_count_open_by_agent().returning(|_| Ok(vec![("u1".into(), 1), ("u3".into(), 2)]));
    tx.users
        .expect_find()
        .returning(|id| Ok(Some(User { username: Some(format!("agent-{id}")), ..agent_user(id.as_str()) })));
    tx
}

/// Expects that the agent `u1` leaves, and that the inquiry becomes this.
fn expect_left(tx: &mut MockTransaction, status: InquiryStatus, messages: usize) {
    let mut taken = inquiry("v1");
    taken.take(THEN).unwrap();
    tx.inquiries.expect_find_by_room().returning(move |_| Ok(Some(taken.clone())));
    tx.inquiries
        .expect_update()
        .withf(move |inquiry| inquiry.id == "i1" && inquiry.status == status)
        .times(1)
        .returning(|_| Ok(()));
    tx.subscriptions
        .expect_remove()
        .withf(|room, user| (room.as_str(), user.as_str()) == ("r1", "u1"))
        .times(1)
        .returning(|_, _| Ok(true));
    tx.messages.expect_add().times(messages).returning(|_| Ok(()));
}

#[tokio::test]
async fn without_a_timeout_nothing_is_looked_for() {
    for seconds in [None, Some(0.0), Some(-3.0), Some(0.5)] {
        let mut store = MockStore::new();
        store.expect_find_settings().returning(move |_| {
            Ok(seconds.map_or_else(SettingValues::default, |seconds: f64| {
                values(&[(ANSWER_TIMEOUT, Value::Number(seconds))])
            }))
        });
        assert!(matches!(pass_on_unanswered(&context(store)).await, Ok(0)));
    }
}

#[tokio::test]
async fn where_agents_choose_for_themselves_it_waits_in_the_queue() {
    let room = taken_by("u1", taken_at());
    let mut tx = stored(room.clone(), room, "Manual_Selection", &["u1", "u2"]);
    tx.conversations
        .expect_update()
        .withf(|room| room.served_by.is_none() && room.queued_at == Some(NOW))
        .times(1)
        .returning(|_| Ok(()));
    expect_left(&mut tx, InquiryStatus::Queued, 1);
    let (answer, committed) = pass_on(60.0, tx).await;
    assert!(matches!(answer, Ok(1)) && committed);
}

#[tokio::test]
async fn elsewhere_another_agent_gets_it_whom_the_visitor_remembers() {
    let room = taken_by("u1", taken_at());
    let mut tx = stored(room.clone(), room, "Auto_Selection", &["u1", "u2", "u3"]);
    tx.visitors
        .expect_update()
        .withf(|visitor| visitor.last_agent.as_ref().is_some_and(|agent| agent.agent_id.as_str() == "u2"))
        .times(1)
        .returning(|_| Ok(()));
    tx.conversations
        .expect_update()
        .withf(|room| {
            let agent = room.served_by.as_ref();
            agent.is_some_and(|agent| agent.id.as_str() == "u2" && agent.ts == NOW) && room.users_count == 2
        })
        .times(1)
        .returning(|_| Ok(()));
    // That it was passed on, that the next agent is connected, that it joined.
    expect_left(&mut tx, InquiryStatus::Taken, 3);
    tx.subscriptions
        .expect_add()
        .withf(|subscription| subscription.user_id.as_str() == "u2")
        .times(1)
        .returning(|_| Ok(()));
    let (answer, committed) = pass_on(60.0, tx).await;
    assert!(matches!(answer, Ok(1)) && committed);
}

#[tokio::test]
async fn with_nobody_else_online_the_agent_keeps_it_or_it_waits_in_the_queue() {
    let room = taken_by("u1", taken_at());
    let mut kept = stored(room.clone(), room.clone(), "Auto_Selection", &["u1"]);
    kept.conversations
        .expect_update()
        .withf(|room| {
            room.served_by.as_ref().is_some_and(|agent| agent.id.as_str() == "u1" && agent.ts == NOW)
        })
        .times(1)
        .returning(|_| Ok(()));
    let (answer, committed) = pass_on(60.0, kept).await;
    assert!(matches!(answer, Ok(1)) && committed);

    let mut queued = stored(room.clone(), room, "Auto_Selection", &[]);
    queued
        .conversations
        .expect_update()
        .withf(|room| room.served_by.is_none())
        .times(1)
        .returning(|_| Ok(()));
    expect_left(&mut queued, InquiryStatus::Queued, 1);
    let (answer, committed) = pass_on(60.0, queued).await;
    assert!(matches!(answer, Ok(1)) && committed);
}

#[tokio::test]
async fn what_is_answered_or_passed_on_meanwhile_is_left_alone() {
    let due = || taken_by("u1", taken_at());
    let answered = {
        let mut room = due();
        let author = Author::user(&"u1".into(), Some("agent-u1"), None);
        let said = omnicontact_domain::conversation::Message::of_agent(
            "m1".into(),
            "r1".into(),
            "hello".into(),
            author,
            NOW,
        );
        room.heard_agent(&said, &"u1".into(), "agent-u1").unwrap();
        room
    };
    for (seen, locked) in [
        (due(), answered.clone()),
        (answered.clone(), answered),
        (due(), taken_by("u2", NOW)),
        (due(), conversation("v1")),
        (taken_by("u1", NOW), taken_by("u1", NOW)),
    ] {
        let mut tx = stored(seen, locked, "Auto_Selection", &["u1", "u2"]);
        tx.visitors.expect_update().returning(|_| Ok(()));
        let (answer, committed) = pass_on(60.0, tx).await;
        assert!(matches!(answer, Ok(0)) && !committed);
    }
}

#[tokio::test]
async fn one_that_cannot_be_passed_on_does_not_hold_back_the_next() {
    let broken = || {
        let mut tx = MockTransaction::default();
        tx.conversations.expect_find().returning(|_| Err(StoreError::Backend("broken".into())));
        tx
    };
    let mut closed = MockTransaction::default();
    closed.conversations.expect_find().withf(|id| id.as_str() == "r2").times(1).returning(|_| Ok(None));
    let (mut store, _) = writing(vec![broken(), closed]);
    store.expect_find_settings().returning(move |_| Ok(values(&[(ANSWER_TIMEOUT, Value::Number(3.0))])));
    store.expect_read().returning(|| {
        let mut view = MockTransaction::default();
        view.conversations.expect_list_unanswered().returning(|_, _| Ok(vec!["r1".into(), "r2".into()]));
        Ok(Box::new(view))
    });
    let answer = pass_on_unanswered(&context(store)).await;
    assert!(matches!(answer, Err(StoreError::Backend(_))));
}
