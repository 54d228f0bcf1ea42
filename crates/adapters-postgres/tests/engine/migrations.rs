//! Opening databases that are empty, newer, or broken.

use omnicontact_adapters_postgres::PgStore;
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
    assert_eq!(applied, 3);
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
    assert!(matches!(refused, Err(StoreError::Newer { found: 9002, known: 3 })), "{refused:?}");
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
