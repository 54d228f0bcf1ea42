//! State which roles hold which permissions: `POST permissions.update`.

use std::collections::BTreeSet;

use omnicontact_domain::audit::{Action, Cause, Change};
use omnicontact_domain::permission::{ACCESS_PERMISSIONS, PermissionId};
use omnicontact_domain::policy::{Actor, Denied, Requirement, authorize};
use omnicontact_domain::role::RoleId;
use omnicontact_domain::value::Value;
use omnicontact_ports::{Constraint, PermissionRecord, StoreError, Transaction};

use crate::Context;
use crate::audit::{Subject, note};
use crate::retry::{MayRetry, retried};

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[ACCESS_PERMISSIONS]);

/// Who shall hold a permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The permission.
    pub permission: PermissionId,
    /// The roles, in the order in which they are kept. Nobody, where there are none.
    pub roles: Vec<RoleId>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdatePermissionsError {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such permission, or the request names it twice.
    #[error("a permission does not exist or is named twice")]
    Permission,
    /// There is no such role.
    #[error("there is no role {role}")]
    Role {
        /// The role as given.
        role: RoleId,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for UpdatePermissionsError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::Denied(_) | Self::Permission | Self::Role { .. } => false,
        }
    }
}

/// Replaces the roles of these permissions, of all or of none, and returns all permissions by ascending id.
///
/// # Errors
/// [`UpdatePermissionsError`], in the order of its variants; nothing was written then.
pub async fn update_permissions(
    ctx: &Context,
    actor: &Actor,
    mut grants: Vec<Grant>,
) -> Result<Vec<PermissionRecord>, UpdatePermissionsError> {
    authorize(actor, &REQUIRES)?;
    // Everybody locks in this order, so that two who update the same permissions do not wait for each other.
    grants.sort_by(|one, other| one.permission.cmp(&other.permission));
    if grants.windows(2).any(|pair| pair[0].permission == pair[1].permission) {
        return Err(UpdatePermissionsError::Permission);
    }
    retried(ctx, || update_once(ctx, actor, &grants)).await
}

async fn update_once(
    ctx: &Context,
    actor: &Actor,
    grants: &[Grant],
) -> Result<Vec<PermissionRecord>, UpdatePermissionsError> {
    let mut tx = ctx.store.begin().await?;
    let mut stored = Vec::with_capacity(grants.len());
    for Grant { permission, .. } in grants {
        let found = tx.access().lock_permission(permission).await?;
        stored.push(found.ok_or(UpdatePermissionsError::Permission)?);
    }
    let roles = tx.access().list_roles().await?;
    let known: BTreeSet<&RoleId> = roles.iter().map(|role| &role.id).collect();
    if let Some(role) = grants.iter().flat_map(|grant| &grant.roles).find(|role| !known.contains(role)) {
        return Err(UpdatePermissionsError::Role { role: role.clone() });
    }
    for (grant, before) in grants.iter().zip(stored) {
        replace_roles(ctx, tx.as_mut(), &actor.into(), before, &grant.roles).await?;
    }
    let all = tx.access().list_permissions().await?;
    tx.commit().await?;
    Ok(all)
}

async fn replace_roles(
    ctx: &Context,
    tx: &mut dyn Transaction,
    cause: &Cause,
    before: PermissionRecord,
    roles: &[RoleId],
) -> Result<(), UpdatePermissionsError> {
    let after = PermissionRecord { id: before.id, roles: roles.to_vec(), updated_at: ctx.clock.now() };
    match tx.access().update_permission(&after).await {
        // A role that was there a moment ago is removed just now.
        Err(StoreError::Conflict(Constraint::Reference)) => {
            let role = roles.first().cloned().unwrap_or_else(|| "".into());
            return Err(UpdatePermissionsError::Role { role });
        }
        done => done?,
    }
    Ok(note_roles_changed(ctx, tx, cause, &after.id, &before.roles, &after.roles).await?)
}

