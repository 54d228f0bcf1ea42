//! Read one message of one's conversation, as a visitor: `GET livechat/message/:_id`.

use omnicontact_domain::conversation::Message;
use omnicontact_domain::id::RoomId;
use omnicontact_domain::visitor::VisitorToken;

use super::{TalkError, theirs};
use crate::Context;

/// A message of the visitor's conversation, open or closed, whoever wrote it: the visitor reads them all
/// ([`super::list_messages`]).
///
/// There is no actor: who knows the token is the visitor.
///
/// # Errors
/// [`TalkError`]: `UnknownToken`, `NoConversation`, `NoMessage`, `Store`.
pub async fn show_message(
    ctx: &Context,
    token: &VisitorToken,
    room: &RoomId,
    id: &str,
) -> Result<Message, TalkError> {
    let mut tx = ctx.store.read().await?;
    let visitor = tx.visitors().find_by_token(token).await?.ok_or(TalkError::UnknownToken)?;
    let found = tx.conversations().find(room).await?;
    let room = theirs(found, &visitor).ok_or(TalkError::NoConversation)?;
    tx.messages().find(&room.id, id).await?.ok_or(TalkError::NoMessage)
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::conversation::Author;
    use omnicontact_ports::mock::MockTransaction;

    use super::*;
    use crate::context::test::context;
    use crate::prepared::{THEN, conversation, reading, visitor};

    fn said() -> Message {
        let author = Author { id: "v1".into(), username: None, name: None };
        Message::of_visitor("m1".into(), "r1".into(), "hi".into(), author, THEN)
    }

    #[tokio::test]
    async fn only_the_visitor_reads_what_is_there() {
        for (known, owner, stored) in
            [(false, "v1", true), (true, "v2", true), (true, "v1", false), (true, "v1", true)]
        {
            let mut tx = MockTransaction::default();
            tx.visitors.expect_find_by_token().returning(move |_| Ok(known.then(|| visitor("v1"))));
            tx.conversations.expect_find().returning(move |_| Ok(Some(conversation(owner))));
            tx.messages
                .expect_find()
                .withf(|room, id| room.as_str() == "r1" && id == "m1")
                .returning(move |_, _| Ok(stored.then(said)));
            let answer = show_message(&context(reading(tx)), &"v1".into(), &"r1".into(), "m1").await;
            let is_right = match answer {
                Ok(message) => known && owner == "v1" && stored && message == said(),
                Err(TalkError::UnknownToken) => !known,
                Err(TalkError::NoConversation) => known && owner == "v2",
                Err(TalkError::NoMessage) => known && owner == "v1" && !stored,
                Err(_) => false,
            };
            assert!(is_right);
        }
    }
}
