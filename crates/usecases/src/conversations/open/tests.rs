//! What goes on, what begins, whose it is, and what is refused.

use std::sync::atomic::Ordering;

use omnicontact_domain::contact::{Contact, NewContact};
use omnicontact_domain::user::User;
use omnicontact_domain::value::Value;
use omnicontact_ports::OnlineAgent;
use omnicontact_ports::mock::{MockStore, MockTransaction};

use super::*;
use crate::context::test::{NOW, context};
use crate::prepared::{
    THEN, agent_user, api_channel, closed_conversation, conversation, department, mara_with, visitor, writing,
};

fn wanted(room: Option<&str>) -> Opening {
    Opening {
        token: "v1".into(),
        room_id: room.map(RoomId::from),
        agent_id: None,
        source: api_channel("v1".into()).details,
    }
}

fn ada() -> Visitor {
    Visitor {
        name: Some("Ada".into()),
        emails: Some(vec!["ADA@x.org".into()]),
        token: Some("v1".into()),
        ..visitor("v1")
    }
}

fn settings(pairs: &[(&str, Value)]) -> SettingValues {
    SettingValues::new(pairs.iter().map(|(id, value)| ((*id).to_owned(), value.clone())).collect())
}

/// A store that is read once and finds nothing open, and then hands out this transaction to write.
fn store(tx: MockTransaction) -> (MockStore, omnicontact_ports::mock::Committed) {
    let (mut store, committed) = writing(vec![tx]);
    store.expect_read().returning(|| {
        let mut tx = MockTransaction::default();
        tx.visitors.expect_find_by_token().returning(|_| Ok(Some(ada())));
        tx.conversations.expect_find_open().returning(|_| Ok(None));
        Ok(Box::new(tx))
    });
    (store, committed)
}

/// A transaction in which nothing is open; these settings are stored.
fn nothing_open(stored: &[(&str, Value)]) -> MockTransaction {
    nothing_open_of(ada, stored)
}

fn nothing_open_of(visitor: fn() -> Visitor, stored: &[(&str, Value)]) -> MockTransaction {
    let mut tx = MockTransaction::default();
    tx.visitors.expect_lock_registration().times(1).returning(|_, _, _| Ok(()));
    tx.visitors.expect_find_by_token().returning(move |_| Ok(Some(visitor())));
    tx.conversations.expect_find_open().returning(|_| Ok(None));
    // Without a word about it, nobody is assigned.
    let manual = [(ROUTING_METHOD, Value::from("Manual_Selection"))];
    let is_said = stored.iter().any(|(id, _)| *id == ROUTING_METHOD);
    let values = settings(&[stored, if is_said { &[] } else { &manual }].concat());
    tx.settings.expect_find_many().returning(move |_| Ok(values.clone()));
    tx
}

const WITHOUT_AGENTS: (&str, Value) = (ACCEPT_WITHOUT_AGENTS, Value::Bool(true));

fn expect_begun(tx: &mut MockTransaction, contact_name: &'static str) {
    tx.visitors
        .expect_update()
        .withf(|visitor| visitor.last_chat.as_ref().is_some_and(|chat| chat.room_id.as_str() == "new-user"))
        .times(1)
        .returning(|_| Ok(()));
    tx.conversations
        .expect_add()
        .withf(move |room| room.fname == contact_name && room.is_open() && room.ts == NOW)
        .times(1)
        .returning(|_| Ok(()));
    tx.inquiries
        .expect_add()
        .withf(move |inquiry| inquiry.name == contact_name && inquiry.room_id.as_str() == "new-user")
        .times(1)
        .returning(|_| Ok(()));
    tx.messages
        .expect_add()
        .withf(|message| message.kind.as_deref() == Some("livechat-started"))
        .times(1)
        .returning(|_| Ok(()));
}

fn online(id: &str) -> OnlineAgent {
    OnlineAgent { id: id.into(), username: Some(format!("agent-{id}")), last_routed: None }
}

async fn open(tx: MockTransaction) -> (Result<Opened, OpenError>, bool) {
    let (store, committed) = store(tx);
    let answer = open_conversation(&context(store), &wanted(None)).await;
    (answer, committed.load(Ordering::SeqCst))
}

