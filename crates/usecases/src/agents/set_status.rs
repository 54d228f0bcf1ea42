//! Say whether an agent takes conversations: `POST livechat/agent.status` (contract, framework 4.5). Business
//! hours do not exist yet, so none are looked at.

use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::{MANAGE_LIVECHAT_AGENTS, PermissionId, VIEW_L_ROOM};
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::role::LIVECHAT_AGENT;
use omnicontact_domain::user::{LivechatStatus, User};

use super::AgentStatusError;
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);
/// What is asked about the caller besides.
pub const ASKS: &[PermissionId] = &[MANAGE_LIVECHAT_AGENTS];

const OTHERS: Requirement = Requirement::All(&[MANAGE_LIVECHAT_AGENTS]);

/// Sets the status of an agent, or without one of the caller; without a status, the other one than now.
/// Returns the status that is stored then.
///
/// # Errors
/// [`AgentStatusError`]; nothing was written then.
pub async fn set_agent_status(
    ctx: &Context,
    actor: &Actor,
    agent: Option<&UserId>,
    wanted: Option<LivechatStatus>,
) -> Result<LivechatStatus, AgentStatusError> {
    authorize(actor, &REQUIRES)?;
    let agent = agent.unwrap_or(&actor.user_id);
    retried(ctx, || write(ctx, actor, agent, wanted)).await
}

async fn write(
    ctx: &Context,
    actor: &Actor,
    agent: &UserId,
    wanted: Option<LivechatStatus>,
) -> Result<LivechatStatus, AgentStatusError> {
    let mut tx = ctx.store.begin().await?;
    let found = tx.users().find(agent).await?.filter(|user| user.has_role(LIVECHAT_AGENT));
    let user = found.ok_or(AgentStatusError::NotFound)?;
    if !user.active {
        return Err(AgentStatusError::Deactivated);
    }
    let now = user.agent_status();
    let status = wanted.unwrap_or_else(|| now.toggled());
    if status == now {
        return Ok(now);
    }
    if user.id != actor.user_id {
        authorize(actor, &OTHERS)?;
    }
    tx.users().update(&User { livechat_status: Some(status), updated_at: ctx.clock.now(), ..user }).await?;
    tx.commit().await?;
    Ok(status)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::user::InactiveReason;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, nobody};
    use crate::users::testing::{holding, over, person};

    fn kim() -> User {
        person("kim", &[LIVECHAT_AGENT])
    }

    fn with(user: Option<User>) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.users.expect_find().return_once(move |_| Ok(user));
        tx
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = set_agent_status(&context(MockStore::new()), &nobody(), None, None).await;
        assert!(matches!(refused, Err(AgentStatusError::Denied(_))));
    }

    #[tokio::test]
    async fn without_a_status_it_is_the_other_one() {
        for (now, then) in [
            (Some(LivechatStatus::Available), LivechatStatus::NotAvailable),
            (Some(LivechatStatus::NotAvailable), LivechatStatus::Available),
            (None, LivechatStatus::Available),
        ] {
            let mut tx = with(Some(User { livechat_status: now, ..kim() }));
            tx.users
                .expect_update()
                .withf(move |user| user.livechat_status == Some(then))
                .times(1)
                .returning(|_| Ok(()));
            let (ctx, committed) = over(tx);
            let set = set_agent_status(&ctx, &holding("kim", &[VIEW_L_ROOM]), None, None).await.unwrap();
            assert!(set == then && committed.load(Ordering::SeqCst));
        }
    }

    #[tokio::test]
    async fn an_unchanged_status_asks_nothing_and_writes_nothing() {
        let (ctx, committed) = over(with(Some(kim())));
        let other = holding("other", &[VIEW_L_ROOM]);
        let set =
            set_agent_status(&ctx, &other, Some(&"kim".into()), Some(LivechatStatus::NotAvailable)).await;
        assert_eq!(set.unwrap(), LivechatStatus::NotAvailable);
        assert!(!committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn refusals_come_in_the_order_of_the_contract_and_write_nothing() {
        let away = kim().deactivated(InactiveReason::Deactivated);
        for (user, refusal) in [
            (None, "there is no such agent"),
            (Some(person("kim", &["user"])), "there is no such agent"),
            (Some(away), "the agent is deactivated"),
            (Some(kim()), "the user does not hold manage-livechat-agents"),
        ] {
            let (ctx, committed) = over(with(user));
            let other = holding("other", &[VIEW_L_ROOM]);
            let refused = set_agent_status(&ctx, &other, Some(&"kim".into()), None).await.unwrap_err();
            assert_eq!(refused.to_string(), refusal);
            assert!(!committed.load(Ordering::SeqCst));
        }
    }
}
