//! A database of its own for each test, on the server that `OMNICONTACT_TEST_POSTGRES_URL` names.

use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use omnicontact_adapters_postgres::PgOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

/// An empty database. It is dropped with this value, also when the test panics.
#[derive(Debug)]
pub(crate) struct Database {
    server: String,
    name: String,
}

impl Database {
    pub(crate) async fn create() -> Self {
        let server = server();
        let name = fresh_name();
        administer(&server, format!("create database {name}")).await;
        Self { server, name }
    }

    /// Few connections: many tests share one server.
    pub(crate) fn options(&self) -> PgOptions {
        PgOptions { pool_size: 6, acquire_timeout: Duration::from_secs(20), ..PgOptions::new(self.url()) }
    }

    /// Whether the database accepts connections; if not, those that are there end.
    #[allow(dead_code, reason = "not every test binary that shares this file asks for it")]
    pub(crate) async fn let_in(&self, everybody: bool) {
        let name = &self.name;
        administer(&self.server, format!("alter database {name} allow_connections {everybody}")).await;
        if !everybody {
            let ending =
                format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
            administer(&self.server, ending).await;
        }
    }

    pub(crate) fn url(&self) -> String {
        let options = PgConnectOptions::from_str(&self.server).expect("a URL").database(&self.name);
        options.to_url_lossy().to_string()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // The test's own runtime may be at its end.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                administer(&server, format!("drop database if exists {name} with (force)")).await;
            });
        });
        // A test that failed already says more than a database that stays.
        let _ = dropping.join();
    }
}

async fn administer(server: &str, statement: String) {
    let mut connection = PgConnection::connect(server).await.expect("the test server answers");
    let done = sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await;
    done.expect("the test server lets us create and drop databases");
    connection.close().await.expect("the test server says goodbye");
}

fn server() -> String {
    std::env::var("OMNICONTACT_TEST_POSTGRES_URL").expect(
        "OMNICONTACT_TEST_POSTGRES_URL names no server. `cargo xtask test` starts one and runs these tests; \
         or set it to a database whose user may create databases",
    )
}

/// Different in each process and for each test.
fn fresh_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    #[expect(clippy::disallowed_methods, reason = "a name that no other run has")]
    let now = std::time::SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_nanos();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("omnicontact_test_{now:x}_{}_{count}", std::process::id())
}
