//! The store: transactions over all repositories, and the look-ups of the hot path.

use async_trait::async_trait;
use omnicontact_domain::contact::Contact;
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::visitor::Visitor;

use crate::{
    AccessRepository, AgentRepository, AuditRepository, ContactRepository, ConversationRepository,
    CustomFieldRepository, DepartmentRepository, InquiryRepository, LoginAttemptRepository,
    MessageRepository, Session, SessionQuestion, SettingRepository, StoreError, SubscriptionRepository,
    TokenRepository, UserRepository, VisitorRepository,
};

/// What nearly every request asks, each in one statement and without a transaction. An answer shows what was
/// committed when the question was asked, never less.
#[async_trait]
pub trait Lookups: Send + Sync {
    /// The user behind a login token, with what else the question asks. `None` when the user has no such token.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_session(&self, question: SessionQuestion) -> Result<Option<Session>, StoreError>;

    /// [`Self::find_session`] of many at once: the answers in the order of the questions, all read together.
    ///
    /// # Errors
    /// [`StoreError`], also when only one of the answers cannot be given.
    async fn find_sessions(&self, questions: &[SessionQuestion]) -> Result<Vec<Option<Session>>, StoreError>;

    /// The stored values of these settings; what was never set is left out.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_settings(&self, ids: &[&'static str]) -> Result<SettingValues, StoreError>;

    /// A visitor by id, also an erased one.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_visitor(&self, id: &VisitorId) -> Result<Option<Visitor>, StoreError>;

    /// [`Self::find_visitor`] of many at once, in the order of the ids.
    ///
    /// # Errors
    /// [`StoreError`], also when only one of the answers cannot be given.
    async fn find_visitors(&self, ids: &[VisitorId]) -> Result<Vec<Option<Visitor>>, StoreError>;

    /// The contact with that id, erased or not.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn find_contact(&self, id: &ContactId) -> Result<Option<Contact>, StoreError>;

    /// [`Self::find_contact`] of many at once, in the order of the ids.
    ///
    /// # Errors
    /// [`StoreError`], also when only one of the answers cannot be given.
    async fn find_contacts(&self, ids: &[ContactId]) -> Result<Vec<Option<Contact>>, StoreError>;

    /// Whether a contact has that e-mail address. An erased one has none.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn knows_email(&self, key: &EmailKey) -> Result<bool, StoreError>;

    /// Whether a contact has one of these phone numbers. An erased one has none.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn knows_phone(&self, keys: &[PhoneKey]) -> Result<bool, StoreError>;

    /// Whether the store answers.
    ///
    /// # Errors
    /// [`StoreError`] when it does not.
    async fn ping(&self) -> Result<(), StoreError>;
}

/// A place where the directory is kept.
#[async_trait]
pub trait Store: Lookups {
    /// Begins a transaction that writes. Writers of the same record wait for each other.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreError>;

    /// Begins a transaction that only reads: a consistent view of what is committed, which never blocks
    /// writers and is not blocked by them.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn read(&self) -> Result<Box<dyn Transaction>, StoreError>;

    /// Ends all connections. What was committed stays.
    async fn close(&self);
}

/// One transaction. Repositories that are borrowed from it share its fate: [`Transaction::commit`] makes all
/// of it durable, dropping the transaction undoes all of it.
#[async_trait]
pub trait Transaction: Send {
    /// Visitors.
    fn visitors(&mut self) -> &mut dyn VisitorRepository;
    /// Contacts.
    fn contacts(&mut self) -> &mut dyn ContactRepository;
    /// Conversations.
    fn conversations(&mut self) -> &mut dyn ConversationRepository;
    /// Inquiries.
    fn inquiries(&mut self) -> &mut dyn InquiryRepository;
    /// Subscriptions to conversations.
    fn subscriptions(&mut self) -> &mut dyn SubscriptionRepository;
    /// Messages of conversations.
    fn messages(&mut self) -> &mut dyn MessageRepository;
    /// Departments and their agents.
    fn departments(&mut self) -> &mut dyn DepartmentRepository;
    /// Definitions of custom fields.
    fn custom_fields(&mut self) -> &mut dyn CustomFieldRepository;
    /// Users as agents.
    fn agents(&mut self) -> &mut dyn AgentRepository;
    /// Users.
    fn users(&mut self) -> &mut dyn UserRepository;
    /// Login tokens.
    fn tokens(&mut self) -> &mut dyn TokenRepository;
    /// Roles, permissions and their grants.
    fn access(&mut self) -> &mut dyn AccessRepository;
    /// Attempts to log in.
    fn login_attempts(&mut self) -> &mut dyn LoginAttemptRepository;
    /// The audit trail.
    fn audit(&mut self) -> &mut dyn AuditRepository;
    /// Settings.
    fn settings(&mut self) -> &mut dyn SettingRepository;

    /// Makes everything durable: once this returned, it survives a crash and a power failure.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing of the transaction is stored, unless the store went away at this very
    /// moment ([`StoreError::Unavailable`]), when it may be.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}
