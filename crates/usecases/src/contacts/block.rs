//! Block a channel: `POST omnichannel/contacts.block`. The open conversation of that visitor on that source is closed,
//! and from then on none is opened.

use omnicontact_domain::contact::Association;
use omnicontact_domain::conversation::{Author, Closer};
use omnicontact_domain::permission::BLOCK_LIVECHAT_CONTACT;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_ports::{StoreError, Transaction};

use super::{EditError, lock};
use crate::Context;
use crate::conversations::closing::{Ending, end};
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[BLOCK_LIVECHAT_CONTACT]);

/// The last message of a conversation whose channel is blocked.
const COMMENT: &str = "This channel has been blocked";

/// Blocks the channel and closes its open conversation. One that is blocked already stays so. Of a conversation
/// that is opened at the same time, either the opening is refused or the conversation is closed.
///
/// # Errors
/// [`EditError`]: `Denied`, `NotFound` where no contact has such a channel, `VisitorNotFound`, `Store`; nothing
/// was written then.
pub async fn block_channel(ctx: &Context, actor: &Actor, channel: &Association) -> Result<(), EditError> {
    authorize(actor, &REQUIRES)?;
    retried(ctx, || block_once(ctx, actor, channel)).await
}

async fn block_once(ctx: &Context, actor: &Actor, channel: &Association) -> Result<(), EditError> {
    let mut tx = ctx.store.begin().await?;
    set_blocked(ctx, tx.as_mut(), channel, true).await?;
    let visitor = tx.visitors().find(&channel.visitor_id).await?;
    if visitor.is_none_or(|visitor| visitor.disabled) {
        return Err(EditError::VisitorNotFound);
    }
    close_open(ctx, tx.as_mut(), actor, channel).await?;
    tx.commit().await?;
    Ok(())
}

/// Closes the open conversation on the channel, if there is one. The contact is locked: nobody opens another one.
async fn close_open(
    ctx: &Context,
    tx: &mut dyn Transaction,
    actor: &Actor,
    channel: &Association,
) -> Result<(), StoreError> {
    let Some(open) = tx.conversations().find_open(&channel.visitor_id).await? else { return Ok(()) };
    let locked = tx.conversations().lock(&open.id).await?;
    let Some(room) = locked.filter(|room| room.channel().is_meant_by(channel)) else { return Ok(()) };
    let author = Author::user(&actor.user_id, actor.username.as_deref(), None);
    let ending = Ending { closer: Closer::User, author, comment: COMMENT, tags: &[] };
    end(ctx, tx, room, ending, ctx.clock.now()).await
}

/// Blocks or unblocks the channel of whoever has it.
pub(super) async fn set_blocked(
    ctx: &Context,
    tx: &mut dyn Transaction,
    channel: &Association,
    blocked: bool,
) -> Result<(), EditError> {
    let found = tx.contacts().find_by_channel(channel).await?.ok_or(EditError::NotFound)?;
    let mut contact = lock(tx, &found.id).await?.ok_or(EditError::NotFound)?;
    contact.set_blocked(channel, blocked, ctx.clock.now()).ok_or(EditError::NotFound)?;
    tx.contacts().update(&contact).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::contact::Contact;
    use omnicontact_domain::visitor::Visitor;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context, holding, nobody};
    use crate::prepared::{conversation, mara_with, visitor, writing};

    fn api() -> Association {
        Association::new("v1".into(), "api".into(), None)
    }

    fn stored(found: Option<Contact>, then: Option<Contact>, guest: Option<Visitor>) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.contacts
            .expect_find_by_channel()
            .withf(|channel| *channel == api())
            .returning(move |_| Ok(found.clone()));
        tx.contacts.expect_lock().returning(move |_| Ok(then.clone()));
        tx.contacts
            .expect_update()
            .withf(|contact| contact.channels[0].blocked && contact.updated_at == NOW)
            .returning(|_| Ok(()));
        tx.visitors.expect_find().returning(move |_| Ok(guest.clone()));
        tx
    }

    async fn block(tx: MockTransaction) -> (Result<(), EditError>, bool) {
        let (store, committed) = writing(vec![tx]);
        let answer = block_channel(&context(store), &holding(&[BLOCK_LIVECHAT_CONTACT]), &api()).await;
        (answer, committed.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = block_channel(&context(MockStore::new()), &nobody(), &api()).await;
        assert!(matches!(refused, Err(EditError::Denied(_))));
    }

    #[tokio::test]
    async fn the_open_conversation_of_the_channel_is_closed_and_that_of_another_goes_on() {
        for (kind, is_closed) in [("api", true), ("widget", false)] {
            let mut room = conversation("v1");
            room.source.kind = kind.to_owned();
            let mut tx = stored(Some(mara_with(&["v1"])), Some(mara_with(&["v1"])), Some(visitor("v1")));
            let locked = room.clone();
            tx.conversations.expect_find_open().returning(move |_| Ok(Some(room.clone())));
            tx.conversations.expect_lock().returning(move |_| Ok(Some(locked.clone())));
            let times = usize::from(is_closed);
            tx.conversations
                .expect_update()
                .withf(|room| {
                    let closing = room.closing.as_ref().unwrap();
                    closing.by.as_ref().is_some_and(|by| by.id == "boss-1")
                        && room.last_message.as_ref().is_some_and(|last| last.body == COMMENT)
                })
                .times(times)
                .returning(|_| Ok(()));
            tx.messages.expect_add().times(times).returning(|_| Ok(()));
            tx.inquiries.expect_remove().times(times).returning(|_| Ok(true));
            tx.subscriptions.expect_remove_by_room().times(times).returning(|_| Ok(1));
            let (answer, committed) = block(tx).await;
            assert!(answer.is_ok() && committed);
        }
    }

    #[tokio::test]
    async fn a_channel_is_blocked_and_may_be_blocked_again() {
        let mut blocked = mara_with(&["v1"]);
        blocked.channels[0].blocked = true;
        for contact in [mara_with(&["v1"]), blocked] {
            let mut tx = stored(Some(contact.clone()), Some(contact), Some(visitor("v1")));
            tx.conversations.expect_find_open().returning(|_| Ok(None));
            let (answer, committed) = block(tx).await;
            assert!(answer.is_ok() && committed);
        }
    }

    #[tokio::test]
    async fn nobody_or_who_lost_the_channel_meanwhile_is_not_found() {
        let mut erased = mara_with(&["v1"]);
        erased.erase(NOW);
        let found = || Some(mara_with(&["v1"]));
        for tx in [
            stored(None, None, None),
            stored(found(), None, None),
            stored(found(), Some(erased), None),
            stored(found(), Some(mara_with(&["v2"])), None),
        ] {
            let (answer, committed) = block(tx).await;
            assert!(matches!(answer, Err(EditError::NotFound)) && !committed);
        }
    }

    #[tokio::test]
    async fn a_channel_whose_visitor_is_gone_is_not_blocked() {
        let mut erased = visitor("v1");
        erased.erase(NOW);
        for guest in [None, Some(erased)] {
            let contact = mara_with(&["v1"]);
            let (answer, committed) = block(stored(Some(contact.clone()), Some(contact), guest)).await;
            assert!(matches!(answer, Err(EditError::VisitorNotFound)) && !committed);
        }
    }
}
