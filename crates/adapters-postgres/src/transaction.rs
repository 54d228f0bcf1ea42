//! One transaction, which is all repositories at once.

use std::sync::Arc;

use async_trait::async_trait;
use omnicontact_ports::{
    AccessRepository, AgentRepository, AuditRepository, ContactRepository, ConversationRepository,
    CustomFieldRepository, DepartmentRepository, InquiryRepository, LoginAttemptRepository,
    MessageRepository, SettingRepository, StoreError, SubscriptionRepository, TokenRepository, Transaction,
    UserRepository, VisitorRepository,
};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::{Map, Query};
use sqlx::{Postgres, QueryBuilder};

use crate::connections::{Begin, Connections, LostAt};
use crate::counts::Counts;
use crate::error::classify;
use crate::visitor_row::ReadVisitor;
use crate::wire::Wire;

/// A transaction. Dropping it undoes all of it.
#[derive(Debug)]
pub(crate) struct PgTransaction {
    pub(crate) inner: sqlx::Transaction<'static, Postgres>,
    /// The visitor that was read last: its keys need not be read again to overwrite it.
    pub(crate) last_visitor: Option<ReadVisitor>,
    /// Numbers that are remembered; only of a transaction that reads one view and writes nothing.
    pub(crate) counts: Option<Arc<Counts>>,
    prepared: bool,
    /// Whether a statement failed. The server then undoes the transaction and answers `commit` with success.
    failed: bool,
    lost_at: Arc<LostAt>,
}

impl PgTransaction {
    pub(crate) async fn begin(
        connections: &Connections,
        counts: &Arc<Counts>,
        purpose: Begin,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            inner: connections.begin(purpose).await?,
            last_visitor: None,
            counts: match purpose {
                Begin::Write => None,
                Begin::Read => Some(Arc::clone(counts)),
            },
            prepared: connections.prepared(),
            failed: false,
            lost_at: connections.lost_at(),
        })
    }

    /// The connection, for a statement of a fixed text.
    pub(crate) fn wire(&mut self) -> Wire<'_> {
        Wire { connection: &mut self.inner, prepared: self.prepared }
    }

    /// The connection, for a statement that is better planned anew with the values at hand.
    pub(crate) fn unprepared_wire(&mut self) -> Wire<'_> {
        Wire { connection: &mut self.inner, prepared: false }
    }

    /// Notes a failed statement.
    pub(crate) fn fail(&mut self, error: sqlx::Error) -> StoreError {
        self.failed = true;
        self.lost_at.notice(&error);
        classify(error)
    }

    /// Runs a statement; how many rows it wrote.
    pub(crate) async fn execute(
        &mut self,
        query: Query<'_, Postgres, PgArguments>,
    ) -> Result<u64, StoreError> {
        match query.execute(self.wire()).await {
            Ok(done) => Ok(done.rows_affected()),
            Err(error) => Err(self.fail(error)),
        }
    }

    /// The row of a statement that has one at the most.
    pub(crate) async fn optional<F, O>(
        &mut self,
        query: Map<'_, Postgres, F, PgArguments>,
    ) -> Result<Option<O>, StoreError>
    where
        F: FnMut(PgRow) -> Result<O, sqlx::Error> + Send,
        O: Send + Unpin,
    {
        query.fetch_optional(self.wire()).await.map_err(|error| self.fail(error))
    }

    /// The row of a statement that has exactly one.
    pub(crate) async fn one<F, O>(
        &mut self,
        query: Map<'_, Postgres, F, PgArguments>,
    ) -> Result<O, StoreError>
    where
        F: FnMut(PgRow) -> Result<O, sqlx::Error> + Send,
        O: Send + Unpin,
    {
        query.fetch_one(self.wire()).await.map_err(|error| self.fail(error))
    }

    /// All rows of a statement.
    pub(crate) async fn all<F, O>(
        &mut self,
        query: Map<'_, Postgres, F, PgArguments>,
    ) -> Result<Vec<O>, StoreError>
    where
        F: FnMut(PgRow) -> Result<O, sqlx::Error> + Send,
        O: Send + Unpin,
    {
        query.fetch_all(self.wire()).await.map_err(|error| self.fail(error))
    }

    /// The number that a statement of changing text counts.
    pub(crate) async fn count(&mut self, mut statement: QueryBuilder<Postgres>) -> Result<u64, StoreError> {
        let count = statement.build_query_scalar::<i64>().fetch_one(self.unprepared_wire()).await;
        let count = count.map_err(|error| self.fail(error))?;
        u64::try_from(count).map_err(|error| StoreError::Backend(error.into()))
    }

    /// The row of a statement of changing text that has exactly one.
    pub(crate) async fn row(&mut self, mut statement: QueryBuilder<Postgres>) -> Result<PgRow, StoreError> {
        let row = statement.build().fetch_one(self.unprepared_wire()).await;
        row.map_err(|error| self.fail(error))
    }

    /// Runs statements that have no values and no rows: about savepoints, or how the next ones are planned.
    pub(crate) async fn script(&mut self, statement: &'static str) -> Result<(), StoreError> {
        match sqlx::raw_sql(statement).execute(&mut *self.inner).await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.fail(error)),
        }
    }
}

#[async_trait]
impl Transaction for PgTransaction {
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
        if self.failed {
            return Err(StoreError::Backend("an earlier statement of the transaction failed".into()));
        }
        let lost_at = self.lost_at;
        self.inner.commit().await.map_err(|error| {
            lost_at.notice(&error);
            classify(error)
        })
    }
}
