//! Random sequences of what visitors and agents do, by the use cases, over both stores and a simple model that knows
//! nothing of them. After each step the answers are compared, at the end of each sequence everything that can be seen.
//!
//! Together the tests play `OMNICONTACT_STATEFUL_SEQUENCES` sequences (10,000 by default) that follow from
//! `OMNICONTACT_STATEFUL_SEED` (0 by default). What differs is made smaller and shown.
#![expect(clippy::unwrap_used, reason = "all of this is tests, helpers included")]

mod cast;
#[path = "../support/database.rs"]
mod database;
mod drive;
mod look;
mod model;
mod play;
mod seen;
mod step;
mod world;

use model::{Proofs, Rules};
use play::play_many;

/// How many tests share the sequences.
const TESTS: u32 = 4;

/// What must have happened in each test, or it shows nothing.
const ALWAYS: [&str; 51] = [
    "register: done",
    "register: the visitor token is blank",
    "recognised by token",
    "recognised by number",
    "recognised by address",
    "an unknown contact renamed",
    "a name in conflict",
    "open: done",
    "open: no visitor has the token",
    "open: the channel is blocked",
    "an open conversation found",
    "adopted",
    "message: done",
    "message: no visitor has the token",
    "message: there is no such conversation of the visitor",
    "message: the conversation is closed",
    "a lead captured",
    "answer: done",
    "answer: there is no such conversation",
    "answer: the conversation is closed",
    "take: done",
    "take: there is no such inquiry",
    "take: the agent is not online",
    "give back: done",
    "give back: there is no such conversation",
    "give back: the conversation is closed",
    "close: done",
    "close: there is no such visitor",
    "close: the conversation is not the visitor's",
    "close: the conversation is closed",
    "close by agent: done",
    "close by agent: there is no such conversation",
    "close by agent: the conversation is closed",
    "close by agent: a comment is required",
    "prepare: done",
    "update: done",
    "update: there is no such contact",
    "a conversation renamed by its contact",
    "verify: done",
    "verify: there is no such contact",
    "verify: the contact has no such channel",
    "merged",
    "block: done",
    "block: there is no such contact",
    "closed by a block",
    "unblock: done",
    "unblock: there is no such contact",
    "erase visitor: done",
    "erase visitor: no visitor has the token",
    "erase contact: done",
    "erase contact: there is no such contact",
];

fn number_from(variable: &str) -> Option<u32> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// Plays this test's part; everything in [`ALWAYS`] and in `moreover` must happen.
fn play(rules: Rules, number: u32, moreover: &[&str]) {
    let sequences = number_from("OMNICONTACT_STATEFUL_SEQUENCES").unwrap_or(10_000) / TESTS;
    let seed = number_from("OMNICONTACT_STATEFUL_SEED").unwrap_or(0);
    let tally = play_many(rules, seed.wrapping_mul(TESTS).wrapping_add(number), sequences);
    let (missing, all) = tally.missing(&[&ALWAYS[..], moreover].concat());
    assert!(missing.is_empty(), "of {sequences} sequences none had: {missing:?}\n{all}");
}

const PLAIN: Rules =
    Rules { erases_open: false, proofs: Proofs::Never, blocks_unknown: false, blocks_unverified: false };

/// What is rare where agents may not take everything.
const TAKEN: [&str; 2] = ["take: the inquiry is taken", "given back to the queue"];

#[test]
fn both_stores_do_as_the_model_by_default() {
    let refused =
        ["erase visitor: a conversation is open", "erase contact: the contact has an open conversation"];
    play(PLAIN, 0, &[&TAKEN[..], &refused].concat());
}

#[test]
fn both_stores_do_as_the_model_where_people_are_erased_amid_a_conversation() {
    let rules = Rules { erases_open: true, ..PLAIN };
    play(rules, 1, &[&TAKEN[..], &["an open conversation erased"]].concat());
}

#[test]
fn both_stores_do_as_the_model_where_channels_are_proven_once_and_unknown_contacts_wait() {
    let rules = Rules { proofs: Proofs::Once, blocks_unknown: true, ..PLAIN };
    play(rules, 2, &["let into the queue", "take: the contact is unknown"]);
}

#[test]
fn both_stores_do_as_the_model_where_each_conversation_is_proven() {
    let rules = Rules { proofs: Proofs::Always, blocks_unverified: true, erases_open: true, ..PLAIN };
    play(rules, 3, &["let into the queue", "take: the channel is not verified"]);
}
