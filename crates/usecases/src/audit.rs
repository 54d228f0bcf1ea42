//! Noting who changed what, in the transaction of the change.

use omnicontact_domain::audit::{Action, AuditEvent, Cause, Change, SubjectKind};
use omnicontact_ports::{StoreError, Transaction};

use crate::Context;

/// What was changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The kind of thing.
    pub(crate) kind: SubjectKind,
    /// Its id.
    pub(crate) id: &'a str,
}

/// Adds an event to the trail. It is there if the transaction commits, and only then.
pub(crate) async fn note(
    ctx: &Context,
    tx: &mut dyn Transaction,
    cause: &Cause,
    action: Action,
    subject: Subject<'_>,
    changes: Vec<Change>,
) -> Result<(), StoreError> {
    let at = ctx.clock.now();
    let event = AuditEvent {
        id: ctx.ids.record_id(at).into(),
        at,
        cause: cause.clone(),
        action,
        subject_kind: subject.kind,
        subject_id: subject.id.to_owned(),
        changes,
    };
    tx.audit().add(&event).await
}