/// Notes that other roles hold a permission, if they do.
pub(crate) async fn note_roles_changed(
    ctx: &Context,
    tx: &mut dyn Transaction,
    cause: &Cause,
    permission: &PermissionId,
    before: &[RoleId],
    after: &[RoleId],
) -> Result<(), StoreError> {
    if before == after {
        return Ok(());
    }
    let named = |roles: &[RoleId]| Value::List(roles.iter().map(RoleId::as_str).map(Value::from).collect());
    let changes = vec![Change::from_to("roles", named(before), named(after))];
    note(ctx, tx, cause, Action::Updated, Subject::permission(permission), changes).await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;
    use std::sync::{Arc, Mutex};

    use omnicontact_domain::audit::SubjectKind;
    use omnicontact_domain::time::Timestamp;
    use omnicontact_ports::mock::{Committed, MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};
    use crate::roles::test::role;

    fn grant(permission: &str, roles: &[&str]) -> Grant {
        Grant { permission: permission.to_owned().into(), roles: ids(roles) }
    }

    fn ids(roles: &[&str]) -> Vec<RoleId> {
        roles.iter().map(|role| RoleId::from(*role)).collect()
    }

    /// A transaction in which the permissions `a` and `b` are held by `user`, and the roles `user` and `guest`
    /// exist; and what is done in it, in order.
    fn stored() -> (MockTransaction, Arc<Mutex<Vec<String>>>) {
        let done = Arc::new(Mutex::new(Vec::new()));
        let mut tx = MockTransaction::default();
        let log = Arc::clone(&done);
        tx.access.expect_lock_permission().returning(move |id| {
            log.lock().unwrap().push(format!("lock {id}"));
            let known = matches!(id.as_str(), "a" | "b");
            let roles = ids(&["user"]);
            let record = PermissionRecord { id: id.clone(), roles, updated_at: Timestamp::from_millis(0) };
            Ok(known.then_some(record))
        });
        tx.access.expect_list_roles().returning(|| Ok(vec![role("guest"), role("user")]));
        let log = Arc::clone(&done);
        tx.access.expect_update_permission().returning(move |permission| {
            assert_eq!(permission.updated_at, NOW);
            let roles: Vec<&str> = permission.roles.iter().map(RoleId::as_str).collect();
            log.lock().unwrap().push(format!("{} {}", permission.id, roles.join("+")));
            Ok(())
        });
        let log = Arc::clone(&done);
        tx.audit.expect_add().returning(move |event| {
            assert_eq!(event.subject_kind, SubjectKind::Permission);
            log.lock().unwrap().push(format!("note {}", event.subject_id));
            Ok(())
        });
        tx.access.expect_list_permissions().returning(|| Ok(vec![]));
        (tx, done)
    }

    async fn update(
        tx: MockTransaction,
        grants: Vec<Grant>,
    ) -> (Result<Vec<PermissionRecord>, UpdatePermissionsError>, Committed) {
        let committed = tx.committed.clone();
        let mut store = MockStore::new();
        store.expect_begin().return_once(move || Ok(Box::new(tx)));
        let actor = holding(&[ACCESS_PERMISSIONS]);
        (update_permissions(&context(store), &actor, grants).await, committed)
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = update_permissions(&context(MockStore::new()), &nobody(), vec![]).await;
        assert!(matches!(refused, Err(UpdatePermissionsError::Denied(_))));
    }

    #[tokio::test]
    async fn permissions_are_locked_in_order_and_only_changes_are_noted() {
        let (tx, done) = stored();
        let (answer, committed) =
            update(tx, vec![grant("b", &["user"]), grant("a", &["user", "guest"])]).await;
        answer.unwrap();
        assert!(committed.load(Ordering::SeqCst));
        assert_eq!(*done.lock().unwrap(), ["lock a", "lock b", "a user+guest", "note a", "b user"]);
    }

    #[tokio::test]
    async fn the_order_of_roles_is_kept_and_another_order_is_a_change() {
        let (tx, done) = stored();
        update(tx, vec![grant("a", &["user", "guest"]), grant("b", &[])]).await.0.unwrap();
        assert_eq!(*done.lock().unwrap(), ["lock a", "lock b", "a user+guest", "note a", "b ", "note b"]);
    }

    #[tokio::test]
    async fn an_unknown_permission_comes_before_an_unknown_role_and_nothing_is_written() {
        let (tx, done) = stored();
        let (refused, committed) = update(tx, vec![grant("a", &["nobody"]), grant("c", &[])]).await;
        assert!(matches!(refused, Err(UpdatePermissionsError::Permission)));
        assert_eq!(*done.lock().unwrap(), ["lock a", "lock c"]);
        assert!(!committed.load(Ordering::SeqCst));

        let (tx, done) = stored();
        let (refused, committed) = update(tx, vec![grant("a", &["user"]), grant("b", &["nobody"])]).await;
        assert!(matches!(refused, Err(UpdatePermissionsError::Role { role }) if role.as_str() == "nobody"));
        assert_eq!(*done.lock().unwrap(), ["lock a", "lock b"]);
        assert!(!committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn a_permission_named_twice_causes_no_transaction() {
        let actor = holding(&[ACCESS_PERMISSIONS]);
        let twice = vec![grant("a", &[]), grant("b", &[]), grant("a", &[])];
        let refused = update_permissions(&context(MockStore::new()), &actor, twice).await;
        assert!(matches!(refused, Err(UpdatePermissionsError::Permission)));
    }

    #[tokio::test]
    async fn a_role_that_vanishes_meanwhile_is_unknown() {
        let mut tx = MockTransaction::default();
        tx.access
            .expect_lock_permission()
            .returning(|id| Ok(Some(PermissionRecord { id: id.clone(), roles: vec![], updated_at: NOW })));
        tx.access.expect_list_roles().returning(|| Ok(vec![role("guest")]));
        tx.access.expect_update_permission().returning(|_| Err(StoreError::Conflict(Constraint::Reference)));
        let (refused, committed) = update(tx, vec![grant("a", &["guest"])]).await;
        assert!(matches!(refused, Err(UpdatePermissionsError::Role { .. })));
        assert!(!committed.load(Ordering::SeqCst));
    }
}
