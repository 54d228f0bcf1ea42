//! Read the messages of one's conversation, as a visitor: `GET livechat/messages.history/:rid`.

use omnicontact_domain::conversation::Message;
use omnicontact_domain::id::RoomId;
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::visitor::VisitorToken;
use omnicontact_ports::MessageFilter;

use super::{TalkError, theirs};
use crate::Context;

/// Which messages a visitor wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagesQuery {
    /// Whose conversation.
    pub token: VisitorToken,
    /// Which one.
    pub room_id: RoomId,
    /// Written after this moment.
    pub after: Option<Timestamp>,
    /// Written before this moment.
    pub before: Option<Timestamp>,
    /// The page.
    pub page: Page,
}

/// The messages of the visitor's conversation, open or closed, the newest first.
///
/// There is no actor: who knows the token is the visitor.
///
/// # Errors
/// [`TalkError`]: `UnknownToken`, `NoConversation`, `Store`.
pub async fn list_messages(ctx: &Context, query: &MessagesQuery) -> Result<Vec<Message>, TalkError> {
    let mut tx = ctx.store.read().await?;
    let visitor = tx.visitors().find_by_token(&query.token).await?.ok_or(TalkError::UnknownToken)?;
    let found = tx.conversations().find(&query.room_id).await?;
    let room = theirs(found, &visitor).ok_or(TalkError::NoConversation)?;
    let filter = MessageFilter { after: query.after, before: query.before, ..MessageFilter::of(room.id) };
    Ok(tx.messages().list_page(&filter, Direction::Descending, query.page).await?.messages)
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::MessagePage;
    use omnicontact_ports::mock::MockTransaction;

    use super::*;
    use crate::context::test::context;
    use crate::prepared::{conversation, reading, visitor};

    #[tokio::test]
    async fn only_the_visitor_reads_and_from_the_newest_on() {
        for (known, owner, is_shown) in [(false, "v1", false), (true, "v2", false), (true, "v1", true)] {
            let mut tx = MockTransaction::default();
            tx.visitors.expect_find_by_token().returning(move |_| Ok(known.then(|| visitor("v1"))));
            tx.conversations.expect_find().returning(move |_| Ok(Some(conversation(owner))));
            tx.messages
                .expect_list_page()
                .withf(|filter, direction, page| {
                    filter.room_id.as_str() == "r1"
                        && filter.before == Some(Timestamp::from_millis(9))
                        && *direction == Direction::Descending
                        && page.limit == Some(20)
                })
                .times(usize::from(is_shown))
                .returning(|_, _, _| Ok(MessagePage::default()));
            let query = MessagesQuery {
                token: "v1".into(),
                room_id: "r1".into(),
                after: None,
                before: Some(Timestamp::from_millis(9)),
                page: Page { offset: 0, limit: Some(20) },
            };
            let answer = list_messages(&context(reading(tx)), &query).await;
            let is_right = match answer {
                Ok(_) => is_shown,
                Err(TalkError::UnknownToken) => !known,
                Err(TalkError::NoConversation) => known && !is_shown,
                Err(_) => false,
            };
            assert!(is_right);
        }
    }
}
