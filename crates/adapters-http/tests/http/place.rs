//! Where a test keeps its directory: in a file, or in a database of its own on the server that
//! `OMNICONTACT_TEST_POSTGRES_URL` names. `OMNICONTACT_TEST_STORE=postgres` chooses the second for all tests.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use omnicontact_adapters_postgres::{PgOptions, PgStore};
use omnicontact_adapters_sqlite::{SqliteOptions, SqliteStore};
use omnicontact_ports::Store;
use tempfile::TempDir;

const STORE: &str = "OMNICONTACT_TEST_STORE";
const SERVER: &str = "OMNICONTACT_TEST_POSTGRES_URL";

/// Vanishes with this value.
pub(crate) enum Place {
    File(TempDir),
    Database(Database),
}

/// A database, called like a temporary folder, as such a name is given only once.
pub(crate) struct Database {
    server: String,
    name: String,
    _named_like: TempDir,
}

impl Place {
    pub(crate) fn fresh() -> Self {
        let folder = tempfile::tempdir().unwrap();
        match std::env::var(STORE).as_deref() {
            Ok("postgres") => Self::Database(Database::create(folder)),
            Ok("sqlite") | Err(_) => Self::File(folder),
            Ok(other) => panic!("{STORE} is {other}, neither sqlite nor postgres"),
        }
    }

    pub(crate) async fn open(&self) -> Arc<dyn Store> {
        match self {
            Self::File(folder) => {
                let options = SqliteOptions { path: folder.path().join("directory.db"), readers: 2 };
                Arc::new(SqliteStore::open(options).await.unwrap())
            }
            Self::Database(database) => {
                // Many tests share one server, and machines may be slow.
                let (pool_size, acquire_timeout) = (6, Duration::from_secs(20));
                let options = PgOptions { pool_size, acquire_timeout, ..PgOptions::new(database.url()) };
                Arc::new(PgStore::open(options).await.unwrap())
            }
        }
    }
}

impl Database {
    fn create(folder: TempDir) -> Self {
        let server = std::env::var(SERVER)
            .unwrap_or_else(|_| panic!("{SERVER} is not set; run the tests with `cargo xtask test`"));
        let unique = folder.path().file_name().unwrap().to_str().unwrap().to_lowercase();
        let name = format!("http_{}", unique.replace(|c: char| !c.is_ascii_alphanumeric(), ""));
        psql(&server, &format!("create database {name}"));
        Self { server, name, _named_like: folder }
    }

    fn url(&self) -> String {
        let (base, _) = self.server.rsplit_once('/').unwrap();
        format!("{base}/{}", self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        psql(&self.server, &format!("drop database if exists {} with (force)", self.name));
    }
}

fn psql(server: &str, sql: &str) {
    let psql = std::env::var("OMNICONTACT_TEST_PSQL").unwrap_or_else(|_| "psql".to_owned());
    let output =
        Command::new(psql).args(["-qX", "-v", "ON_ERROR_STOP=1", server, "-c", sql]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
