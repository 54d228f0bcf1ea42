//! Take back what one wrote, as a visitor: `DELETE livechat/message/:_id`.

use omnicontact_domain::conversation::{IsClosed, NotHeard};
use omnicontact_domain::id::RoomId;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::visitor::VisitorToken;

use super::{TalkError, theirs};
use crate::Context;
use crate::retry::retried;

/// Removes a message of the visitor's own, while the conversation is open. Returns when it was removed. What the
/// message added to the visitor (addresses, numbers) stays.
///
/// There is no actor: who knows the token is the visitor.
///
/// # Errors
/// [`TalkError`]; nothing was written then.
pub async fn delete_message(
    ctx: &Context,
    token: &VisitorToken,
    room: &RoomId,
    id: &str,
) -> Result<Timestamp, TalkError> {
    retried(ctx, || delete_once(ctx, token, room, id)).await
}

async fn delete_once(
    ctx: &Context,
    token: &VisitorToken,
    room: &RoomId,
    id: &str,
) -> Result<Timestamp, TalkError> {
    let mut tx = ctx.store.begin().await?;
    let visitor = tx.visitors().find_by_token(token).await?.ok_or(TalkError::UnknownToken)?;
    let found = tx.conversations().lock(room).await?;
    let mut room = theirs(found, &visitor).ok_or(TalkError::NoConversation)?;
    if !room.is_open() {
        return Err(NotHeard::Closed.into());
    }
    let found = tx.messages().find(&room.id, id).await?;
    let message = found.filter(|message| message.is_by(&visitor.id)).ok_or(TalkError::NoMessage)?;
    tx.messages().remove(&room.id, &message.id).await?;
    let newest = tx.messages().find_newest(&room.id).await?;
    let now = ctx.clock.now();
    room.forget(&message.id, newest.as_ref(), now).map_err(|IsClosed| NotHeard::Closed)?;
    tx.conversations().update(&room).await?;
    if let Some(mut inquiry) = tx.inquiries().find_by_room(&room.id).await? {
        inquiry.forget(&message.id, newest.as_ref(), now);
        tx.inquiries().update(&inquiry).await?;
    }
    tx.commit().await?;
    Ok(now)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::conversation::{Author, Conversation, Message};
    use omnicontact_ports::mock::MockTransaction;

    use super::*;
    use crate::context::test::{NOW, context};
    use crate::prepared::{THEN, closed_conversation, conversation, inquiry, visitor, writing};

    fn message(id: &str, by: &str) -> Message {
        let author = Author { id: by.to_owned(), username: None, name: None };
        Message::of_visitor(id.into(), "r1".into(), id.to_owned(), author, THEN)
    }

    fn stored(known: bool, room: Option<Conversation>, found: Option<Message>) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.visitors.expect_find_by_token().returning(move |_| Ok(known.then(|| visitor("v1"))));
        tx.conversations.expect_lock().returning(move |_| Ok(room.clone()));
        tx.messages.expect_find().returning(move |_, _| Ok(found.clone()));
        tx
    }

    async fn delete(tx: MockTransaction) -> (Result<Timestamp, TalkError>, bool) {
        let (store, committed) = writing(vec![tx]);
        let answer = delete_message(&context(store), &"v1".into(), &"r1".into(), "m2").await;
        (answer, committed.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn a_removed_message_counts_no_more_and_the_one_before_is_the_last() {
        let mut room = conversation("v1");
        let mut waiting = inquiry("v1");
        for id in ["m1", "m2"] {
            room.heard_visitor(&message(id, "v1")).unwrap();
            waiting.heard(&message(id, "v1"));
        }
        let mut tx = stored(true, Some(room), Some(message("m2", "v1")));
        tx.messages.expect_remove().withf(|_, id| id == "m2").times(1).returning(|_, _| Ok(true));
        tx.messages.expect_find_newest().returning(|_| Ok(Some(message("m1", "v1"))));
        let is_first = |last: Option<&Message>| last.is_some_and(|last| last.id == "m1");
        tx.conversations
            .expect_update()
            .withf(move |room| is_first(room.last_message.as_ref()) && room.messages_count == 1)
            .times(1)
            .returning(|_| Ok(()));
        tx.inquiries.expect_find_by_room().returning(move |_| Ok(Some(waiting.clone())));
        tx.inquiries
            .expect_update()
            .withf(move |inquiry| is_first(inquiry.last_message.as_ref()))
            .times(1)
            .returning(|_| Ok(()));
        let (answer, committed) = delete(tx).await;
        assert!(answer.is_ok_and(|at| at == NOW) && committed);
    }

    #[tokio::test]
    async fn nothing_is_removed_but_the_visitors_own_in_an_open_conversation() {
        let own = || Some(message("m2", "v1"));
        for (tx, expected) in [
            (stored(false, Some(conversation("v1")), own()), "token"),
            (stored(true, None, own()), "room"),
            (stored(true, Some(conversation("v2")), own()), "room"),
            (stored(true, Some(closed_conversation("v1")), own()), "closed"),
            (stored(true, Some(conversation("v1")), None), "message"),
            (stored(true, Some(conversation("v1")), Some(message("m2", "v2"))), "message"),
        ] {
            let (answer, committed) = delete(tx).await;
            let refused = match answer.unwrap_err() {
                TalkError::UnknownToken => "token",
                TalkError::NoConversation => "room",
                TalkError::NotHeard(NotHeard::Closed) => "closed",
                TalkError::NoMessage => "message",
                TalkError::NotHeard(_) | TalkError::IdTaken | TalkError::Text(_) | TalkError::Store(_) => {
                    "else"
                }
            };
            assert_eq!((refused, committed), (expected, false));
        }
    }
}
