//! What agents write about conversations and visitors, and what is refused.

use std::sync::atomic::Ordering;

use omnicontact_domain::custom_field::Scope;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::mock::{MockStore, MockTransaction};

use super::*;
use crate::context::test::{NOW, context, holding, nobody};
use crate::prepared::{THEN, conversation, definition, visitor, writing};

const ALL: [PermissionId; 3] = [VIEW_L_ROOM, SAVE_OTHERS_LIVECHAT_ROOM_INFO, EDIT_LIVECHAT_ROOM_CUSTOMFIELDS];

fn saving() -> Saving {
    Saving {
        room_id: "r1".into(),
        room: RoomInfo {
            topic: Some("tea".into()),
            tags: Some(vec!["late".into()]),
            values: vec![("order".into(), "12".into())],
        },
        visitor_id: "v1".into(),
        visitor: VisitorInfo {
            name: Some("Bert".into()),
            email: None,
            phone: Some("99".into()),
            values: vec![("plan".into(), "gold".into())],
        },
    }
}

fn definitions() -> Vec<CustomField> {
    let digits = [("regexp", "^[0-9]+$".into())];
    vec![
        definition("plan", &[("regexp", "^[a-z]+$".into())]),
        CustomField { scope: Scope::Room, ..definition("order", &digits) },
    ]
}

fn stored(room: Option<Conversation>, known: Option<Visitor>) -> MockTransaction {
    let mut tx = MockTransaction::default();
    let locked = room.clone();
    tx.conversations.expect_find().returning(move |_| Ok(room.clone()));
    tx.conversations.expect_lock().returning(move |_| Ok(locked.clone()));
    tx.visitors.expect_find().returning(move |_| Ok(known.clone()));
    tx.custom_fields.expect_list().returning(|| Ok(definitions()));
    tx
}

async fn save(tx: MockTransaction, actor: &Actor, saving: &Saving) -> (Result<(), DescribeError>, bool) {
    let (store, committed) = writing(vec![tx]);
    let answer = describe_conversation(&context(store), actor, saving).await;
    (answer, committed.load(Ordering::SeqCst))
}

#[tokio::test]
async fn whoever_may_not_and_what_cannot_be_stored_cause_no_transaction() {
    let refused = describe_conversation(&context(MockStore::new()), &nobody(), &saving()).await;
    assert!(matches!(refused, Err(DescribeError::Denied(_))));
    let mut long = saving();
    long.visitor.phone = Some("1".repeat(text::KEY_LIMIT + 1));
    let refused = describe_conversation(&context(MockStore::new()), &holding(&ALL), &long).await;
    assert!(matches!(refused, Err(DescribeError::OutOfBounds(_))));
}

#[tokio::test]
async fn both_parts_are_written_with_one_commit() {
    let mut tx = stored(Some(conversation("v1")), Some(visitor("v1")));
    tx.visitors
        .expect_update()
        .withf(|visitor| {
            visitor.name.as_deref() == Some("Bert")
                && visitor.phones == Some(vec!["99".to_owned()])
                && visitor.livechat_data.as_ref().is_some_and(|data| data.get("plan").is_some())
        })
        .times(1)
        .returning(|_| Ok(()));
    tx.conversations
        .expect_update()
        .withf(|room| {
            room.topic.as_deref() == Some("tea")
                && room.fname == "Mara"
                && room.livechat_data.as_ref().is_some_and(|data| data.get("order").is_some())
                && room.updated_at == NOW
        })
        .times(1)
        .returning(|_| Ok(()));
    let (answer, committed) = save(tx, &holding(&ALL), &saving()).await;
    assert!(answer.is_ok() && committed);
}

#[tokio::test]
async fn without_the_permission_values_of_the_visitor_stay_and_numbers_of_sms_always() {
    for (kind, permissions, has_phone, has_values) in
        [("sms", &ALL[..], false, true), ("api", &ALL[..2], true, false)]
    {
        let mut room = conversation("v1");
        room.source.kind = kind.to_owned();
        let mut tx = stored(Some(room), Some(visitor("v1")));
        tx.visitors
            .expect_update()
            .withf(move |visitor| {
                visitor.phones.is_some() == has_phone && visitor.livechat_data.is_some() == has_values
            })
            .times(1)
            .returning(|_| Ok(()));
        tx.conversations.expect_update().times(1).returning(|_| Ok(()));
        let (answer, committed) = save(tx, &holding(permissions), &saving()).await;
        assert!(answer.is_ok() && committed, "{kind}");
    }
}

#[tokio::test]
async fn an_agent_writes_about_what_the_agent_serves_only() {
    let agent = holding(&[VIEW_L_ROOM]);
    let mut served = conversation("v1");
    served.take(agent.user_id.clone(), "boss".into(), THEN).unwrap();
    let mut tx = stored(Some(served), Some(visitor("v1")));
    tx.conversations.expect_update().times(1).returning(|_| Ok(()));
    let nothing = Saving { visitor: VisitorInfo::default(), ..saving() };
    let (answer, committed) = save(tx, &agent, &nothing).await;
    assert!(answer.is_ok() && committed);
    let tx = stored(Some(conversation("v1")), Some(visitor("v1")));
    let (answer, committed) = save(tx, &agent, &nothing).await;
    assert!(matches!(answer, Err(DescribeError::NotTheirs)) && !committed);
}

#[tokio::test]
async fn what_is_refused_in_one_part_leaves_the_other_part_alone() {
    let mut erased = visitor("v1");
    erased.erase(NOW);
    let wrong = |plan: &str, order: &str| {
        let mut saving = saving();
        saving.visitor.values[0].1 = plan.to_owned();
        saving.room.values[0].1 = order.to_owned();
        saving
    };
    let room = || Some(conversation("v1"));
    for (tx, saving, expected) in [
        (stored(None, Some(visitor("v1"))), saving(), "room"),
        (stored(Some(conversation("v2")), Some(visitor("v2"))), saving(), "visitor"),
        (stored(room(), None), saving(), "visitor"),
        (stored(room(), Some(erased)), saving(), "visitor"),
        (stored(room(), Some(visitor("v1"))), wrong("1", "1"), "visitor value"),
        (stored(room(), Some(visitor("v1"))), wrong("a", "a"), "room value"),
    ] {
        let mut tx = tx;
        tx.visitors.expect_update().returning(|_| Ok(()));
        let (answer, committed) = save(tx, &holding(&ALL), &saving).await;
        let refused = match answer.unwrap_err() {
            DescribeError::NoConversation => "room",
            DescribeError::NoVisitor => "visitor",
            DescribeError::VisitorValue(_) => "visitor value",
            DescribeError::RoomValue(error) if error.label == "Label of order" => "room value",
            DescribeError::Denied(_)
            | DescribeError::NotTheirs
            | DescribeError::RoomValue(_)
            | DescribeError::OutOfBounds(_)
            | DescribeError::Store(_) => "else",
        };
        assert_eq!((refused, committed), (expected, false));
    }
}
