//! Make a user an agent or a manager: `POST livechat/users/:type` (contract, framework 4.5).

use omnicontact_domain::audit::Cause;
use omnicontact_domain::permission::VIEW_LIVECHAT_MANAGER;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::role::{RoleId, StaffKind};
use omnicontact_domain::user::User;

use super::AgentError;
use crate::retry::retried;
use crate::{Context, audit};

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_LIVECHAT_MANAGER]);

/// Makes the user with that username, in whatever case, an agent or a manager. An agent takes conversations at
/// once; doing it again is fine.
///
/// # Errors
/// [`AgentError`]; nothing was written then.
pub async fn add_staff(
    ctx: &Context,
    actor: &Actor,
    kind: StaffKind,
    username: &str,
) -> Result<User, AgentError> {
    authorize(actor, &REQUIRES)?;
    retried(ctx, || add(ctx, actor, kind, username)).await
}

async fn add(ctx: &Context, actor: &Actor, kind: StaffKind, username: &str) -> Result<User, AgentError> {
    let now = ctx.clock.now();
    let mut tx = ctx.store.begin().await?;
    let stored = tx.users().find_by_username(username).await?;
    let before = stored.ok_or(AgentError::UnknownUser)?.at(now);
    let changed = match kind {
        StaffKind::Agent => before.clone().made_agent(),
        StaffKind::Manager => before.clone().with_role(&RoleId::from(kind.role())),
    };
    let after = User { updated_at: now, ..changed };
    tx.users().update(&after).await?;
    audit::note_user_changed(ctx, tx.as_mut(), &Cause::from(actor), &before, &after).await?;
    tx.commit().await?;
    Ok(after)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::user::LivechatStatus;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, nobody};
    use crate::users::testing::{holding, over, person};

    fn boss() -> Actor {
        holding("boss", &[VIEW_LIVECHAT_MANAGER])
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = add_staff(&context(MockStore::new()), &nobody(), StaffKind::Agent, "kim").await;
        assert!(matches!(refused, Err(AgentError::Denied(_))));
    }

    #[tokio::test]
    async fn an_agent_is_available_at_once_and_a_manager_is_no_agent() {
        for (kind, status) in
            [(StaffKind::Agent, Some(LivechatStatus::Available)), (StaffKind::Manager, None)]
        {
            let mut tx = MockTransaction::default();
            tx.users.expect_find_by_username().returning(|_| Ok(Some(person("kim", &["user"]))));
            tx.users
                .expect_update()
                .withf(move |user| user.has_role(kind.role()) && user.livechat_status == status)
                .times(1)
                .returning(|_| Ok(()));
            tx.audit.expect_add().times(1).returning(|_| Ok(()));
            let (ctx, committed) = over(tx);
            add_staff(&ctx, &boss(), kind, "kim").await.unwrap();
            assert!(committed.load(Ordering::SeqCst));
        }
    }

    #[tokio::test]
    async fn nobody_becomes_nothing() {
        let mut tx = MockTransaction::default();
        tx.users.expect_find_by_username().returning(|_| Ok(None));
        let (ctx, committed) = over(tx);
        let refused = add_staff(&ctx, &boss(), StaffKind::Agent, "kim").await;
        assert!(matches!(refused, Err(AgentError::UnknownUser)));
        assert!(!committed.load(Ordering::SeqCst));
    }
}
