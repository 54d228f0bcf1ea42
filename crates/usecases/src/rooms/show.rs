//! Read a conversation: `GET rooms.info`, `GET channels.info`.

use omnicontact_domain::conversation::Conversation;
use omnicontact_domain::id::RoomId;
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::policy::Actor;

use super::{RoomError, reader};
use crate::Context;

/// What is asked about the caller.
pub const ASKS: &[PermissionId] = reader::ASKS;

/// The conversation with that id, open, queued or closed, if the caller may read it.
///
/// # Errors
/// [`RoomError`]: `NotFound`, `NotAllowed`, `Store`.
pub async fn show_room(ctx: &Context, actor: &Actor, id: &RoomId) -> Result<Conversation, RoomError> {
    let mut tx = ctx.store.read().await?;
    let room = tx.conversations().find(id).await?.ok_or(RoomError::NotFound)?;
    if !reader::may_read(tx.as_mut(), actor, &room).await? {
        return Err(RoomError::NotAllowed);
    }
    Ok(room)
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::permission::VIEW_LIVECHAT_ROOMS;
    use omnicontact_ports::mock::MockTransaction;

    use super::*;
    use crate::context::test::{context, holding, nobody};
    use crate::prepared::{THEN, conversation, inquiry, reading};

    fn stored(room: Option<Conversation>, queued: bool) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.conversations.expect_find().returning(move |_| Ok(room.clone()));
        tx.departments.expect_list_by_agent().returning(|_| Ok(vec![]));
        tx.inquiries.expect_find_by_room().returning(move |_| Ok(queued.then(|| inquiry("v1"))));
        tx
    }

    fn served(by: &str) -> Conversation {
        let mut room = conversation("v1");
        room.take(by.into(), by.to_owned(), THEN).unwrap();
        room
    }

    #[tokio::test]
    async fn what_is_queued_in_public_is_shown_to_everybody_and_what_is_served_to_its_agent() {
        for (room, queued, is_shown) in
            [(conversation("v1"), true, true), (served("u2"), false, false), (served("user-1"), false, true)]
        {
            let answer =
                show_room(&context(reading(stored(Some(room), queued))), &nobody(), &"r1".into()).await;
            assert_eq!(answer.is_ok(), is_shown);
            assert!(is_shown || matches!(answer, Err(RoomError::NotAllowed)));
        }
    }

    #[tokio::test]
    async fn whoever_may_read_all_reads_all_that_there_is() {
        let boss = holding(&[VIEW_LIVECHAT_ROOMS]);
        let answer =
            show_room(&context(reading(stored(Some(served("u2")), false))), &boss, &"r1".into()).await;
        assert!(answer.is_ok());
        let answer = show_room(&context(reading(stored(None, false))), &boss, &"r1".into()).await;
        assert!(matches!(answer, Err(RoomError::NotFound)));
    }
}
