//! Contacts.

use async_trait::async_trait;
use omnicontact_domain::contact::Contact;
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::phone::PhoneKey;

use crate::StoreError;

/// Stores contacts with their canonical keys.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ContactRepository: Send {
    /// The contact with that id, also an erased one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&mut self, id: &ContactId) -> Result<Option<Contact>, StoreError>;

    /// The oldest contact that has an e-mail address with this key.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_by_email(&mut self, key: &EmailKey) -> Result<Option<Contact>, StoreError>;

    /// The oldest contact that has a phone number with this key.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_by_phone(&mut self, key: &PhoneKey) -> Result<Option<Contact>, StoreError>;

    /// The oldest contact that has a channel of this visitor.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_by_visitor(&mut self, visitor: &VisitorId) -> Result<Option<Contact>, StoreError>;

    /// Stores a new contact.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Id`].
    async fn add(&mut self, contact: &Contact) -> Result<(), StoreError>;

    /// Stores many new contacts; those whose id is stored already are left as they are.
    /// Returns how many were added.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn add_many(&mut self, contacts: &[Contact]) -> Result<u64, StoreError>;

    /// Overwrites a contact that was read at `contact.version`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the stored version is another.
    async fn update(&mut self, contact: &Contact) -> Result<(), StoreError>;
}
