//! Opening a file: what becomes of missing, foreign, damaged, locked and newer ones, and of many who open
//! one at once.
#![expect(clippy::unwrap_used, reason = "steps of tests: what they did not expect ends the test")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use omnicontact_adapters_sqlite::{SqliteOptions, SqliteStore};
use omnicontact_conformance::spoilt;
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::User;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{Store, StoreError, UserFilter, UserOrder};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

async fn open(path: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(SqliteOptions { path: path.to_owned(), readers: 2 }).await
}

/// A connection beside the store.
async fn connect(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.unwrap()
}

async fn run(path: &Path, sql: &'static str) {
    let mut connection = connect(path).await;
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

async fn add_visitor(store: &dyn Store, id: &str) {
    let mut tx = store.begin().await.unwrap();
    tx.visitors()
        .add(&Visitor::new(id.into(), id.into(), id.into(), Timestamp::from_millis(0)))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_was_committed_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b?c#d%20.db");
    let store = open(&path).await.unwrap();
    add_visitor(&store, "v1").await;
    store.close().await;
    assert!(path.exists());
    let log = folder.path().join("a b?c#d%20.db-wal");
    assert!(!log.exists() || log.metadata().unwrap().len() == 0, "closing moves the log into the file");
    let store = open(&path).await.unwrap();
    let mut view = store.read().await.unwrap();
    assert!(view.visitors().find(&"v1".into()).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_tasks_open_a_new_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.db");
    let tasks: Vec<_> = (0..10)
        .map(|number| {
            let path = path.clone();
            tokio::spawn(async move {
                let store = open(&path).await.unwrap();
                add_visitor(&store, &format!("v{number}")).await;
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(count_visitors(&path).await, 10);
}

async fn count_visitors(path: &Path) -> i64 {
    sqlx::query_scalar("select count(*) from visitors").fetch_one(&mut connect(path).await).await.unwrap()
}

/// Names the file to the processes that `ten_processes_open_a_new_file_at_once` starts.
const FILE: &str = "OMNICONTACT_TEST_FILE";

#[tokio::test]
async fn ten_processes_open_a_new_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.db");
    let processes: Vec<_> = (0..10)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "one_of_ten_processes", "--nocapture"])
                .env(FILE, &path)
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut process in processes {
        assert!(process.wait().unwrap().success());
    }
    assert_eq!(count_visitors(&path).await, 10);
}

/// The body of those processes; without the name of a file there is nothing to do.
#[tokio::test]
async fn one_of_ten_processes() {
    if let Some(path) = std::env::var_os(FILE) {
        let store = open(Path::new(&path)).await.unwrap();
        add_visitor(&store, &format!("v{}", std::process::id())).await;
        store.close().await;
    }
}

#[tokio::test]
async fn a_missing_folder_is_unavailable_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let error = open(&folder.path().join("missing/new.db")).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(!folder.path().join("missing").exists());
}

#[tokio::test]
async fn a_folder_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = open(folder.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_folder_that_takes_no_files_is_read_only() {
    // Not even the administrator makes files there.
    let error = open(Path::new("/proc/omnicontact.db")).await.unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly(_)), "{error:?}");
}

#[tokio::test]
async fn what_is_no_database_is_corrupt_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    let letter = "Dear Sir or Madam, ".repeat(100);
    std::fs::write(&path, &letter).unwrap();
    let error = open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { what: "database", .. }), "{error:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), letter);
}

#[tokio::test]
async fn the_database_of_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    run(&path, "create table songs (title text)").await;
    let error = open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { what: "database", .. }), "{error:?}");
    let tables: i64 = sqlx::query_scalar("select count(*) from sqlite_schema where type = 'table'")
        .fetch_one(&mut connect(&path).await)
        .await
        .unwrap();
    assert_eq!(tables, 1, "nothing was added");
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("newer.db");
    open(&path).await.unwrap().close().await;
    run(
        &path,
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
        values (9999, 'from the future', true, x'00', 0)",
    )
    .await;
    let error = open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 9999, known } if known < 9999), "{error:?}");
}

