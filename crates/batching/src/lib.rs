//! A decorator for stores: what nearly every request asks goes to the store in batches.
//!
//! Questions that come in while a batch is under way wait for it and go out together as the next one. Nothing
//! is cached and nothing waits for a timer: a lone question goes out at once, under load batches grow by
//! themselves, and every answer was read after its question came in, so that it is as exact as without batches
//! on every node. All else is handed through. Absent: engines; how many questions become one statement is the
//! affair of [`omnicontact_ports::Lookups::find_sessions`] and its like.

mod queue;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use omnicontact_domain::contact::Contact;
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{Lookups, Session, SessionQuestion, Store, StoreError, Transaction};

pub use crate::queue::Limits;
use crate::queue::Queue;

/// A store whose frequent questions go out in batches.
pub struct Batched {
    store: Arc<dyn Store>,
    sessions: Queue<SessionQuestion, Option<Session>>,
    visitors: Queue<VisitorId, Option<Visitor>>,
    contacts: Queue<ContactId, Option<Contact>>,
}

impl fmt::Debug for Batched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batched").field("sessions", &self.sessions).finish_non_exhaustive()
    }
}

impl Batched {
    /// The store behind queues with these limits each.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, limits: Limits) -> Self {
        let sessions = Queue::new(limits, {
            let store = Arc::clone(&store);
            move |questions: Arc<[SessionQuestion]>| {
                let store = Arc::clone(&store);
                Box::pin(async move { store.find_sessions(&questions).await })
            }
        });
        let visitors = Queue::new(limits, {
            let store = Arc::clone(&store);
            move |ids: Arc<[VisitorId]>| {
                let store = Arc::clone(&store);
                Box::pin(async move { store.find_visitors(&ids).await })
            }
        });
        let contacts = Queue::new(limits, {
            let store = Arc::clone(&store);
            move |ids: Arc<[ContactId]>| {
                let store = Arc::clone(&store);
                Box::pin(async move { store.find_contacts(&ids).await })
            }
        });
        Self { store, sessions, visitors, contacts }
    }
}

#[async_trait]
impl Lookups for Batched {
    async fn find_session(&self, question: SessionQuestion) -> Result<Option<Session>, StoreError> {
        self.sessions.ask(question).await
    }

    async fn find_sessions(&self, questions: &[SessionQuestion]) -> Result<Vec<Option<Session>>, StoreError> {
        self.store.find_sessions(questions).await
    }

    async fn find_settings(&self, ids: &[&'static str]) -> Result<SettingValues, StoreError> {
        self.store.find_settings(ids).await
    }

    async fn find_visitor(&self, id: &VisitorId) -> Result<Option<Visitor>, StoreError> {
        self.visitors.ask(id.clone()).await
    }

    async fn find_visitors(&self, ids: &[VisitorId]) -> Result<Vec<Option<Visitor>>, StoreError> {
        self.store.find_visitors(ids).await
    }

    async fn find_contact(&self, id: &ContactId) -> Result<Option<Contact>, StoreError> {
        self.contacts.ask(id.clone()).await
    }

    async fn find_contacts(&self, ids: &[ContactId]) -> Result<Vec<Option<Contact>>, StoreError> {
        self.store.find_contacts(ids).await
    }

    async fn knows_email(&self, key: &EmailKey) -> Result<bool, StoreError> {
        self.store.knows_email(key).await
    }

    async fn knows_phone(&self, keys: &[PhoneKey]) -> Result<bool, StoreError> {
        self.store.knows_phone(keys).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }
}

#[async_trait]
impl Store for Batched {
    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreError> {
        self.store.begin().await
    }

    async fn read(&self) -> Result<Box<dyn Transaction>, StoreError> {
        self.store.read().await
    }

    async fn close(&self) {
        self.store.close().await;
    }
}
