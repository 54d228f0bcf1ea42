//! List the pages that a visitor looked at during a conversation: `GET livechat/visitors.pagesVisited/:roomId`.

use omnicontact_domain::id::RoomId;
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::sort::Direction;
use omnicontact_ports::{MessageFilter, MessagePage};

use super::RoomError;
use crate::Context;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

/// The type of the messages that tell of pages.
const KIND: &str = "livechat_navigation_history";

/// A page of what is noted about the pages that the visitor looked at, the newest first.
///
/// # Errors
/// [`RoomError`]: `Denied`, `NotFound`, `Store`.
pub async fn list_pages(
    ctx: &Context,
    actor: &Actor,
    room: &RoomId,
    page: Page,
) -> Result<MessagePage, RoomError> {
    authorize(actor, &REQUIRES)?;
    let mut tx = ctx.store.read().await?;
    let room = tx.conversations().find(room).await?.ok_or(RoomError::NotFound)?;
    let filter = MessageFilter { kind: Some(KIND.to_owned()), ..MessageFilter::of(room.id) };
    Ok(tx.messages().list_page(&filter, Direction::Descending, page).await?)
}

#[cfg(test)]
mod tests {
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{agent, context, nobody};
    use crate::prepared::{conversation, reading};

    #[tokio::test]
    async fn only_notes_of_pages_are_listed() {
        let refused = list_pages(&context(MockStore::new()), &nobody(), &"r1".into(), Page::ALL).await;
        assert!(matches!(refused, Err(RoomError::Denied(_))));
        for known in [false, true] {
            let mut tx = MockTransaction::default();
            tx.conversations.expect_find().returning(move |_| Ok(known.then(|| conversation("v1"))));
            tx.messages
                .expect_list_page()
                .withf(|filter, _, _| filter.kind.as_deref() == Some(KIND))
                .returning(|_, _, _| Ok(MessagePage::default()));
            let answer = list_pages(&context(reading(tx)), &agent(), &"r1".into(), Page::ALL).await;
            assert_eq!(answer.is_ok(), known);
            assert!(known || matches!(answer, Err(RoomError::NotFound)));
        }
    }
}
