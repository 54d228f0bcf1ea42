//! Doubles of the ports, for tests that ask what a use case does to the world.
//! Questions of state belong to a real store.

use async_trait::async_trait;
use mockall::mock;
use omnicontact_domain::contact::Contact;
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::visitor::Visitor;

pub use crate::access::{MockAccessRepository, MockTokenRepository};
pub use crate::agents::MockAgentRepository;
pub use crate::audit::MockAuditRepository;
pub use crate::clock::MockClock;
pub use crate::contacts::MockContactRepository;
pub use crate::conversations::MockConversationRepository;
pub use crate::custom_fields::MockCustomFieldRepository;
pub use crate::departments::MockDepartmentRepository;
pub use crate::ids::MockIdSource;
pub use crate::inquiries::MockInquiryRepository;
pub use crate::login_attempts::MockLoginAttemptRepository;
pub use crate::messages::MockMessageRepository;
pub use crate::passwords::MockPasswordHasher;
pub use crate::settings::MockSettingRepository;
pub use crate::subscriptions::MockSubscriptionRepository;
pub use crate::users::MockUserRepository;
pub use crate::visitors::MockVisitorRepository;
use crate::{
    AccessRepository, AgentRepository, AuditRepository, ContactRepository, ConversationRepository,
    CustomFieldRepository, DepartmentRepository, InquiryRepository, LoginAttemptRepository, Lookups,
    MessageRepository, Session, SessionQuestion, SettingRepository, Store, StoreError,
    SubscriptionRepository, TokenRepository, Transaction, UserRepository, VisitorRepository,
};

mock! {
    /// A store whose transactions a test prepares.
    #[derive(Debug)]
    pub Store {}

    #[async_trait]
    impl Lookups for Store {
        async fn find_session(&self, question: SessionQuestion) -> Result<Option<Session>, StoreError>;
        async fn find_sessions(&self, questions: &[SessionQuestion]) -> Result<Vec<Option<Session>>, StoreError>;
        async fn find_settings(&self, ids: &[&'static str]) -> Result<SettingValues, StoreError>;
        async fn find_visitor(&self, id: &VisitorId) -> Result<Option<Visitor>, StoreError>;
        async fn find_visitors(&self, ids: &[VisitorId]) -> Result<Vec<Option<Visitor>>, StoreError>;
        async fn find_contact(&self, id: &ContactId) -> Result<Option<Contact>, StoreError>;
        async fn find_contacts(&self, ids: &[ContactId]) -> Result<Vec<Option<Contact>>, StoreError>;
        async fn knows_email(&self, key: &EmailKey) -> Result<bool, StoreError>;
        async fn knows_phone(&self, keys: &[PhoneKey]) -> Result<bool, StoreError>;
        async fn ping(&self) -> Result<(), StoreError>;
    }

    #[async_trait]
    impl Store for Store {
        async fn begin(&self) -> Result<Box<dyn Transaction>, StoreError>;
        async fn read(&self) -> Result<Box<dyn Transaction>, StoreError>;
        async fn close(&self);
    }
}

/// Notes whether a [`MockTransaction`] was committed.
pub type Committed = std::sync::Arc<std::sync::atomic::AtomicBool>;

/// A transaction over doubles of all repositories. A double without expectations panics when it is used.
#[derive(Debug, Default)]
pub struct MockTransaction {
    /// Visitors.
    pub visitors: MockVisitorRepository,
    /// Contacts.
    pub contacts: MockContactRepository,
    /// Conversations.
    pub conversations: MockConversationRepository,
    /// Inquiries.
    pub inquiries: MockInquiryRepository,
    /// Subscriptions to conversations.
    pub subscriptions: MockSubscriptionRepository,
    /// Messages of conversations.
    pub messages: MockMessageRepository,
    /// Departments and their agents.
    pub departments: MockDepartmentRepository,
    /// Definitions of custom fields.
    pub custom_fields: MockCustomFieldRepository,
    /// Users as agents.
    pub agents: MockAgentRepository,
    /// Users.
    pub users: MockUserRepository,
    /// Login tokens.
    pub tokens: MockTokenRepository,
    /// Roles, permissions and grants.
    pub access: MockAccessRepository,
    /// Attempts to log in.
    pub login_attempts: MockLoginAttemptRepository,
    /// The audit trail.
    pub audit: MockAuditRepository,
    /// Settings.
    pub settings: MockSettingRepository,
    /// Whether the use case committed.
    pub committed: Committed,
}

#[async_trait]
impl Transaction for MockTransaction {
    fn visitors(&mut self) -> &mut dyn VisitorRepository {
        &mut self.visitors
    }

    fn contacts(&mut self) -> &mut dyn ContactRepository {
        &mut self.contacts
    }

    fn conversations(&mut self) -> &mut dyn ConversationRepository {
        &mut self.conversations
    }

    fn inquiries(&mut self) -> &mut dyn InquiryRepository {
        &mut self.inquiries
    }

    fn subscriptions(&mut self) -> &mut dyn SubscriptionRepository {
        &mut self.subscriptions
    }

    fn messages(&mut self) -> &mut dyn MessageRepository {
        &mut self.messages
    }

    fn departments(&mut self) -> &mut dyn DepartmentRepository {
        &mut self.departments
    }

    fn custom_fields(&mut self) -> &mut dyn CustomFieldRepository {
        &mut self.custom_fields
    }

    fn agents(&mut self) -> &mut dyn AgentRepository {
        &mut self.agents
    }

    fn users(&mut self) -> &mut dyn UserRepository {
        &mut self.users
    }

    fn tokens(&mut self) -> &mut dyn TokenRepository {
        &mut self.tokens
    }

    fn access(&mut self) -> &mut dyn AccessRepository {
        &mut self.access
    }

    fn login_attempts(&mut self) -> &mut dyn LoginAttemptRepository {
        &mut self.login_attempts
    }

    fn audit(&mut self) -> &mut dyn AuditRepository {
        &mut self.audit
    }

    fn settings(&mut self) -> &mut dyn SettingRepository {
        &mut self.settings
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.committed.store(true, std::sync::atomic::Ordering::SeqCst);
        Ok(())
    }
}
