//! Brings the schema up to date when the store is opened.

use omnicontact_ports::StoreError;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{SqliteConnection, SqlitePool};

use crate::contacts::{fill_search, forget_at_once};
use crate::error::{corrupt, store_error};
use crate::users::fold_names;
use crate::visitors::{fill_visitor_search, forget_visitors_at_once};

static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// Applies what is missing, all of it or nothing. For `SQLite`, sqlx's migrator takes no lock; so everything,
/// also finding out what is missing, happens in one transaction that holds the write lock. The migrator's own
/// transactions become savepoints in it. Afterwards, what takes long is filled in bit by bit.
pub(crate) async fn migrate(writer: &SqlitePool) -> Result<(), StoreError> {
    let mut tx = writer.begin_with("begin immediate").await.map_err(store_error)?;
    refuse_strangers(&mut tx).await?;
    if let Err(error) = MIGRATOR.run_direct(None, &mut *tx, false).await {
        return Err(migrate_error(&mut tx, error).await);
    }
    fold_names(&mut tx).await?;
    forget_at_once(&mut tx).await?;
    forget_visitors_at_once(&mut tx).await?;
    tx.commit().await.map_err(store_error)?;
    fill_search(writer).await?;
    fill_visitor_search(writer).await
}

/// Refuses to write into the database of another program.
async fn refuse_strangers(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let stranger = sqlx::query_scalar!(
        r#"select
            name as "name!: String"
        from sqlite_schema
        where type = 'table'
            and name not like 'sqlite!_%' escape '!'
            and not exists (select 1 from sqlite_schema where name = '_sqlx_migrations')
        order by name
        limit 1"#
    )
    .fetch_optional(connection)
    .await
    .map_err(store_error)?;
    match stranger {
        None => Ok(()),
        Some(table) => {
            Err(corrupt("database", "file", format!("it holds the table {table} of another program")))
        }
    }
}

async fn migrate_error(connection: &mut SqliteConnection, error: MigrateError) -> StoreError {
    let known = MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or_default();
    // Not checked at compile time: the table is sqlx's own, no migration makes it.
    let found: Result<Option<i64>, _> =
        sqlx::query_scalar("select max(version) from _sqlx_migrations").fetch_one(connection).await;
    match (error, found) {
        (MigrateError::VersionMissing(_), Ok(Some(found))) if found > known => {
            StoreError::Newer { found, known }
        }
        (MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _), _) => store_error(error),
        (error, _) => StoreError::Backend(error.into()),
    }
}
