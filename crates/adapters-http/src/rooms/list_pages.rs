//! `GET livechat/visitors.pagesVisited/:roomId` (contract, conversations 1.10).

use axum::http::Method;
use omnicontact_usecases::rooms::list_pages;
use serde::Serialize;
use utoipa::ToSchema;

use crate::conversations::message_body::MessageBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::failure::rooms;
use crate::paging::PageBody;
use crate::path::path_parameters;
use crate::schema::parameters;

path_parameters! {
    /// Which conversation.
    pub(crate) struct PagesPath {
        /// Id of the conversation.
        "roomId" room_id: String,
    }
}

parameters! {
    /// Which part of the list.
    paged pub(crate) struct PagesQuery: AjvLegacy {}
}

/// A page of the pages that a visitor looked at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PagesBody {
    /// What is noted about them, the newest first.
    pages: Vec<MessageBody>,
    #[serde(flatten)]
    page: PageBody,
}

/// List the pages that a visitor looked at.
pub(crate) struct ListPagesVisited;

impl Endpoint for ListPagesVisited {
    type Caller = SignedIn;
    type Path = PagesPath;
    type Input = PagesQuery;
    type Output = PagesBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/visitors.pagesVisited/{roomId}",
        operation: "list_pages_visited",
        summary: "List the pages that a visitor looked at during a conversation",
        access: Access::requires(list_pages::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[ErrorDoc { status: 400, text: "invalid-room" }],
    };

    async fn handle(call: Call<SignedIn, PagesPath>, query: PagesQuery) -> Result<PagesBody, ApiError> {
        let page = call.page(&query);
        let room = call.path.room_id.as_str().into();
        let found = list_pages::list_pages(call.ctx(), &call.caller.actor, &room, page).await;
        let found = found.map_err(rooms::beside)?;
        let pages: Vec<_> = found.messages.into_iter().map(MessageBody::from).collect();
        let page = PageBody { count: pages.len(), offset: page.offset, total: found.total };
        Ok(PagesBody { pages, page })
    }
}
