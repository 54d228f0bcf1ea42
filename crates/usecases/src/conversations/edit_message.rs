//! Change what one wrote, as a visitor: `PUT livechat/message/:_id`.

use omnicontact_domain::conversation::{Author, IsClosed, Message, NotHeard};
use omnicontact_domain::id::RoomId;
use omnicontact_domain::setting::{LIMIT_MESSAGES, MESSAGE_LIMIT};
use omnicontact_domain::text;
use omnicontact_domain::visitor::VisitorToken;

use super::send::{is_blocked, limit};
use super::{TalkError, theirs};
use crate::Context;
use crate::retry::retried;

/// What a visitor writes in place of something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Whose conversation.
    pub token: VisitorToken,
    /// Which one.
    pub room_id: RoomId,
    /// Which message.
    pub message_id: String,
    /// The new text.
    pub text: String,
}

/// Gives a message of the visitor's own another text, while the conversation is open. Addresses and numbers in it are
/// not added to the visitor: the message is no new one.
///
/// There is no actor: who knows the token is the visitor.
///
/// # Errors
/// [`TalkError`]; nothing was written then.
pub async fn edit_message(ctx: &Context, said: &Correction) -> Result<Message, TalkError> {
    text::check("msg", &said.text, text::MESSAGE_TEXT_LIMIT)?;
    retried(ctx, || edit_once(ctx, said)).await
}

