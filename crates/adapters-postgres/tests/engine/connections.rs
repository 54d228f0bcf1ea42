//! Restarts, refused connections, full pools, read-only servers, and life behind a pooler.

use std::time::{Duration, Instant};

use omnicontact_adapters_postgres::{PgOptions, PgStore};
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::setting::LOGIN_EXPIRATION;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::RawToken;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{
    Lookups, SessionKey, SessionQuestion, Store, StoreError, UserFilter, UserPage, VisitorFilter,
};
use sqlx::{Connection, PgConnection};

use crate::fresh::Database;

fn visitor(id: &str) -> Visitor {
    Visitor::new(
        id.into(),
        format!("guest-{id}"),
        format!("token-{id}").as_str().into(),
        Timestamp::from_millis(1),
    )
}

async fn add(store: &PgStore, id: &str) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    transaction.visitors().add(&visitor(id)).await?;
    transaction.commit().await
}

/// Ends all sessions but this one, as a restart does.
async fn end_all_sessions(database: &Database) -> i64 {
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    sqlx::query_scalar(
        "select count(pg_terminate_backend(pid))
        from pg_stat_activity
        where datname = current_database()
            and pid <> pg_backend_pid()",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap()
}

/// Opens several connections and leaves them to rest in the pool.
async fn fill_the_pool(store: &PgStore) {
    let mut open = Vec::new();
    for _ in 0..4 {
        open.push(store.begin().await.unwrap());
    }
    drop(open);
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_and_writing_go_on_when_all_connections_are_ended() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    add(&store, "a").await.unwrap();

    fill_the_pool(&store).await;
    assert!(end_all_sessions(&database).await >= 4);
    add(&store, "b").await.unwrap();

    fill_the_pool(&store).await;
    assert!(end_all_sessions(&database).await >= 4);
    assert!(store.find_visitor(&"b".into()).await.unwrap().is_some());

    fill_the_pool(&store).await;
    assert!(end_all_sessions(&database).await >= 4);
    let key = SessionKey { user_id: "nobody".into(), token: RawToken::new("x").hashed() };
    let question = SessionQuestion { permissions: vec![VIEW_L_ROOM], ..SessionQuestion::of(key) };
    assert!(store.find_session(question).await.unwrap().is_none());

    fill_the_pool(&store).await;
    assert!(end_all_sessions(&database).await >= 4);
    let mut view = store.read().await.unwrap();
    assert!(view.visitors().find(&"a".into()).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_loses_its_connection_says_so_and_the_next_one_works() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    let mut transaction = store.begin().await.unwrap();
    transaction.visitors().add(&visitor("a")).await.unwrap();
    end_all_sessions(&database).await;
    let lost = transaction.visitors().find(&"a".into()).await;
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
    assert!(transaction.commit().await.is_err());
    assert!(store.find_visitor(&"a".into()).await.unwrap().is_none());
    add(&store, "a").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_long_for_a_server_that_is_away() {
    let options = PgOptions {
        acquire_timeout: Duration::from_millis(500),
        ..PgOptions::new("postgres://nobody@127.0.0.1:1/nothing")
    };
    let start = Instant::now();
    let refused = PgStore::open(options).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert!(start.elapsed() < Duration::from_secs(20), "it took {:?}", start.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_whose_connections_are_all_at_work_is_busy() {
    let database = Database::create().await;
    let options =
        PgOptions { pool_size: 1, acquire_timeout: Duration::from_millis(200), ..database.options() };
    let store = PgStore::open(options).await.unwrap();
    let transaction = store.begin().await.unwrap();
    let second = store.ping().await;
    assert!(matches!(second, Err(StoreError::Busy(_))), "{second:?}");
    drop(transaction);
    store.ping().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_takes_no_writes_is_read_only() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    add(&store, "a").await.unwrap();
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    // What a standby answers; only new sessions notice.
    sqlx::raw_sql(
        "do $$ begin
            execute format('alter database %I set default_transaction_read_only = on', current_database());
        end $$",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    end_all_sessions(&database).await;
    let refused = add(&store, "b").await;
    assert!(matches!(refused, Err(StoreError::ReadOnly(_))), "{refused:?}");
    assert!(store.find_visitor(&"a".into()).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_lets_nobody_in_is_away_until_it_does() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    add(&store, "a").await.unwrap();
    database.let_in(false).await;
    for attempt in 0..2 {
        let refused = store.ping().await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{attempt}: {refused:?}");
        let refused = add(&store, "b").await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{attempt}: {refused:?}");
    }
    let opened = PgStore::open(database.options()).await;
    assert!(matches!(opened, Err(StoreError::Unavailable(_))), "{opened:?}");
    database.let_in(true).await;
    store.ping().await.unwrap();
    assert!(store.find_visitor(&"b".into()).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_a_lock_forever() {
    tokio::join!(wait_for_a_lock_in_vain(true), wait_for_a_lock_in_vain(false));
}

async fn wait_for_a_lock_in_vain(prepared_statements: bool) {
    let database = Database::create().await;
    let options = PgOptions { prepared_statements, ..database.options() };
    let store = PgStore::open(options).await.unwrap();
    let mut holder = store.begin().await.unwrap();
    holder.visitors().lock_registration(&"t".into(), None, None).await.unwrap();
    let mut waiting = store.begin().await.unwrap();
    let start = Instant::now();
    let busy = waiting.visitors().lock_registration(&"t".into(), None, None).await;
    assert!(matches!(busy, Err(StoreError::Busy(_))), "{busy:?}");
    assert!(start.elapsed() >= Duration::from_secs(5), "it gave up after {:?}", start.elapsed());
    // PostgreSQL answers the commit of what it has undone with success.
    assert!(waiting.commit().await.is_err(), "what failed was committed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_works_without_prepared_statements() {
    let database = Database::create().await;
    let options = PgOptions { prepared_statements: false, ..database.options() };
    let store = PgStore::open(options.clone()).await.unwrap();
    add(&store, "a").await.unwrap();
    assert!(store.find_visitor(&"a".into()).await.unwrap().is_some());
    let key = SessionKey { user_id: "nobody".into(), token: RawToken::new("x").hashed() };
    let question = SessionQuestion { settings: vec![LOGIN_EXPIRATION], ..SessionQuestion::of(key) };
    assert!(store.find_session(question).await.unwrap().is_none());
    let mut view = store.read().await.unwrap();
    let filter = VisitorFilter { phone: Some("1".into()), ..VisitorFilter::default() };
    assert!(view.visitors().find_by_filter(&filter).await.unwrap().is_none());
    let everybody = UserFilter::default();
    assert_eq!(view.users().list_page(&everybody, &[], Page::ALL).await.unwrap(), UserPage::default());
    drop(view);
    assert_eq!(store.find_settings(&[LOGIN_EXPIRATION]).await.unwrap().stored(LOGIN_EXPIRATION), None);
    fill_the_pool(&store).await;
    end_all_sessions(&database).await;
    add(&store, "b").await.unwrap();
    PgStore::open(options).await.unwrap().ping().await.unwrap();
}
