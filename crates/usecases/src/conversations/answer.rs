//! Write a message, as an agent: `POST chat.sendMessage`.

use omnicontact_domain::conversation::{Author, Conversation, IsClosed, Message};
use omnicontact_domain::id::RoomId;
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::policy::Actor;
use omnicontact_domain::text;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::User;
use omnicontact_ports::{Constraint, StoreError, Transaction};

use super::AnswerError;
use crate::Context;
use crate::retry::retried;
use crate::rooms::reader;

/// What is asked about the caller.
pub const ASKS: &[PermissionId] = reader::ASKS;

/// What an agent writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Into which conversation.
    pub room_id: RoomId,
    /// The wanted id of the message.
    pub message_id: Option<String>,
    /// The text.
    pub text: String,
}

/// Writes a message into an open conversation that the caller may read. The first answer of a person in a month
/// counts for the contact.
///
/// # Errors
/// [`AnswerError`]; nothing was written then.
pub async fn answer(ctx: &Context, actor: &Actor, said: &Answer) -> Result<Message, AnswerError> {
    text::check("msg", &said.text, text::MESSAGE_TEXT_LIMIT)?;
    text::check("_id", said.message_id.as_deref().unwrap_or_default(), text::KEY_LIMIT)?;
    retried(ctx, || answer_once(ctx, actor, said)).await
}

async fn answer_once(ctx: &Context, actor: &Actor, said: &Answer) -> Result<Message, AnswerError> {
    let mut tx = ctx.store.begin().await?;
    let user = tx.users().find(&actor.user_id).await?.ok_or(AnswerError::NotAllowed)?;
    let found = tx.conversations().find(&said.room_id).await?.ok_or(AnswerError::NoConversation)?;
    let now = ctx.clock.now();
    let counts = !user.is_bot();
    if counts && found.is_open() && reader::may_read(tx.as_mut(), actor, &found).await? {
        // Contacts are written before conversations everywhere.
        count(tx.as_mut(), &found, now).await?;
    }
    let locked = tx.conversations().lock(&said.room_id).await?;
    let mut room = locked.ok_or(AnswerError::NoConversation)?;
    if !reader::may_read(tx.as_mut(), actor, &room).await? {
        return Err(AnswerError::NotAllowed);
    }
    let message = message(ctx, &user, said, now);
    let username = user.username.as_deref().unwrap_or_default();
    room.heard_agent(&message, &user.id, username).map_err(|IsClosed| AnswerError::Closed)?;
    store(tx.as_mut(), &mut room, &message, counts).await?;
    tx.commit().await?;
    Ok(message)
}

fn message(ctx: &Context, user: &User, said: &Answer, now: Timestamp) -> Message {
    let author = Author::user(&user.id, user.username.as_deref(), user.name.as_deref());
    let wanted = said.message_id.clone().filter(|id| !id.is_empty());
    let id = wanted.unwrap_or_else(|| ctx.ids.random_id());
    Message::of_agent(id, said.room_id.clone(), said.text.clone(), author, now)
}

/// Counts the month of an answer for the contact, once.
async fn count(tx: &mut dyn Transaction, room: &Conversation, now: Timestamp) -> Result<(), StoreError> {
    let Some(id) = &room.contact_id else { return Ok(()) };
    let month = now.month();
    let found = tx.contacts().find(id).await?.filter(|contact| contact.enabled);
    let is_new = found.is_some_and(|contact| !contact.activity.iter().flatten().any(|known| *known == month));
    if !is_new {
        return Ok(());
    }
    let locked = tx.contacts().lock(id).await?.filter(|contact| contact.enabled);
    if let Some(mut contact) = locked
        && contact.note_answer(now)
    {
        tx.contacts().update(&contact).await?;
    }
    Ok(())
}

