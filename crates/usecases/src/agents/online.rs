//! Who is online for conversations (contract, conversations 3.9). No request asks for this alone: whoever opens,
//! takes or routes a conversation does, within its own transaction.

use omnicontact_ports::{OnlineAgent, StoreError, Transaction};

use crate::Context;

/// Whether those who are away are online, too.
const IDLE_COUNTS: &str = "Livechat_enabled_when_agent_idle";

/// All agents who are online now, by ascending id.
///
/// # Errors
/// [`StoreError`].
pub async fn list_online_agents(
    ctx: &Context,
    tx: &mut dyn Transaction,
) -> Result<Vec<OnlineAgent>, StoreError> {
    let idle_counts = ctx.store.find_settings(&[IDLE_COUNTS]).await?.flag(IDLE_COUNTS);
    tx.agents().list_online(idle_counts, ctx.clock.now()).await
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::setting::SettingValues;
    use omnicontact_domain::value::Value;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context};

    #[tokio::test]
    async fn agents_who_are_away_count_unless_the_setting_says_otherwise() {
        for (stored, idle_counts) in [(None, true), (Some(false), false), (Some(true), true)] {
            let mut store = MockStore::new();
            store.expect_find_settings().return_once(move |_| {
                let stored = stored.map(|value| (IDLE_COUNTS.to_owned(), Value::Bool(value)));
                Ok(SettingValues::new(stored.into_iter().collect()))
            });
            let mut tx = MockTransaction::default();
            tx.agents
                .expect_list_online()
                .withf(move |idle, now| *idle == idle_counts && *now == NOW)
                .times(1)
                .returning(|_, _| Ok(vec![]));
            assert_eq!(list_online_agents(&context(store), &mut tx).await.unwrap(), []);
        }
    }
}
