//! Failures of reading conversations.

use omnicontact_usecases::rooms::{RoomError, RoomsError};

use crate::error::ApiError;

/// Neither id nor name was sent.
pub(crate) fn no_parameter() -> ApiError {
    ApiError::coded("error-roomid-param-not-provided", "The parameter \"roomId\" or \"roomName\" is required")
}

/// There is no such room.
pub(crate) fn no_match() -> ApiError {
    ApiError::coded(
        "error-room-not-found",
        "The required \"roomId\" or \"roomName\" param provided does not match any channel",
    )
}

impl From<RoomError> for ApiError {
    fn from(error: RoomError) -> Self {
        match error {
            RoomError::NotFound => no_match(),
            RoomError::NotAllowed => Self::typed("not-allowed", "Not Allowed"),
            RoomError::Denied(denied) => denied.into(),
            RoomError::Store(error) => error.into(),
        }
    }
}

/// The failure of `channels.info`, which does not say that there is something one may not see.
pub(crate) fn as_channel(error: RoomError) -> ApiError {
    match error {
        RoomError::NotFound | RoomError::NotAllowed => no_match(),
        RoomError::Denied(_) | RoomError::Store(_) => error.into(),
    }
}

/// The failure of lists of what belongs to a conversation.
pub(crate) fn beside(error: RoomError) -> ApiError {
    match error {
        RoomError::NotFound => ApiError::plain("invalid-room"),
        RoomError::NotAllowed => ApiError::plain("error-not-allowed"),
        RoomError::Denied(_) | RoomError::Store(_) => error.into(),
    }
}

impl From<RoomsError> for ApiError {
    fn from(error: RoomsError) -> Self {
        match error {
            RoomsError::Denied(denied) => denied.into(),
            RoomsError::Store(error) => error.into(),
        }
    }
}
