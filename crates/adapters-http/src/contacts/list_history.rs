//! `GET omnichannel/contacts.history` (contract, contacts 7.7).

use axum::http::Method;
use omnicontact_domain::conversation::{ClosedConversation, Closer};
use omnicontact_domain::id::RoomId;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Value;
use omnicontact_usecases::contacts::list_history::{self, HistoryQuery};
use serde::Serialize;
use utoipa::ToSchema;

use super::contact_body::SourceBody;
use crate::conversations::people_body::{ConversationVisitorBody, ParticipantBody, ServingAgentBody};
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::paging::{PageBody, Paged as _};
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which part of a history.
    paged pub(crate) struct ContactHistoryQuery: AjvLegacy {
        /// Id of the contact.
        "contactId" contact_id: String,
        /// What type or alias of the source contains, without regard to case.
        "source" source: Option<String>,
    }
}

/// A page of the closed conversations of a contact.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryBody {
    /// The conversations.
    history: Vec<ConversationBody>,
    #[serde(flatten)]
    page: PageBody,
}

/// A closed conversation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConversationBody {
    /// Id of the room.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: RoomId,
    /// The name that agents see.
    fname: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    ts: Timestamp,
    /// The visitor, as it was then.
    v: ConversationVisitorBody,
    /// How many messages it has.
    msgs: u64,
    /// The agent who served it last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    served_by: Option<ServingAgentBody>,
    /// When it was closed.
    #[schema(value_type = String, format = DateTime)]
    closed_at: Timestamp,
    /// Who closed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    closed_by: Option<ParticipantBody>,
    /// Which side closed it: `user` or `visitor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    closer: Option<&'static str>,
    /// Tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    tags: Option<Vec<String>>,
    /// Where it came from.
    source: SourceBody,
    /// The last message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    last_message: Option<Value>,
    /// Whether the channel was verified when it began.
    verified: bool,
}

impl From<ClosedConversation> for ConversationBody {
    fn from(closed: ClosedConversation) -> Self {
        Self {
            id: closed.room_id,
            fname: closed.fname,
            ts: closed.ts,
            v: closed.visitor.into(),
            msgs: closed.messages,
            served_by: closed.served_by.map(ServingAgentBody::from),
            closed_at: closed.closed_at,
            closed_by: closed.closed_by.map(ParticipantBody::from),
            closer: closed.closer.map(Closer::as_str),
            tags: closed.tags,
            source: closed.source.into(),
            last_message: closed.last_message,
            verified: closed.verified,
        }
    }
}

/// Show the closed conversations of a contact.
pub(crate) struct ListHistory;

impl Endpoint for ListHistory {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = ContactHistoryQuery;
    type Output = HistoryBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/omnichannel/contacts.history",
        operation: "list_contact_history",
        summary: "List the closed conversations of a contact",
        access: Access::requires(list_history::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "error-contact-not-found" },
            ErrorDoc {
                status: 400,
                text: "Invalid sort parameter provided: \"<sort>\" [error-invalid-sort]",
            },
        ],
    };

    async fn handle(call: Call<SignedIn>, query: ContactHistoryQuery) -> Result<HistoryBody, ApiError> {
        let (page, order) = (call.page(&query), query.order()?);
        let (contact_id, source) = (query.contact_id.into(), query.source);
        let wanted = HistoryQuery { contact_id, source, order, page };
        let found = list_history::list_history(call.ctx(), &call.caller.actor, &wanted).await?;
        let history: Vec<_> = found.conversations.into_iter().map(ConversationBody::from).collect();
        let page = PageBody { count: history.len(), offset: page.offset, total: found.total };
        Ok(HistoryBody { history, page })
    }
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::contact::Source;
    use omnicontact_domain::conversation::{Participant, ServedBy, VisitorSnapshot};
    use serde_json::json;

    use super::*;

    fn closed() -> ClosedConversation {
        ClosedConversation {
            room_id: "kQ9wErTyUiOp12345".into(),
            fname: "Mara Lindt".to_owned(),
            ts: Timestamp::from_millis(0),
            visitor: VisitorSnapshot {
                id: "v1".into(),
                username: None,
                token: Some("a secret of the visitor".into()),
                status: None,
                name: Some("M. Lindt".to_owned()),
                activity: None,
                last_message_ts: None,
                phone: None,
            },
            messages: 6,
            served_by: None,
            closed_at: Timestamp::from_millis(1),
            closed_by: None,
            closer: None,
            tags: None,
            source: Source { kind: "widget".to_owned(), ..Source::default() },
            last_message: None,
            verified: false,
        }
    }

    fn wire(conversation: ClosedConversation) -> serde_json::Value {
        serde_json::to_value(ConversationBody::from(conversation)).unwrap()
    }

    #[test]
    fn what_a_conversation_lacks_is_absent_and_the_token_never_shown() {
        let expected = json!({
            "_id": "kQ9wErTyUiOp12345", "fname": "Mara Lindt", "ts": "1970-01-01T00:00:00.000Z", "v": {"_id": "v1"},
            "msgs": 6, "closedAt": "1970-01-01T00:00:00.001Z", "source": {"type": "widget"}, "verified": false,
        });
        assert_eq!(wire(closed()), expected);
    }

    #[test]
    fn a_conversation_shows_who_served_and_closed_it() {
        let mut conversation = closed();
        conversation.visitor.username = Some("guest-41".to_owned());
        conversation.visitor.status = Some("offline".to_owned());
        conversation.visitor.activity = Some(vec!["2026-02".to_owned()]);
        conversation.visitor.last_message_ts = Some(Timestamp::from_millis(2));
        let served_by =
            ServedBy { id: "u1".into(), username: "agent.one".to_owned(), ts: Timestamp::from_millis(3) };
        let closed_by = Participant { id: "u1".to_owned(), username: Some("agent.one".to_owned()) };
        let closed = ClosedConversation {
            served_by: Some(served_by),
            closed_by: Some(closed_by),
            closer: Some(Closer::User),
            tags: Some(vec!["billing".to_owned()]),
            last_message: Some("bye".into()),
            ..conversation
        };
        let shown = wire(closed);
        let visitor = json!({
            "_id": "v1", "username": "guest-41", "status": "offline", "activity": ["2026-02"],
            "lastMessageTs": "1970-01-01T00:00:00.002Z",
        });
        let agent = json!({"_id": "u1", "username": "agent.one", "ts": "1970-01-01T00:00:00.003Z"});
        assert_eq!((&shown["v"], &shown["servedBy"]), (&visitor, &agent));
        assert_eq!(shown["closedBy"], json!({"_id": "u1", "username": "agent.one"}));
        assert_eq!((&shown["closer"], &shown["tags"]), (&json!("user"), &json!(["billing"])));
        assert_eq!(shown["lastMessage"], "bye");
    }
}
