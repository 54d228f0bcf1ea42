//! `GET livechat/visitors.chatHistory/room/:roomId/visitor/:visitorId` (contract, conversations 1.8).

use axum::http::Method;
use omnicontact_usecases::rooms::list_of_visitor::{self, VisitorRoomsQuery};
use serde::Serialize;
use utoipa::ToSchema;

use crate::conversations::room_body::RoomBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::failure::rooms;
use crate::paging::{PageBody, Paged as _};
use crate::path::path_parameters;
use crate::schema::parameters;

path_parameters! {
    /// Whose conversations, and beside which one.
    pub(crate) struct VisitorRoomsPath {
        /// Id of a conversation that the caller may read.
        "roomId" room_id: String,
        /// Id of the visitor.
        "visitorId" visitor_id: String,
    }
}

parameters! {
    /// Which part of a history.
    paged pub(crate) struct ChatHistoryQuery: AjvLegacy {}
}

/// A page of a visitor's conversations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChatHistoryBody {
    /// The conversations.
    history: Vec<RoomBody>,
    #[serde(flatten)]
    page: PageBody,
}

/// List a visitor's conversations.
pub(crate) struct ListRoomsOfVisitor;

impl Endpoint for ListRoomsOfVisitor {
    type Caller = SignedIn;
    type Path = VisitorRoomsPath;
    type Input = ChatHistoryQuery;
    type Output = ChatHistoryBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/visitors.chatHistory/room/{roomId}/visitor/{visitorId}",
        operation: "list_rooms_of_visitor",
        summary: "List a visitor's conversations",
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
        query: ChatHistoryQuery,
    ) -> Result<ChatHistoryBody, ApiError> {
        let (page, order) = (call.page(&query), query.order()?);
        let wanted = VisitorRoomsQuery {
            room_id: call.path.room_id.as_str().into(),
            visitor_id: call.path.visitor_id.as_str().into(),
            text: None,
            only_closed: false,
            only_served: false,
            source: None,
            order,
            page,
        };
        let found = list_of_visitor::list_of_visitor(call.ctx(), &call.caller.actor, &wanted).await;
        let found = found.map_err(rooms::beside)?;
        let history: Vec<_> = found.conversations.into_iter().map(RoomBody::from).collect();
        let page = PageBody { count: history.len(), offset: page.offset, total: found.total };
        Ok(ChatHistoryBody { history, page })
    }
}
