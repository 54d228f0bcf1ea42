//! Subscriptions: what open conversations are to their agents.

use async_trait::async_trait;
use omnicontact_domain::conversation::Subscription;
use omnicontact_domain::id::{RoomId, UserId};

use crate::StoreError;

/// Stores subscriptions, one at the most for a conversation and a user. They are written under the lock of their
/// conversation ([`crate::ConversationRepository::lock`]). Removing a conversation removes its subscriptions.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait SubscriptionRepository: Send {
    /// The subscription of a user to a conversation.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&mut self, room: &RoomId, user: &UserId) -> Result<Option<Subscription>, StoreError>;

    /// All subscriptions to a conversation, by the id of the user.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_by_room(&mut self, room: &RoomId) -> Result<Vec<Subscription>, StoreError>;

    /// Stores the subscription to a stored conversation.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Subscription`] when the user has one, or with
    /// [`crate::Constraint::Reference`] when there is no such conversation.
    async fn add(&mut self, subscription: &Subscription) -> Result<(), StoreError>;

    /// Overwrites a subscription that was read at `subscription.version`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the stored version is another or it is gone.
    async fn update(&mut self, subscription: &Subscription) -> Result<(), StoreError>;

    /// Removes the subscription of a user to a conversation: the agent gave it back. Returns whether there was
    /// one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove(&mut self, room: &RoomId, user: &UserId) -> Result<bool, StoreError>;

    /// Removes all subscriptions to a conversation, which is closed now. Returns how many there were.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove_by_room(&mut self, room: &RoomId) -> Result<u64, StoreError>;
}
