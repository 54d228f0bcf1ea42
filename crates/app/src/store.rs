//! Which store a database URL means, and what to say when it cannot be opened.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;

use omnicontact_adapters_postgres::{PgOptions, PgStore};
use omnicontact_adapters_sqlite::{SqliteOptions, SqliteStore};
use omnicontact_batching::{Batched, Limits};
use omnicontact_ports::{Store, StoreError};

use crate::config::Config;

/// A database URL, understood.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Place {
    fn of(url: &str) -> anyhow::Result<Self> {
        let scheme =
            url.split_once(':').map(|(scheme, rest)| (scheme, rest.strip_prefix("//").unwrap_or(rest)));
        match scheme {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(url.to_owned())),
            Some(_) | None => anyhow::bail!(
                "`database_url` must be sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE"
            ),
        }
    }
}

/// Questions in a batch at most: enough to spare nearly all round trips, few enough to be one small statement.
const BATCH: usize = 64;
/// Questions that wait for a batch at most; each has a request behind it.
const WAITING: usize = 10_000;

/// Opens the store, behind batches unless they are off, and brings its tables up to date.
pub(crate) async fn open(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    let store = open_bare(config).await?;
    if !config.batched_reads {
        return Ok(store);
    }
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    // More batches at once than cores would only be smaller; writers need connections, too.
    let connections = usize::try_from(config.database_connections)?;
    let limits = Limits { batches: cores.clamp(1, connections.div_ceil(2)), batch: BATCH, waiting: WAITING };
    Ok(Arc::new(Batched::new(store, limits)))
}

async fn open_bare(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    match Place::of(&config.database_url)? {
        Place::Sqlite(path) => {
            let options = SqliteOptions { path: path.clone(), readers: config.database_connections };
            let opened = SqliteStore::open(options).await;
            let store = opened.map_err(|error| {
                let hint = sqlite_hint(&error, &path);
                anyhow::Error::new(error).context(hint)
            })?;
            Ok(Arc::new(store))
        }
        Place::Postgres(url) => {
            let mut options = PgOptions::new(url);
            options.pool_size = config.database_connections;
            options.prepared_statements = config.prepared_statements;
            let opened = PgStore::open(options).await;
            let store = opened.map_err(|error| {
                let hint = postgres_hint(&error);
                anyhow::Error::new(error).context(hint)
            })?;
            Ok(Arc::new(store))
        }
    }
}

fn sqlite_hint(error: &StoreError, path: &std::path::Path) -> String {
    let file = path.display();
    match error {
        StoreError::ReadOnly(_) => format!(
            "the database file {file} cannot be written; give the user who runs omnicontact the right to write \
             the file and its folder, and check that the disk is not full"
        ),
        StoreError::Busy(_) => {
            format!("the database file {file} is locked by another program; end that program and start again")
        }
        StoreError::Unavailable(_) => format!(
            "the database file {file} cannot be opened; check that its folder exists and can be written"
        ),
        StoreError::Newer { .. } => {
            format!("the database file {file} belongs to a newer omnicontact; start that version")
        }
        StoreError::Corrupt { .. } => {
            format!(
                "the file {file} is no database of omnicontact; restore it from a backup or name another file"
            )
        }
        StoreError::Conflict(_) | StoreError::Stale | StoreError::Backend(_) => {
            format!("the database file {file} cannot be used")
        }
    }
}

fn postgres_hint(error: &StoreError) -> &'static str {
    match error {
        StoreError::Unavailable(_) => {
            "PostgreSQL cannot be reached; check that it runs and that host, port, user, password and database in \
             `database_url` are right"
        }
        StoreError::Newer { .. } => "the database belongs to a newer omnicontact; start that version",
        StoreError::ReadOnly(_) => {
            "the database cannot be written; is it a standby, or does the user lack the right to create tables?"
        }
        StoreError::Busy(_)
        | StoreError::Corrupt { .. }
        | StoreError::Conflict(_)
        | StoreError::Stale
        | StoreError::Backend(_) => "the PostgreSQL database cannot be used",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_decides() {
        assert_eq!(Place::of("sqlite://a/b.db").unwrap(), Place::Sqlite("a/b.db".into()));
        assert_eq!(Place::of("sqlite:///var/x.db").unwrap(), Place::Sqlite("/var/x.db".into()));
        assert_eq!(Place::of("sqlite:x.db").unwrap(), Place::Sqlite("x.db".into()));
        let url = "postgres://u:p@localhost/d";
        assert_eq!(Place::of(url).unwrap(), Place::Postgres(url.into()));
    }

    #[test]
    fn what_is_no_database_url_is_refused_without_repeating_a_password() {
        for url in ["mysql://u:secret@h/d", "omnicontact.db", "sqlite://", ""] {
            let said = Place::of(url).unwrap_err().to_string();
            assert!(said.contains("database_url") && !said.contains("secret"), "{said}");
        }
    }
}
