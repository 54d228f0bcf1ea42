//! Visitors.

use async_trait::async_trait;
use omnicontact_domain::id::VisitorId;
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::visitor::{Visitor, VisitorOrder, VisitorSearch, VisitorToken};

use crate::StoreError;

/// Which visitor `contact.search` looks for. All conditions hold at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VisitorFilter {
    /// One of the e-mail addresses is exactly this.
    pub email: Option<String>,
    /// One of the phone numbers is exactly this.
    pub phone: Option<String>,
    /// For each pair, the value of that custom field contains the text, without regard to case.
    /// The text is given in the form of [`omnicontact_domain::text::fold`].
    pub custom: Vec<(String, String)>,
}

/// A page of visitors, and how many there are on all pages.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VisitorPage {
    /// The visitors of the page, in order.
    pub visitors: Vec<Visitor>,
    /// How many fit in all.
    pub total: u64,
}

/// Stores visitors.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait VisitorRepository: Send {
    /// The visitor with that id, also an erased one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&mut self, id: &VisitorId) -> Result<Option<Visitor>, StoreError>;

    /// The visitor with that token. An erased one has none.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_by_token(&mut self, token: &VisitorToken) -> Result<Option<Visitor>, StoreError>;

    /// The first visitor, in the order of first sight, that has exactly this e-mail address.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_by_email(&mut self, address: &str) -> Result<Option<Visitor>, StoreError>;

    /// The first visitor, in the order of first sight, that fits; erased ones never do.
    /// `None` for a filter without any condition.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_by_filter(&mut self, filter: &VisitorFilter) -> Result<Option<Visitor>, StoreError>;

    /// A page of the visitors who fit ([`VisitorSearch::fits`]), also of those whom this transaction wrote.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_page(
        &mut self,
        search: &VisitorSearch,
        order: (VisitorOrder, Direction),
        page: Page,
    ) -> Result<VisitorPage, StoreError>;

    /// The first visitors, so many at the most, whose name begins with a text, which is given in normal form
    /// ([`omnicontact_domain::search::normal_form`]): by the beginning of the name in that form, then by id. Erased
    /// ones and the `except`ed are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_by_name_start(
        &mut self,
        start: &str,
        except: &[VisitorId],
        most: u32,
    ) -> Result<Vec<Visitor>, StoreError>;

    /// Waits until no other registration that names the token, the number or the address is under way, and keeps
    /// others waiting until this transaction ends. Whoever looks up and then adds calls this first.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn lock_registration<'a>(
        &mut self,
        token: &VisitorToken,
        phone: Option<&'a str>,
        email: Option<&'a str>,
    ) -> Result<(), StoreError>;

    /// The next number for the username of a guest; the first is 2. Numbers are never given twice, but a
    /// transaction that does not commit may leave a gap.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn next_guest_number(&mut self) -> Result<u64, StoreError>;

    /// Stores a new visitor.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Id`] or [`crate::Constraint::VisitorToken`].
    async fn add(&mut self, visitor: &Visitor) -> Result<(), StoreError>;

    /// Stores many new visitors; those whose id is stored already are left as they are.
    /// Returns how many were added.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn add_many(&mut self, visitors: &[Visitor]) -> Result<u64, StoreError>;

    /// Overwrites a visitor that was read at `visitor.version`.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the stored version is another; [`StoreError::Conflict`] with
    /// [`crate::Constraint::VisitorToken`].
    async fn update(&mut self, visitor: &Visitor) -> Result<(), StoreError>;

    /// Takes a user, by username, off all visitors whose contact manager that user is. Returns how many there
    /// were.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn release_manager(&mut self, username: &str, now: Timestamp) -> Result<u64, StoreError>;
}
