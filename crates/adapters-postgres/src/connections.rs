//! The pool of connections: limits, restarts of the server, and what a wait in vain means.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use omnicontact_ports::StoreError;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Postgres, Transaction};

use crate::error::{classify, is_lost_connection, timed_out};
use crate::options::{PgOptions, limits_of_a_transaction};
use crate::wire::Wire;

/// The oldest server whose SQL is spoken here.
const OLDEST_SERVER: u32 = 130_000;
/// A connection that was at work this recently is lent without asking it first.
const TRUSTED_FOR: Duration = Duration::from_secs(1);
/// How long a connection may take to say that it lives.
const PING_TIMEOUT: Duration = Duration::from_secs(1);

/// The connections to one database.
#[derive(Debug)]
pub(crate) struct Connections {
    pool: PgPool,
    probe: Probe,
    lost_at: Arc<LostAt>,
    prepared: bool,
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begin {
    /// To write.
    Write,
    /// To read one consistent view.
    Read,
}

impl Begin {
    /// Isolation and limits in one message. Nothing is said of `read write`: a database that its operator
    /// made read-only stays so.
    const fn statement(self, prepared: bool) -> &'static str {
        match (self, prepared) {
            (Self::Write, true) => "begin isolation level read committed",
            (Self::Write, false) => {
                concat!("begin isolation level read committed", limits_of_a_transaction!())
            }
            (Self::Read, true) => "begin isolation level repeatable read read only",
            (Self::Read, false) => {
                concat!("begin isolation level repeatable read read only", limits_of_a_transaction!())
            }
        }
    }
}

impl Connections {
    pub(crate) async fn open(options: &PgOptions) -> Result<Self, StoreError> {
        let connect_options = options.limited()?;
        let lost_at = Arc::new(LostAt::default());
        let pool = PgPoolOptions::new()
            .max_connections(options.pool_size)
            .acquire_timeout(options.acquire_timeout)
            .test_before_acquire(false)
            .before_acquire({
                let lost_at = Arc::clone(&lost_at);
                move |connection, idle| {
                    let doubtful = idle.idle_for >= TRUSTED_FOR || lost_at.is_within(idle.idle_for);
                    Box::pin(async move {
                        if doubtful {
                            ping(connection).await?;
                        }
                        Ok(true)
                    })
                }
            })
            .connect_lazy_with(connect_options.clone());
        let connections = Self {
            pool,
            probe: Probe { options: connect_options, last: tokio::sync::Mutex::default() },
            lost_at,
            prepared: options.prepared_statements,
        };
        connections.check_server().await?;
        Ok(connections)
    }

    async fn check_server(&self) -> Result<(), StoreError> {
        let session = match self.pool.acquire().await {
            Ok(session) => session,
            Err(error) => return Err(self.explain(error).await),
        };
        // A pooler may hide the version.
        match session.server_version_num() {
            Some(version) if version < OLDEST_SERVER => {
                let reason = format!(
                    "the server is PostgreSQL {}.{}; version 13 or newer is needed",
                    version / 10_000,
                    version % 10_000
                );
                Err(StoreError::Backend(reason.into()))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Begins a transaction. One that meets a dead connection begins again on another: nothing was done yet.
    pub(crate) async fn begin(&self, purpose: Begin) -> Result<Transaction<'static, Postgres>, StoreError> {
        let statement = purpose.statement(self.prepared);
        let begun = match self.pool.begin_with(statement).await {
            Err(error) if self.notices_loss(&error) => Box::pin(self.pool.begin_with(statement)).await,
            begun => begun,
        };
        match begun {
            Ok(transaction) => Ok(transaction),
            Err(error) => Err(self.explain(error).await),
        }
    }

    /// A connection for one reading statement.
    pub(crate) async fn lease(&self) -> Result<Lease, sqlx::Error> {
        // Outside a transaction a pooler may send the two halves of an unnamed statement to two connections.
        let held = if self.prepared {
            Held::Bare(self.pool.acquire().await?)
        } else {
            Held::InTransaction(self.pool.begin_with(Begin::Read.statement(false)).await?)
        };
        Ok(Lease { held, prepared: self.prepared })
    }

    pub(crate) const fn prepared(&self) -> bool {
        self.prepared
    }

    pub(crate) fn lost_at(&self) -> Arc<LostAt> {
        Arc::clone(&self.lost_at)
    }

    /// Whether the error means a lost connection. If so, the pool asks all others before it lends them.
    pub(crate) fn notices_loss(&self, error: &sqlx::Error) -> bool {
        self.lost_at.notice(error)
    }

    /// What an error means whose cause may be the pool's: it gives up in the same way when all connections
    /// are at work and when none can be made.
    pub(crate) async fn explain(&self, error: sqlx::Error) -> StoreError {
        if matches!(error, sqlx::Error::PoolTimedOut) && !self.probe.answers().await {
            return StoreError::Unavailable(error.into());
        }
        classify(error)
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

async fn ping(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    tokio::time::timeout(PING_TIMEOUT, connection.ping()).await.map_err(|_| timed_out())?
}

/// A connection lent for one statement.
#[derive(Debug)]
pub(crate) struct Lease {
    held: Held,
    prepared: bool,
}

#[derive(Debug)]
enum Held {
    Bare(PoolConnection<Postgres>),
    InTransaction(Transaction<'static, Postgres>),
}

impl Lease {
    pub(crate) fn wire(&mut self) -> Wire<'_> {
        let prepared = self.prepared;
        Wire { connection: self, prepared }
    }
}

impl Deref for Lease {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        match &self.held {
            Held::Bare(connection) => connection,
            Held::InTransaction(transaction) => transaction,
        }
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut PgConnection {
        match &mut self.held {
            Held::Bare(connection) => connection,
            Held::InTransaction(transaction) => transaction,
        }
    }
}

/// When a connection was last found dead. A restart kills all, so those that rest since before are doubtful.
#[derive(Debug, Default)]
pub(crate) struct LostAt(Mutex<Option<Instant>>);

impl LostAt {
    pub(crate) fn notice(&self, error: &sqlx::Error) -> bool {
        let lost = is_lost_connection(error);
        if lost {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        lost
    }

    fn is_within(&self, past: Duration) -> bool {
        let lost_at = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lost_at.is_some_and(|instant| instant.elapsed() <= past)
    }
}

/// Asks the server itself, once a second at most.
#[derive(Debug)]
struct Probe {
    options: PgConnectOptions,
    last: tokio::sync::Mutex<Option<(Instant, bool)>>,
}

impl Probe {
    async fn answers(&self) -> bool {
        let mut last = self.last.lock().await;
        if let Some((asked_at, answered)) = *last
            && asked_at.elapsed() < TRUSTED_FOR
        {
            return answered;
        }
        // Boxed, and made only here: each question would carry the room that connecting takes.
        let attempt = Box::pin(async { self.options.connect().await?.close().await });
        let answered = matches!(tokio::time::timeout(PING_TIMEOUT, attempt).await, Ok(Ok(())));
        *last = Some((Instant::now(), answered));
        answered
    }
}
