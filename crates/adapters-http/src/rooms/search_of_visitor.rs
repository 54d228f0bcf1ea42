//! `GET livechat/visitors.searchChats/room/:roomId/visitor/:visitorId` (contract, conversations 1.9).

use axum::http::Method;
use omnicontact_domain::conversation::{Closer, Conversation, Note};
use omnicontact_domain::id::RoomId;
use omnicontact_domain::time::Timestamp;
use omnicontact_usecases::rooms::list_of_visitor::{self, VisitorRoomsQuery};
use serde::Serialize;
use utoipa::ToSchema;

use super::list_of_visitor::VisitorRoomsPath;
use crate::conversations::message_body::MessageBody;
use crate::conversations::people_body::{ConversationVisitorBody, ParticipantBody, ServingAgentBody};
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::failure::rooms;
use crate::paging::{PageBody, Paged as _};
use crate::schema::parameters;

parameters! {
    /// Which conversations.
    paged pub(crate) struct SearchChatsQuery: AjvLegacy {
        /// What one of the messages contains, case and all.
        "searchText" search_text: Option<String>,
        /// `true`: only closed ones.
        "closedChatsOnly" closed_chats_only: Option<String>,
        /// `true`: only those that an agent serves or served.
        "servedChatsOnly" served_chats_only: Option<String>,
        /// What type or alias of the source contains, without regard to case.
        "source" source: Option<String>,
    }
}

/// A page of a visitor's conversations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundChatsBody {
    /// The conversations.
    history: Vec<FoundChatBody>,
    #[serde(flatten)]
    page: PageBody,
}

/// A conversation in short.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FoundChatBody {
    /// Which one it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: RoomId,
    /// The name that agents see.
    fname: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    ts: Timestamp,
    /// The visitor.
    v: ConversationVisitorBody,
    /// How many messages people wrote.
    msgs: u64,
    /// The agent who serves or served it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    served_by: Option<ServingAgentBody>,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    closed_at: Option<Timestamp>,
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
    /// What was said when it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    closing_message: Option<MessageBody>,
}

impl From<Conversation> for FoundChatBody {
    fn from(room: Conversation) -> Self {
        let (closed_at, closed_by, closer) = match room.closing {
            Some(closing) => (Some(closing.at), closing.by, closing.closer),
            None => (None, None, None),
        };
        // Nobody writes into a conversation after its end.
        let closing_message =
            room.last_message.filter(|message| message.kind.as_deref() == Some(Note::Closed.as_str()));
        Self {
            id: room.id,
            fname: room.fname,
            ts: room.ts,
            v: room.visitor.into(),
            msgs: room.messages_count,
            served_by: room.served_by.map(ServingAgentBody::from),
            closed_at,
            closed_by: closed_by.map(ParticipantBody::from),
            closer: closer.map(Closer::as_str),
            tags: room.tags,
            closing_message: closing_message.map(MessageBody::from),
        }
    }
}

/// Search in a visitor's conversations.
pub(crate) struct SearchRoomsOfVisitor;

impl Endpoint for SearchRoomsOfVisitor {
    type Caller = SignedIn;
    type Path = VisitorRoomsPath;
    type Input = SearchChatsQuery;
    type Output = FoundChatsBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/visitors.searchChats/room/{roomId}/visitor/{visitorId}",
        operation: "search_rooms_of_visitor",
        summary: "Search in a visitor's conversations",
        access: Access::requires(list_of_visitor::REQUIRES).asking(list_of_visitor::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "invalid-room" },
            ErrorDoc { status: 400, text: "error-not-allowed" },
        ],
    };

    async fn handle(
        call: Call<SignedIn, VisitorRoomsPath>,
        query: SearchChatsQuery,
    ) -> Result<FoundChatsBody, ApiError> {
        let (page, order) = (call.page(&query), query.order()?);
        let is_true = |flag: Option<String>| flag.as_deref() == Some("true");
        let wanted = VisitorRoomsQuery {
            room_id: call.path.room_id.as_str().into(),
            visitor_id: call.path.visitor_id.as_str().into(),
            text: query.search_text,
            only_closed: is_true(query.closed_chats_only),
            only_served: is_true(query.served_chats_only),
            source: query.source,
            order,
            page,
        };
        let found = list_of_visitor::list_of_visitor(call.ctx(), &call.caller.actor, &wanted).await;
        let found = found.map_err(rooms::beside)?;
        let history: Vec<_> = found.conversations.into_iter().map(FoundChatBody::from).collect();
        let page = PageBody { count: history.len(), offset: page.offset, total: found.total };
        Ok(FoundChatsBody { history, page })
    }
}
