//! Give a conversation to another visitor: `PUT livechat/room.visitor`.

use omnicontact_domain::conversation::Conversation;
use omnicontact_domain::id::{RoomId, VisitorId};
use omnicontact_domain::permission::CHANGE_LIVECHAT_ROOM_VISITOR;
use omnicontact_domain::phone::Region;
use omnicontact_domain::policy::{Actor, Requirement, authorize};
use omnicontact_domain::setting::PHONE_REGION;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{Constraint, StoreError, Transaction};

use super::ChangeVisitorError;
use super::link::{Linked, Origin, link};
use crate::Context;
use crate::retry::retried;

/// Who may.
pub const REQUIRES: Requirement = Requirement::All(&[CHANGE_LIVECHAT_ROOM_VISITOR]);

/// Which conversation goes from whom to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handing {
    /// The conversation.
    pub room_id: RoomId,
    /// Whose it is.
    pub from: VisitorId,
    /// Whose it becomes.
    pub to: VisitorId,
}

/// Gives a conversation, open or closed, to another visitor, and to the contact behind that one: found or made as if
/// the visitor had opened it. What was written stays as it is. Returns the conversation as it is now.
///
/// # Errors
/// [`ChangeVisitorError`]; nothing was written then.
pub async fn change_visitor(
    ctx: &Context,
    actor: &Actor,
    handing: &Handing,
) -> Result<Conversation, ChangeVisitorError> {
    authorize(actor, &REQUIRES)?;
    retried(ctx, || change_once(ctx, handing)).await
}

async fn change_once(ctx: &Context, handing: &Handing) -> Result<Conversation, ChangeVisitorError> {
    let mut tx = ctx.store.begin().await?;
    let region = Region::parse(&tx.settings().find_many(&[PHONE_REGION]).await?.text(PHONE_REGION));
    let found = tx.visitors().find(&handing.to).await?.filter(|visitor| !visitor.disabled);
    let mut visitor = found.ok_or(ChangeVisitorError::NoVisitor)?;
    let found = tx.conversations().find(&handing.room_id).await?;
    let found = of_visitor(found, &handing.from)?;
    let now = ctx.clock.now();
    // Contacts, then the visitor, then the conversation.
    let Linked { mut contact, origin } = link(ctx, tx.as_mut(), &visitor, &found.source, region, now).await?;
    let channel = found.channel_of(&visitor);
    if found.is_open() && contact.is_blocked(&channel) {
        return Err(ChangeVisitorError::Blocked);
    }
    let chat = found.as_last_chat();
    if contact.last_chat.as_ref().is_none_or(|last| last.ts <= chat.ts) {
        contact.note_chat(&channel, &chat, now);
    }
    match origin {
        Origin::Known | Origin::Adopted => tx.contacts().update(&contact).await?,
        Origin::Made => tx.contacts().add(&contact).await?,
    }
    if visitor.last_chat.as_ref().is_none_or(|last| last.ts <= chat.ts) {
        visitor.note_chat(chat, now);
    }
    // Also where nothing changed: an erasure at the same time makes one of both stale.
    tx.visitors().update(&visitor).await?;
    if origin != Origin::Known {
        let name = Conversation::name_for(&visitor, Some(&contact));
        tx.conversations().link_channel(&channel, &contact.id, &name, now).await?;
    }
    let locked = tx.conversations().lock(&handing.room_id).await?;
    let mut room = of_visitor(locked, &handing.from)?;
    room.hand_to(&visitor, &contact, now);
    store(tx.as_mut(), &room, now).await?;
    tx.commit().await?;
    Ok(room)
}

fn of_visitor(found: Option<Conversation>, visitor: &VisitorId) -> Result<Conversation, ChangeVisitorError> {
    let room = found.ok_or(ChangeVisitorError::NoConversation)?;
    if room.visitor.id == *visitor { Ok(room) } else { Err(ChangeVisitorError::OtherVisitor) }
}

