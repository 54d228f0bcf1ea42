//! The networked store: `PostgreSQL` 13 or newer through sqlx.
//!
//! [`PgStore`] implements the ports over one pool of connections; `transaction` lends the repositories,
//! `lookups` answers what every request asks. Rules live in the domain: here is only SQL and the way of
//! rows into entities and back.

mod access;
mod agents;
mod audit;
mod connections;
mod contact_pages;
mod contact_row;
mod contact_writes;
mod contacts;
mod conversations;
mod counts;
mod custom_fields;
mod departments;
mod error;
mod inquiries;
mod json;
mod keys;
mod login_attempts;
mod lookups;
mod messages;
mod migrations;
mod options;
mod pages;
mod roles;
mod room_pages;
mod room_row;
mod room_sources;
mod room_writes;
mod search_fill;
mod search_keys;
mod sessions;
mod settings;
mod subscriptions;
mod tokens;
mod transaction;
mod user_row;
mod user_writes;
mod users;
mod visitor_batch;
mod visitor_filter;
mod visitor_pages;
mod visitor_row;
mod visitor_search;
mod visitor_writes;
mod visitors;
mod wire;

pub use options::PgOptions;

use std::sync::Arc;

use async_trait::async_trait;
use omnicontact_ports::{Store, StoreError, Transaction};

use crate::connections::{Begin, Connections};
use crate::counts::Counts;
use crate::transaction::PgTransaction;

/// The directory in a database.
#[derive(Debug)]
pub struct PgStore {
    connections: Connections,
    counts: Arc<Counts>,
}

impl PgStore {
    /// Connects, and brings the schema up to date. Any number of nodes may do so at once.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the server does not answer, [`StoreError::Newer`] when a newer
    /// program wrote the database, [`StoreError::Backend`] for a server older than 13.
    pub async fn open(options: PgOptions) -> Result<Self, StoreError> {
        let connections = Connections::open(&options).await?;
        migrations::migrate(&connections, &options).await?;
        search_fill::fill(&connections, &options).await?;
        visitor_search::fill(&connections, &options).await?;
        Ok(Self { connections, counts: Arc::default() })
    }
}

#[async_trait]
impl Store for PgStore {
    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreError> {
        Ok(Box::new(PgTransaction::begin(&self.connections, &self.counts, Begin::Write).await?))
    }

    async fn read(&self) -> Result<Box<dyn Transaction>, StoreError> {
        Ok(Box::new(PgTransaction::begin(&self.connections, &self.counts, Begin::Read).await?))
    }

    async fn close(&self) {
        self.connections.close().await;
    }
}