async fn store(
    tx: &mut dyn Transaction,
    room: &mut Conversation,
    message: &Message,
    counts: bool,
) -> Result<(), AnswerError> {
    match tx.messages().add(message).await {
        Err(StoreError::Conflict(Constraint::Id)) => return Err(AnswerError::IdTaken),
        stored => stored?,
    }
    let month = message.ts.month();
    if counts {
        room.note_activity(&month);
    }
    tx.conversations().update(room).await?;
    if let Some(mut inquiry) = tx.inquiries().find_by_room(&room.id).await? {
        inquiry.heard(message);
        if counts {
            inquiry.note_activity(&month);
        }
        tx.inquiries().update(&inquiry).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::permission::VIEW_LIVECHAT_ROOMS;
    use omnicontact_domain::role::{BOT, RoleId};
    use omnicontact_domain::user::UserKind;
    use omnicontact_ports::mock::MockTransaction;

    use super::*;
    use crate::context::test::{NOW, context, holding};
    use crate::prepared::{
        THEN, agent_user, closed_conversation, conversation, inquiry, mara_with, reading, writing,
    };

    fn said() -> Answer {
        Answer { room_id: "r1".into(), message_id: None, text: "hello".into() }
    }

    fn boss() -> User {
        User { username: Some("boss".into()), ..agent_user("boss-1") }
    }

    fn stored(room: Option<Conversation>, user: User, queued: bool) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.users.expect_find().returning(move |_| Ok(Some(user.clone())));
        let locked = room.clone();
        tx.conversations.expect_find().returning(move |_| Ok(room.clone()));
        tx.conversations.expect_lock().returning(move |_| Ok(locked.clone()));
        tx.departments.expect_list_by_agent().returning(|_| Ok(vec![]));
        tx.inquiries.expect_find_by_room().returning(move |_| Ok(queued.then(|| inquiry("v1"))));
        tx
    }

    async fn write(tx: MockTransaction, all: bool) -> (Result<Message, AnswerError>, bool) {
        let (store, committed) = writing(vec![tx]);
        let permissions = [VIEW_LIVECHAT_ROOMS];
        let actor = holding(if all { &permissions[..] } else { &[] });
        let answer = answer(&context(store), &actor, &said()).await;
        (answer, committed.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn the_first_answer_of_a_person_in_a_month_counts() {
        let made_as_a_bot = User { kind: UserKind::Bot, ..boss() };
        let mut holder_of_the_role = boss();
        holder_of_the_role.roles.push(RoleId::from(BOT));
        for (user, known, counts) in
            [(boss(), false, 1), (boss(), true, 0), (made_as_a_bot, false, 0), (holder_of_the_role, false, 0)]
        {
            let is_counted = !user.is_bot();
            let mut tx = stored(Some(conversation("v1")), user, true);
            let mut contact = mara_with(&["v1"]);
            contact.activity = known.then(|| vec![NOW.month()]);
            let locked = contact.clone();
            tx.contacts.expect_find().returning(move |_| Ok(Some(contact.clone())));
            tx.contacts.expect_lock().times(counts).returning(move |_| Ok(Some(locked.clone())));
            tx.contacts
                .expect_update()
                .withf(|contact| contact.activity == Some(vec![NOW.month()]))
                .times(counts)
                .returning(|_| Ok(()));
            tx.messages.expect_add().withf(|message| message.alias.is_none()).returning(|_| Ok(()));
            tx.conversations
                .expect_update()
                .withf(move |room| {
                    !room.waiting_response
                        && room.response_by.as_ref().is_some_and(|by| by.username == "boss")
                        && room.visitor.activity.is_some() == is_counted
                })
                .times(1)
                .returning(|_| Ok(()));
            tx.inquiries
                .expect_update()
                .withf(|inquiry| inquiry.last_message.is_some())
                .times(1)
                .returning(|_| Ok(()));
            let (answer, committed) = write(tx, true).await;
            assert!(answer.is_ok() && committed);
        }
    }

    #[tokio::test]
    async fn nobody_writes_where_one_may_not_read_or_everything_is_over() {
        let mut served = conversation("v1");
        served.take("u2".into(), "lee".into(), THEN).unwrap();
        for (room, all, expected) in
            [(None, true, 0), (Some(served), false, 1), (Some(closed_conversation("v1")), true, 2)]
        {
            let (answer, committed) = write(stored(room, boss(), false), all).await;
            let is_right = match answer {
                Err(AnswerError::NoConversation) => expected == 0,
                Err(AnswerError::NotAllowed) => expected == 1,
                Err(AnswerError::Closed) => expected == 2,
                Ok(_) | Err(AnswerError::IdTaken | AnswerError::Text(_) | AnswerError::Store(_)) => false,
            };
            assert!(is_right && !committed);
        }
    }

    #[tokio::test]
    async fn a_text_that_cannot_be_stored_causes_no_transaction() {
        let long = Answer { text: "a".repeat(text::MESSAGE_TEXT_LIMIT + 1), ..said() };
        let ctx = context(reading(MockTransaction::default()));
        assert!(matches!(answer(&ctx, &holding(&[]), &long).await, Err(AnswerError::Text(_))));
    }
}
