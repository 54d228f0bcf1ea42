//! See who would serve one's next conversation, as a visitor: `GET livechat/agent.next/:token`.

use omnicontact_domain::setting::{
    IDLE_AGENTS_COUNT, LAST_AGENT_ROUTING, MANAGER_ROUTING, ROUTING_METHOD, SHOW_AGENT_EMAIL, SHOW_AGENT_INFO,
};
use omnicontact_domain::visitor::VisitorToken;

use super::AgentOfError;
use super::assign::Routing;
use super::show_agent::{SeenAgent, see};
use crate::Context;

const SETTINGS: [&str; 6] = [
    ROUTING_METHOD,
    MANAGER_ROUTING,
    LAST_AGENT_ROUTING,
    IDLE_AGENTS_COUNT,
    SHOW_AGENT_INFO,
    SHOW_AGENT_EMAIL,
];

/// The agent who would get a conversation that the visitor opened now. Nobody, where one is open, where conversations
/// wait until an agent takes them, and where no agent is online. Nothing is promised: the agent is chosen anew when it
/// is opened.
///
/// There is no actor: who knows the token is the visitor.
///
/// # Errors
/// [`AgentOfError`]: `UnknownToken`, `Store`.
pub async fn next_agent(ctx: &Context, token: &VisitorToken) -> Result<Option<SeenAgent>, AgentOfError> {
    let mut tx = ctx.store.read().await?;
    let visitor = tx.visitors().find_by_token(token).await?.ok_or(AgentOfError::UnknownToken)?;
    if tx.conversations().find_open(&visitor.id).await?.is_some() {
        return Ok(None);
    }
    let settings = tx.settings().find_many(&SETTINGS).await?;
    let contact = tx.contacts().find_by_visitor(&visitor.id).await?.filter(|contact| contact.enabled);
    let routing = Routing::of(&settings, None, contact.as_ref(), Some(&visitor));
    let department = visitor.department.as_deref();
    let chosen = routing.preview(tx.as_mut(), &settings, department, ctx.clock.now()).await?;
    match chosen {
        Some(agent) => Ok(see(ctx, tx.as_mut(), &settings, &agent).await?),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::setting::SettingValues;
    use omnicontact_ports::OnlineAgent;
    use omnicontact_ports::mock::MockTransaction;

    use super::*;
    use crate::context::test::context;
    use crate::prepared::{agent_user, conversation, mara_with, reading, visitor};

    fn stored(known: bool, open: bool, method: &str) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.visitors.expect_find_by_token().returning(move |_| Ok(known.then(|| visitor("v1"))));
        tx.conversations.expect_find_open().returning(move |_| Ok(open.then(|| conversation("v1"))));
        let values = SettingValues::new(vec![(ROUTING_METHOD.to_owned(), method.into())]);
        tx.settings.expect_find_many().returning(move |_| Ok(values.clone()));
        tx.contacts.expect_find_by_visitor().returning(|_| Ok(Some(mara_with(&["v1"]))));
        let agent = OnlineAgent { id: "u1".into(), username: None, last_routed: None };
        tx.agents.expect_list_online().returning(move |_, _| Ok(vec![agent.clone()]));
        tx.conversations.expect_count_open_by_agent().returning(|_| Ok(vec![]));
        tx.users.expect_find().returning(|_| Ok(Some(agent_user("u1"))));
        tx.agents.expect_note_routed().times(0);
        tx
    }

    #[tokio::test]
    async fn somebody_is_named_only_where_somebody_would_be_chosen() {
        for (open, method, is_named) in [
            (false, "Auto_Selection", true),
            (true, "Auto_Selection", false),
            (false, "Manual_Selection", false),
        ] {
            let answer =
                next_agent(&context(reading(stored(true, open, method))), &"v1".into()).await.unwrap();
            assert_eq!(answer.is_some(), is_named, "{open} {method}");
        }
        let answer =
            next_agent(&context(reading(stored(false, false, "Auto_Selection"))), &"v1".into()).await;
        assert!(matches!(answer, Err(AgentOfError::UnknownToken)));
    }
}
