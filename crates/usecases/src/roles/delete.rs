//! Remove a role: `POST roles.delete`.

use omnicontact_domain::audit::{Action, Change};
use omnicontact_domain::permission::ACCESS_PERMISSIONS;
use omnicontact_domain::policy::{Actor, Denied, Requirement, authorize};
use omnicontact_domain::role::RoleId;
use omnicontact_ports::{Constraint, PermissionRecord, RoleRecord, StoreError, Transaction};

use super::create::properties;
use crate::Context;
use crate::audit::{Subject, note};
use crate::permissions::update::note_roles_changed;
use crate::retry::{MayRetry, retried};

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[ACCESS_PERMISSIONS]);

/// Why a role stays. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub enum DeleteRoleError {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such role.
    #[error("there is no such role")]
    Unknown,
    /// The role is built in.
    #[error("the role is built in")]
    Protected,
    /// Somebody holds the role.
    #[error("somebody holds the role")]
    InUse,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for DeleteRoleError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_a_retry(),
            Self::Denied(_) | Self::Unknown | Self::Protected | Self::InUse => false,
        }
    }
}

/// Removes a role that nobody holds, given by its id or its name, and takes it off all permissions.
///
/// # Errors
/// [`DeleteRoleError`], in the order of its variants; nothing was written then.
pub async fn delete_role(ctx: &Context, actor: &Actor, id_or_name: &str) -> Result<(), DeleteRoleError> {
    authorize(actor, &REQUIRES)?;
    retried(ctx, || delete_once(ctx, actor, id_or_name)).await
}

async fn delete_once(ctx: &Context, actor: &Actor, id_or_name: &str) -> Result<(), DeleteRoleError> {
    let mut tx = ctx.store.begin().await?;
    let role = lock(tx.as_mut(), id_or_name).await?.ok_or(DeleteRoleError::Unknown)?;
    if role.protected {
        return Err(DeleteRoleError::Protected);
    }
    take_off_permissions(ctx, tx.as_mut(), actor, &role.id).await?;
    match tx.access().remove_role(&role.id).await {
        Err(StoreError::Conflict(Constraint::Reference)) => return Err(DeleteRoleError::InUse),
        done => done?,
    }
    let said = properties(&role).map(|(key, value)| Change::from_to(key, value, None)).into();
    note(ctx, tx.as_mut(), &actor.into(), Action::Removed, Subject::role(&role.id), said).await?;
    Ok(tx.commit().await?)
}

/// From here on nobody gives the role a permission or a holder.
async fn lock(tx: &mut dyn Transaction, id_or_name: &str) -> Result<Option<RoleRecord>, StoreError> {
    if let Some(role) = tx.access().lock_role(&id_or_name.into()).await? {
        return Ok(Some(role));
    }
    match tx.access().find_role_by_name(id_or_name).await? {
        Some(role) => tx.access().lock_role(&role.id).await,
        None => Ok(None),
    }
}

/// Removing the role would take it off silently; here whoever follows the permissions learns of it.
async fn take_off_permissions(
    ctx: &Context,
    tx: &mut dyn Transaction,
    actor: &Actor,
    role: &RoleId,
) -> Result<(), StoreError> {
    for before in tx.access().list_permissions().await? {
        if before.roles.contains(role) {
            let roles: Vec<RoleId> = before.roles.iter().filter(|held| *held != role).cloned().collect();
            let after = PermissionRecord { id: before.id, roles, updated_at: ctx.clock.now() };
            tx.access().update_permission(&after).await?;
            note_roles_changed(ctx, tx, &actor.into(), &after.id, &before.roles, &after.roles).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;
    use std::sync::{Arc, Mutex};

    use omnicontact_ports::mock::{Committed, MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};
    use crate::roles::test::role;

    /// A context whose store has this role, which holds the permission `b` beside `admin`, and what is noted.
    fn over(
        stored: RoleRecord,
        removed: Result<(), StoreError>,
    ) -> (Context, Committed, Arc<Mutex<Vec<String>>>) {
        let mut tx = MockTransaction::default();
        let by_id = stored.clone();
        tx.access
            .expect_lock_role()
            .returning(move |id| Ok(Some(by_id.clone()).filter(|role| role.id == *id)));
        tx.access
            .expect_find_role_by_name()
            .returning(move |name| Ok(Some(stored.clone()).filter(|role| role.name == name)));
        tx.access.expect_list_permissions().returning(|| {
            let record = |id: &str, roles: &[&str]| PermissionRecord {
                id: id.to_owned().into(),
                roles: roles.iter().map(|role| RoleId::from(*role)).collect(),
                updated_at: NOW,
            };
            Ok(vec![record("a", &["admin"]), record("b", &["x", "admin"])])
        });
        tx.access
            .expect_update_permission()
            .withf(|permission| permission.id.as_str() == "b" && permission.roles == ["admin".into()])
            .returning(|_| Ok(()));
        tx.access.expect_remove_role().withf(|id| id.as_str() == "x").return_once(|_| removed);
        let noted = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&noted);
        tx.audit.expect_add().returning(move |event| {
            log.lock().unwrap().push(format!("{} {}", event.action.as_str(), event.subject_id));
            Ok(())
        });
        let committed = tx.committed.clone();
        let mut store = MockStore::new();
        store.expect_begin().return_once(move || Ok(Box::new(tx)));
        (context(store), committed, noted)
    }

    fn supervisor() -> RoleRecord {
        RoleRecord { name: "supervisor".into(), ..role("x") }
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = delete_role(&context(MockStore::new()), &nobody(), "x").await;
        assert!(matches!(refused, Err(DeleteRoleError::Denied(_))));
    }

    #[tokio::test]
    async fn a_role_is_removed_by_id_or_name_and_its_permissions_are_noted() {
        for id_or_name in ["x", "supervisor"] {
            let (ctx, committed, noted) = over(supervisor(), Ok(()));
            delete_role(&ctx, &holding(&[ACCESS_PERMISSIONS]), id_or_name).await.unwrap();
            assert_eq!(*noted.lock().unwrap(), ["updated b", "removed x"]);
            assert!(committed.load(Ordering::SeqCst));
        }
    }

    #[tokio::test]
    async fn roles_that_are_unknown_built_in_or_held_stay() {
        let actor = holding(&[ACCESS_PERMISSIONS]);
        let (ctx, committed, _) = over(supervisor(), Ok(()));
        assert!(matches!(delete_role(&ctx, &actor, "y").await, Err(DeleteRoleError::Unknown)));
        assert!(!committed.load(Ordering::SeqCst));
        let (ctx, committed, _) = over(RoleRecord { protected: true, ..supervisor() }, Ok(()));
        assert!(matches!(delete_role(&ctx, &actor, "x").await, Err(DeleteRoleError::Protected)));
        assert!(!committed.load(Ordering::SeqCst));
        let held = Err(StoreError::Conflict(Constraint::Reference));
        let (ctx, committed, _) = over(supervisor(), held);
        assert!(matches!(delete_role(&ctx, &actor, "x").await, Err(DeleteRoleError::InUse)));
        assert!(!committed.load(Ordering::SeqCst));
    }
}
