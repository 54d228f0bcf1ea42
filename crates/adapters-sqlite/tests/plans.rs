//! No statement looks through a table that grows: `SQLite`'s plans of all checked statements. Those whose text
//! depends on the question (the search for visitors, pages of users, of contacts, of their histories and of the
//! audit trail) are not checked; they have such tests beside them.

use std::path::Path;

use omnicontact_adapters_sqlite::{SqliteOptions, SqliteStore};
use omnicontact_conformance::data::{contact, visitor};
use omnicontact_ports::Store;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Row};

/// What may be looked through: small tables as a whole (`d` are departments), the list of users by its index, those who take
/// conversations by theirs, the failed logins that were found already, at most as many as are enough (`subquery-2`),
/// what was asked for (`k`), the places of a sample (`chosen`, `last`), the first conversation by source (`r`, `f`) and
/// the sources that were found from there on (`s`), and no table at all.
const SCANS: [&str; 22] = [
    "SCAN (subquery-2)",
    "SCAN CONSTANT ROW",
    "SCAN chosen",
    "SCAN contact_counters",
    "SCAN custom_fields",
    "SCAN d USING INDEX departments_by_name",
    "SCAN departments",
    "SCAN guest_numbers",
    "SCAN f",
    "SCAN json_each VIRTUAL TABLE INDEX 1:",
    "SCAN k",
    "SCAN k VIRTUAL TABLE INDEX 1:",
    "SCAN last",
    "SCAN p",
    "SCAN r USING INDEX rooms_by_source",
    "SCAN roles",
    "SCAN s",
    "SCAN settings",
    "SCAN sqlite_schema",
    "SCAN u USING INDEX sqlite_autoindex_users_1",
    "SCAN u USING INDEX users_available",
    "SCAN visitor_counters",
];

#[tokio::test]
async fn no_statement_looks_through_a_table_that_grows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plans.db");
    let store = SqliteStore::open(SqliteOptions { path: path.clone(), readers: 1 }).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let contacts: Vec<_> = (0..100_000).map(|number| contact(&format!("c{number}"))).collect();
    let visitors: Vec<_> = (0..100_000).map(|n| visitor(&format!("v{n}"), &format!("t{n}"))).collect();
    for (contacts, visitors) in contacts.chunks(1_000).zip(visitors.chunks(1_000)) {
        tx.contacts().add_many(contacts).await.unwrap();
        tx.visitors().add_many(visitors).await.unwrap();
    }
    tx.commit().await.unwrap();
    store.close().await;
    let mut connection = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    let (mut statements, mut agents_are_found) = (0, false);
    for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let checked: serde_json::Value = serde_json::from_str(&text).unwrap();
        let sql = checked["query"].as_str().unwrap();
        let plan = sqlx::query(AssertSqlSafe(format!("explain query plan {sql}")))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        for step in plan {
            let step: &str = step.get("detail");
            agents_are_found |= step == "SCAN u USING INDEX users_available";
            assert!(!step.starts_with("SCAN") || SCANS.contains(&step), "{step} in\n{sql}");
        }
        statements += 1;
    }
    assert!(agents_are_found, "whoever takes conversations is found without looking through all users");
    assert!(statements > 50, "the checked statements are in .sqlx");
}
