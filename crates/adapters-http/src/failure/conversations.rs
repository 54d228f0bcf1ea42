//! Failures of conversations.

use omnicontact_domain::conversation::{NotHeard, OpenRefused, UserMayNotClose, VisitorMayNotClose};
use omnicontact_ports::StoreError;
use omnicontact_usecases::conversations::{
    AgentOfError, AnswerError, ChangeVisitorError, CloseError, DescribeError, OpenError, TalkError,
    UserCloseError,
};

use crate::error::ApiError;

const INVALID_TOKEN: &str = "invalid-token";
const INVALID_ROOM: &str = "invalid-room";
const ROOM_CLOSED: &str = "room-closed";
const INVALID_MESSAGE_ID: &str = "error-invalid-message-id";
const CHANNEL_BLOCKED: &str = "error-contact-channel-blocked";

impl From<OpenError> for ApiError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::UnknownToken => Self::plain(INVALID_TOKEN),
            OpenError::NotTheirs(_) => Self::plain(INVALID_ROOM),
            OpenError::Refused(OpenRefused::Disabled) => Self::coded("error-omnichannel-is-disabled", ""),
            OpenError::Refused(OpenRefused::NoAgentOnline) => {
                Self::coded("no-agent-online", "Sorry, no online agents")
            }
            OpenError::Refused(OpenRefused::ChannelBlocked) => Self::plain(CHANNEL_BLOCKED),
            OpenError::Store(error) => error.into(),
        }
    }
}

impl From<CloseError> for ApiError {
    fn from(error: CloseError) -> Self {
        match error {
            CloseError::Refused(VisitorMayNotClose::NotAllowed) => {
                Self::plain("error-not-allowed-to-close-conversation")
            }
            CloseError::Refused(VisitorMayNotClose::NoVisitor) => Self::plain(INVALID_TOKEN),
            CloseError::Refused(VisitorMayNotClose::NotTheirs) => Self::plain(INVALID_ROOM),
            CloseError::Refused(VisitorMayNotClose::Closed) => Self::plain(ROOM_CLOSED),
            CloseError::Store(error) => error.into(),
        }
    }
}

impl From<UserCloseError> for ApiError {
    fn from(error: UserCloseError) -> Self {
        match error {
            UserCloseError::Denied(denied) => denied.into(),
            UserCloseError::Refused(UserMayNotClose::NoConversation) => Self::plain("error-invalid-room"),
            UserCloseError::Refused(UserMayNotClose::NotTheirs) => Self::plain("error-not-authorized"),
            UserCloseError::Refused(UserMayNotClose::Closed) => Self::plain("error-room-already-closed"),
            UserCloseError::Refused(UserMayNotClose::NoComment) => Self::plain("error-comment-is-required"),
            UserCloseError::Refused(UserMayNotClose::NoTags) => {
                Self::plain("error-tags-must-be-assigned-before-closing-chat")
            }
            UserCloseError::OutOfBounds(error) => error.into(),
            // Others went on writing about it, however often it was tried.
            UserCloseError::Store(StoreError::Stale) => Self::plain("error-room-cannot-be-closed-try-again"),
            UserCloseError::Store(error) => error.into(),
        }
    }
}

impl From<TalkError> for ApiError {
    fn from(error: TalkError) -> Self {
        match error {
            TalkError::UnknownToken => Self::plain(INVALID_TOKEN),
            TalkError::NoConversation => Self::plain(INVALID_ROOM),
            TalkError::NoMessage => Self::plain("invalid-message"),
            TalkError::IdTaken => Self::plain(INVALID_MESSAGE_ID),
            TalkError::NotHeard(NotHeard::Closed) => Self::plain(ROOM_CLOSED),
            TalkError::NotHeard(NotHeard::TooLong) => Self::plain("message-length-exceeds-character-limit"),
            TalkError::NotHeard(NotHeard::Blocked) => Self::plain(CHANNEL_BLOCKED),
            TalkError::Text(error) => error.into(),
            TalkError::Store(error) => error.into(),
        }
    }
}

impl From<AnswerError> for ApiError {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::NoConversation => Self::plain("error-invalid-room"),
            AnswerError::NotAllowed => Self::plain("error-not-allowed"),
            AnswerError::Closed => Self::plain(ROOM_CLOSED),
            AnswerError::IdTaken => Self::plain(INVALID_MESSAGE_ID),
            AnswerError::Text(error) => error.into(),
            AnswerError::Store(error) => error.into(),
        }
    }
}

impl From<DescribeError> for ApiError {
    fn from(error: DescribeError) -> Self {
        match error {
            DescribeError::Denied(denied) => denied.into(),
            DescribeError::NoConversation => Self::plain("error-invalid-room"),
            DescribeError::NotTheirs => Self::Refused,
            // The original says no more than this.
            DescribeError::NoVisitor | DescribeError::VisitorValue(_) => Self::plain(""),
            DescribeError::RoomValue(refused) => {
                Self::plain(format!("Invalid value for {} field", refused.label))
            }
            DescribeError::OutOfBounds(error) => error.into(),
            DescribeError::Store(error) => error.into(),
        }
    }
}

impl From<ChangeVisitorError> for ApiError {
    fn from(error: ChangeVisitorError) -> Self {
        match error {
            ChangeVisitorError::Denied(denied) => denied.into(),
            ChangeVisitorError::NoVisitor => Self::plain("invalid-visitor"),
            ChangeVisitorError::NoConversation => Self::plain(INVALID_ROOM),
            ChangeVisitorError::OtherVisitor => Self::plain("invalid-room-visitor"),
            ChangeVisitorError::Blocked => Self::plain(CHANNEL_BLOCKED),
            ChangeVisitorError::HasOpen => Self::plain("error-visitor-has-open-room"),
            ChangeVisitorError::Store(error) => error.into(),
        }
    }
}

impl From<AgentOfError> for ApiError {
    fn from(error: AgentOfError) -> Self {
        match error {
            AgentOfError::UnknownToken => Self::plain(INVALID_TOKEN),
            AgentOfError::NoConversation => Self::plain(INVALID_ROOM),
            AgentOfError::NoAgent => Self::plain("invalid-agent"),
            AgentOfError::Store(error) => error.into(),
        }
    }
}