async fn store(
    tx: &mut dyn Transaction,
    room: &Conversation,
    now: Timestamp,
) -> Result<(), ChangeVisitorError> {
    match tx.conversations().update(room).await {
        Err(StoreError::Conflict(Constraint::OpenConversation)) => return Err(ChangeVisitorError::HasOpen),
        stored => stored?,
    }
    if let Some(mut inquiry) = tx.inquiries().find_by_room(&room.id).await? {
        inquiry.follow(room, now);
        tx.inquiries().update(&inquiry).await?;
    }
    for mut subscription in tx.subscriptions().list_by_room(&room.id).await? {
        subscription.follow(room, now);
        tx.subscriptions().update(&subscription).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use omnicontact_domain::contact::Contact;
    use omnicontact_domain::setting::SettingValues;
    use omnicontact_domain::visitor::Visitor;
    use omnicontact_ports::mock::{MockStore, MockTransaction};

    use super::*;
    use crate::context::test::{context, holding, nobody};
    use crate::prepared::{conversation, inquiry, mara_with, subscription, visitor, writing};

    fn handing() -> Handing {
        Handing { room_id: "r1".into(), from: "v1".into(), to: "v2".into() }
    }

    fn berts(blocked: bool) -> Contact {
        let mut contact = mara_with(&["v2"]);
        contact.id = "c2".into();
        contact.name = Some("Bert".into());
        contact.channels[0].blocked = blocked;
        contact
    }

    fn stored(room: Option<Conversation>, known: Option<Visitor>, contact: Contact) -> MockTransaction {
        let mut tx = MockTransaction::default();
        tx.settings.expect_find_many().returning(|_| Ok(SettingValues::default()));
        tx.visitors.expect_find().returning(move |_| Ok(known.clone()));
        let locked = room.clone();
        tx.conversations.expect_find().returning(move |_| Ok(room.clone()));
        tx.conversations.expect_lock().returning(move |_| Ok(locked.clone()));
        let found = contact.clone();
        tx.contacts.expect_find_by_channel().returning(move |_| Ok(Some(found.clone())));
        tx.contacts.expect_lock().returning(move |_| Ok(Some(contact.clone())));
        tx.contacts.expect_update().returning(|_| Ok(()));
        tx.visitors.expect_update().returning(|_| Ok(()));
        tx
    }

    async fn change(tx: MockTransaction) -> (Result<Conversation, ChangeVisitorError>, bool) {
        let (store, committed) = writing(vec![tx]);
        let actor = holding(&[CHANGE_LIVECHAT_ROOM_VISITOR]);
        let answer = change_visitor(&context(store), &actor, &handing()).await;
        (answer, committed.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn whoever_may_not_causes_no_transaction() {
        let refused = change_visitor(&context(MockStore::new()), &nobody(), &handing()).await;
        assert!(matches!(refused, Err(ChangeVisitorError::Denied(_))));
    }

    #[tokio::test]
    async fn the_visitor_the_contact_and_what_belongs_to_the_conversation_follow() {
        let mut tx = stored(Some(conversation("v1")), Some(visitor("v2")), berts(false));
        tx.conversations.expect_update().times(1).returning(|_| Ok(()));
        tx.inquiries.expect_find_by_room().returning(|_| Ok(Some(inquiry("v1"))));
        tx.inquiries
            .expect_update()
            .withf(|inquiry| inquiry.visitor.id.as_str() == "v2" && inquiry.name == "Bert")
            .times(1)
            .returning(|_| Ok(()));
        tx.subscriptions.expect_list_by_room().returning(|_| Ok(vec![subscription("u1")]));
        tx.subscriptions
            .expect_update()
            .withf(|subscription| subscription.visitor.id.as_str() == "v2" && subscription.name == "Bert")
            .times(1)
            .returning(|_| Ok(()));
        let (answer, committed) = change(tx).await;
        let room = answer.unwrap();
        assert_eq!(
            (room.visitor.id.as_str(), room.contact_id, room.fname.as_str()),
            ("v2", Some("c2".into()), "Bert")
        );
        assert!(committed);
    }

    #[tokio::test]
    async fn refusals_change_nothing() {
        let room = || Some(conversation("v1"));
        let taken = {
            let mut tx = stored(room(), Some(visitor("v2")), berts(false));
            tx.conversations
                .expect_update()
                .returning(|_| Err(StoreError::Conflict(Constraint::OpenConversation)));
            tx
        };
        for (tx, expected) in [
            (stored(room(), None, berts(false)), "visitor"),
            (stored(None, Some(visitor("v2")), berts(false)), "room"),
            (stored(Some(conversation("v3")), Some(visitor("v2")), berts(false)), "other"),
            (stored(room(), Some(visitor("v2")), berts(true)), "blocked"),
            (taken, "open"),
        ] {
            let (answer, committed) = change(tx).await;
            let refused = match answer.unwrap_err() {
                ChangeVisitorError::NoVisitor => "visitor",
                ChangeVisitorError::NoConversation => "room",
                ChangeVisitorError::OtherVisitor => "other",
                ChangeVisitorError::Blocked => "blocked",
                ChangeVisitorError::HasOpen => "open",
                ChangeVisitorError::Denied(_) | ChangeVisitorError::Store(_) => "else",
            };
            assert_eq!((refused, committed), (expected, false));
        }
    }
}