#[tokio::test]
async fn what_is_open_goes_on_and_is_only_read() {
    for (room, found) in [(None, conversation("v1")), (Some("r1"), conversation("v1"))] {
        let mut store = MockStore::new();
        store.expect_read().returning(move || {
            let mut tx = MockTransaction::default();
            let (one, other) = (found.clone(), found.clone());
            tx.visitors.expect_find_by_token().returning(|_| Ok(Some(ada())));
            tx.conversations.expect_find().returning(move |_| Ok(Some(one.clone())));
            tx.conversations.expect_find_open().returning(move |_| Ok(Some(other.clone())));
            Ok(Box::new(tx))
        });
        let opened = open_conversation(&context(store), &wanted(room)).await.unwrap();
        assert_eq!((opened.is_new, opened.room.id.as_str()), (false, "r1"));
    }
}

#[tokio::test]
async fn unknown_tokens_and_conversations_that_are_not_the_visitors_are_refused() {
    for (known, found) in [
        (false, None),
        (true, None),
        (true, Some(conversation("v2"))),
        (true, Some(closed_conversation("v1"))),
    ] {
        let mut store = MockStore::new();
        store.expect_read().returning(move || {
            let mut tx = MockTransaction::default();
            let found = found.clone();
            tx.visitors.expect_find_by_token().returning(move |_| Ok(known.then(ada)));
            tx.conversations.expect_find().returning(move |_| Ok(found.clone()));
            Ok(Box::new(tx))
        });
        let refused = open_conversation(&context(store), &wanted(Some("r1"))).await;
        let is_right = match refused {
            Err(OpenError::UnknownToken) => !known,
            Err(OpenError::NotTheirs(_)) => known,
            Ok(_) | Err(OpenError::Refused(_) | OpenError::Store(_)) => false,
        };
        assert!(is_right);
    }
}

#[tokio::test]
async fn the_rules_come_before_the_contact() {
    use omnicontact_domain::conversation::OpenRefused::{Disabled, NoAgentOnline};
    let (answer, committed) = open(nothing_open(&[(LIVECHAT_ENABLED, false.into())])).await;
    assert!(matches!(answer, Err(OpenError::Refused(Disabled))) && !committed);
    let mut tx = nothing_open(&[]);
    tx.agents.expect_list_online().returning(|_, _| Ok(vec![]));
    let (answer, committed) = open(tx).await;
    assert!(matches!(answer, Err(OpenError::Refused(NoAgentOnline))) && !committed);
}

#[tokio::test]
async fn a_visitor_whom_nobody_knows_becomes_a_contact() {
    let mut tx = nothing_open(&[]);
    tx.agents.expect_list_online().returning(|_, _| Ok(vec![online("u1")]));
    tx.contacts.expect_find_by_channel().returning(|_| Ok(None));
    tx.contacts.expect_find_prepared().returning(|_, _| Ok(None));
    tx.contacts
        .expect_add()
        .withf(|contact| {
            let channel = &contact.channels[0];
            let chat = |chat: Option<&omnicontact_domain::contact::LastChat>| {
                chat.is_some_and(|chat| chat.room_id.as_str() == "new-user" && chat.ts == NOW)
            };
            contact.unknown
                && contact.name.as_deref() == Some("Ada")
                && chat(contact.last_chat.as_ref())
                && chat(channel.last_chat.as_ref())
                && contact.channels.len() == 1
        })
        .times(1)
        .returning(|_| Ok(()));
    tx.conversations.expect_link_channel().times(1).returning(|_, _, _, _| Ok(0));
    expect_begun(&mut tx, "Ada");
    let (answer, committed) = open(tx).await;
    let opened = answer.unwrap();
    assert_eq!((opened.is_new, opened.room.contact_id), (true, Some("new-record".into())));
    assert!(committed);
}

#[tokio::test]
async fn a_prepared_contact_with_the_same_address_adopts_the_visitor() {
    let mut tx = nothing_open(&[WITHOUT_AGENTS]);
    let new = NewContact { name: "Ada L.".into(), emails: vec!["ada@x.org".into()], ..NewContact::default() };
    let prepared = Contact::prepared("c1".into(), new, THEN);
    let locked = prepared.clone();
    tx.contacts.expect_find_by_channel().returning(|_| Ok(None));
    tx.contacts
        .expect_find_prepared()
        .withf(|emails, _| emails == [omnicontact_domain::email::EmailKey::of("ada@x.org")])
        .returning(move |_, _| Ok(Some(prepared.clone())));
    tx.contacts.expect_lock().times(1).returning(move |_| Ok(Some(locked.clone())));
    tx.contacts
        .expect_update()
        .withf(|contact| contact.pre_registration == Some(false) && contact.channels.len() == 1)
        .times(1)
        .returning(|_| Ok(()));
    tx.conversations
        .expect_link_channel()
        .withf(|channel, contact, name, _| {
            channel.source_type == "api" && contact.as_str() == "c1" && name == "Ada L."
        })
        .times(1)
        .returning(|_, _, _, _| Ok(0));
    expect_begun(&mut tx, "Ada L.");
    let (answer, committed) = open(tx).await;
    assert_eq!(answer.unwrap().room.contact_id, Some("c1".into()));
    assert!(committed);
}

