//! `GET channels.info` (contract, conversations 3.5).

use axum::http::Method;
use omnicontact_usecases::rooms::show;
use serde::Serialize;
use utoipa::ToSchema;

use super::show::RoomInfoQuery;
use crate::conversations::room_body::RoomBody;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::failure::rooms;
use crate::path::NoPath;

/// A room.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChannelInfoBody {
    /// The room.
    channel: RoomBody,
}

/// Read a conversation by the older name of rooms.
pub(crate) struct ShowRoomAsChannel;

impl Endpoint for ShowRoomAsChannel {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = RoomInfoQuery;
    type Output = ChannelInfoBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/channels.info",
        operation: "show_room_as_channel",
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
        ],
    };

    async fn handle(call: Call<SignedIn>, query: RoomInfoQuery) -> Result<ChannelInfoBody, ApiError> {
        let id = query.wanted()?;
        let shown = show::show_room(call.ctx(), &call.caller.actor, &id).await;
        Ok(ChannelInfoBody { channel: shown.map_err(rooms::as_channel)?.into() })
    }
}