async fn edit_once(ctx: &Context, said: &Correction) -> Result<Message, TalkError> {
    let mut tx = ctx.store.begin().await?;
    let settings = tx.settings().find_many(&[LIMIT_MESSAGES, MESSAGE_LIMIT]).await?;
    let visitor = tx.visitors().find_by_token(&said.token).await?.ok_or(TalkError::UnknownToken)?;
    let found = tx.conversations().lock(&said.room_id).await?;
    let mut room = theirs(found, &visitor).ok_or(TalkError::NoConversation)?;
    let is_blocked = is_blocked(tx.as_mut(), &room).await?;
    room.check_message(&said.text, limit(&settings), is_blocked)?;
    let found = tx.messages().find(&room.id, &said.message_id).await?;
    let mut message = found.filter(|message| message.is_by(&visitor.id)).ok_or(TalkError::NoMessage)?;
    let author = Author::visitor(&room.visitor, visitor.name.as_deref());
    message.edit(said.text.clone(), author, ctx.clock.now());
    room.reread(&message).map_err(|IsClosed| NotHeard::Closed)?;
    tx.messages().update(&message).await?;
    tx.conversations().update(&room).await?;
    if let Some(mut inquiry) = tx.inquiries().find_by_room(&room.id).await? {
        inquiry.reread(&message);
        tx.inquiries().update(&inquiry).await?;
    }
    tx.commit().await?;
    Ok(message)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::conversation::Conversation;
    use omnicontact_domain::setting::SettingValues;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, context};
    use crate::prepared::{THEN, closed_conversation, conversation, inquiry, mara_with, visitor, writing};

    fn said(text: &str) -> Correction {
        let text = text.to_owned();
        Correction { token: "v1".into(), room_id: "r1".into(), message_id: "m1".into(), text }
    }

    fn message(by: &str, of_visitor: bool) -> Message {
        let author = Author { id: by.to_owned(), username: None, name: None };
        let make = if of_visitor { Message::of_visitor } else { Message::of_agent };
        make("m1".into(), "r1".into(), "hello".into(), author, THEN)
    }

    fn stored(
        known: bool,
        room: Option<Conversation>,
        found: Option<Message>,
        blocked: bool,
    ) -> MockTransaction {
        let mut tx = MockTransaction::default();
        let values = [(LIMIT_MESSAGES.to_owned(), true.into()), (MESSAGE_LIMIT.to_owned(), "20".into())];
        tx.settings.expect_find_many().returning(move |_| Ok(SettingValues::new(values.to_vec())));
        tx.visitors.expect_find_by_token().returning(move |_| Ok(known.then(|| visitor("v1"))));
        tx.conversations.expect_lock().returning(move |_| Ok(room.clone()));
        let mut contact = mara_with(&["v1"]);
        contact.channels[0].blocked = blocked;
        tx.contacts.expect_find().returning(move |_| Ok(Some(contact.clone())));
        tx.messages.expect_find().returning(move |_, _| Ok(found.clone()));
        tx
    }

    async fn edit(tx: MockTransaction, said: &Correction) -> (Result<Message, TalkError>, bool) {
        let (store, committed) = writing(vec![tx]);
        let answer = edit_message(&context(store), said).await;
        (answer, committed.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn a_text_that_cannot_be_stored_causes_no_transaction() {
        let long = said(&"a".repeat(text::MESSAGE_TEXT_LIMIT + 1));
        assert!(matches!(edit_message(&context(MockStore::new()), &long).await, Err(TalkError::Text(_))));
    }

    #[tokio::test]
    async fn the_message_its_conversation_and_the_queue_have_the_new_text() {
        let old = message("v1", true);
        let mut room = conversation("v1");
        room.heard_visitor(&old).unwrap();
        let mut waiting = inquiry("v1");
        waiting.heard(&old);
        let mut tx = stored(true, Some(room), Some(old), false);
        let is_new = |last: Option<&Message>| last.is_some_and(|last| last.body == "changed");
        tx.messages
            .expect_update()
            .withf(|message| {
                message.ts == THEN && message.edited.as_ref().is_some_and(|edited| edited.at == NOW)
            })
            .times(1)
            .returning(|_| Ok(()));
        tx.conversations
            .expect_update()
            .withf(move |room| is_new(room.last_message.as_ref()) && room.messages_count == 1)
            .times(1)
            .returning(|_| Ok(()));
        tx.inquiries.expect_find_by_room().returning(move |_| Ok(Some(waiting.clone())));
        tx.inquiries
            .expect_update()
            .withf(move |inquiry| is_new(inquiry.last_message.as_ref()))
            .times(1)
            .returning(|_| Ok(()));
        let (answer, committed) = edit(tx, &said("changed")).await;
        assert!(answer.is_ok_and(|message| message.body == "changed") && committed);
    }

    #[tokio::test]
    async fn nothing_is_changed_but_the_visitors_own_in_an_open_conversation() {
        let (open, closed) = (|| Some(conversation("v1")), Some(closed_conversation("v1")));
        let own = || Some(message("v1", true));
        let long = "x".repeat(21);
        for (tx, text, expected) in [
            (stored(false, open(), own(), false), "x", "token"),
            (stored(true, None, own(), false), "x", "room"),
            (stored(true, Some(conversation("v2")), own(), false), "x", "room"),
            (stored(true, closed, own(), false), "x", "closed"),
            (stored(true, open(), own(), false), long.as_str(), "long"),
            (stored(true, open(), own(), true), "x", "blocked"),
            (stored(true, open(), None, false), "x", "message"),
            (stored(true, open(), Some(message("u1", false)), false), "x", "message"),
            (stored(true, open(), Some(message("v2", true)), false), "x", "message"),
        ] {
            let (answer, committed) = edit(tx, &said(text)).await;
            let refused = match answer.unwrap_err() {
                TalkError::UnknownToken => "token",
                TalkError::NoConversation => "room",
                TalkError::NotHeard(NotHeard::Closed) => "closed",
                TalkError::NotHeard(NotHeard::TooLong) => "long",
                TalkError::NotHeard(NotHeard::Blocked) => "blocked",
                TalkError::NoMessage => "message",
                TalkError::IdTaken | TalkError::Text(_) | TalkError::Store(_) => "else",
            };
            assert_eq!((refused, committed), (expected, false));
        }
    }
}
