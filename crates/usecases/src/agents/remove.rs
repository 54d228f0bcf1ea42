//! Take the role of an agent or manager from a user: `DELETE livechat/users/:type/:_id` (contract, framework
//! 4.5).

use omnicontact_domain::audit::Cause;
use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::VIEW_LIVECHAT_MANAGER;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::role::{RoleId, StaffKind};
use omnicontact_domain::user::User;

use super::AgentError;
use crate::retry::retried;
use crate::{Context, audit};

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_LIVECHAT_MANAGER]);

/// Takes the role; the user stays. Whoever is no agent any more manages no visitors and is in no department either.
///
/// # Errors
/// [`AgentError`]; nothing was written then.
pub async fn remove_staff(
    ctx: &Context,
    actor: &Actor,
    kind: StaffKind,
    id: &UserId,
) -> Result<(), AgentError> {
    authorize(actor, &REQUIRES)?;
    retried(ctx, || remove(ctx, actor, kind, id)).await
}

async fn remove(ctx: &Context, actor: &Actor, kind: StaffKind, id: &UserId) -> Result<(), AgentError> {
    let now = ctx.clock.now();
    let mut tx = ctx.store.begin().await?;
    let before = tx.users().find(id).await?.ok_or(AgentError::UnknownUser)?;
    if !before.has_role(kind.role()) {
        return Ok(());
    }
    let after = User { updated_at: now, ..before.clone().without_role(&RoleId::from(kind.role())) };
    tx.users().update(&after).await?;
    match kind {
        StaffKind::Agent => {
            tx.departments().remove_from_all(id).await?;
            if let Some(username) = &after.username {
                tx.visitors().release_manager(username, now).await?;
            }
        }
        StaffKind::Manager => {}
    }
    audit::note_user_changed(ctx, tx.as_mut(), &Cause::from(actor), &before, &after).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::role::{LIVECHAT_AGENT, LIVECHAT_MANAGER};
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, nobody};
    use crate::users::testing::{holding, over, person};

    fn boss() -> Actor {
        holding("boss", &[VIEW_LIVECHAT_MANAGER])
    }

    fn with(user: Option<User>) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.users.expect_find().return_once(move |_| Ok(user));
        tx
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let ctx = context(MockStore::new());
        let refused = remove_staff(&ctx, &nobody(), StaffKind::Agent, &"kim".into()).await;
        assert!(matches!(refused, Err(AgentError::Denied(_))));
    }

    #[tokio::test]
    async fn an_agent_leaves_the_visitors_and_departments_and_a_manager_leaves_them_alone() {
        for (kind, released) in [(StaffKind::Agent, 1), (StaffKind::Manager, 0)] {
            let mut tx = with(Some(person("kim", &["user", LIVECHAT_AGENT, LIVECHAT_MANAGER])));
            tx.users
                .expect_update()
                .withf(move |user| !user.has_role(kind.role()) && user.has_role("user"))
                .times(1)
                .returning(|_| Ok(()));
            tx.departments.expect_remove_from_all().times(released).returning(|_| Ok(2));
            tx.visitors.expect_release_manager().times(released).returning(|_, _| Ok(0));
            tx.audit.expect_add().times(1).returning(|_| Ok(()));
            let (ctx, committed) = over(tx);
            remove_staff(&ctx, &boss(), kind, &"kim".into()).await.unwrap();
            assert!(committed.load(Ordering::SeqCst));
        }
    }

    #[tokio::test]
    async fn where_there_is_nothing_to_take_nothing_is_written() {
        let (ctx, committed) = over(with(Some(person("kim", &["user"]))));
        remove_staff(&ctx, &boss(), StaffKind::Agent, &"kim".into()).await.unwrap();
        assert!(!committed.load(Ordering::SeqCst));
        let (ctx, committed) = over(with(None));
        let refused = remove_staff(&ctx, &boss(), StaffKind::Agent, &"kim".into()).await;
        assert!(matches!(refused, Err(AgentError::UnknownUser)));
        assert!(!committed.load(Ordering::SeqCst));
    }
}
