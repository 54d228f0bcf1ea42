//! Brings the schema up to date: all missing migrations in one transaction, under one lock.

use omnicontact_domain::text::index_key;
use omnicontact_ports::StoreError;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{ConnectOptions, Connection, PgConnection};

use crate::connections::Connections;
use crate::error::classify;
use crate::options::PgOptions;

static MIGRATOR: Migrator = sqlx::migrate!();

/// Nodes that start at once queue up here. The lock belongs to the transaction and not, as sqlx's own would, to
/// the session: behind a pooler that one could be taken on one connection and given back on another.
const LOCK: i64 = 0x6f6d_6e69_636f_6e74;

/// Brings the schema up to date, over a connection without limits of time: an index over millions of rows may
/// take minutes, and other nodes wait for it.
pub(crate) async fn migrate(connections: &Connections, options: &PgOptions) -> Result<(), StoreError> {
    let mut connection = match options.unlimited()?.connect().await {
        Ok(connection) => connection,
        Err(error) => return Err(connections.explain(error).await),
    };
    let outcome = run(&mut connection, options.prepared_statements).await;
    // The outcome stands, whatever comes of saying goodbye.
    let _ = connection.close().await;
    outcome
}

async fn run(connection: &mut PgConnection, prepared: bool) -> Result<(), StoreError> {
    let mut transaction = connection.begin().await.map_err(classify)?;
    // sqlx migrates with named statements. Behind a pooler they would stay on a shared connection and meet
    // those of the next node, so they go with the transaction.
    if !prepared {
        sqlx::raw_sql("deallocate all").execute(&mut *transaction).await.map_err(classify)?;
    }
    sqlx::query!("select pg_advisory_xact_lock($1)", LOCK)
        .execute(&mut *transaction)
        .await
        .map_err(classify)?;
    let mut migrator = Migrator { migrations: MIGRATOR.migrations.clone(), ..Migrator::DEFAULT };
    migrator.set_locking(false);
    if let Err(error) = migrator.run_direct(None, &mut *transaction, false).await {
        return Err(refusal(error, &mut transaction).await);
    }
    fill_name_keys(&mut transaction).await.map_err(classify)?;
    if !prepared {
        sqlx::raw_sql("deallocate all").execute(&mut *transaction).await.map_err(classify)?;
    }
    transaction.commit().await.map_err(classify)
}

/// Names are folded in Rust only, so no migration can do it. Also finds accounts that a former version of the
/// program made meanwhile.
async fn fill_name_keys(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let query = sqlx::query!(
        r#"select
            user_id,
            name as "name!"
        from users
        where name is not null
            and name_key is null"#
    );
    let named = query.fetch_all(&mut *connection).await?;
    if named.is_empty() {
        return Ok(());
    }
    let (ids, keys): (Vec<String>, Vec<String>) =
        named.into_iter().map(|row| (row.user_id, index_key(&row.name))).unzip();
    let query = sqlx::query!(
        "update users
        set name_key = new.name_key
        from unnest($1::text[], $2::text[]) as new (user_id, name_key)
        where users.user_id = new.user_id",
        &ids,
        &keys
    );
    query.execute(connection).await?;
    Ok(())
}

/// Why there is no migrating.
async fn refusal(error: MigrateError, connection: &mut PgConnection) -> StoreError {
    let known = MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or_default();
    if let MigrateError::VersionMissing(version) = error
        && version > known
    {
        let newest = sqlx::query_scalar::<_, i64>("select max(version) from _sqlx_migrations")
            .fetch_one(connection)
            .await;
        return StoreError::Newer { found: newest.unwrap_or(version), known };
    }
    if let MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) = error {
        return classify(error);
    }
    StoreError::Backend(error.into())
}
