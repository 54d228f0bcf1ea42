//! Unblock a channel: `POST omnichannel/contacts.unblock`. Conversations that the block closed stay closed.

use omnicontact_domain::contact::Association;
use omnicontact_domain::permission::UNBLOCK_LIVECHAT_CONTACT;
use omnicontact_domain::policy::{Actor, Requirement, authorize};

use super::EditError;
use super::block::set_blocked;
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[UNBLOCK_LIVECHAT_CONTACT]);

/// Unblocks the channel. One that is not blocked stays so; its visitor need not be there any more.
///
/// # Errors
/// [`EditError`]: `Denied`, `NotFound` where no contact has such a channel, `Store`; nothing was written then.
pub async fn unblock_channel(ctx: &Context, actor: &Actor, channel: &Association) -> Result<(), EditError> {
    authorize(actor, &REQUIRES)?;
    retried(ctx, || unblock_once(ctx, channel)).await
}

async fn unblock_once(ctx: &Context, channel: &Association) -> Result<(), EditError> {
    let mut tx = ctx.store.begin().await?;
    set_blocked(ctx, tx.as_mut(), channel, false).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::permission::BLOCK_LIVECHAT_CONTACT;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, holding};
    use crate::prepared::{mara_with, writing};

    fn api() -> Association {
        Association::new("v1".into(), "api".into(), None)
    }

    #[tokio::test]
    async fn whoever_may_only_block_causes_no_transaction() {
        let blocker = holding(&[BLOCK_LIVECHAT_CONTACT]);
        let refused = unblock_channel(&context(MockStore::new()), &blocker, &api()).await;
        assert!(matches!(refused, Err(EditError::Denied(_))));
    }

    #[tokio::test]
    async fn a_channel_is_unblocked_whether_or_not_it_was_blocked() {
        for blocked in [true, false] {
            let mut contact = mara_with(&["v1"]);
            contact.channels[0].blocked = blocked;
            let found = contact.clone();
            let mut tx = MockTransaction::default();
            tx.contacts.expect_find_by_channel().returning(move |_| Ok(Some(found.clone())));
            tx.contacts.expect_lock().returning(move |_| Ok(Some(contact.clone())));
            tx.contacts
                .expect_update()
                .withf(|contact| contact.channels.len() == 1 && !contact.channels[0].blocked)
                .times(1)
                .returning(|_| Ok(()));
            let (store, committed) = writing(vec![tx]);
            unblock_channel(&context(store), &holding(&[UNBLOCK_LIVECHAT_CONTACT]), &api()).await.unwrap();
            assert!(committed.load(Ordering::SeqCst));
        }
    }
}
