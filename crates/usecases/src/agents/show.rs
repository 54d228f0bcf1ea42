//! See an agent or a manager: `GET livechat/users/:type/:_id` (contract, framework 4.5).

use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::VIEW_LIVECHAT_MANAGER;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::role::StaffKind;
use omnicontact_domain::user::User;

use super::AgentError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_LIVECHAT_MANAGER]);

/// The user with that id, if the user holds the role; also a deactivated one.
///
/// # Errors
/// [`AgentError::Denied`], [`AgentError::Store`].
pub async fn show_staff(
    ctx: &Context,
    actor: &Actor,
    kind: StaffKind,
    id: &UserId,
) -> Result<Option<User>, AgentError> {
    authorize(actor, &REQUIRES)?;
    let found = ctx.store.read().await?.users().find(id).await?;
    Ok(found.filter(|user| user.has_role(kind.role())).map(|user| user.at(ctx.clock.now())))
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::role::LIVECHAT_AGENT;
    use omnicontact_domain::user::InactiveReason;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, nobody};
    use crate::users::testing::{holding, person};

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let ctx = context(MockStore::new());
        let refused = show_staff(&ctx, &nobody(), StaffKind::Agent, &"kim".into()).await;
        assert!(matches!(refused, Err(AgentError::Denied(_))));
    }

    #[tokio::test]
    async fn holders_of_the_role_are_found_even_when_deactivated() {
        let mut store = MockStore::new();
        store.expect_read().returning(|| {
            let agent = person("kim", &[LIVECHAT_AGENT]).deactivated(InactiveReason::Deactivated);
            let mut tx = MockTransaction::default();
            tx.users.expect_find().return_once(move |_| Ok(Some(agent)));
            Ok(Box::new(tx))
        });
        let (ctx, boss) = (context(store), holding("boss", &[VIEW_LIVECHAT_MANAGER]));
        assert!(show_staff(&ctx, &boss, StaffKind::Agent, &"kim".into()).await.unwrap().is_some());
        assert!(show_staff(&ctx, &boss, StaffKind::Manager, &"kim".into()).await.unwrap().is_none());
    }
}
