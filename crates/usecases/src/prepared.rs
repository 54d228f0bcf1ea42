//! What tests of use cases prepare: stores that hand out transactions, and records to put into them.

use std::sync::Mutex;

use omnicontact_domain::contact::{Channel, Contact, NewContact, Source};
use omnicontact_domain::conversation::{
    Author, Closer, Conversation, Inquiry, InquiryStatus, Message, Note, Participant, Subscription,
};
use omnicontact_domain::custom_field::{CustomField, Definition, Scope};
use omnicontact_domain::department::{Department, DepartmentEdit, Shown};
use omnicontact_domain::id::VisitorId;
use omnicontact_domain::role::{LIVECHAT_AGENT, RoleId};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::User;
use omnicontact_domain::value::{Fields, Value};
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::mock::{Committed, MockStore, MockTransaction};

/// Long before [`crate::context::test::NOW`].
pub(crate) const THEN: Timestamp = Timestamp::from_millis(1);

/// A store that hands out these transactions in turn, each to be written.
pub(crate) fn writing(transactions: Vec<MockTransaction>) -> (MockStore, Committed) {
    let committed = Committed::default();
    let prepared: Vec<MockTransaction> =
        transactions.into_iter().map(|tx| MockTransaction { committed: committed.clone(), ..tx }).collect();
    let queue = Mutex::new(prepared.into_iter());
    let mut store = MockStore::new();
    store
        .expect_begin()
        .returning(move || Ok(Box::new(queue.lock().unwrap().next().expect("one more attempt"))));
    (store, committed)
}

/// A store that hands out this transaction once, to be read.
pub(crate) fn reading(tx: MockTransaction) -> MockStore {
    let tx = Mutex::new(Some(tx));
    let mut store = MockStore::new();
    store.expect_read().returning(move || Ok(Box::new(tx.lock().unwrap().take().expect("read once"))));
    store
}

/// Mara, `c1`: prepared by hand, with an address and a number.
pub(crate) fn mara() -> Contact {
    let new = NewContact {
        name: "Mara".to_owned(),
        emails: vec!["mara@x.org".to_owned()],
        phones: vec!["+4930123456".to_owned()],
        ..NewContact::default()
    };
    Contact::prepared("c1".into(), new, THEN)
}

/// Mara with channels of the API, one for each of these visitors.
pub(crate) fn mara_with(visitors: &[&str]) -> Contact {
    Contact { channels: visitors.iter().map(|visitor| api_channel((*visitor).into())).collect(), ..mara() }
}

/// The channel of a visitor who came over the API.
pub(crate) fn api_channel(visitor: VisitorId) -> Channel {
    Channel::new(visitor, Source { kind: "api".to_owned(), ..Source::default() })
}

/// A visitor whose token is the id.
pub(crate) fn visitor(id: &str) -> Visitor {
    Visitor::new(id.into(), format!("guest-{id}"), id.into(), THEN)
}

/// Mara's open conversation `r1` with that visitor over the API.
pub(crate) fn conversation(visitor_id: &str) -> Conversation {
    let source = api_channel(visitor_id.into()).details;
    Conversation::opened("r1".into(), &visitor(visitor_id), Some(&mara_with(&[visitor_id])), source, THEN)
}

/// The same, closed by the visitor.
pub(crate) fn closed_conversation(visitor_id: &str) -> Conversation {
    let mut room = conversation(visitor_id);
    let author = Author::visitor(&room.visitor, None);
    let by = Participant { id: author.id.clone(), username: author.username.clone() };
    let message = Message::noted("m0".into(), "r1".into(), Note::Closed, String::new(), author, THEN);
    room.close(Closer::Visitor, by, &[], message, THEN).unwrap();
    room
}

/// The inquiry `i1` of Mara's open conversation, which waits for an agent.
pub(crate) fn inquiry(visitor_id: &str) -> Inquiry {
    Inquiry::opened("i1".into(), &conversation(visitor_id), InquiryStatus::Queued, THEN)
}

/// What the conversation `r1` is to the agent with that id.
pub(crate) fn subscription(agent: &str) -> Subscription {
    let mut room = conversation("v1");
    room.take(agent.into(), agent.to_owned(), THEN).unwrap();
    Subscription::of_agent("s1".into(), &room).unwrap()
}

/// A user who is an agent.
pub(crate) fn agent_user(id: &str) -> User {
    User { roles: vec![RoleId::from(LIVECHAT_AGENT)], ..User::new(id, THEN) }
}

/// What is said of the department Sales, and nothing that may be left out.
pub(crate) fn department_edit() -> DepartmentEdit {
    DepartmentEdit {
        name: "Sales".to_owned(),
        email: "sales@x.org".to_owned(),
        shown: Shown { enabled: true, ..Shown::default() },
        asks_for_tags: None,
        closing_tags: None,
        fallback: None,
        other: Fields::default(),
    }
}

/// The department Sales with that id.
pub(crate) fn department(id: &str) -> Department {
    Department::new(id.into(), department_edit().over(None), THEN).unwrap()
}

/// A visible definition for visitors with these optional keys.
pub(crate) fn definition(id: &str, other: &[(&str, Value)]) -> CustomField {
    let definition = Definition {
        label: format!("Label of {id}"),
        scope: Scope::Visitor,
        visibility: "visible".to_owned(),
        other: other.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect(),
    };
    CustomField::define(id.into(), definition, THEN)
}
