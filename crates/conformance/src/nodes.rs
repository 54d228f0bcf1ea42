//! Several nodes over one store, as one: every question goes to the next node. A law that holds for this
//! holds for a cluster, and finds what one node only remembers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use omnicontact_domain::contact::Contact;
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{Lookups, Session, SessionQuestion, Store, StoreError, Transaction};

/// Nodes that are asked in turn.
#[expect(missing_debug_implementations, reason = "stores need not be shown")]
pub struct Nodes {
    nodes: Vec<Arc<dyn Store>>,
    asked: AtomicUsize,
}

impl Nodes {
    /// Nodes over one store; at least one.
    #[must_use]
    pub fn new(nodes: Vec<Arc<dyn Store>>) -> Arc<Self> {
        Arc::new(Self { nodes, asked: AtomicUsize::new(0) })
    }

    fn next(&self) -> &dyn Store {
        &*self.nodes[self.asked.fetch_add(1, Ordering::Relaxed) % self.nodes.len()]
    }
}

#[async_trait]
impl Store for Nodes {
    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreError> {
        self.next().begin().await
    }

    async fn read(&self) -> Result<Box<dyn Transaction>, StoreError> {
        self.next().read().await
    }

    async fn close(&self) {
        for node in &self.nodes {
            node.close().await;
        }
    }
}

#[async_trait]
impl Lookups for Nodes {
    async fn find_session(&self, question: SessionQuestion) -> Result<Option<Session>, StoreError> {
        self.next().find_session(question).await
    }

    async fn find_sessions(&self, questions: &[SessionQuestion]) -> Result<Vec<Option<Session>>, StoreError> {
        self.next().find_sessions(questions).await
    }

    async fn find_settings(&self, ids: &[&'static str]) -> Result<SettingValues, StoreError> {
        self.next().find_settings(ids).await
    }

    async fn find_visitor(&self, id: &VisitorId) -> Result<Option<Visitor>, StoreError> {
        self.next().find_visitor(id).await
    }

    async fn find_visitors(&self, ids: &[VisitorId]) -> Result<Vec<Option<Visitor>>, StoreError> {
        self.next().find_visitors(ids).await
    }

    async fn find_contact(&self, id: &ContactId) -> Result<Option<Contact>, StoreError> {
        self.next().find_contact(id).await
    }

    async fn find_contacts(&self, ids: &[ContactId]) -> Result<Vec<Option<Contact>>, StoreError> {
        self.next().find_contacts(ids).await
    }

    async fn knows_email(&self, key: &EmailKey) -> Result<bool, StoreError> {
        self.next().knows_email(key).await
    }

    async fn knows_phone(&self, keys: &[PhoneKey]) -> Result<bool, StoreError> {
        self.next().knows_phone(keys).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.next().ping().await
    }
}
