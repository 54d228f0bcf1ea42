//! Read what a conversation is to oneself: `GET subscriptions.getOne`.

use omnicontact_domain::conversation::Subscription;
use omnicontact_domain::id::RoomId;
use omnicontact_domain::policy::Actor;
use omnicontact_ports::StoreError;

use crate::Context;

/// The caller's own subscription to a conversation, if there is one. Everybody may ask.
///
/// # Errors
/// [`StoreError`].
pub async fn show_subscription(
    ctx: &Context,
    actor: &Actor,
    room: &RoomId,
) -> Result<Option<Subscription>, StoreError> {
    ctx.store.read().await?.subscriptions().find(room, &actor.user_id).await
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::MockTransaction;

    use super::*;
    use crate::context::test::{context, nobody};
    use crate::prepared::{reading, subscription};

    #[tokio::test]
    async fn one_sees_the_own_subscription_only() {
        let mut tx = MockTransaction::default();
        tx.subscriptions
            .expect_find()
            .withf(|room, user| room.as_str() == "r1" && user.as_str() == "user-1")
            .returning(|_, _| Ok(Some(subscription("user-1"))));
        let found = show_subscription(&context(reading(tx)), &nobody(), &"r1".into()).await.unwrap();
        assert_eq!(found, Some(subscription("user-1")));
    }
}
