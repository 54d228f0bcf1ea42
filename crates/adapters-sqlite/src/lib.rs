//! The embedded store: `SQLite` through sqlx. One file, one process or a few on one machine.
//!
//! One connection writes, in transactions that take the write lock at their beginning; others read, each
//! from a snapshot of its own. Rules live in the domain: here is only SQL and the way of rows into entities
//! and back.

mod access;
mod agents;
mod audit;
mod connections;
mod contacts;
mod conversations;
mod custom_fields;
mod departments;
mod durability;
mod error;
mod inquiries;
mod json;
mod login_attempts;
mod messages;
mod migrations;
mod page;
#[cfg(test)]
mod plans;
mod sessions;
mod settings;
mod subscriptions;
mod tokens;
mod transaction;
mod users;
mod visitors;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use omnicontact_domain::contact::Contact;
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{Lookups, Session, SessionQuestion, Store, StoreError, Transaction};

use crate::connections::Connections;
use crate::contacts::Counts;
use crate::error::store_error;
use crate::transaction::SqliteTransaction;

/// Where the store is and how it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteOptions {
    /// The database file; it is made when it is missing, its folder is not.
    pub path: PathBuf,
    /// How many connections read at once; at least one does.
    pub readers: u32,
}

/// The directory in a `SQLite` file.
#[derive(Debug)]
pub struct SqliteStore {
    connections: Connections,
    counts: Arc<Counts>,
}

impl SqliteStore {
    /// Opens the file, making it when it is missing, and brings the schema up to date. Any number of
    /// processes may do so at once.
    ///
    /// # Errors
    /// - [`StoreError::Unavailable`] when the folder is missing or the file cannot be opened;
    /// - [`StoreError::ReadOnly`] when file or folder cannot be written;
    /// - [`StoreError::Busy`] when another process holds the file for longer than five seconds;
    /// - [`StoreError::Corrupt`] when the file is no database, or one of another program;
    /// - [`StoreError::Newer`] when a newer program wrote it.
    pub async fn open(options: SqliteOptions) -> Result<Self, StoreError> {
        Ok(Self { connections: Connections::open(&options).await?, counts: Arc::default() })
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreError> {
        self.connections.durability.is_possible()?;
        let begun = self.connections.begin_writing().await?;
        let durability = Arc::clone(&self.connections.durability);
        Ok(Box::new(SqliteTransaction::writing(begun, durability)))
    }

    async fn read(&self) -> Result<Box<dyn Transaction>, StoreError> {
        let begun = self.connections.readers.begin().await;
        let counts = Arc::clone(&self.counts);
        Ok(Box::new(SqliteTransaction::reading(begun.map_err(store_error)?, counts)))
    }

    async fn close(&self) {
        self.connections.close().await;
    }
}

#[async_trait]
impl Lookups for SqliteStore {
    async fn find_session(&self, question: SessionQuestion) -> Result<Option<Session>, StoreError> {
        Ok(self.find_sessions(&[question]).await?.pop().flatten())
    }

    async fn find_sessions(&self, questions: &[SessionQuestion]) -> Result<Vec<Option<Session>>, StoreError> {
        sessions::find(&self.connections.readers, questions).await
    }

    async fn find_settings(&self, ids: &[&'static str]) -> Result<SettingValues, StoreError> {
        settings::find_many(&self.connections.readers, ids).await
    }

    async fn find_visitor(&self, id: &VisitorId) -> Result<Option<Visitor>, StoreError> {
        visitors::find(&self.connections.readers, id).await
    }

    async fn find_visitors(&self, ids: &[VisitorId]) -> Result<Vec<Option<Visitor>>, StoreError> {
        if let [id] = ids {
            return Ok(vec![visitors::find(&self.connections.readers, id).await?]);
        }
        visitors::find_many(&self.connections.readers, ids).await
    }

    async fn find_contact(&self, id: &ContactId) -> Result<Option<Contact>, StoreError> {
        contacts::find(&self.connections.readers, id).await
    }

    async fn find_contacts(&self, ids: &[ContactId]) -> Result<Vec<Option<Contact>>, StoreError> {
        if let [id] = ids {
            return Ok(vec![contacts::find(&self.connections.readers, id).await?]);
        }
        contacts::find_many(&self.connections.readers, ids).await
    }

    async fn knows_email(&self, key: &EmailKey) -> Result<bool, StoreError> {
        contacts::knows_email(&self.connections.readers, key).await
    }

    async fn knows_phone(&self, keys: &[PhoneKey]) -> Result<bool, StoreError> {
        contacts::knows_phone(&self.connections.readers, keys).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query!("select 1 as one").fetch_one(&self.connections.readers).await.map_err(store_error)?;
        Ok(())
    }
}
