//! Deactivate users who have been away for too long: `POST users.deactivateIdle` (contract, framework 4.4.3).

use omnicontact_domain::audit::Cause;
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::EDIT_OTHER_USER_ACTIVE_STATUS;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::role::RoleId;
use omnicontact_domain::user::{InactiveReason, User, idle_since};
use omnicontact_ports::{StoreError, Transaction, UserFilter};

use super::UserError;
use crate::last_administrator::administrator_remains;
use crate::retry::retried;
use crate::{Context, audit};

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[EDIT_OTHER_USER_ACTIVE_STATUS]);

/// Deactivates the active holders of a role who have been away for so many days, but for the last active
/// administrator. Returns how many there were.
///
/// # Errors
/// [`UserError::Denied`], [`UserError::Store`]; nothing was written then.
pub async fn deactivate_idle_users(
    ctx: &Context,
    actor: &Actor,
    days: f64,
    role: &RoleId,
) -> Result<u64, UserError> {
    authorize(actor, &REQUIRES)?;
    Ok(retried(ctx, || deactivate(ctx, actor, days, role)).await?)
}

async fn deactivate(ctx: &Context, actor: &Actor, days: f64, role: &RoleId) -> Result<u64, StoreError> {
    let filter = UserFilter {
        roles: vec![role.clone()],
        active: Some(true),
        idle_since: Some(idle_since(ctx.clock.now(), days)),
        ..UserFilter::default()
    };
    let mut tx = ctx.store.begin().await?;
    let idle = tx.users().list_page(&filter, &[], Page::ALL).await?.users;
    let mut count = 0;
    for user in idle {
        count += u64::from(deactivate_one(ctx, tx.as_mut(), actor, user).await?);
    }
    tx.commit().await?;
    Ok(count)
}

async fn deactivate_one(
    ctx: &Context,
    tx: &mut dyn Transaction,
    actor: &Actor,
    before: User,
) -> Result<bool, StoreError> {
    if !administrator_remains(tx, &before).await? {
        return Ok(false);
    }
    let after =
        User { updated_at: ctx.clock.now(), ..before.clone().deactivated(InactiveReason::IdleTooLong) };
    match tx.users().update(&after).await {
        // Somebody who logs in at this very moment is not idle any more.
        Err(StoreError::Stale) => return Ok(false),
        done => done?,
    }
    tx.tokens().remove_all(&after.id).await?;
    audit::note_user_changed(ctx, tx, &Cause::from(actor), &before, &after).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    use omnicontact_domain::role::{ADMIN, USER};
    use omnicontact_ports::UserPage;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, nobody};
    use crate::users::testing::{holding, over, person};

    fn boss() -> Actor {
        holding("boss", &[EDIT_OTHER_USER_ACTIVE_STATUS])
    }

    fn listing(users: Vec<User>) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.users
            .expect_list_page()
            .withf(|filter, _, _| {
                let ten_days_ago = NOW.minus(Duration::from_hours(240));
                filter.idle_since == Some(ten_days_ago) && filter.active == Some(true)
            })
            .return_once(|_, _, _| Ok(UserPage { users, total: 0 }));
        tx
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = deactivate_idle_users(&context(MockStore::new()), &nobody(), 1.0, &USER.into()).await;
        assert!(matches!(refused, Err(UserError::Denied(_))));
    }

    #[tokio::test]
    async fn whoever_logs_in_meanwhile_stays() {
        let mut tx = listing(vec![person("a", &[USER]), person("b", &[USER])]);
        tx.users.expect_update().times(2).returning(|user| {
            assert_eq!(user.inactive_reason, Some(InactiveReason::IdleTooLong));
            if user.id.as_str() == "a" { Err(StoreError::Stale) } else { Ok(()) }
        });
        tx.tokens.expect_remove_all().withf(|owner| owner.as_str() == "b").times(1).returning(|_| Ok(()));
        tx.audit.expect_add().times(1).returning(|_| Ok(()));
        let (ctx, committed) = over(tx);
        assert_eq!(deactivate_idle_users(&ctx, &boss(), 10.0, &USER.into()).await.unwrap(), 1);
        assert!(committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn the_last_administrator_stays() {
        let root = person("root", &[ADMIN]);
        let mut tx = listing(vec![root.clone()]);
        tx.access.expect_lock_role().returning(|_| Ok(None));
        tx.users.expect_list_page().return_once(|_, _, _| Ok(UserPage { users: vec![root], total: 1 }));
        let (ctx, _) = over(tx);
        assert_eq!(deactivate_idle_users(&ctx, &boss(), 10.0, &ADMIN.into()).await.unwrap(), 0);
    }
}
