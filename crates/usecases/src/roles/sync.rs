//! See what became of the roles since a moment: `GET roles.sync`. Everybody with an account may.

use omnicontact_domain::audit::{Action, SubjectKind};
use omnicontact_domain::page::Page;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{AuditFilter, RoleRecord, StoreError, Transaction};

use crate::Context;

/// What became of the roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleChanges {
    /// The roles that are there and were written, by ascending id.
    pub written: Vec<RoleRecord>,
    /// The roles that are gone, and since when.
    pub removed: Vec<(RoleId, Timestamp)>,
}

/// The changes after `since`; without it, all roles that there are.
///
/// What is gone is not among the roles any more, so the audit trail is asked. Whoever starts from nothing has
/// nothing to forget.
///
/// # Errors
/// [`StoreError`].
pub async fn sync_roles(ctx: &Context, since: Option<Timestamp>) -> Result<RoleChanges, StoreError> {
    let mut tx = ctx.store.read().await?;
    let mut written = tx.access().list_roles().await?;
    let Some(since) = since else {
        return Ok(RoleChanges { written, removed: Vec::new() });
    };
    written.retain(|role| role.updated_at > since);
    Ok(RoleChanges { written, removed: removed_after(tx.as_mut(), since).await? })
}

async fn removed_after(
    tx: &mut dyn Transaction,
    since: Timestamp,
) -> Result<Vec<(RoleId, Timestamp)>, StoreError> {
    let filter =
        AuditFilter { subject_kind: Some(SubjectKind::Role), from: Some(since), ..AuditFilter::default() };
    let trail = tx.audit().list(&filter, Direction::Ascending, Page::ALL).await?;
    let removals = trail.events.into_iter().filter(|event| event.action == Action::Removed);
    Ok(removals.filter(|event| event.at > since).map(|event| (event.subject_id.into(), event.at)).collect())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use omnicontact_domain::audit::{AuditEvent, Cause};
    use omnicontact_ports::AuditPage;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context};
    use crate::roles::test::role;

    const THEN: Timestamp = Timestamp::from_millis(1_000);

    fn event(id: &str, action: Action, at: Timestamp) -> AuditEvent {
        AuditEvent {
            id: format!("event of {id}").into(),
            at,
            cause: Cause::OPERATOR,
            action,
            subject_kind: SubjectKind::Role,
            subject_id: id.to_owned(),
            changes: vec![],
        }
    }

    async fn sync(since: Option<Timestamp>, events: Vec<AuditEvent>) -> RoleChanges {
        let mut tx = MockTransaction::default();
        tx.access
            .expect_list_roles()
            .returning(|| Ok(vec![RoleRecord { updated_at: THEN, ..role("old") }, role("new")]));
        tx.audit
            .expect_list()
            .withf(move |filter, _, _| filter.subject_kind == Some(SubjectKind::Role) && filter.from == since)
            .return_once(move |_, _, _| Ok(AuditPage { total: 0, events }));
        let mut store = MockStore::new();
        store.expect_read().return_once(move || Ok(Box::new(tx)));
        sync_roles(&context(store), since).await.unwrap()
    }

    #[tokio::test]
    async fn whoever_starts_from_nothing_gets_all_roles_and_nothing_to_forget() {
        let changes = sync(None, vec![]).await;
        assert_eq!(changes.written.len(), 2);
        assert_eq!(changes.removed, []);
    }

    #[tokio::test]
    async fn whoever_goes_on_gets_what_was_written_and_removed_after_that_moment() {
        let later = THEN.plus(Duration::from_millis(1));
        let events = vec![
            event("at that moment", Action::Removed, THEN),
            event("made", Action::Created, later),
            event("gone", Action::Removed, later),
        ];
        let changes = sync(Some(THEN), events).await;
        assert_eq!(changes.written, [role("new")]);
        assert_eq!(changes.removed, [("gone".into(), later)]);
        assert_eq!(sync(Some(NOW), vec![]).await.written, []);
    }
}
