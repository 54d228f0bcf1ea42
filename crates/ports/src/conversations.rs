//! Conversations, as far as contacts show, rename and erase them.

use async_trait::async_trait;
use omnicontact_domain::conversation::{ClosedConversation, ConversationValues, HistoryOrder};
use omnicontact_domain::id::{ContactId, RoomId, VisitorId};
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;

use crate::StoreError;

/// Which closed conversations belong to a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryFilter {
    /// The contact.
    pub contact_id: ContactId,
    /// What type or alias of the source contains, in the form of
    /// [`omnicontact_domain::search::normal_form`]; looked for in
    /// [`omnicontact_domain::conversation::source_text`].
    pub source: Option<String>,
}

/// A page of a history, and how many conversations there are in all.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HistoryPage {
    /// The conversations of the page.
    pub conversations: Vec<ClosedConversation>,
    /// How many fit the filter, exactly.
    pub total: u64,
}

/// Stores conversations with their messages, inquiries and subscriptions.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ConversationRepository: Send {
    /// An open conversation of the contact, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_open_by_contact(&mut self, contact: &ContactId) -> Result<Option<RoomId>, StoreError>;

    /// The open conversation of the visitor, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_open_by_visitor(&mut self, visitor: &VisitorId) -> Result<Option<RoomId>, StoreError>;

    /// The closed conversations that fit, in this order and then by id in the direction of the last key.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_history(
        &mut self,
        filter: &HistoryFilter,
        order: &[(HistoryOrder, Direction)],
        page: Page,
    ) -> Result<HistoryPage, StoreError>;

    /// Gives a contact's new name (contract, contacts 5.4) to all its conversations, open and closed, and to
    /// the inquiries and subscriptions of the contact's visitors.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn rename(
        &mut self,
        contact: &ContactId,
        visitors: &[VisitorId],
        name: &str,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Gives a visitor's new name (contract, conversations 1.1.3) to its open conversation, and to the inquiry and
    /// the subscriptions of it.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn rename_open(
        &mut self,
        visitor: &VisitorId,
        name: &str,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Removes all conversations of a visitor, open and closed, with messages, inquiries, subscriptions and
    /// whatever else belongs to them.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove_by_visitor(&mut self, visitor: &VisitorId) -> Result<(), StoreError>;

    /// Removes all conversations of a contact in the same way.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove_by_contact(&mut self, contact: &ContactId) -> Result<(), StoreError>;

    /// The custom values of a visitor's open conversations.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_open_values(&mut self, visitor: &VisitorId) -> Result<Vec<ConversationValues>, StoreError>;

    /// Overwrites the custom values of a conversation that was read at `values.version`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the stored version is another.
    async fn update_values(&mut self, values: &ConversationValues, now: Timestamp) -> Result<(), StoreError>;
}
