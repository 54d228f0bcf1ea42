//! Arbitrary events of the audit trail.

use omnicontact_domain::audit::{Action, AuditEvent, Author, Cause, Change, SubjectKind};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::{text, time, value};

/// An event; its id is left to the law.
pub fn audit_event() -> impl Strategy<Value = AuditEvent> {
    let user = (text(), of(text())).prop_map(|(id, username)| Author::User { id: id.into(), username });
    let author = prop_oneof![
        2 => user,
        1 => select(vec![Author::Anonymous, Author::Operator, Author::Server]),
    ];
    let change = (text(), of(value()), of(value())).prop_map(|(key, previous, current)| Change {
        key,
        previous,
        current,
    });
    let action = select(vec![Action::Created, Action::Updated, Action::Removed]);
    let subject = (select(SubjectKind::ALL.to_vec()), text());
    (time(), author, of(text()), action, subject, vec(change, 0..4)).prop_map(
        |(at, author, address, action, (subject_kind, subject_id), changes)| AuditEvent {
            id: "".into(),
            at,
            cause: Cause { author, address },
            action,
            subject_kind,
            subject_id,
            changes,
        },
    )
}
