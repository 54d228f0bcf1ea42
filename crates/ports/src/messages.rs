//! Messages of conversations.

use async_trait::async_trait;
use omnicontact_domain::conversation::Message;
use omnicontact_domain::id::RoomId;
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;

use crate::StoreError;

/// Which messages. All conditions hold at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageFilter {
    /// The conversation.
    pub room_id: RoomId,
    /// Of that type (`t`), e.g. `livechat_navigation_history`.
    pub kind: Option<String>,
    /// Written after this moment, not at it.
    pub after: Option<Timestamp>,
    /// Written before this moment, not at it.
    pub before: Option<Timestamp>,
    /// The text contains this one, case and all.
    pub text: Option<String>,
}

impl MessageFilter {
    /// All messages of a conversation.
    #[must_use]
    pub const fn of(room_id: RoomId) -> Self {
        Self { room_id, kind: None, after: None, before: None, text: None }
    }
}

/// A page of messages, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MessagePage {
    /// The messages of the page.
    pub messages: Vec<Message>,
    /// How many fit the filter, exactly.
    pub total: u64,
}

/// Stores messages. They are written under the lock of their conversation
/// ([`crate::ConversationRepository::lock`]), which counts them: so a message is either counted and there before
/// the conversation is closed, or its writer sees that it is closed. Removing a conversation removes its messages.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait MessageRepository: Send {
    /// The message with that id in a conversation; ids are unique within one only.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&mut self, room: &RoomId, id: &str) -> Result<Option<Message>, StoreError>;

    /// The messages that fit by the time at which they were written, then by id, both in this direction.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_page(
        &mut self,
        filter: &MessageFilter,
        direction: Direction,
        page: Page,
    ) -> Result<MessagePage, StoreError>;

    /// The message of a conversation that people wrote last: by the time at which it was written, then by id.
    /// Notes of the system are passed over.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_newest(&mut self, room: &RoomId) -> Result<Option<Message>, StoreError>;

    /// Stores a message of a stored conversation.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Id`] when the conversation has one with that id, or with
    /// [`crate::Constraint::Reference`] when there is no such conversation.
    async fn add(&mut self, message: &Message) -> Result<(), StoreError>;

    /// Overwrites a message. Messages have no version: the lock of the conversation keeps others away.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when it is gone.
    async fn update(&mut self, message: &Message) -> Result<(), StoreError>;

    /// Removes a message. Returns whether there was one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove(&mut self, room: &RoomId, id: &str) -> Result<bool, StoreError>;
}
