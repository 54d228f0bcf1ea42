//! Inquiries: the places of open conversations in the queue.

use async_trait::async_trait;
use omnicontact_domain::conversation::Inquiry;
use omnicontact_domain::department::DepartmentId;
use omnicontact_domain::id::RoomId;
use omnicontact_domain::page::Page;

use crate::StoreError;

/// Which inquiries of those that wait for an agent (`queued`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueFilter {
    /// All of them.
    All,
    /// Those of a department.
    Department(DepartmentId),
    /// What an agent of these departments sees: theirs, and those without a department
    /// ([`Inquiry::is_queued_for`]).
    Agent(Vec<DepartmentId>),
}

/// A page of the queue, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QueuePage {
    /// The inquiries of the page.
    pub inquiries: Vec<Inquiry>,
    /// How many fit the filter, exactly.
    pub total: u64,
}

/// Stores inquiries, one at the most for a conversation. They are written under the lock of their conversation
/// ([`crate::ConversationRepository::lock`]): whoever takes one finds it, locks its conversation, finds it again,
/// and sees then whether it is taken. Removing a conversation removes its inquiry.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait InquiryRepository: Send {
    /// The inquiry with that id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&mut self, id: &str) -> Result<Option<Inquiry>, StoreError>;

    /// The inquiry of that conversation. A closed conversation has none.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_by_room(&mut self, room: &RoomId) -> Result<Option<Inquiry>, StoreError>;

    /// The inquiries that wait for an agent, the oldest first: by [`Inquiry::ts`], then by the id of the
    /// conversation.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_queued(&mut self, filter: &QueueFilter, page: Page) -> Result<QueuePage, StoreError>;

    /// Stores the inquiry of a stored conversation.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Id`], with [`crate::Constraint::Inquiry`] when the
    /// conversation has one, or with [`crate::Constraint::Reference`] when there is no such conversation.
    async fn add(&mut self, inquiry: &Inquiry) -> Result<(), StoreError>;

    /// Overwrites an inquiry that was read at `inquiry.version`; its id and its conversation stay.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the stored version is another or it is gone.
    async fn update(&mut self, inquiry: &Inquiry) -> Result<(), StoreError>;

    /// Removes the inquiry of a conversation, which is closed now. Returns whether there was one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove(&mut self, room: &RoomId) -> Result<bool, StoreError>;
}
