//! The connections to the file: one that writes, several that read.

use std::error::Error;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use omnicontact_ports::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Sqlite, SqliteConnection, SqlitePool, Transaction};

use crate::durability::Durability;
use crate::error::{is_busy, is_cannot_open, store_error};
use crate::{SqliteOptions, migrations};

/// How long one waits for what others hold, before the store counts as busy.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two attempts at what `SQLite` does not wait for itself.
const PAUSE: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(crate) struct Connections {
    /// One connection: writers of this process queue for it in the order in which they came, instead of
    /// polling for `SQLite`'s lock.
    pub(crate) writer: SqlitePool,
    /// Connections that `SQLite` itself keeps from writing.
    pub(crate) readers: SqlitePool,
    /// What waits for the disk after a commit.
    pub(crate) durability: Arc<Durability>,
}

impl Connections {
    pub(crate) async fn open(options: &SqliteOptions) -> Result<Self, StoreError> {
        // An absolute path is a file, whatever it is called: no `:memory:`, which no two connections share,
        // and no URI.
        let path =
            std::path::absolute(&options.path).map_err(|error| StoreError::Unavailable(error.into()))?;
        let writer = match open_writer(&path).await {
            Ok(writer) => writer,
            Err(error) if is_cannot_open(&error) => return Err(why_it_cannot_be_opened(&path, error)),
            Err(error) => return Err(store_error(error)),
        };
        migrations::migrate(&writer).await?;
        let readers = pool(options.readers.max(1))
            .connect_with(connect_options(&path).pragma("query_only", "on"))
            .await
            .map_err(store_error)?;
        let durability = Durability::of_log(&path);
        // What was changed while it was opened is promised from here on, like all else.
        durability.reached().await?;
        Ok(Self { writer, readers, durability: Arc::new(durability) })
    }

    /// Begins to write. Whoever waited for the other writers of this process has that much less patience with
    /// other processes, so that the two waits do not add up.
    pub(crate) async fn begin_writing(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        // Taking the lock here, not at the first write, is what makes reading and then writing safe: a
        // transaction that began by reading could not write any more once another one wrote.
        match tokio::time::timeout(PATIENCE, self.writer.begin_with("begin immediate")).await {
            Ok(begun) => begun.map_err(store_error),
            Err(elapsed) => Err(StoreError::Busy(elapsed.into())),
        }
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        // Others may keep the file open, so that SQLite would not move the log into the file by itself.
        if let Err(error) = sqlx::query("pragma wal_checkpoint(truncate)").execute(&self.writer).await {
            tracing::debug!(%error, "the log was not moved into the database file");
        }
        self.writer.close().await;
    }
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        // No network lies between: a connection that was good is good.
        .test_before_acquire(false)
        // Except after a failure in which `SQLite` itself undid the transaction (e.g. of a full disk): sqlx does not
        // notice, and could never begin another one.
        .after_release(|connection, _| Box::pin(is_outside_of_transactions(connection)))
}

async fn is_outside_of_transactions(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // An abandoned transaction is undone behind this.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

fn connect_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(PATIENCE)
        .foreign_keys(true)
        // Commits are made durable by [`Durability`], many at once; the log itself is written in order, and brought
        // to the disk before the database file is touched.
        .synchronous(SqliteSynchronous::Normal)
        .statement_cache_capacity(200)
        // Of a new file: searches read many rows, and half as many pages of this size hold them.
        .page_size(8192)
        // 16 MiB of pages for each connection, the rest from the page cache of the system. The file is not mapped:
        // whoever reads first after a write would undo the mapping, which takes up to 40 ms of a large file.
        .pragma("cache_size", "-16384")
        .pragma("mmap_size", "0")
        .pragma("temp_store", "memory")
        // What is erased is overwritten.
        .pragma("secure_delete", "on")
}

/// Opens the file for writing, in WAL mode. `SQLite` does not wait for the lock that the change of mode takes,
/// so processes that open a new file at once try again.
async fn open_writer(path: &Path) -> Result<SqlitePool, sqlx::Error> {
    let options = connect_options(path).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    let begun = Instant::now();
    loop {
        match pool(1).connect_with(options.clone()).await {
            Err(error) if is_busy(&error) && begun.elapsed() < PATIENCE => tokio::time::sleep(PAUSE).await,
            done => return done,
        }
    }
}

/// `SQLite` says "unable to open database file" for much; this says what it is.
fn why_it_cannot_be_opened(path: &Path, error: sqlx::Error) -> StoreError {
    let folder = path.parent().unwrap_or(path);
    if let Err(missing) = folder.read_dir() {
        return StoreError::Unavailable(context(folder, &missing));
    }
    // The database itself must not be touched: closing it would end the locks that other connections of
    // this process hold. A file beside it tells whether the folder can be written, as WAL mode needs.
    let probe = folder.join(format!(".omnicontact-{}", std::process::id()));
    match std::fs::File::create_new(&probe) {
        Ok(_) => {
            let _ = std::fs::remove_file(&probe);
            StoreError::Unavailable(error.into())
        }
        Err(taken) if taken.kind() == ErrorKind::AlreadyExists => StoreError::Unavailable(error.into()),
        Err(refused) => StoreError::ReadOnly(context(folder, &refused)),
    }
}

fn context(path: &Path, error: &std::io::Error) -> Box<dyn Error + Send + Sync> {
    format!("{}: {error}", path.display()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pragma(pool: &SqlitePool, sql: &'static str) -> String {
        let value: String = sqlx::query_scalar(sql).fetch_one(pool).await.unwrap();
        value
    }

    #[tokio::test]
    async fn connections_keep_what_they_promise() {
        let folder = tempfile::tempdir().unwrap();
        let options = SqliteOptions { path: folder.path().join("pragmas.db"), readers: 0 };
        let Connections { writer, readers, .. } = Connections::open(&options).await.unwrap();
        for pool in [&writer, &readers] {
            assert_eq!(pragma(pool, "select journal_mode from pragma_journal_mode").await, "wal");
            // 1 is `normal`: commits do not wait for the disk by themselves.
            assert_eq!(pragma(pool, "select cast(synchronous as text) from pragma_synchronous").await, "1");
            assert_eq!(pragma(pool, "select cast(foreign_keys as text) from pragma_foreign_keys").await, "1");
            assert_eq!(pragma(pool, "select cast(timeout as text) from pragma_busy_timeout").await, "5000");
        }
        assert_eq!(pragma(&writer, "select cast(query_only as text) from pragma_query_only").await, "0");
        assert_eq!(pragma(&readers, "select cast(query_only as text) from pragma_query_only").await, "1");
    }
}
