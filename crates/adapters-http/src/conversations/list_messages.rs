//! `GET livechat/messages.history/:rid` (contract, conversations 3.8).

use axum::http::Method;
use omnicontact_domain::page::Page;
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::visitor::VisitorToken;
use omnicontact_usecases::conversations::list_messages::{self, MessagesQuery};
use serde::Serialize;
use utoipa::ToSchema;

use super::message_body::MessageBody;
use crate::date;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, Nobody};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::path::path_parameters;
use crate::schema::parameters;

/// Messages of a page where no number is asked for.
const DEFAULT_LIMIT: f64 = 20.0;

path_parameters! {
    /// Which conversation.
    pub(crate) struct RoomPath {
        /// Id of the conversation.
        "rid" rid: String,
    }
}

parameters! {
    /// Which messages.
    pub(crate) struct HistoryQuery: AjvLegacy {
        /// The secret of the visitor's session; required.
        "token" token: Option<String>,
        /// How many messages at the most; 20 unless given.
        "limit" limit: Option<f64>,
        /// The same, as clients say it who page through everything in one way; `limit` wins.
        "count" count: Option<f64>,
        /// How many newer ones are passed over.
        "offset" offset: Option<f64>,
        /// Only messages that were written after this moment.
        "ls" ls: Option<String>,
        /// Only messages that were written before this moment.
        "end" end: Option<String>,
    }
}

/// Messages, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessagesBody {
    /// The messages.
    messages: Vec<MessageBody>,
}

/// Read the messages of one's conversation, as a visitor.
pub(crate) struct ListMessages;

impl Endpoint for ListMessages {
    type Caller = Nobody;
    type Path = RoomPath;
    type Input = HistoryQuery;
    type Output = MessagesBody;

    const DESCRIPTION: Description<Nobody> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/messages.history/{rid}",
        operation: "list_messages",
        summary: "Read the messages of one's conversation, as a visitor",
        access: Access::PUBLIC,
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "error-token-param-not-provided" },
            ErrorDoc { status: 400, text: "invalid-token" },
            ErrorDoc { status: 400, text: "invalid-room" },
            ErrorDoc { status: 400, text: "The \"<name>\" query parameter must be a valid date." },
        ],
    };

    async fn handle(call: Call<Nobody, RoomPath>, query: HistoryQuery) -> Result<MessagesBody, ApiError> {
        let wanted = wanted(call.path.rid.clone(), query, &call.settings)?;
        let token = wanted.token.clone();
        let found = list_messages::list_messages(call.ctx(), &wanted).await?;
        let shown = found.into_iter().map(|message| MessageBody::for_visitor(message, token.clone()));
        Ok(MessagesBody { messages: shown.collect() })
    }
}

fn wanted(rid: String, query: HistoryQuery, settings: &SettingValues) -> Result<MessagesQuery, ApiError> {
    let moment = |name: &str, sent: Option<&str>| {
        let refused = format!("The \"{name}\" query parameter must be a valid date.");
        date::moment(sent).map_err(|_| ApiError::plain(refused))
    };
    let token = query.token.filter(|token| !token.is_empty());
    let token: VisitorToken = token.ok_or(ApiError::plain("error-token-param-not-provided"))?.into();
    let limit = [query.limit, query.count].into_iter().flatten().find(|limit| *limit > 0.0);
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    Ok(MessagesQuery {
        token,
        room_id: rid.into(),
        after: moment("ls", query.ls.as_deref())?,
        before: moment("end", query.end.as_deref())?,
        page: Page::requested(Some(limit), query.offset, settings),
    })
}
