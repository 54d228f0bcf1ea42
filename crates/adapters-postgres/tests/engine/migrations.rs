//! Opening databases that are empty, newer, or broken.

use omnicontact_adapters_postgres::{PgOptions, PgStore};
use omnicontact_ports::{Lookups, Store, StoreError};
use sqlx::{Connection, PgConnection};

use crate::fresh::Database;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_nodes_open_a_fresh_database_at_once() {
    let database = Database::create().await;
    let nodes: Vec<_> = (0..10).map(|_| tokio::spawn(PgStore::open(database.options()))).collect();
    for node in nodes {
        let store = node.await.unwrap().unwrap();
        store.ping().await.unwrap();
        store.close().await;
    }
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    let (applied, distinct): (i64, i64) = sqlx::query_as(
        "select
            count(*),
            count(distinct version)
        from _sqlx_migrations
        where success",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    assert_eq!(applied, distinct);
    assert_eq!(applied, 13);
}

#[tokio::test]
async fn names_that_a_former_version_wrote_are_folded() {
    let database = Database::create().await;
    PgStore::open(database.options()).await.unwrap().close().await;
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    sqlx::raw_sql(
        "insert into users (user_id, name, kind, status, active, preferences_json, created_at, updated_at, version)
        values
            ('a', 'Ärzte', 'user', 'offline', true, '{}', 0, 0, 1),
            ('b', null, 'user', 'offline', true, '{}', 0, 0, 1),
            ('c', 'Zoe', 'user', 'offline', true, '{}', 0, 0, 1)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    // Once each way: the statements of a migration must not stay behind on a pooler's connections.
    for prepared_statements in [true, false] {
        sqlx::raw_sql("update users set name_key = null").execute(&mut connection).await.unwrap();
        let options = PgOptions { prepared_statements, ..database.options() };
        PgStore::open(options).await.unwrap().close().await;
        let keys: Vec<Option<String>> = sqlx::query_scalar("select name_key from users order by user_id")
            .fetch_all(&mut connection)
            .await
            .unwrap();
        assert_eq!(keys, [Some("ärzte".to_owned()), None, Some("zoe".to_owned())]);
    }
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let database = Database::create().await;
    PgStore::open(database.options()).await.unwrap().close().await;
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    sqlx::query(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
        values
            (9001, 'later', true, '', 1),
            (9002, 'later still', true, '', 1)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    let refused = PgStore::open(database.options()).await;
    assert!(matches!(refused, Err(StoreError::Newer { found: 9002, known: 13 })), "{refused:?}");
}

#[tokio::test]
async fn a_changed_migration_is_refused() {
    let database = Database::create().await;
    PgStore::open(database.options()).await.unwrap().close().await;
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    sqlx::query("update _sqlx_migrations set checksum = '' where version = 2")
        .execute(&mut connection)
        .await
        .unwrap();
    let refused = PgStore::open(database.options()).await;
    assert!(matches!(refused, Err(StoreError::Backend(_))), "{refused:?}");
}