#[tokio::test]
async fn a_changed_migration_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed.db");
    open(&path).await.unwrap().close().await;
    run(&path, "update _sqlx_migrations set checksum = x'00' where version = 1").await;
    let error = open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::Backend(_)), "{error:?}");
}

#[tokio::test]
async fn a_file_that_another_one_locks_is_busy_until_it_is_free() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("locked.db");
    let store = open(&path).await.unwrap();
    let mut other = connect(&path).await;
    let lock = other.begin_with("begin immediate").await.unwrap();
    let (opened, begun) = tokio::join!(open(&path), store.begin());
    let refused = opened.unwrap_err();
    assert!(matches!(refused, StoreError::Busy(_)), "{refused:?}");
    let refused = begun.err().unwrap();
    assert!(matches!(refused, StoreError::Busy(_)) && refused.is_worth_a_retry(), "{refused:?}");
    let free = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        lock.rollback().await.unwrap();
    };
    let (begun, ()) = tokio::join!(store.begin(), free);
    begun.unwrap();
}

#[tokio::test]
async fn a_row_that_makes_no_sense_is_corrupt() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("row.db");
    let store = open(&path).await.unwrap();
    add_visitor(&store, "v1").await;
    run(&path, "update visitors set emails_json = '{'").await;
    let error = store.read().await.unwrap().visitors().find(&"v1".into()).await.unwrap_err();
    assert!(matches!(&error, StoreError::Corrupt { what: "visitor", id, .. } if id == "v1"), "{error:?}");
}

#[tokio::test]
async fn what_cannot_be_read_is_left_out_of_what_is_read_along() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("along.db");
    let store = Arc::new(open(&path).await.unwrap());
    let spoil = run(&path, "update visitors set emails_json = '{' where visitor_id = 'v1'");
    spoilt::what_cannot_be_read_is_left_out_of_what_is_read_along(store, spoil).await;
}

#[tokio::test]
async fn names_that_a_former_program_did_not_fold_are_folded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("names.db");
    let store = open(&path).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    for (id, name) in [("u1", Some("Ärger")), ("u2", None), ("u3", Some("ZOE")), ("u4", Some("Émile"))] {
        let user = User { name: name.map(str::to_owned), ..User::new(id, Timestamp::from_millis(0)) };
        tx.users().add(&user).await.unwrap();
    }
    tx.commit().await.unwrap();
    run(&path, "update users set name_key = null where user_id <> 'u4'").await;
    let listed = async |store: &SqliteStore| {
        let order = [(UserOrder::Name, Direction::Ascending)];
        let mut view = store.read().await.unwrap();
        let page = view.users().list_page(&UserFilter::default(), &order, Page::ALL).await.unwrap();
        page.users.into_iter().map(|user| user.id.into_string()).collect::<Vec<_>>()
    };
    assert_eq!(listed(&store).await, ["u1", "u2", "u3", "u4"], "as a former program leaves them");
    store.close().await;
    assert_eq!(listed(&open(&path).await.unwrap()).await, ["u2", "u3", "u1", "u4"]);
}

#[tokio::test]
async fn words_that_nobody_knows_are_corrupt() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("words.db");
    let store = open(&path).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.users().add(&User::new("u1", Timestamp::from_millis(0))).await.unwrap();
    tx.commit().await.unwrap();
    for spoil in [
        "update users set status = 'asleep'",
        "update users set status = 'online', status_former_json = '{\"status\":\"asleep\"}'",
        "update users set status_former_json = null, livechat_status = 'sometimes'",
        "update users set livechat_status = null, email_second_factor = 1",
    ] {
        run(&path, spoil).await;
        let error = store.read().await.unwrap().users().find(&"u1".into()).await.unwrap_err();
        assert!(matches!(&error, StoreError::Corrupt { what: "user", id, .. } if id == "u1"), "{error:?}");
    }
    run(&path, "update users set email_second_factor = null").await;
    assert!(store.read().await.unwrap().users().find(&"u1".into()).await.unwrap().is_some());
}
