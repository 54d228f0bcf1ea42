//! Give and take roles: `omnicontact role ...`.

use omnicontact_domain::audit::Cause;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::user::User;
use omnicontact_ports::{Constraint, RoleRecord, StoreError, Transaction};

use super::{OperatorError, find_user};
use crate::last_administrator::administrator_remains;
use crate::retry::retried;
use crate::{Context, audit};

/// All roles by id.
///
/// # Errors
/// [`StoreError`].
pub async fn list_roles(ctx: &Context) -> Result<Vec<RoleRecord>, StoreError> {
    ctx.store.read().await?.access().list_roles().await
}

/// Gives a role, named by id or name, to a user. `false` if the user has it already.
///
/// # Errors
/// [`OperatorError::UnknownUser`], [`OperatorError::UnknownRole`], [`OperatorError::Store`].
pub async fn grant_role(ctx: &Context, username: &str, role: &str) -> Result<bool, OperatorError> {
    retried(ctx, || async {
        let mut tx = ctx.store.begin().await?;
        let before = find_user(tx.as_mut(), username).await?;
        let role = find_role(tx.as_mut(), role).await?;
        if before.has_role(role.id.as_str()) {
            return Ok(false);
        }
        let after = before.clone().with_role(&role.id);
        write(ctx, tx, before, after).await
    })
    .await
}

/// Takes a role, named by id or name, from a user. `false` if the user does not have it. The last active
/// administrator stays one.
///
/// # Errors
/// [`OperatorError::UnknownUser`], [`OperatorError::UnknownRole`], [`OperatorError::LastAdministrator`],
/// [`OperatorError::Store`].
pub async fn revoke_role(ctx: &Context, username: &str, role: &str) -> Result<bool, OperatorError> {
    retried(ctx, || async {
        let mut tx = ctx.store.begin().await?;
        let before = find_user(tx.as_mut(), username).await?;
        let role = find_role(tx.as_mut(), role).await?;
        if !before.has_role(role.id.as_str()) {
            return Ok(false);
        }
        let after = before.clone().without_role(&role.id);
        if !after.is_active_administrator() && !administrator_remains(tx.as_mut(), &before).await? {
            return Err(OperatorError::LastAdministrator { username: username.to_owned() });
        }
        write(ctx, tx, before, after).await
    })
    .await
}

async fn write(
    ctx: &Context,
    mut tx: Box<dyn Transaction>,
    before: User,
    after: User,
) -> Result<bool, OperatorError> {
    let after = User { updated_at: ctx.clock.now(), ..after };
    match tx.users().update(&after).await {
        // Somebody removed the role meanwhile: look again.
        Err(StoreError::Conflict(Constraint::Reference)) => return Err(StoreError::Stale.into()),
        done => done?,
    }
    audit::note_user_changed(ctx, tx.as_mut(), &Cause::OPERATOR, &before, &after).await?;
    tx.commit().await?;
    Ok(true)
}

/// The role with that id or name.
pub(super) async fn find_role(tx: &mut dyn Transaction, role: &str) -> Result<RoleRecord, OperatorError> {
    if let Some(found) = tx.access().find_role(&RoleId::from(role)).await? {
        return Ok(found);
    }
    if let Some(found) = tx.access().find_role_by_name(role).await? {
        return Ok(found);
    }
    let known = tx.access().list_roles().await?;
    let known: Vec<&str> = known.iter().map(|role| role.name.as_str()).collect();
    Err(OperatorError::UnknownRole { role: role.into(), known: known.join(", ") })
}
