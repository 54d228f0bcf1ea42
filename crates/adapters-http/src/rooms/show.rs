//! `GET rooms.info` (contract, conversations 3.5).

use axum::http::Method;
use omnicontact_domain::id::RoomId;
use omnicontact_usecases::rooms::show;
use serde::Serialize;
use utoipa::ToSchema;

use crate::conversations::room_body::RoomBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::failure::rooms;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which room.
    open pub(crate) struct RoomInfoQuery: AjvLegacy {
        /// Id of the room.
        "roomId" room_id: Option<String>,
        /// Name of the room. Conversations have none: it finds nothing.
        "roomName" room_name: Option<String>,
    }
}

impl RoomInfoQuery {
    /// The room that is asked for. A name finds no conversation.
    pub(super) fn wanted(self) -> Result<RoomId, ApiError> {
        let given = |text: &String| !text.is_empty();
        let named = self.room_name.filter(given);
        match self.room_id.filter(given) {
            Some(id) => Ok(id.into()),
            None if named.is_some() => Err(rooms::no_match()),
            None => Err(rooms::no_parameter()),
        }
    }
}

/// A room.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomInfoBody {
    /// The room.
    room: RoomBody,
}

/// Read a conversation.
pub(crate) struct ShowRoom;

impl Endpoint for ShowRoom {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = RoomInfoQuery;
    type Output = RoomInfoBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/rooms.info",
        operation: "show_room",
        summary: "Read a conversation",
        access: Access::signed_in(show::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc {
                status: 400,
                text: "The parameter \"roomId\" or \"roomName\" is required [error-roomid-param-not-provided]",
            },
            ErrorDoc {
                status: 400,
                text: "The required \"roomId\" or \"roomName\" param provided does not match any channel [error-room-not-found]",
            },
            ErrorDoc { status: 400, text: "not-allowed" },
        ],
    };

    async fn handle(call: Call<SignedIn>, query: RoomInfoQuery) -> Result<RoomInfoBody, ApiError> {
        let room = show::show_room(call.ctx(), &call.caller.actor, &query.wanted()?).await?;
        Ok(RoomInfoBody { room: room.into() })
    }
}