#[tokio::test]
async fn a_channel_is_added_once_and_a_blocked_one_opens_nothing() {
    for blocked in [false, true] {
        let mut tx = nothing_open(&[WITHOUT_AGENTS]);
        let mut owner = mara_with(&["v1"]);
        owner.channels[0].blocked = blocked;
        let locked = owner.clone();
        tx.contacts.expect_find_by_channel().returning(move |_| Ok(Some(owner.clone())));
        tx.contacts.expect_lock().returning(move |_| Ok(Some(locked.clone())));
        tx.contacts
            .expect_update()
            .withf(|contact| contact.channels.len() == 1 && contact.channels[0].last_chat.is_some())
            .times(usize::from(!blocked))
            .returning(|_| Ok(()));
        if !blocked {
            expect_begun(&mut tx, "Mara");
        }
        let (answer, committed) = open(tx).await;
        assert_eq!(committed, !blocked);
        let refused = omnicontact_domain::conversation::OpenRefused::ChannelBlocked;
        assert_eq!(matches!(answer, Err(OpenError::Refused(error)) if error == refused), blocked);
    }
}

#[tokio::test]
async fn what_waits_for_a_proof_is_not_queued() {
    for (rule, verified, status) in [
        ("never", false, InquiryStatus::Queued),
        ("once", false, InquiryStatus::Verifying),
        ("once", true, InquiryStatus::Queued),
        ("always", true, InquiryStatus::Verifying),
    ] {
        let mut tx = nothing_open(&[WITHOUT_AGENTS, (REQUIRE_VERIFICATION, rule.into())]);
        let mut owner = mara_with(&["v1"]);
        owner.channels[0].verified = verified;
        let locked = owner.clone();
        tx.contacts.expect_find_by_channel().returning(move |_| Ok(Some(owner.clone())));
        tx.contacts.expect_lock().returning(move |_| Ok(Some(locked.clone())));
        tx.contacts
            .expect_update()
            .withf(move |contact| contact.channels[0].verified == (verified && rule != "always"))
            .times(1)
            .returning(|_| Ok(()));
        tx.visitors.expect_update().returning(|_| Ok(()));
        tx.conversations.expect_add().returning(|_| Ok(()));
        tx.messages.expect_add().returning(|_| Ok(()));
        tx.inquiries
            .expect_add()
            .withf(move |inquiry| inquiry.status == status)
            .times(1)
            .returning(|_| Ok(()));
        assert!(open(tx).await.1, "{rule}");
    }
}

/// Opens a conversation of Mara's, whose manager is `u3` and whose last agent was `u2`, while three are online. Returns who
/// serves it.
async fn routed(stored: &[(&str, Value)], wanted_agent: Option<&str>) -> Option<String> {
    let who_talked_before = || {
        let mut visitor = ada();
        visitor.note_agent("u2".into(), "agent-u2".into(), THEN);
        visitor
    };
    let mut tx = nothing_open_of(who_talked_before, &[stored, &[WITHOUT_AGENTS]].concat());
    tx.visitors.expect_update().returning(|_| Ok(()));
    let owner = || Contact { manager: Some("u3".into()), ..mara_with(&["v1"]) };
    tx.contacts.expect_find_by_channel().returning(move |_| Ok(Some(owner())));
    tx.contacts.expect_lock().returning(move |_| Ok(Some(owner())));
    tx.contacts.expect_update().returning(|_| Ok(()));
    tx.agents.expect_lock_routing().returning(|| Ok(()));
    tx.agents.expect_list_online().returning(|_, _| Ok(["u1", "u2", "u3", "u4"].map(online).to_vec()));
    tx.conversations
        .expect_count_open_by_agent()
        .returning(|_| Ok(vec![("u1".into(), 1), ("u2".into(), 2), ("u3".into(), 3)]));
    tx.agents.expect_note_routed().returning(|_, _| Ok(()));
    tx.users
        .expect_find()
        .returning(|id| Ok(Some(User { username: Some(format!("agent-{id}")), ..agent_user(id.as_str()) })));
    tx.visitors.expect_update().returning(|_| Ok(()));
    tx.conversations.expect_add().returning(|_| Ok(()));
    tx.messages.expect_add().returning(|_| Ok(()));
    let subscribed = std::sync::Arc::new(std::sync::Mutex::new(None));
    let noted = std::sync::Arc::clone(&subscribed);
    tx.subscriptions.expect_add().returning(move |subscription| {
        *noted.lock().unwrap() = Some(subscription.user_id.clone());
        Ok(())
    });
    let statuses = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&statuses);
    tx.inquiries.expect_add().returning(move |inquiry| {
        seen.lock().unwrap().push(inquiry.status);
        Ok(())
    });
    let (store, committed) = store(tx);
    let opening = Opening { agent_id: wanted_agent.map(UserId::from), ..wanted(None) };
    let room = open_conversation(&context(store), &opening).await.unwrap().room;
    assert!(committed.load(Ordering::SeqCst));
    let agent = room.served_by.map(|agent| agent.id);
    assert_eq!(*subscribed.lock().unwrap(), agent);
    let status = if agent.is_some() { InquiryStatus::Taken } else { InquiryStatus::Queued };
    assert_eq!(*statuses.lock().unwrap(), [status]);
    agent.map(|agent| agent.to_string())
}

