//! List a visitor's open conversations: `GET livechat/visitor/:token/room`.

use omnicontact_domain::conversation::Conversation;
use omnicontact_domain::permission::VIEW_LIVECHAT_MANAGER;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::visitor::VisitorToken;

use crate::Context;
use crate::visitors::VisitorError;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_LIVECHAT_MANAGER]);

/// The open conversations of the visitor with that token: one at the most, none where nobody has the token.
///
/// # Errors
/// [`VisitorError`]: `Denied`, `Store`.
pub async fn list_open(
    ctx: &Context,
    actor: &Actor,
    token: &VisitorToken,
) -> Result<Vec<Conversation>, VisitorError> {
    authorize(actor, &REQUIRES)?;
    let mut tx = ctx.store.read().await?;
    let Some(visitor) = tx.visitors().find_by_token(token).await? else { return Ok(Vec::new()) };
    Ok(tx.conversations().find_open(&visitor.id).await?.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, holding, nobody};
    use crate::prepared::{conversation, reading, visitor};

    #[tokio::test]
    async fn whoever_may_not_causes_no_look_up() {
        let refused = list_open(&context(MockStore::new()), &nobody(), &"v1".into()).await;
        assert!(matches!(refused, Err(VisitorError::Denied(_))));
    }

    #[tokio::test]
    async fn a_token_of_nobody_has_no_conversations() {
        for known in [false, true] {
            let mut tx = MockTransaction::default();
            tx.visitors.expect_find_by_token().returning(move |_| Ok(known.then(|| visitor("v1"))));
            tx.conversations.expect_find_open().returning(|_| Ok(Some(conversation("v1"))));
            let actor = holding(&[VIEW_LIVECHAT_MANAGER]);
            let open = list_open(&context(reading(tx)), &actor, &"v1".into()).await.unwrap();
            assert_eq!(open.len(), usize::from(known));
        }
    }
}
