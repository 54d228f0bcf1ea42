//! `GET livechat/visitor/:token/room` (contract, conversations 1.4).

use axum::http::Method;
use omnicontact_domain::conversation::Conversation;
use omnicontact_domain::id::RoomId;
use omnicontact_usecases::conversations::list_open;
use serde::Serialize;
use utoipa::ToSchema;

use super::people_body::ServingAgentBody;
use crate::description::{Access, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::schema::NoParameters;
use crate::visitors::find::TokenPath;

/// The open conversations of a visitor.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenRoomsBody {
    /// The conversations: one at the most.
    rooms: Vec<OpenRoomBody>,
}

/// An open conversation in short.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OpenRoomBody {
    /// Which one it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: RoomId,
    /// Always `l`.
    t: &'static str,
    /// Always false.
    cl: bool,
    /// The agent who serves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    served_by: Option<ServingAgentBody>,
}

impl From<Conversation> for OpenRoomBody {
    fn from(room: Conversation) -> Self {
        Self { id: room.id, t: "l", cl: false, served_by: room.served_by.map(ServingAgentBody::from) }
    }
}

/// List the open conversations of a visitor.
pub(crate) struct ListOpenConversations;

impl Endpoint for ListOpenConversations {
    type Caller = SignedIn;
    type Path = TokenPath;
    type Input = NoParameters;
    type Output = OpenRoomsBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/visitor/{token}/room",
        operation: "list_open_conversations",
        summary: "List the open conversations of a visitor",
        access: Access::requires(list_open::REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[],
    };

    async fn handle(call: Call<SignedIn, TokenPath>, _: NoParameters) -> Result<OpenRoomsBody, ApiError> {
        let token = call.path.token.as_str().into();
        let open = list_open::list_open(call.ctx(), &call.caller.actor, &token).await?;
        Ok(OpenRoomsBody { rooms: open.into_iter().map(OpenRoomBody::from).collect() })
    }
}