#[tokio::test]
async fn settings_say_who_gets_a_conversation() {
    let (auto, manual) =
        ((ROUTING_METHOD, "Auto_Selection".into()), (ROUTING_METHOD, "Manual_Selection".into()));
    let manager = |is_on: bool| (MANAGER_ROUTING, Value::Bool(is_on));
    let last = (LAST_AGENT_ROUTING, Value::Bool(true));
    for (stored, wanted, served_by) in [
        (vec![auto.clone(), manager(true), last.clone()], None, Some("u3")),
        (vec![auto.clone(), manager(false), last.clone()], None, Some("u2")),
        (vec![auto.clone(), manager(false)], None, Some("u4")),
        (vec![auto.clone(), manager(true)], Some("u1"), Some("u1")),
        (vec![auto, manager(false)], Some("somebody who is not online"), Some("u4")),
        (vec![manual.clone(), manager(true)], None, Some("u3")),
        (vec![manual, manager(false)], Some("u1"), None),
    ] {
        assert_eq!(routed(&stored, wanted).await.as_deref(), served_by, "{stored:?} {wanted:?}");
    }
}

#[tokio::test]
async fn whoever_opens_at_the_same_time_gets_the_first_ones() {
    let mut late = nothing_open(&[WITHOUT_AGENTS]);
    late.contacts.expect_find_by_channel().returning(|_| Ok(Some(mara_with(&["v1"]))));
    late.contacts.expect_lock().returning(|_| Ok(Some(mara_with(&["v1"]))));
    late.contacts.expect_update().returning(|_| Ok(()));
    late.visitors.expect_update().returning(|_| Ok(()));
    late.conversations.expect_add().returning(|_| Err(StoreError::Conflict(Constraint::OpenConversation)));
    let mut again = MockTransaction::default();
    again.visitors.expect_lock_registration().returning(|_, _, _| Ok(()));
    again.visitors.expect_find_by_token().returning(|_| Ok(Some(ada())));
    again.conversations.expect_find_open().returning(|_| Ok(Some(conversation("v1"))));
    let (mut store, committed) = writing(vec![late, again]);
    store.expect_read().returning(|| {
        let mut tx = MockTransaction::default();
        tx.visitors.expect_find_by_token().returning(|_| Ok(Some(ada())));
        tx.conversations.expect_find_open().returning(|_| Ok(None));
        Ok(Box::new(tx))
    });
    let opened = open_conversation(&context(store), &wanted(None)).await.unwrap();
    assert_eq!((opened.is_new, opened.room.id.as_str()), (false, "r1"));
    assert!(!committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_department_that_was_removed_is_left_by_its_visitors() {
    for (there, expected) in [(true, Some("d1")), (false, None)] {
        let in_sales = || Visitor { department: Some("d1".into()), ..ada() };
        let mut tx = nothing_open_of(in_sales, &[WITHOUT_AGENTS]);
        tx.departments.expect_hold().returning(move |_| Ok(there.then(|| department("d1"))));
        tx.contacts.expect_find_by_channel().returning(|_| Ok(Some(mara_with(&["v1"]))));
        tx.contacts.expect_lock().returning(|_| Ok(Some(mara_with(&["v1"]))));
        tx.contacts.expect_update().returning(|_| Ok(()));
        expect_begun(&mut tx, "Mara");
        let (opened, committed) = open(tx).await;
        assert_eq!(opened.unwrap().room.department_id.as_deref(), expected);
        assert!(committed);
    }
}
