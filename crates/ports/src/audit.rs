//! The audit trail.

use async_trait::async_trait;
use omnicontact_domain::audit::{AuditEvent, SubjectKind};
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;

use crate::StoreError;

/// Which events. All conditions hold at once; without any, all events fit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// The kind of what was changed.
    pub subject_kind: Option<SubjectKind>,
    /// The id of what was changed.
    pub subject_id: Option<String>,
    /// The kind of the author, by its name: [`omnicontact_domain::audit::Author::kind`].
    pub author_kind: Option<String>,
    /// The id or the username (at that time) of the user who caused it.
    pub author: Option<String>,
    /// The first moment, inclusive.
    pub from: Option<Timestamp>,
    /// The last moment, inclusive.
    pub until: Option<Timestamp>,
}

/// A page of events, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AuditPage {
    /// The events of the page.
    pub events: Vec<AuditEvent>,
    /// How many events fit the filter.
    pub total: u64,
}

/// Stores what was changed by whom. Events are only ever added: nothing here changes or removes one.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AuditRepository: Send {
    /// Stores an event.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Id`].
    async fn add(&mut self, event: &AuditEvent) -> Result<(), StoreError>;

    /// The events that fit, by time and then by id, both in this direction.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list(
        &mut self,
        filter: &AuditFilter,
        order: Direction,
        page: Page,
    ) -> Result<AuditPage, StoreError>;
}
