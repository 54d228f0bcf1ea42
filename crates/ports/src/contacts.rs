//! Contacts.

use async_trait::async_trait;
use omnicontact_domain::contact::{Association, Contact, ContactOrder};
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::page::Page;
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::search::SearchTerm;
use omnicontact_domain::sort::Direction;

use crate::StoreError;

/// Which contacts a search lists. Both conditions hold at once; erased contacts never fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactFilter {
    /// What name, e-mail addresses or phone numbers contain:
    /// [`omnicontact_domain::search::SearchText::fits`].
    pub term: SearchTerm,
    /// Whether the contacts are unknown.
    pub unknown: bool,
}

/// A page of contacts, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ContactPage {
    /// The contacts of the page.
    pub contacts: Vec<Contact>,
    /// How many contacts fit the filter, exactly.
    pub total: u64,
}

/// Stores contacts with their canonical keys and the text that finds them
/// ([`omnicontact_domain::search::SearchText`]), both in step with the record. "The oldest" is the one that was
/// made first, of those made at once the one with the least id.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ContactRepository: Send {
    /// The contact with that id, also an erased one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&mut self, id: &ContactId) -> Result<Option<Contact>, StoreError>;

    /// The contact with that id, also an erased one, to be written: waits until no other transaction that
    /// found it in this way is under way, and keeps others waiting until this one ends. Of many who change one
    /// contact at once, each then sees what those before it wrote. Who needs several asks by ascending id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn lock(&mut self, id: &ContactId) -> Result<Option<Contact>, StoreError>;

    /// The oldest contact that has an e-mail address with this key.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_by_email(&mut self, key: &EmailKey) -> Result<Option<Contact>, StoreError>;

    /// The contacts that have an e-mail address with this key and a manager, the oldest first, `limit` at the most.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_managed_by_email(&mut self, key: &EmailKey, limit: u32)
    -> Result<Vec<Contact>, StoreError>;

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

    /// The oldest contact that has a channel which somebody who names this one means
    /// ([`Association::is_meant_by`]).
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_by_channel(&mut self, channel: &Association) -> Result<Option<Contact>, StoreError>;

    /// The oldest contact that waits to be adopted ([`Contact::pre_registration`]) and has an e-mail address
    /// or a phone number with one of these keys.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_prepared(
        &mut self,
        emails: &[EmailKey],
        phones: &[PhoneKey],
    ) -> Result<Option<Contact>, StoreError>;

    /// The ids of all contacts that have a channel of this visitor, ascending.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_ids_by_visitor(&mut self, visitor: &VisitorId) -> Result<Vec<ContactId>, StoreError>;

    /// Waits until nobody else who proves this value of this field (in lower case) is under way, and keeps others waiting
    /// until this transaction ends, so that of two who prove it at once the second one sees the first.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn lock_verification(&mut self, field: &str, value: &str) -> Result<(), StoreError>;

    /// The ids of all contacts that have a channel which this value of this field proved, ascending. The value is in
    /// lower case, as it is stored ([`Contact::verify_channel`]).
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_ids_by_verification(
        &mut self,
        field: &str,
        value: &str,
    ) -> Result<Vec<ContactId>, StoreError>;

    /// The contacts that fit, in the order of [`ContactOrder::compare`]: by these keys, in the end by id in
    /// the direction of the last key, ascending without any. A contact that was committed before the
    /// transaction began is found.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_page(
        &mut self,
        filter: &ContactFilter,
        order: &[(ContactOrder, Direction)],
        page: Page,
    ) -> Result<ContactPage, StoreError>;

    /// How many contacts, erased ones included, were last answered by an agent in that month (`YYYY-MM`): the last of
    /// their months of activity is this one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn count_active(&mut self, month: &str) -> Result<u64, StoreError>;

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

    /// Removes a contact that was merged into another one, with its keys. Unknown ids are no error.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove(&mut self, id: &ContactId) -> Result<(), StoreError>;
}
