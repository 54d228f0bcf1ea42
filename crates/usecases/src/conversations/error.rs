//! What can go wrong with conversations.

use omnicontact_domain::conversation::{
    NotHeard, NotTheirs, OpenRefused, UserMayNotClose, VisitorMayNotClose,
};
use omnicontact_domain::custom_field::InvalidEdit;
use omnicontact_domain::policy::Denied;
use omnicontact_domain::text::{OutOfBounds, TextError};
use omnicontact_ports::StoreError;

use crate::retry::MayRetry;

/// Why no conversation is opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No visitor has the token.
    #[error("no visitor has the token")]
    UnknownToken,
    /// The conversation that was asked for is none of the visitor's open ones.
    #[error(transparent)]
    NotTheirs(#[from] NotTheirs),
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] OpenRefused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a conversation is not closed by its visitor.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] VisitorMayNotClose),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a conversation is not closed by a user.
#[derive(Debug, thiserror::Error)]
pub enum UserCloseError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] UserMayNotClose),
    /// What was sent could not be stored.
    #[error(transparent)]
    OutOfBounds(#[from] OutOfBounds),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a visitor does not write or read messages.
#[derive(Debug, thiserror::Error)]
pub enum TalkError {
    /// No visitor has the token.
    #[error("no visitor has the token")]
    UnknownToken,
    /// There is no such conversation of the visitor.
    #[error("there is no such conversation of the visitor")]
    NoConversation,
    /// The wanted id is that of another message.
    #[error("the wanted id is taken")]
    IdTaken,
    /// There is no such message of the visitor in the conversation.
    #[error("there is no such message of the visitor")]
    NoMessage,
    /// The rules refuse it.
    #[error(transparent)]
    NotHeard(#[from] NotHeard),
    /// What was sent could not be stored.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an agent does not write a message.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// There is no such conversation.
    #[error("there is no such conversation")]
    NoConversation,
    /// The caller may not read it.
    #[error("the caller may not read the conversation")]
    NotAllowed,
    /// It is closed.
    #[error("the conversation is closed")]
    Closed,
    /// The wanted id is that of another message.
    #[error("the wanted id is taken")]
    IdTaken,
    /// What was sent could not be stored.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why nothing is written about a conversation and its visitor.
#[derive(Debug, thiserror::Error)]
pub enum DescribeError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such conversation.
    #[error("there is no such conversation")]
    NoConversation,
    /// Somebody else serves it, or nobody does.
    #[error("the caller does not serve the conversation")]
    NotTheirs,
    /// It is no conversation of that visitor.
    #[error("it is no conversation of that visitor")]
    NoVisitor,
    /// A custom value of the visitor's does not match its field.
    #[error("a value of the visitor is invalid")]
    VisitorValue(#[source] InvalidEdit),
    /// A custom value of the conversation does not match its field.
    #[error("a value of the conversation is invalid")]
    RoomValue(#[source] InvalidEdit),
    /// What was sent could not be stored.
    #[error(transparent)]
    OutOfBounds(#[from] OutOfBounds),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a conversation is not given to another visitor.
#[derive(Debug, thiserror::Error)]
pub enum ChangeVisitorError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such visitor.
    #[error("there is no such visitor")]
    NoVisitor,
    /// There is no such conversation.
    #[error("there is no such conversation")]
    NoConversation,
    /// It is not the conversation of the visitor who is said to have it.
    #[error("it is the conversation of another visitor")]
    OtherVisitor,
    /// The visitor's channel is blocked.
    #[error("the channel is blocked")]
    Blocked,
    /// The visitor has an open conversation.
    #[error("the visitor has an open conversation")]
    HasOpen,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a visitor is not shown an agent.
#[derive(Debug, thiserror::Error)]
pub enum AgentOfError {
    /// No visitor has the token.
    #[error("no visitor has the token")]
    UnknownToken,
    /// There is no such conversation of the visitor.
    #[error("there is no such conversation of the visitor")]
    NoConversation,
    /// Nobody serves it.
    #[error("nobody serves the conversation")]
    NoAgent,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl MayRetry for DescribeError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.may_retry(),
            Self::Denied(_)
            | Self::NoConversation
            | Self::NotTheirs
            | Self::NoVisitor
            | Self::VisitorValue(_)
            | Self::RoomValue(_)
            | Self::OutOfBounds(_) => false,
        }
    }
}

impl MayRetry for ChangeVisitorError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.may_retry(),
            Self::Denied(_)
            | Self::NoVisitor
            | Self::NoConversation
            | Self::OtherVisitor
            | Self::Blocked
            | Self::HasOpen => false,
        }
    }
}

impl MayRetry for AnswerError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.may_retry(),
            Self::NoConversation | Self::NotAllowed | Self::Closed | Self::IdTaken | Self::Text(_) => false,
        }
    }
}

impl MayRetry for TalkError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.may_retry(),
            Self::UnknownToken
            | Self::NoConversation
            | Self::IdTaken
            | Self::NoMessage
            | Self::NotHeard(_)
            | Self::Text(_) => false,
        }
    }
}

impl MayRetry for OpenError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.may_retry(),
            Self::UnknownToken | Self::NotTheirs(_) | Self::Refused(_) => false,
        }
    }
}

impl MayRetry for CloseError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.may_retry(),
            Self::Refused(_) => false,
        }
    }
}

impl MayRetry for UserCloseError {
    fn may_retry(&self) -> bool {
        match self {
            Self::Store(error) => error.may_retry(),
            Self::Denied(_) | Self::Refused(_) | Self::OutOfBounds(_) => false,
        }
    }
}
