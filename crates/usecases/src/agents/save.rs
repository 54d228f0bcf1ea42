//! Save settings of an agent: `POST livechat/agents.saveInfo` (contract, framework 4.5).

use omnicontact_domain::audit::Cause;
use omnicontact_domain::department::{AGENTS_LIMIT, DepartmentId, Membership};
use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::MANAGE_LIVECHAT_AGENTS;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::role::LIVECHAT_AGENT;
use omnicontact_domain::text::{CUSTOM_VALUE_LIMIT, OutOfBounds, TooMany, check};
use omnicontact_domain::user::User;
use omnicontact_domain::value::{Fields, Value};
use omnicontact_ports::{Constraint, StoreError, Transaction};

use super::AgentError;
use crate::retry::retried;
use crate::{Context, audit};

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[MANAGE_LIVECHAT_AGENTS]);

/// Replaces what was saved about an agent, and the departments of the agent; what is said of a membership that goes
/// on stays. Empty values are left out.
///
/// # Errors
/// [`AgentError`]; nothing was written then.
pub async fn save_agent(
    ctx: &Context,
    actor: &Actor,
    agent: &UserId,
    settings: Fields,
    departments: &[DepartmentId],
) -> Result<(), AgentError> {
    authorize(actor, &REQUIRES)?;
    let kept: Fields = settings
        .iter()
        .filter(|(_, value)| !is_empty(value))
        .map(|(k, v)| (k.to_owned(), v.clone()))
        .collect();
    for text in kept.iter().filter_map(|(_, value)| value.as_text()) {
        check("agentData", text, CUSTOM_VALUE_LIMIT)?;
    }
    if departments.len() > AGENTS_LIMIT {
        return Err(OutOfBounds::from(TooMany { field: "agentDepartments", limit: AGENTS_LIMIT }).into());
    }
    retried(ctx, || write(ctx, actor, agent, &kept, departments)).await
}

fn is_empty(value: &Value) -> bool {
    matches!(value, Value::Null) || value.as_text() == Some("")
}

async fn write(
    ctx: &Context,
    actor: &Actor,
    agent: &UserId,
    kept: &Fields,
    departments: &[DepartmentId],
) -> Result<(), AgentError> {
    let mut tx = ctx.store.begin().await?;
    let found = tx.users().find(agent).await?.filter(|user| user.has_role(LIVECHAT_AGENT));
    let before = found.ok_or(AgentError::NotAgent)?;
    place(tx.as_mut(), &before, departments).await?;
    let after = User { agent_settings: Some(kept.clone()), updated_at: ctx.clock.now(), ..before.clone() };
    tx.users().update(&after).await?;
    audit::note_user_changed(ctx, tx.as_mut(), &Cause::from(actor), &before, &after).await?;
    Ok(tx.commit().await?)
}

/// Puts the agent into these departments and takes the agent out of all others.
async fn place(tx: &mut dyn Transaction, agent: &User, wanted: &[DepartmentId]) -> Result<(), AgentError> {
    let current = tx.departments().list_by_agent(&agent.id).await?;
    for left in current.iter().filter(|id| !wanted.contains(id)) {
        tx.departments().remove_agent(left, &agent.id).await?;
    }
    let joined: Vec<_> = wanted
        .iter()
        .filter(|id| !current.contains(id))
        .map(|id| Membership {
            department: id.clone(),
            agent: agent.id.clone(),
            username: agent.username.clone(),
            count: 0,
            order: 0,
        })
        .collect();
    match tx.departments().add_agents(&joined).await {
        Err(StoreError::Conflict(Constraint::Reference)) => Err(AgentError::UnknownDepartment),
        stored => Ok(stored?),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, nobody};
    use crate::users::testing::{holding, over, person};

    fn settings() -> Fields {
        [
            ("maxNumberSimultaneousChat".to_owned(), Value::Number(5.0)),
            ("voipExtension".to_owned(), Value::from("")),
            ("other".to_owned(), Value::Null),
        ]
        .into_iter()
        .collect()
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = save_agent(&context(MockStore::new()), &nobody(), &"kim".into(), settings(), &[]).await;
        assert!(matches!(refused, Err(AgentError::Denied(_))));
    }

    #[tokio::test]
    async fn settings_of_agents_are_kept_but_for_empty_ones() {
        for (role, saved) in [(LIVECHAT_AGENT, true), ("user", false)] {
            let mut tx = MockTransaction::default();
            tx.users.expect_find().returning(move |_| Ok(Some(person("kim", &[role]))));
            tx.departments.expect_list_by_agent().returning(|_| Ok(vec![]));
            tx.departments.expect_add_agents().returning(|_| Ok(()));
            tx.users
                .expect_update()
                .withf(|user| user.agent_settings.as_ref().is_some_and(|kept| kept.len() == 1))
                .times(usize::from(saved))
                .returning(|_| Ok(()));
            tx.audit.expect_add().times(usize::from(saved)).returning(|_| Ok(()));
            let (ctx, committed) = over(tx);
            let boss = holding("boss", &[MANAGE_LIVECHAT_AGENTS]);
            let done = save_agent(&ctx, &boss, &"kim".into(), settings(), &[]).await;
            assert_eq!(done.is_ok(), saved);
            assert_eq!(committed.load(Ordering::SeqCst), saved);
        }
    }

    #[tokio::test]
    async fn an_unknown_department_is_refused_and_nothing_is_saved() {
        let mut tx = MockTransaction::default();
        tx.users.expect_find().returning(|_| Ok(Some(person("kim", &[LIVECHAT_AGENT]))));
        tx.departments.expect_list_by_agent().returning(|_| Ok(vec![]));
        tx.departments.expect_add_agents().returning(|_| Err(StoreError::Conflict(Constraint::Reference)));
        let (ctx, committed) = over(tx);
        let boss = holding("boss", &[MANAGE_LIVECHAT_AGENTS]);
        let refused = save_agent(&ctx, &boss, &"kim".into(), settings(), &["sales".into()]).await;
        assert!(matches!(refused, Err(AgentError::UnknownDepartment)));
        assert!(!committed.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn the_agent_leaves_what_is_not_named_joins_what_is_new_and_stays_in_the_rest() {
        let mut tx = MockTransaction::default();
        tx.users.expect_find().returning(|_| Ok(Some(person("kim", &[LIVECHAT_AGENT]))));
        tx.users.expect_update().returning(|_| Ok(()));
        tx.audit.expect_add().returning(|_| Ok(()));
        tx.departments.expect_list_by_agent().returning(|_| Ok(vec!["d1".into(), "d2".into()]));
        tx.departments
            .expect_remove_agent()
            .withf(|department, agent| department.as_str() == "d1" && agent.as_str() == "kim")
            .times(1)
            .returning(|_, _| Ok(true));
        tx.departments
            .expect_add_agents()
            .withf(|joined| joined.len() == 1 && joined[0].department.as_str() == "d3")
            .times(1)
            .returning(|_| Ok(()));
        let (ctx, committed) = over(tx);
        let boss = holding("boss", &[MANAGE_LIVECHAT_AGENTS]);
        let wanted = ["d2".into(), "d3".into()];
        save_agent(&ctx, &boss, &"kim".into(), settings(), &wanted).await.unwrap();
        assert!(committed.load(Ordering::SeqCst));
    }
}
