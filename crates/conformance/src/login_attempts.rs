//! Laws of attempts to log in: what counts against whom, and for how long.

use std::sync::Arc;

use omnicontact_domain::login_attempt::AttemptOutcome::{self, Failed, Succeeded};
use omnicontact_domain::login_attempt::{AttemptSubject, FoldedUsername, LoginAttempt};
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{Constraint, Store};

use crate::data::later;
use crate::steps::assert_conflict;

/// An attempt from an address for a username, that many milliseconds after [`crate::data::NOW`].
fn attempt(at: i64, outcome: AttemptOutcome, address: &str, username: &str) -> LoginAttempt {
    LoginAttempt {
        id: format!("{at} {outcome:?} {address} {username}"),
        at: later(at),
        outcome,
        address: Some(address.to_owned()),
        username: Some(FoldedUsername::of(username)),
        user_id: Some("u1".into()),
    }
}

fn address(address: &str) -> AttemptSubject {
    AttemptSubject::Address(address.to_owned())
}

fn username(username: &str) -> AttemptSubject {
    AttemptSubject::Username(FoldedUsername::of(username))
}

async fn add(store: &dyn Store, attempts: &[LoginAttempt]) {
    let mut tx = store.begin().await.unwrap();
    for attempt in attempts {
        tx.login_attempts().add(attempt).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// How many failures count, of all there are.
async fn count(store: &dyn Store, subject: &AttemptSubject) -> u32 {
    count_after(store, subject, Timestamp::MIN, u32::MAX).await
}

async fn count_after(store: &dyn Store, subject: &AttemptSubject, after: Timestamp, enough: u32) -> u32 {
    store.read().await.unwrap().login_attempts().count_failures(subject, after, enough).await.unwrap()
}

pub async fn failures_count_by_address_over_all_users(store: Arc<dyn Store>) {
    add(
        &*store,
        &[
            attempt(1, Failed, "10.0.0.1", "kim"),
            attempt(1, Failed, "10.0.0.1", "jane"),
            LoginAttempt { username: None, user_id: None, ..attempt(2, Failed, "10.0.0.1", "") },
            attempt(3, Failed, "10.0.0.10", "kim"),
            LoginAttempt { address: None, ..attempt(4, Failed, "", "kim") },
        ],
    )
    .await;
    for (text, expected) in [("10.0.0.1", 3), ("10.0.0.10", 1), ("10.0.0.", 0), ("10.0.0._", 0), ("", 0)] {
        assert_eq!(count(&*store, &address(text)).await, expected, "{text}");
    }
}

pub async fn failures_count_by_username_in_any_case(store: Arc<dyn Store>) {
    add(
        &*store,
        &[
            attempt(1, Failed, "10.0.0.1", "Kim.ÀÉ"),
            attempt(2, Failed, "10.0.0.2", "kim.àé"),
            LoginAttempt { address: None, user_id: None, ..attempt(3, Failed, "", "KIM.ÀÉ") },
            attempt(4, Failed, "10.0.0.1", "kim"),
            LoginAttempt { username: None, ..attempt(5, Failed, "10.0.0.1", "") },
        ],
    )
    .await;
    for (text, expected) in [("kim.ÀÉ", 3), ("KIM", 1), ("kim.__", 0), ("", 0), ("u1", 0)] {
        assert_eq!(count(&*store, &username(text)).await, expected, "{text}");
    }
}

pub async fn a_success_ends_what_counts_for_its_subject_only(store: Arc<dyn Store>) {
    add(
        &*store,
        &[
            attempt(1, Failed, "a1", "kim"),
            attempt(2, Failed, "a2", "kim"),
            // Neither the last record nor the last one added.
            attempt(5, Succeeded, "a1", "jane"),
            attempt(3, Succeeded, "a1", "kim"),
            attempt(4, Failed, "a1", "kim"),
            attempt(6, Failed, "a1", "kim"),
            attempt(7, Failed, "a2", "kim"),
        ],
    )
    .await;
    // Any user's success ends what counts for the address.
    assert_eq!(count(&*store, &address("a1")).await, 1);
    assert_eq!(count(&*store, &address("a2")).await, 2);
    assert_eq!(count(&*store, &username("kim")).await, 3);
    assert_eq!(count(&*store, &username("jane")).await, 0);
    add(&*store, &[attempt(8, Succeeded, "a2", "kim")]).await;
    assert_eq!(count(&*store, &username("kim")).await, 0);
    assert_eq!(count(&*store, &address("a2")).await, 0);
    assert_eq!(count(&*store, &address("a1")).await, 1);
}

pub async fn only_failures_after_the_given_time_count(store: Arc<dyn Store>) {
    let failures = [1, 5, 5, 9].map(|at| attempt(at, Failed, "a1", "kim"));
    let failures =
        [0, 1, 2, 3].map(|number: usize| LoginAttempt { id: number.to_string(), ..failures[number].clone() });
    add(&*store, &failures).await;
    for subject in [address("a1"), username("kim")] {
        for (after, expected) in [(0, 4), (1, 3), (4, 3), (5, 1), (9, 0), (100, 0)] {
            assert_eq!(
                count_after(&*store, &subject, later(after), 99).await,
                expected,
                "{subject:?} {after}"
            );
        }
    }
    // The later of both times counts, and what happened at the same moment does not.
    add(&*store, &[attempt(5, Succeeded, "a1", "kim")]).await;
    for subject in [address("a1"), username("kim")] {
        for (after, expected) in [(0, 1), (5, 1), (8, 1), (9, 0)] {
            assert_eq!(
                count_after(&*store, &subject, later(after), 99).await,
                expected,
                "{subject:?} {after}"
            );
        }
    }
}

pub async fn counting_ends_at_what_is_enough(store: Arc<dyn Store>) {
    add(&*store, &[1, 2, 3, 4].map(|at| attempt(at, Failed, "a1", "kim"))).await;
    for subject in [address("a1"), username("kim")] {
        for (enough, expected) in [(0, 0), (1, 1), (3, 3), (4, 4), (5, 4), (u32::MAX, 4)] {
            assert_eq!(count_after(&*store, &subject, later(0), enough).await, expected, "{subject:?}");
        }
    }
}

pub async fn the_writer_counts_its_own_attempt(store: Arc<dyn Store>) {
    let mut tx = store.begin().await.unwrap();
    let attempts = tx.login_attempts();
    attempts.add(&attempt(1, Failed, "a1", "kim")).await.unwrap();
    assert_eq!(attempts.count_failures(&address("a1"), later(0), 9).await.unwrap(), 1);
    drop(tx);
    assert_eq!(count(&*store, &address("a1")).await, 0, "what is dropped is gone");
}

pub async fn a_taken_attempt_id_conflicts(store: Arc<dyn Store>) {
    let first = attempt(1, Failed, "a1", "kim");
    add(&*store, std::slice::from_ref(&first)).await;
    let mut tx = store.begin().await.unwrap();
    let again = LoginAttempt { id: first.id, ..attempt(2, Failed, "a2", "jane") };
    assert_conflict(&tx.login_attempts().add(&again).await, Constraint::Id);
    tx.login_attempts().add(&attempt(3, Failed, "a1", "kim")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count(&*store, &address("a2")).await, 0);
    assert_eq!(count(&*store, &address("a1")).await, 2);
}

pub async fn the_attempts_of_one_subject_are_forgotten(store: Arc<dyn Store>) {
    add(
        &*store,
        &[
            attempt(1, Failed, "a1", "kim"),
            attempt(2, Succeeded, "a1", "Kim"),
            attempt(3, Failed, "a2", "KIM"),
            attempt(4, Failed, "a1", "jane"),
            attempt(5, Failed, "a2", "jane"),
        ],
    )
    .await;
    let mut tx = store.begin().await.unwrap();
    let attempts = tx.login_attempts();
    assert_eq!(attempts.remove(&username("kim")).await.unwrap(), 3);
    assert_eq!(attempts.remove(&username("kim")).await.unwrap(), 0);
    assert_eq!(attempts.remove(&address("a1")).await.unwrap(), 1);
    assert_eq!(attempts.remove(&address("a")).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(count(&*store, &username("jane")).await, 1);
    assert_eq!(count(&*store, &address("a2")).await, 1);
}

pub async fn old_attempts_are_forgotten_in_portions(store: Arc<dyn Store>) {
    let outcomes = [Failed, Succeeded, Failed, Failed, Failed];
    let attempts: Vec<_> =
        (0..).zip(outcomes).map(|(at, outcome)| attempt(at, outcome, "a1", &at.to_string())).collect();
    add(&*store, &attempts).await;
    let mut tx = store.begin().await.unwrap();
    let attempts = tx.login_attempts();
    assert_eq!(attempts.remove_before(later(0), 9).await.unwrap(), 0, "what is as old stays");
    assert_eq!(attempts.remove_before(later(3), 0).await.unwrap(), 0);
    assert_eq!(attempts.remove_before(later(3), 2).await.unwrap(), 2);
    assert_eq!(attempts.remove_before(later(3), 2).await.unwrap(), 1);
    assert_eq!(attempts.remove_before(later(3), 2).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(count(&*store, &address("a1")).await, 2);
    assert_eq!(count(&*store, &username("4")).await, 1);
}
