//! Give a conversation back to the queue: `POST livechat/inquiries.returnAsInquiry`.

use omnicontact_domain::conversation::{Author, Conversation, Inquiry, InquiryStatus, Message, Note};
use omnicontact_domain::id::{RoomId, UserId};
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{StoreError, Transaction};

use super::GiveBackError;
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);

/// Takes a conversation from its agent and puts it back into the queue, with its department or another one.
/// Returns whether there was an agent.
///
/// # Errors
/// [`GiveBackError`]; nothing was written then.
pub async fn give_back(
    ctx: &Context,
    actor: &Actor,
    room: &RoomId,
    department: Option<&str>,
) -> Result<bool, GiveBackError> {
    authorize(actor, &REQUIRES)?;
    retried(ctx, || give_back_once(ctx, actor, room, department)).await
}

async fn give_back_once(
    ctx: &Context,
    actor: &Actor,
    room: &RoomId,
    department: Option<&str>,
) -> Result<bool, GiveBackError> {
    let mut tx = ctx.store.begin().await?;
    // Departments are held before conversations are locked.
    let held = match department {
        Some(id) => Some(tx.departments().hold(&id.into()).await?),
        None => None,
    };
    let mut room = tx.conversations().lock(room).await?.ok_or(GiveBackError::NoConversation)?;
    let agent = room.served_by.clone();
    let now = ctx.clock.now();
    let is_back = room.give_back(department.map(str::to_owned), now).map_err(|_| GiveBackError::Closed)?;
    let Some(agent) = agent.filter(|_| is_back) else { return Ok(false) };
    if held.is_some_and(|found| found.is_none()) {
        return Err(GiveBackError::NoDepartment);
    }
    tx.conversations().update(&room).await?;
    requeue(ctx, tx.as_mut(), &room, department, now).await?;
    let author = Author::user(&actor.user_id, actor.username.as_deref(), None);
    part(ctx, tx.as_mut(), &room.id, &agent.id, author, now).await?;
    tx.commit().await?;
    Ok(true)
}

/// Ends an agent's part in a conversation, and notes who did it.
pub(super) async fn part(
    ctx: &Context,
    tx: &mut dyn Transaction,
    room: &RoomId,
    agent: &UserId,
    by: Author,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.subscriptions().remove(room, agent).await?;
    let id = ctx.ids.random_id();
    let note = Message::noted(id, room.clone(), Note::Transferred, String::new(), by, now);
    tx.messages().add(&note).await
}

/// Puts the inquiry back into the queue, the same one, or gives it to the agent who has the conversation now. What was
/// taken over from elsewhere may have none.
pub(super) async fn requeue(
    ctx: &Context,
    tx: &mut dyn Transaction,
    room: &Conversation,
    department: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let found = tx.inquiries().find_by_room(&room.id).await?;
    let is_new = found.is_none();
    let mut inquiry =
        found.unwrap_or_else(|| Inquiry::opened(ctx.ids.random_id(), room, InquiryStatus::Queued, now));
    inquiry.queue(department.map(str::to_owned), now);
    if room.served_by.is_some() {
        inquiry.take(now).map_err(|_| StoreError::Stale)?;
    }
    if is_new { tx.inquiries().add(&inquiry).await } else { tx.inquiries().update(&inquiry).await }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{NOW, agent, context, nobody};
    use crate::prepared::{THEN, closed_conversation, conversation, inquiry, writing};

    fn served() -> Conversation {
        let mut room = conversation("v1");
        room.take("u1".into(), "kim".into(), THEN).unwrap();
        room
    }

    fn stored(room: Option<Conversation>) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.conversations.expect_lock().returning(move |_| Ok(room.clone()));
        tx
    }

    async fn back(tx: MockTransaction, department: Option<&str>) -> (Result<bool, GiveBackError>, bool) {
        let (store, committed) = writing(vec![tx]);
        let answer = give_back(&context(store), &agent(), &"r1".into(), department).await;
        (answer, committed.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = give_back(&context(MockStore::new()), &nobody(), &"r1".into(), None).await;
        assert!(matches!(refused, Err(GiveBackError::Denied(_))));
    }

    #[tokio::test]
    async fn nothing_goes_back_that_is_not_served() {
        let (answer, committed) = back(stored(None), None).await;
        assert!(matches!(answer, Err(GiveBackError::NoConversation)) && !committed);
        let (answer, committed) = back(stored(Some(closed_conversation("v1"))), None).await;
        assert!(matches!(answer, Err(GiveBackError::Closed)) && !committed);
        let (answer, committed) = back(stored(Some(conversation("v1"))), None).await;
        assert!(matches!(answer, Ok(false)) && !committed);
        let mut tx = stored(Some(served()));
        tx.departments.expect_hold().returning(|_| Ok(None));
        let (answer, committed) = back(tx, Some("d1")).await;
        assert!(matches!(answer, Err(GiveBackError::NoDepartment)) && !committed);
    }

    #[tokio::test]
    async fn the_same_inquiry_waits_again_and_the_agent_has_no_part_any_more() {
        let mut tx = stored(Some(served()));
        tx.conversations
            .expect_update()
            .withf(|room| room.served_by.is_none() && room.queued_at == Some(NOW))
            .times(1)
            .returning(|_| Ok(()));
        let mut taken = inquiry("v1");
        taken.take(THEN).unwrap();
        tx.inquiries.expect_find_by_room().returning(move |_| Ok(Some(taken.clone())));
        tx.inquiries
            .expect_update()
            .withf(|inquiry| inquiry.id == "i1" && inquiry.status == InquiryStatus::Queued)
            .times(1)
            .returning(|_| Ok(()));
        tx.subscriptions
            .expect_remove()
            .withf(|room, user| room.as_str() == "r1" && user.as_str() == "u1")
            .times(1)
            .returning(|_, _| Ok(true));
        tx.messages
            .expect_add()
            .withf(|note| note.kind.as_deref() == Some("livechat_transfer_history"))
            .times(1)
            .returning(|_| Ok(()));
        let (answer, committed) = back(tx, None).await;
        assert!(matches!(answer, Ok(true)) && committed);
    }
}
