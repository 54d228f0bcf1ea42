//! Close one's conversation, as a visitor: `POST livechat/room.close`.

use omnicontact_domain::conversation::{Author, Closer, VisitorMayNotClose, check_visitor_closes};
use omnicontact_domain::id::RoomId;
use omnicontact_domain::setting::VISITORS_CLOSE;
use omnicontact_domain::visitor::VisitorToken;

use super::closing::{Ending, end};
use super::{CloseError, theirs};
use crate::Context;
use crate::retry::retried;

/// Closes the visitor's conversation; `comment` becomes its last message.
///
/// There is no actor: who knows the token is the visitor.
///
/// # Errors
/// [`CloseError`]; nothing was written then.
pub async fn close_conversation(
    ctx: &Context,
    token: &VisitorToken,
    room: &RoomId,
    comment: &str,
) -> Result<(), CloseError> {
    retried(ctx, || close_once(ctx, token, room, comment)).await
}

async fn close_once(
    ctx: &Context,
    token: &VisitorToken,
    room: &RoomId,
    comment: &str,
) -> Result<(), CloseError> {
    let mut tx = ctx.store.begin().await?;
    let visitors_close = tx.settings().find_many(&[VISITORS_CLOSE]).await?.flag(VISITORS_CLOSE);
    let visitor = tx.visitors().find_by_token(token).await?;
    let found = match &visitor {
        Some(visitor) => theirs(tx.conversations().lock(room).await?, visitor),
        None => None,
    };
    let known = visitor.as_ref().and_then(|visitor| visitor.token.as_ref());
    check_visitor_closes(visitors_close, known, found.as_ref())?;
    let (Some(visitor), Some(room)) = (visitor, found) else {
        return Err(VisitorMayNotClose::NotTheirs.into());
    };
    let author = Author::visitor(&room.visitor, visitor.name.as_deref());
    let ending = Ending { closer: Closer::Visitor, author, comment, tags: &[] };
    end(ctx, tx.as_mut(), room, ending, ctx.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::conversation::{Conversation, Note};
    use omnicontact_domain::setting::SettingValues;
    use omnicontact_ports::mock::MockTransaction;

    use super::*;
    use crate::context::test::{NOW, context};
    use crate::prepared::{closed_conversation, conversation, visitor, writing};

    fn stored(allowed: bool, known: bool, room: Option<Conversation>) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.settings
            .expect_find_many()
            .returning(move |_| Ok(SettingValues::new(vec![(VISITORS_CLOSE.to_owned(), allowed.into())])));
        tx.visitors.expect_find_by_token().returning(move |_| Ok(known.then(|| visitor("v1"))));
        tx.conversations.expect_lock().returning(move |_| Ok(room.clone()));
        tx
    }

    async fn close(tx: MockTransaction) -> (Result<(), CloseError>, bool) {
        let (store, committed) = writing(vec![tx]);
        let answer = close_conversation(&context(store), &"v1".into(), &"r1".into(), "bye").await;
        (answer, committed.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn what_may_not_be_closed_stays_open() {
        use VisitorMayNotClose::{Closed, NoVisitor, NotAllowed, NotTheirs};
        for (tx, expected) in [
            (stored(false, true, Some(conversation("v1"))), NotAllowed),
            (stored(true, false, Some(conversation("v1"))), NoVisitor),
            (stored(true, true, None), NotTheirs),
            (stored(true, true, Some(conversation("v2"))), NotTheirs),
            (stored(true, true, Some(closed_conversation("v1"))), Closed),
        ] {
            let (answer, committed) = close(tx).await;
            assert!(
                matches!(answer, Err(CloseError::Refused(refused)) if refused == expected),
                "{expected:?}"
            );
            assert!(!committed);
        }
    }

    #[tokio::test]
    async fn a_closed_conversation_leaves_the_queue_and_says_why() {
        let mut tx = stored(true, true, Some(conversation("v1")));
        tx.conversations
            .expect_update()
            .withf(|room| {
                let closing = room.closing.as_ref().unwrap();
                closing.at == NOW
                    && closing.closer == Some(Closer::Visitor)
                    && closing.by.as_ref().is_some_and(|by| by.id == "v1")
                    && room.last_message.as_ref().is_some_and(|last| last.body == "bye")
            })
            .times(1)
            .returning(|_| Ok(()));
        tx.messages
            .expect_add()
            .withf(|message| message.kind.as_deref() == Some(Note::Closed.as_str()) && message.body == "bye")
            .times(1)
            .returning(|_| Ok(()));
        tx.inquiries.expect_remove().withf(|room| room.as_str() == "r1").times(1).returning(|_| Ok(true));
        tx.subscriptions.expect_remove_by_room().times(1).returning(|_| Ok(0));
        let (answer, committed) = close(tx).await;
        assert!(answer.is_ok() && committed);
    }
}
