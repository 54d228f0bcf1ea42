//! Save settings of an agent: `POST livechat/agents.saveInfo` (contract, framework 4.5). Nobody can make
//! departments, so whoever names one names an unknown one.

use omnicontact_domain::audit::Cause;
use omnicontact_domain::id::UserId;
use omnicontact_domain::permission::MANAGE_LIVECHAT_AGENTS;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::role::LIVECHAT_AGENT;
use omnicontact_domain::text::{CUSTOM_VALUE_LIMIT, check};
use omnicontact_domain::user::User;
use omnicontact_domain::value::{Fields, Value};

use super::AgentError;
use crate::retry::retried;
use crate::{Context, audit};

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[MANAGE_LIVECHAT_AGENTS]);

/// Replaces what was saved about an agent. Empty values are left out. The agent must be in all of these
/// departments then, so they must exist.
///
/// # Errors
/// [`AgentError`]; nothing was written then.
pub async fn save_agent(
    ctx: &Context,
    actor: &Actor,
    agent: &UserId,
    settings: Fields,
    departments: &[String],
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
    departments: &[String],
) -> Result<(), AgentError> {
    let mut tx = ctx.store.begin().await?;
    let found = tx.users().find(agent).await?.filter(|user| user.has_role(LIVECHAT_AGENT));
    let before = found.ok_or(AgentError::NotAgent)?;
    if !departments.is_empty() {
        return Err(AgentError::UnknownDepartment);
    }
    let after = User { agent_settings: Some(kept.clone()), updated_at: ctx.clock.now(), ..before.clone() };
    tx.users().update(&after).await?;
    audit::note_user_changed(ctx, tx.as_mut(), &Cause::from(actor), &before, &after).await?;
    Ok(tx.commit().await?)
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
        let (ctx, committed) = over(tx);
        let boss = holding("boss", &[MANAGE_LIVECHAT_AGENTS]);
        let departments = ["sales".to_owned()];
        let refused = save_agent(&ctx, &boss, &"kim".into(), settings(), &departments).await;
        assert!(matches!(refused, Err(AgentError::UnknownDepartment)));
        assert!(!committed.load(Ordering::SeqCst));
    }
}
