//! Definitions of custom fields.

use async_trait::async_trait;
use omnicontact_domain::custom_field::{CustomField, CustomFieldId};

use crate::StoreError;

/// Stores definitions of custom fields.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CustomFieldRepository: Send {
    /// All definitions, in the order in which they were added.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list(&mut self) -> Result<Vec<CustomField>, StoreError>;

    /// The definition with that id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&mut self, id: &CustomFieldId) -> Result<Option<CustomField>, StoreError>;

    /// Stores a new definition.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Id`].
    async fn add(&mut self, definition: &CustomField) -> Result<(), StoreError>;

    /// Overwrites a definition that was read at `definition.version`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the stored version is another.
    async fn update(&mut self, definition: &CustomField) -> Result<(), StoreError>;

    /// Removes a definition and returns whether there was one. Stored values stay.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove(&mut self, id: &CustomFieldId) -> Result<bool, StoreError>;
}
