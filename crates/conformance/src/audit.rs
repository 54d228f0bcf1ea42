//! Laws of the audit trail.

use std::sync::Arc;

use omnicontact_domain::audit::{Action, AuditEvent, Author, Cause, Change, SubjectKind};
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction::{self, Ascending, Descending};
use omnicontact_domain::value::Value;
use omnicontact_ports::{AuditFilter, AuditPage, Constraint, Store};

use crate::data::arbitrary::{self, samples};
use crate::data::later;
use crate::steps::assert_conflict;

async fn add(store: &dyn Store, events: &[AuditEvent]) {
    let mut tx = store.begin().await.unwrap();
    for event in events {
        tx.audit().add(event).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn list(store: &dyn Store, filter: &AuditFilter, order: Direction, page: Page) -> AuditPage {
    store.read().await.unwrap().audit().list(filter, order, page).await.unwrap()
}

fn ids(events: &[AuditEvent]) -> Vec<&str> {
    events.iter().map(|event| event.id.as_str()).collect()
}

fn by_user(id: &str, username: Option<&str>) -> Author {
    Author::User { id: id.into(), username: username.map(str::to_owned) }
}

fn event(id: &str, at: i64, author: Author, subject: (SubjectKind, &str)) -> AuditEvent {
    AuditEvent {
        id: id.into(),
        at: later(at),
        cause: Cause { author, address: Some("10.0.0.1".to_owned()) },
        action: Action::Updated,
        subject_kind: subject.0,
        subject_id: subject.1.to_owned(),
        changes: vec![Change::from_to("active", Value::from(true), Value::from(false))],
    }
}

/// Events whose ids are neither in the order of time nor in that of addition.
fn events() -> [AuditEvent; 7] {
    [
        event("c", 1, by_user("u1", Some("kim")), (SubjectKind::User, "u2")),
        event("a", 4, by_user("u2", Some("Kim")), (SubjectKind::Role, "u2")),
        event("g", 4, by_user("u1", Some("kim.jane")), (SubjectKind::User, "u2")),
        event("b", 4, Author::Operator, (SubjectKind::User, "u3")),
        event("f", 2, Author::Server, (SubjectKind::Setting, "Site_Url")),
        event("d", 9, Author::Anonymous, (SubjectKind::Token, "u2")),
        event("e", 7, by_user("kim", None), (SubjectKind::Permission, "view-l-room")),
    ]
}

pub async fn every_field_of_an_event_survives(store: Arc<dyn Store>) {
    let mut events: Vec<_> = samples(&arbitrary::audit_event())
        .into_iter()
        .map(|(number, event)| AuditEvent { id: format!("e{number:03}").into(), ..event })
        .collect();
    add(&*store, &events).await;
    events.sort_by(|one, other| (one.at, one.id.as_str()).cmp(&(other.at, other.id.as_str())));
    let found = list(&*store, &AuditFilter::default(), Ascending, Page::ALL).await;
    assert_eq!(found.total, events.len() as u64);
    assert_eq!(found.events, events);
}

pub async fn events_are_listed_by_time_and_id_both_ways(store: Arc<dyn Store>) {
    let none = list(&*store, &AuditFilter::default(), Ascending, Page::ALL).await;
    assert_eq!(none, AuditPage::default());
    add(&*store, &events()).await;
    let mut expected = ["c", "f", "a", "b", "g", "e", "d"];
    let found = list(&*store, &AuditFilter::default(), Ascending, Page::ALL).await;
    assert_eq!(ids(&found.events), expected);
    expected.reverse();
    let found = list(&*store, &AuditFilter::default(), Descending, Page::ALL).await;
    assert_eq!(ids(&found.events), expected);
}

pub async fn every_condition_leaves_the_events_that_fit(store: Arc<dyn Store>) {
    add(&*store, &events()).await;
    let all = AuditFilter::default();
    let text = |text: &str| Some(text.to_owned());
    let kind = |kind| AuditFilter { subject_kind: Some(kind), ..AuditFilter::default() };
    let subject = |id| AuditFilter { subject_id: text(id), ..AuditFilter::default() };
    let by_kind = |kind| AuditFilter { author_kind: text(kind), ..AuditFilter::default() };
    let author = |who| AuditFilter { author: text(who), ..AuditFilter::default() };
    let times = |from: Option<i64>, until: Option<i64>| AuditFilter {
        from: from.map(later),
        until: until.map(later),
        ..AuditFilter::default()
    };
    for (filter, expected) in [
        (all.clone(), &["c", "f", "a", "b", "g", "e", "d"][..]),
        (kind(SubjectKind::User), &["c", "b", "g"]),
        (kind(SubjectKind::Role), &["a"]),
        (kind(SubjectKind::Token), &["d"]),
        (kind(SubjectKind::Permission), &["e"]),
        (kind(SubjectKind::Setting), &["f"]),
        (subject("u2"), &["c", "a", "g", "d"]),
        (subject("U2"), &[]),
        (by_kind("user"), &["c", "a", "g", "e"]),
        (by_kind("anonymous"), &["d"]),
        (by_kind("operator"), &["b"]),
        (by_kind("system"), &["f"]),
        (by_kind("nobody"), &[]),
        (author("u1"), &["c", "g"]),
        // A username, and what is an id of another one.
        (author("kim"), &["c", "e"]),
        (author("Kim"), &["a"]),
        (author("ki_"), &[]),
        (author(""), &[]),
        (times(Some(4), None), &["a", "b", "g", "e", "d"]),
        (times(None, Some(4)), &["c", "f", "a", "b", "g"]),
        (times(Some(2), Some(7)), &["f", "a", "b", "g", "e"]),
        (times(Some(4), Some(4)), &["a", "b", "g"]),
        (times(Some(5), Some(4)), &[]),
        (AuditFilter { subject_id: text("u2"), ..kind(SubjectKind::User) }, &["c", "g"]),
        (AuditFilter { author: text("u1"), from: Some(later(2)), ..kind(SubjectKind::User) }, &["g"]),
        (AuditFilter { author_kind: text("operator"), ..author("u1") }, &[]),
    ] {
        let found = list(&*store, &filter, Ascending, Page::ALL).await;
        assert_eq!(ids(&found.events), expected, "{filter:?}");
        assert_eq!(found.total, expected.len() as u64, "{filter:?}");
        let backwards = list(&*store, &filter, Descending, Page { offset: 1, limit: Some(2) }).await;
        let expected: Vec<_> = expected.iter().rev().skip(1).take(2).copied().collect();
        assert_eq!((ids(&backwards.events), backwards.total), (expected, found.total), "{filter:?}");
    }
}

pub async fn pages_visit_each_event_once(store: Arc<dyn Store>) {
    // Many at one moment.
    let numbers = (0..20).map(|number| (format!("{:02}", number * 7 % 20), number / 6));
    let events: Vec<_> =
        numbers.map(|(id, at)| event(&id, at, Author::Server, (SubjectKind::Setting, "s"))).collect();
    add(&*store, &events).await;
    let whole = list(&*store, &AuditFilter::default(), Descending, Page::ALL).await.events;
    for limit in [1, 6, 7, 20] {
        let mut visited = Vec::new();
        for offset in (0..).step_by(limit as usize) {
            let page = Page { offset, limit: Some(limit) };
            let part = list(&*store, &AuditFilter::default(), Descending, page).await;
            assert_eq!(part.total, 20);
            if part.events.is_empty() {
                break;
            }
            visited.extend(part.events);
        }
        assert_eq!(visited, whole, "by {limit}");
    }
    for (offset, limit) in [(0, Some(0)), (20, None), (u32::MAX, Some(u32::MAX))] {
        let beyond = list(&*store, &AuditFilter::default(), Ascending, Page { offset, limit }).await;
        assert_eq!((beyond.events.len(), beyond.total), (0, 20));
    }
}

pub async fn a_taken_event_id_conflicts(store: Arc<dyn Store>) {
    let [first, second, ..] = events();
    add(&*store, std::slice::from_ref(&first)).await;
    let mut tx = store.begin().await.unwrap();
    let again = AuditEvent { id: first.id.clone(), ..second.clone() };
    assert_conflict(&tx.audit().add(&again).await, Constraint::Id);
    tx.audit().add(&second).await.unwrap();
    tx.commit().await.unwrap();
    let found = list(&*store, &AuditFilter::default(), Ascending, Page::ALL).await.events;
    assert_eq!(found, [first, second]);
}

pub async fn an_event_shares_the_fate_of_its_transaction(store: Arc<dyn Store>) {
    let mut tx = store.begin().await.unwrap();
    tx.audit().add(&events()[0]).await.unwrap();
    assert_eq!(tx.audit().list(&AuditFilter::default(), Ascending, Page::ALL).await.unwrap().total, 1);
    drop(tx);
    assert_eq!(list(&*store, &AuditFilter::default(), Ascending, Page::ALL).await.total, 0);
}
