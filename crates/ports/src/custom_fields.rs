//! Definitions of custom fields.

use async_trait::async_trait;
use omnicontact_domain::custom_field::CustomField;

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

    /// Stores a new definition.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Id`].
    async fn add(&mut self, definition: &CustomField) -> Result<(), StoreError>;
}
