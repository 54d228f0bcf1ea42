//! Laws that hold whatever happens to a conversation.

use proptest::prelude::*;

use super::closing::test::close;
use super::room::test::{at, opened};
use super::talk::test::{answered, asked};
use super::{Conversation, Inquiry, InquiryStatus, Message, Subscription};

#[derive(Debug, Clone, Copy)]
enum Step {
    Take(usize),
    GiveBack,
    Hold(bool),
    Ask,
    Answer(usize),
    Close,
}

const AGENTS: [&str; 3] = ["u1", "u2", "u3"];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..AGENTS.len()).prop_map(Step::Take),
        2 => Just(Step::GiveBack),
        1 => any::<bool>().prop_map(Step::Hold),
        3 => Just(Step::Ask),
        3 => (0..AGENTS.len()).prop_map(Step::Answer),
        1 => Just(Step::Close),
    ];
    prop::collection::vec(step, 0..30)
}

/// Does a step at a time; returns whether it was done, and the message that it brought.
fn walk(room: &mut Conversation, step: Step, millis: i64) -> (bool, Option<Message>) {
    match step {
        Step::Take(agent) => {
            (room.take(AGENTS[agent].into(), AGENTS[agent].into(), at(millis)).is_ok(), None)
        }
        Step::GiveBack => (room.give_back(None, at(millis)) == Ok(true), None),
        Step::Hold(on_hold) => (room.set_on_hold(on_hold, at(millis)).is_ok(), None),
        Step::Ask => {
            let message = asked("?", millis);
            let is_heard = room.heard_visitor(&message).is_ok();
            (is_heard, is_heard.then_some(message))
        }
        Step::Answer(agent) => {
            let message = answered("!", millis);
            let is_heard = room.heard_agent(&message, &AGENTS[agent].into(), AGENTS[agent]).is_ok();
            (is_heard, is_heard.then_some(message))
        }
        Step::Close => (close(room, &[], millis).is_ok(), None),
    }
}

proptest! {
    #[test]
    fn at_most_one_agent_serves_and_takes_are_followed_by_returns(steps in steps()) {
        let mut room = opened();
        let mut serving = None;
        for (step, millis) in steps.into_iter().zip(2_000..) {
            let (is_done, _) = walk(&mut room, step, millis);
            match step {
                Step::Take(agent) if is_done => {
                    prop_assert_eq!(serving.replace(AGENTS[agent]), None);
                }
                Step::GiveBack if is_done => prop_assert!(serving.take().is_some()),
                Step::Take(_) | Step::GiveBack | Step::Hold(_) | Step::Ask | Step::Answer(_) | Step::Close => {}
            }
            prop_assert_eq!(room.served_by.as_ref().map(|agent| agent.id.as_str()), serving);
            prop_assert_eq!(room.users_count, 1 + u64::from(serving.is_some()));
            prop_assert_eq!(Subscription::of_agent("s1".into(), &room).is_some(), serving.is_some());
            prop_assert!(!room.on_hold || serving.is_some());
        }
    }

    #[test]
    fn a_closed_conversation_stays_as_it_is(before in steps(), after in steps()) {
        let mut room = opened();
        for (step, millis) in before.into_iter().zip(2_000..) {
            walk(&mut room, step, millis);
        }
        let _ = close(&mut room, &["a"], 3_000);
        let closed = room.clone();
        for (step, millis) in after.into_iter().zip(4_000..) {
            prop_assert!(!walk(&mut room, step, millis).0);
        }
        prop_assert!(!room.is_open());
        prop_assert_eq!(room, closed);
    }

    #[test]
    fn the_counter_counts_the_messages_and_the_last_one_is_the_last(steps in steps()) {
        let mut room = opened();
        let mut inquiry = Inquiry::opened("i1".into(), &room, InquiryStatus::Queued, at(1_000));
        let mut heard = Vec::new();
        for (step, millis) in steps.into_iter().zip(2_000..) {
            if let (_, Some(message)) = walk(&mut room, step, millis) {
                inquiry.heard(&message);
                heard.push(message);
            }
        }
        prop_assert_eq!(usize::try_from(room.messages_count), Ok(heard.len()));
        prop_assert_eq!(inquiry.last_message.as_ref(), heard.last());
        if room.is_open() {
            prop_assert_eq!(room.last_message.as_ref(), heard.last());
        }
        let last_asked = heard.iter().rev().find(|message| message.is_of_visitor());
        prop_assert_eq!(room.visitor.last_message_ts, last_asked.map(|message| message.ts));
        prop_assert_eq!(room.waiting_response, heard.last().is_none_or(Message::is_of_visitor));
    }
}
