//! Activate or deactivate a user: `POST users.setActiveStatus` (contract, framework 4.4.3).

use omnicontact_domain::audit::Cause;
use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::{EDIT_OTHER_USER_ACTIVE_STATUS, MANAGE_MODERATION_ACTIONS};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::user::{InactiveReason, User};

use super::ActiveStatusError;
use crate::last_administrator::administrator_remains;
use crate::retry::retried;
use crate::{Context, audit};

/// Who may ask. Moderators may, and are refused.
pub const REQUIRES: Requirement =
    Requirement::Any(&[EDIT_OTHER_USER_ACTIVE_STATUS, MANAGE_MODERATION_ACTIONS]);

/// Activates or deactivates a user. A deactivation ends all sessions and personal tokens.
///
/// # Errors
/// [`ActiveStatusError::Denied`], [`ActiveStatusError::MayNot`], [`ActiveStatusError::NotFound`], [`ActiveStatusError::LastAdministrator`],
/// [`ActiveStatusError::Store`]; nothing was written then.
pub async fn set_active_status(
    ctx: &Context,
    actor: &Actor,
    target: &UserId,
    active: bool,
) -> Result<User, ActiveStatusError> {
    authorize(actor, &REQUIRES)?;
    if !actor.holds(&EDIT_OTHER_USER_ACTIVE_STATUS) {
        return Err(ActiveStatusError::MayNot);
    }
    retried(ctx, || write(ctx, actor, target, active)).await
}

async fn write(
    ctx: &Context,
    actor: &Actor,
    target: &UserId,
    active: bool,
) -> Result<User, ActiveStatusError> {
    let mut tx = ctx.store.begin().await?;
    let before = tx.users().find(target).await?.ok_or(ActiveStatusError::NotFound)?;
    let changed = if active {
        before.clone().activated()
    } else {
        before.clone().deactivated(InactiveReason::Deactivated)
    };
    let after = User { updated_at: ctx.clock.now(), ..changed };
    if !active && !administrator_remains(tx.as_mut(), &before).await? {
        return Err(ActiveStatusError::LastAdministrator);
    }
    tx.users().update(&after).await?;
    if !active {
        tx.tokens().remove_all(target).await?;
    }
    audit::note_user_changed(ctx, tx.as_mut(), &Cause::from(actor), &before, &after).await?;
    tx.commit().await?;
    Ok(after)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::role::ADMIN;
    use omnicontact_ports::mock::{MockStore, MockTransaction};
    use omnicontact_ports::{StoreError, UserPage};

    use super::*;
    use crate::context::test::{context, nobody};
    use crate::users::testing::{holding, over, person};

    fn boss() -> Actor {
        holding("boss", &[EDIT_OTHER_USER_ACTIVE_STATUS])
    }

    fn with(user: Option<User>) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.users.expect_find().return_once(move |_| Ok(user));
        tx
    }

    #[tokio::test]
    async fn without_the_permission_there_is_no_transaction() {
        let ctx = context(MockStore::new());
        let refused = set_active_status(&ctx, &nobody(), &"kim".into(), false).await;
        assert!(matches!(refused, Err(ActiveStatusError::Denied(_))));
        let moderator = holding("mod", &[MANAGE_MODERATION_ACTIONS]);
        let refused = set_active_status(&ctx, &moderator, &"kim".into(), false).await;
        assert!(matches!(refused, Err(ActiveStatusError::MayNot)));
    }

    #[tokio::test]
    async fn a_deactivation_ends_all_sessions_in_the_same_transaction() {
        let mut tx = with(Some(person("kim", &["user"])));
        tx.users
            .expect_update()
            .withf(|user| !user.active && user.inactive_reason == Some(InactiveReason::Deactivated))
            .times(1)
            .returning(|_| Ok(()));
        tx.tokens.expect_remove_all().withf(|owner| owner.as_str() == "kim").times(1).returning(|_| Ok(()));
        tx.audit.expect_add().times(1).returning(|_| Ok(()));
        let (ctx, committed) = over(tx);
        let user = set_active_status(&ctx, &boss(), &"kim".into(), false).await.unwrap();
        assert!(!user.active && committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn an_activation_ends_nothing() {
        let mut tx = with(Some(person("kim", &["user"]).deactivated(InactiveReason::IdleTooLong)));
        tx.users.expect_update().withf(|user| user.active).times(1).returning(|_| Ok(()));
        tx.audit.expect_add().times(1).returning(|_| Ok(()));
        let (ctx, _) = over(tx);
        let user = set_active_status(&ctx, &boss(), &"kim".into(), true).await.unwrap();
        assert_eq!((user.active, user.inactive_reason), (true, None));
    }

    #[tokio::test]
    async fn on_a_refusal_nothing_is_committed() {
        let root = person("root", &[ADMIN]);
        let mut last = with(Some(root.clone()));
        last.access.expect_lock_role().returning(|_| Ok(None));
        last.users.expect_list_page().return_once(|_, _, _| Ok(UserPage { users: vec![root], total: 1 }));
        let mut failing = with(Some(person("kim", &[])));
        failing.users.expect_update().returning(|_| Ok(()));
        failing.tokens.expect_remove_all().returning(|_| Err(StoreError::Unavailable("gone".into())));
        for (tx, refusal) in [
            (with(None), "there is no such user"),
            (last, "no active administrator would be left"),
            (failing, "the store cannot be reached"),
        ] {
            let (ctx, committed) = over(tx);
            let refused = set_active_status(&ctx, &boss(), &"kim".into(), false).await.unwrap_err();
            assert_eq!(refused.to_string(), refusal);
            assert!(!committed.load(Ordering::SeqCst));
        }
    }
}
