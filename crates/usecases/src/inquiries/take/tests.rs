//! Who gets a conversation, and who does not.

use std::sync::atomic::Ordering;

use omnicontact_domain::contact::{Contact, MayNotTake};
use omnicontact_domain::conversation::{Conversation, Inquiry};
use omnicontact_domain::user::{LivechatStatus, Presence, PresenceStatus, User};
use omnicontact_domain::value::Value;
use omnicontact_ports::mock::{MockStore, MockTransaction};

use super::*;
use crate::context::test::{NOW, agent, context, nobody};
use crate::prepared::{agent_user, conversation, inquiry, mara_with, visitor, writing};

fn online() -> User {
    let presence = Presence { shown: PresenceStatus::Online, ..agent_user("u1").presence };
    let agent = agent_user("u1");
    User { username: Some("kim".into()), livechat_status: Some(LivechatStatus::Available), presence, ..agent }
}

struct Stored {
    user: Option<User>,
    inquiry: Option<Inquiry>,
    room: Option<Conversation>,
    contact: Option<Contact>,
    settings: &'static [&'static str],
}

impl Default for Stored {
    fn default() -> Self {
        Self {
            user: Some(online()),
            inquiry: Some(inquiry("v1")),
            room: Some(conversation("v1")),
            contact: Some(mara_with(&["v1"])),
            settings: &[],
        }
    }
}

impl Stored {
    fn transaction(self) -> MockTransaction {
        let Self { user, inquiry, room, contact, settings } = self;
        let mut tx = MockTransaction::default();
        tx.users.expect_find().returning(move |_| Ok(user.clone()));
        let on = settings.iter().map(|id| ((*id).to_owned(), Value::Bool(true))).collect();
        let values = SettingValues::new(on);
        tx.settings.expect_find_many().returning(move |_| Ok(values.clone()));
        tx.inquiries.expect_find().returning(move |_| Ok(inquiry.clone()));
        tx.visitors.expect_find().returning(|_| Ok(Some(visitor("v1"))));
        tx.visitors.expect_update().returning(|_| Ok(()));
        tx.conversations.expect_lock().returning(move |_| Ok(room.clone()));
        tx.contacts.expect_find().returning(move |_| Ok(contact.clone()));
        tx
    }
}

async fn take(tx: MockTransaction) -> (Result<(), TakeError>, bool) {
    let (store, committed) = writing(vec![tx]);
    let taking = Taking { inquiry_id: "i1".into(), user_id: Some("u1".into()) };
    let answer = take_inquiry(&context(store), &agent(), &taking).await;
    (answer, committed.load(Ordering::SeqCst))
}

#[tokio::test]
async fn whoever_may_not_causes_no_transaction() {
    let taking = Taking { inquiry_id: "i1".into(), user_id: None };
    let refused = take_inquiry(&context(MockStore::new()), &nobody(), &taking).await;
    assert!(matches!(refused, Err(TakeError::Denied(_))));
}

#[tokio::test]
async fn an_agent_who_takes_serves_and_is_subscribed() {
    let mut tx = Stored::default().transaction();
    tx.conversations
        .expect_update()
        .withf(|room| {
            room.served_by.as_ref().is_some_and(|agent| agent.id.as_str() == "u1" && agent.ts == NOW)
                && room.users_count == 2
                && room.last_message.is_none()
        })
        .times(1)
        .returning(|_| Ok(()));
    tx.inquiries
        .expect_update()
        .withf(|inquiry| inquiry.taken_at == Some(NOW) && inquiry.queued_at.is_none())
        .times(1)
        .returning(|_| Ok(()));
    tx.subscriptions
        .expect_add()
        .withf(|subscription| subscription.user_id.as_str() == "u1" && subscription.name == "Mara")
        .times(1)
        .returning(|_| Ok(()));
    let notes = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&notes);
    tx.messages.expect_add().returning(move |message| {
        seen.lock().unwrap().push((message.kind.clone().unwrap(), message.body.clone()));
        Ok(())
    });
    let (answer, committed) = take(tx).await;
    assert!(answer.is_ok() && committed);
    let notes: Vec<_> = notes.lock().unwrap().clone();
    assert_eq!(notes, [("command".into(), "connected".into()), ("uj".into(), "kim".to_owned())]);
}

#[tokio::test]
async fn the_agent_is_looked_up_before_anything_else() {
    let (answer, committed) =
        take(Stored { user: None, inquiry: None, ..Stored::default() }.transaction()).await;
    assert!(matches!(answer, Err(TakeError::NoUser)) && !committed);
}

#[tokio::test]
async fn what_may_not_be_taken_stays_in_the_queue() {
    let mut taken = inquiry("v1");
    taken.take(NOW).unwrap();
    let mut served = conversation("v1");
    served.take("u2".into(), "lee".into(), NOW).unwrap();
    let offline = User { presence: agent_user("u1").presence, ..online() };
    let mut unknown = mara_with(&["v1"]);
    unknown.unknown = true;
    let all = || Stored::default();
    let gone = [
        (Stored { inquiry: None, ..all() }, TakeRefused::NoInquiry),
        (Stored { inquiry: Some(taken), ..all() }, TakeRefused::Taken),
        (Stored { room: Some(served), ..all() }, TakeRefused::Taken),
    ];
    let refused = [
        (Stored { user: Some(offline), ..all() }, TakeRefused::NotOnline),
        (Stored { contact: None, ..all() }, TakeRefused::Contact(MayNotTake::NoContact)),
        (
            Stored { contact: Some(unknown), settings: &[BLOCK_UNKNOWN_CONTACTS], ..all() },
            TakeRefused::Contact(MayNotTake::Unknown),
        ),
        (
            Stored { settings: &[BLOCK_UNVERIFIED_CONTACTS], ..all() },
            TakeRefused::Contact(MayNotTake::Unverified),
        ),
    ];
    for (stored, expected) in gone.into_iter().chain(refused) {
        let (answer, committed) = take(stored.transaction()).await;
        assert!(matches!(answer, Err(TakeError::Refused(refused)) if refused == expected), "{expected:?}");
        assert!(!committed);
    }
}
