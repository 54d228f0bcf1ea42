//! Conversations for laws, with what belongs to them.

use omnicontact_domain::contact::Source;
use omnicontact_domain::conversation::{
    Author, Closer, Closing, Conversation, DefaultAgent, Inquiry, InquiryStatus, Message, Note, Participant,
    ResponseBy, Subscription, Waits,
};
use omnicontact_domain::department::{Department, Membership, NewDepartment, Shown};
use omnicontact_domain::value::Fields;

use super::{NOW, contact, later, visitor};

/// Where conversations come from unless it is said.
#[must_use]
pub fn source(kind: &str) -> Source {
    Source { kind: kind.to_owned(), ..Source::default() }
}

/// An open conversation of the visitor with that id over a widget, opened that many milliseconds after [`NOW`],
/// of the contact `c1`.
#[must_use]
pub fn conversation(id: &str, visitor_id: &str, opened: i64) -> Conversation {
    let visitor = visitor(visitor_id, &format!("token of {visitor_id}"));
    Conversation::opened(id.into(), &visitor, Some(&contact("c1")), source("widget"), later(opened))
}

/// The same after it was closed by a user, that many milliseconds after [`NOW`].
#[must_use]
pub fn closed(mut conversation: Conversation, at: i64) -> Conversation {
    let by = Participant { id: "u1".into(), username: Some("kim".into()) };
    let id = format!("closing of {}", conversation.id.as_str());
    let message = Message::noted(id, conversation.id.clone(), Note::Closed, "bye".into(), agent(), later(at));
    conversation.close(Closer::User, by, &[], message, later(at)).unwrap();
    conversation
}

/// The same with an agent who took it that many milliseconds after [`NOW`].
#[must_use]
pub fn taken(mut conversation: Conversation, agent: &str, at: i64) -> Conversation {
    conversation.take(agent.into(), format!("name of {agent}"), later(at)).unwrap();
    conversation
}

/// A conversation without a single empty field.
#[must_use]
pub fn full_conversation(id: &str, visitor_id: &str) -> Conversation {
    let mut values = Fields::default();
    values.set("topic", "Ärger \u{1f600}");
    let mut room = taken(conversation(id, visitor_id, 0), "u1", 5);
    let asked = message("m1", id, "hello", 10);
    room.heard_visitor(&asked).unwrap();
    room.visitor.name = Some("Ada".into());
    room.visitor.activity = Some(vec!["2026-01".into()]);
    room.source = Source {
        id: Some("s1".into()),
        alias: Some("Telegram".into()),
        label: Some("Label".into()),
        destination: Some("shop.example".into()),
        ..source("app")
    };
    room.department_id = Some("d1".into());
    room.livechat_data = Some(values);
    room.topic = Some("topic".into());
    room.tags = Some(vec!["vip".into(), "b".into()]);
    room.response_by = Some(ResponseBy {
        id: "u1".into(),
        username: "kim".into(),
        first_response_ts: later(11),
        last_message_ts: later(12),
    });
    room.metrics.response = Some(Waits { first_at: later(11), first_millis: 1, total_millis: 3, count: 2 });
    room.queued_at = Some(later(1));
    room.on_hold = true;
    room.verified = true;
    room.priority_weight = 3;
    room.estimated_waiting_time = 17;
    room.closing = Some(Closing {
        at: later(20),
        by: Some(Participant { id: visitor_id.to_owned(), username: None }),
        closer: Some(Closer::Visitor),
    });
    room.users_count = 4;
    room
}

/// The author of what agents write.
#[must_use]
pub fn agent() -> Author {
    Author { id: "u1".into(), username: Some("kim".into()), name: Some("Kim".into()) }
}

/// What the visitor of a conversation wrote, that many milliseconds after [`NOW`].
#[must_use]
pub fn message(id: &str, room: &str, body: &str, at: i64) -> Message {
    let author = Author { id: "v1".into(), username: Some("guest-2".into()), name: None };
    Message::of_visitor(id.to_owned(), room.into(), body.to_owned(), author, later(at))
}

/// The inquiry of a conversation, which waits for an agent.
#[must_use]
pub fn inquiry(id: &str, room: &Conversation) -> Inquiry {
    Inquiry::opened(id.to_owned(), room, InquiryStatus::Queued, room.ts)
}

/// An inquiry without a single empty field.
#[must_use]
pub fn full_inquiry(id: &str, room: &Conversation) -> Inquiry {
    Inquiry {
        message: "text".into(),
        department: Some("d1".into()),
        taken_at: Some(later(3)),
        default_agent: Some(DefaultAgent { agent_id: "u1".into(), username: "kim".into() }),
        last_message: Some(message("m1", room.id.as_str(), "hello", 4)),
        updated_at: later(5),
        ..inquiry(id, room)
    }
}

/// The subscription of the agent who serves a conversation.
#[must_use]
pub fn subscription(id: &str, room: &Conversation) -> Subscription {
    Subscription::of_agent(id.to_owned(), room).unwrap()
}

/// A department without tags.
#[must_use]
pub fn department(id: &str, name: &str) -> Department {
    let said = NewDepartment {
        name: name.to_owned(),
        email: "sales@x.example".into(),
        shown: Shown { enabled: true, on_offline_form: false, on_registration: true },
        asks_for_tags: false,
        closing_tags: vec!["done".into()],
        fallback: Some("d9".into()),
        other: [("description".to_owned(), "Any".into())].into_iter().collect(),
    };
    Department::new(id.into(), said, NOW).unwrap()
}

/// An agent of a department.
#[must_use]
pub fn membership(department: &str, agent: &str, order: i64) -> Membership {
    Membership { department: department.into(), agent: agent.into(), username: None, count: 2, order }
}
