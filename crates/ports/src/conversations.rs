//! Conversations.

use async_trait::async_trait;
use omnicontact_domain::contact::{Association, Source};
use omnicontact_domain::conversation::{
    ClosedConversation, Conversation, ConversationValues, HistoryOrder, RoomOrder,
};
use omnicontact_domain::department::DepartmentId;
use omnicontact_domain::id::{ContactId, RoomId, UserId, VisitorId};
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

/// Which conversations. All conditions hold at once; without any, all conversations fit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoomFilter {
    /// The visitor.
    pub visitor: Option<VisitorId>,
    /// One of these agents serves it, or served it last; empty for no condition.
    pub agents: Vec<UserId>,
    /// It belongs to one of these departments; empty for no condition.
    pub departments: Vec<DepartmentId>,
    /// It is in one of these states; empty for no condition.
    pub states: Vec<RoomState>,
    /// Whether an agent serves it or served it last.
    pub served: Option<bool>,
    /// It began within this time.
    pub created: Span,
    /// It was closed within this time. Open ones do not fit where there is a bound.
    pub closed: Span,
    /// It has at least one of these tags, exactly; empty for no condition.
    pub tags: Vec<String>,
    /// For each pair, the value of that custom field is a text that contains the text, without regard to case.
    /// The text is given in the form of [`omnicontact_domain::text::fold`].
    pub custom: Vec<(String, String)>,
    /// What it is called.
    pub name: Option<NameFilter>,
    /// What type or alias of its source contains, as in [`HistoryFilter::source`].
    pub source: Option<String>,
    /// One of its messages contains this text, case and all. Costs a look into all messages of the conversations
    /// that fit otherwise: for those of one visitor.
    pub message: Option<String>,
}

/// The state of a conversation in lists. Each conversation is in exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoomState {
    /// Open and without an agent.
    Queued,
    /// Open, with an agent, and not put aside.
    Served,
    /// Open and put aside.
    OnHold,
    /// Closed.
    Closed,
}

/// A time from one moment to another, both of them within. Without a bound there is none on that side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Then or later.
    pub from: Option<Timestamp>,
    /// Then or before.
    pub to: Option<Timestamp>,
}

/// What conversations are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameFilter {
    /// Their name is this, exactly.
    Is(String),
    /// Their name contains this text, which is given in the form of
    /// [`omnicontact_domain::search::normal_form`].
    Contains(String),
}

/// A page of conversations, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoomPage {
    /// The conversations of the page.
    pub conversations: Vec<Conversation>,
    /// How many fit the filter, exactly.
    pub total: u64,
}

/// Stores conversations. What belongs to one (its inquiry, subscriptions and messages) has repositories of its
/// own and goes with it.
///
/// Whoever writes a conversation, or anything that belongs to it, takes [`Self::lock`] before the first read: so
/// everything of one conversation happens one after the other, on all nodes. Where contacts or a visitor are
/// written, too, contacts are locked first (by ascending id), then the visitor is written, then conversations are
/// locked (by ascending id).
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ConversationRepository: Send {
    /// The conversation with that id.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find(&mut self, id: &RoomId) -> Result<Option<Conversation>, StoreError>;

    /// The conversation with that id, to be written, with all that belongs to it: waits until no other
    /// transaction that found it in this way is under way, and keeps others waiting until this one ends. Each then
    /// sees what those before it committed; `None` when they removed it.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn lock(&mut self, id: &RoomId) -> Result<Option<Conversation>, StoreError>;

    /// The open conversation of the visitor, if there is one. Its token may be one that the visitor had then.
    /// To write it, its id is locked, and it is looked at again: it may be closed by then.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_open(&mut self, visitor: &VisitorId) -> Result<Option<Conversation>, StoreError>;

    /// The conversations that fit, in this order and then by id in the direction of the last key; by id without
    /// any. What is missing comes before everything.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_page(
        &mut self,
        filter: &RoomFilter,
        order: &[(RoomOrder, Direction)],
        page: Page,
    ) -> Result<RoomPage, StoreError>;

    /// For each of these agents who serves open conversations, how many; the others are left out. In no order.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn count_open_by_agent(&mut self, agents: &[UserId]) -> Result<Vec<(UserId, u64)>, StoreError>;

    /// One source for each pair of type and id from which stored conversations, open and closed, came, by the bytes
    /// of both; which of them, where aliases or icons of a pair differ, is left open. Costs a look-up for each pair,
    /// however many conversations there are.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_sources(&mut self) -> Result<Vec<Source>, StoreError>;

    /// Open conversations whose agent took them then or before and has not written since
    /// ([`Conversation::answer_due`]), those taken first at the beginning, `limit` at the most.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn list_unanswered(
        &mut self,
        taken_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<RoomId>, StoreError>;

    /// Stores a new conversation. Of two that begin at once for one visitor the second one waits for the first
    /// and is refused when that is committed. Whoever opens one writes the visitor in the same transaction (it
    /// remembers the conversation), so that an erasure at the same time makes one of both stale.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with [`crate::Constraint::Id`], or with [`crate::Constraint::OpenConversation`]
    /// when it is open and the visitor has another open one: [`Self::find_open`] finds that one then.
    async fn add(&mut self, conversation: &Conversation) -> Result<(), StoreError>;

    /// Overwrites a conversation that was read at `conversation.version`, with what finds it: its contact, its
    /// agent, whether it is open. Closing does not remove inquiry and subscriptions; that is done beside it.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the stored version is another or it is gone; [`StoreError::Conflict`] with
    /// [`crate::Constraint::OpenConversation`] when it is opened again and the visitor has another open one.
    async fn update(&mut self, conversation: &Conversation) -> Result<(), StoreError>;

    /// Gives all conversations of a channel, whatever their contact was, to a contact, and calls them by that
    /// name. Type and id of the source are compared exactly. Returns how many there were.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn link_channel(
        &mut self,
        channel: &Association,
        contact: &ContactId,
        name: &str,
        now: Timestamp,
    ) -> Result<u64, StoreError>;

    /// Gives all conversations of a contact that was merged into another one to that one; their names stay
    /// (contract, contacts 8.6). Returns how many there were.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn repoint_contact(
        &mut self,
        from: &ContactId,
        to: &ContactId,
        now: Timestamp,
    ) -> Result<u64, StoreError>;

    /// Takes all conversations, and the inquiries of the open ones, out of a department. Returns how many
    /// conversations there were.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn release_department(
        &mut self,
        department: &DepartmentId,
        now: Timestamp,
    ) -> Result<u64, StoreError>;

    /// Removes a conversation, open or closed, with all that belongs to it. Returns whether there was one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn remove(&mut self, id: &RoomId) -> Result<bool, StoreError>;

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
