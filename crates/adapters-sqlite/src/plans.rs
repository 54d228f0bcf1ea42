//! For tests: how `SQLite` would find what a statement asks for.

use sqlx::{AssertSqlSafe, QueryBuilder, Row, Sqlite};

use crate::SqliteOptions;
use crate::connections::Connections;

/// A store, empty at first, that explains.
pub(crate) struct Plans {
    connections: Connections,
    _folder: tempfile::TempDir,
}

impl Plans {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteOptions { path: folder.path().join("plans.db"), readers: 1 };
        Self { connections: Connections::open(&options).await.unwrap(), _folder: folder }
    }

    /// A connection that fills the store.
    pub(crate) async fn writer(&self) -> sqlx::pool::PoolConnection<Sqlite> {
        self.connections.writer.acquire().await.unwrap()
    }

    /// The steps of the plan.
    pub(crate) async fn steps(&self, query: &QueryBuilder<Sqlite>) -> Vec<String> {
        let sql = format!("explain query plan {}", query.sql().as_str());
        let plan = sqlx::query(AssertSqlSafe(sql)).fetch_all(&self.connections.readers).await.unwrap();
        plan.iter().map(|step| step.get("detail")).collect()
    }
}
