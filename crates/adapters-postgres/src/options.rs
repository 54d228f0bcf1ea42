//! How to reach the database.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use omnicontact_ports::StoreError;
use sqlx::postgres::PgConnectOptions;

/// No statement runs longer.
const STATEMENT_TIMEOUT_MS: &str = "30000";
/// Nobody waits longer for a lock.
const LOCK_TIMEOUT_MS: &str = "10000";
/// A transaction that nobody works on is ended, so that it blocks nobody.
const IDLE_IN_TRANSACTION_TIMEOUT_MS: &str = "60000";

/// The same limits for poolers, which forward no session settings. Appended to `begin`.
macro_rules! limits_of_a_transaction {
    () => {
        "; set local statement_timeout = 30000; set local lock_timeout = 10000; \
         set local idle_in_transaction_session_timeout = 60000"
    };
}
pub(crate) use limits_of_a_transaction;

/// How to reach the database. `Debug` hides the address, which may hold a password.
#[derive(Clone)]
pub struct PgOptions {
    /// `postgres://user:password@host:port/database?sslmode=require`; what is absent comes from `PGHOST` and
    /// the like.
    pub url: String,
    /// Connections at most.
    pub pool_size: u32,
    /// How long a request waits for a connection, also while the server is down.
    pub acquire_timeout: Duration,
    /// `false` behind a pooler that gives each transaction another connection, such as `PgBouncer` before 1.21
    /// in transaction mode: statements are then unnamed, every question is a transaction, and nothing is set
    /// for the session. Slower: statements are planned each time.
    pub prepared_statements: bool,
}

impl PgOptions {
    /// Ten connections, three seconds of patience, prepared statements.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            pool_size: 10,
            acquire_timeout: Duration::from_secs(3),
            prepared_statements: true,
        }
    }

    /// How a connection for migrations is made: without limits of time.
    pub(crate) fn unlimited(&self) -> Result<PgConnectOptions, StoreError> {
        let parsed =
            PgConnectOptions::from_str(&self.url).map_err(|error| StoreError::Backend(Box::new(error)))?;
        let parsed = match parsed.get_application_name() {
            Some(_) => parsed,
            None => parsed.application_name("omnicontact"),
        };
        // A pooler refuses start parameters that it does not know, and shares connections on which
        // statements would stay behind.
        Ok(if self.prepared_statements {
            parsed
        } else {
            parsed.statement_cache_capacity(0).extra_float_digits(None)
        })
    }

    /// How the connections of the pool are made.
    pub(crate) fn limited(&self) -> Result<PgConnectOptions, StoreError> {
        let unlimited = self.unlimited()?;
        Ok(if self.prepared_statements {
            unlimited.options([
                ("statement_timeout", STATEMENT_TIMEOUT_MS),
                ("lock_timeout", LOCK_TIMEOUT_MS),
                ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_TIMEOUT_MS),
                // Every statement begins at a key, so its plan is the same for all values. Left to itself the
                // server plans some of them anew each time, which takes longer than carrying them out.
                ("plan_cache_mode", "force_generic_plan"),
            ])
        } else {
            unlimited
        })
    }
}

impl fmt::Debug for PgOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PgOptions")
            .field("pool_size", &self.pool_size)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("prepared_statements", &self.prepared_statements)
            .finish_non_exhaustive()
    }
}
