//! One transaction, which is also every repository: each lives in the file of its aggregate.

use std::sync::Arc;

use async_trait::async_trait;
use omnicontact_ports::{
    AccessRepository, AgentRepository, AuditRepository, ContactRepository, ConversationRepository,
    CustomFieldRepository, DepartmentRepository, InquiryRepository, LoginAttemptRepository,
    MessageRepository, SettingRepository, StoreError, SubscriptionRepository, TokenRepository, Transaction,
    UserRepository, VisitorRepository,
};
use sqlx::query::{Map, Query};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Acquire, FromRow, QueryBuilder, Sqlite, SqliteConnection};

use crate::contacts::Counts;
use crate::durability::Durability;
use crate::error::store_error;

/// Dropping it undoes it: the connection rolls back before it does anything else.
#[derive(Debug)]
pub(crate) struct SqliteTransaction {
    begun: sqlx::Transaction<'static, Sqlite>,
    counts: Option<Arc<Counts>>,
    durability: Option<Arc<Durability>>,
}

impl SqliteTransaction {
    /// One that may write. What it sees may never be committed, so it remembers nothing.
    pub(crate) fn writing(begun: sqlx::Transaction<'static, Sqlite>, durability: Arc<Durability>) -> Self {
        Self { begun, counts: None, durability: Some(durability) }
    }

    /// One that reads.
    pub(crate) fn reading(begun: sqlx::Transaction<'static, Sqlite>, counts: Arc<Counts>) -> Self {
        Self { begun, counts: Some(counts), durability: None }
    }

    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.begun
    }

    /// Remembered counts of what is committed.
    pub(crate) fn counts(&self) -> Option<Arc<Counts>> {
        self.counts.clone()
    }

    /// Runs a statement that breaks no rule; how many rows it wrote.
    pub(crate) async fn execute(
        &mut self,
        query: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<u64, StoreError> {
        run(self.connection(), query).await
    }

    /// The row of a statement that has one at the most.
    pub(crate) async fn optional<F, O>(
        &mut self,
        query: Map<'_, Sqlite, F, SqliteArguments>,
    ) -> Result<Option<O>, StoreError>
    where
        F: FnMut(SqliteRow) -> Result<O, sqlx::Error> + Send,
        O: Send + Unpin,
    {
        query.fetch_optional(self.connection()).await.map_err(store_error)
    }

    /// All rows of a statement.
    pub(crate) async fn all<F, O>(
        &mut self,
        query: Map<'_, Sqlite, F, SqliteArguments>,
    ) -> Result<Vec<O>, StoreError>
    where
        F: FnMut(SqliteRow) -> Result<O, sqlx::Error> + Send,
        O: Send + Unpin,
    {
        query.fetch_all(self.connection()).await.map_err(store_error)
    }

    /// All rows of a statement of changing text.
    pub(crate) async fn listed<O>(
        &mut self,
        statement: &mut QueryBuilder<Sqlite>,
    ) -> Result<Vec<O>, StoreError>
    where
        O: for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
    {
        let query = statement.build_query_as().persistent(false);
        query.fetch_all(self.connection()).await.map_err(store_error)
    }

    /// The number that a statement of changing text counts.
    pub(crate) async fn counted(&mut self, statement: &mut QueryBuilder<Sqlite>) -> Result<u64, StoreError> {
        let query = statement.build_query_scalar::<i64>().persistent(false);
        let count = query.fetch_one(self.connection()).await.map_err(store_error)?;
        u64::try_from(count).map_err(|error| StoreError::Backend(error.into()))
    }

    /// A part of the transaction that happens as a whole or, when it is dropped, not at all.
    pub(crate) async fn savepoint(&mut self) -> Result<sqlx::Transaction<'_, Sqlite>, StoreError> {
        self.begun.begin().await.map_err(store_error)
    }
}

#[async_trait]
impl Transaction for SqliteTransaction {
    fn visitors(&mut self) -> &mut dyn VisitorRepository {
        self
    }

    fn contacts(&mut self) -> &mut dyn ContactRepository {
        self
    }

    fn conversations(&mut self) -> &mut dyn ConversationRepository {
        self
    }

    fn inquiries(&mut self) -> &mut dyn InquiryRepository {
        self
    }

    fn subscriptions(&mut self) -> &mut dyn SubscriptionRepository {
        self
    }

    fn messages(&mut self) -> &mut dyn MessageRepository {
        self
    }

    fn departments(&mut self) -> &mut dyn DepartmentRepository {
        self
    }

    fn custom_fields(&mut self) -> &mut dyn CustomFieldRepository {
        self
    }

    fn agents(&mut self) -> &mut dyn AgentRepository {
        self
    }

    fn users(&mut self) -> &mut dyn UserRepository {
        self
    }

    fn tokens(&mut self) -> &mut dyn TokenRepository {
        self
    }

    fn access(&mut self) -> &mut dyn AccessRepository {
        self
    }

    fn login_attempts(&mut self) -> &mut dyn LoginAttemptRepository {
        self
    }

    fn audit(&mut self) -> &mut dyn AuditRepository {
        self
    }

    fn settings(&mut self) -> &mut dyn SettingRepository {
        self
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        // This also frees the connection for the next writer.
        self.begun.commit().await.map_err(store_error)?;
        match self.durability {
            Some(durability) => durability.reached().await,
            None => Ok(()),
        }
    }
}

/// Runs a statement that breaks no rule; returns how many rows it wrote.
pub(crate) async fn run(
    connection: &mut SqliteConnection,
    query: Query<'_, Sqlite, SqliteArguments>,
) -> Result<u64, StoreError> {
    Ok(query.execute(connection).await.map_err(store_error)?.rows_affected())
}
