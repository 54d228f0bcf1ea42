//! Conversations of contacts: their history, their names, their end.

use omnicontact_adapters_postgres::PgStore;
use omnicontact_domain::conversation::{Closer, ConversationValues, HistoryOrder};
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction::{self, Ascending, Descending};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::version::Version;
use omnicontact_ports::{HistoryFilter, HistoryPage, Store, StoreError, Transaction};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::engine::conversation_rows;
use crate::fresh::Database;

/// Rooms 1 to 40; contact 3 has 12 to 15, of which 13 and 15 are closed.
async fn directory(database: &Database) -> (PgStore, PgConnection) {
    let store = PgStore::open(database.options()).await.unwrap();
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    conversation_rows::add(&mut connection, 40).await;
    (store, connection)
}

async fn history(
    store: &PgStore,
    source: Option<&str>,
    order: &[(HistoryOrder, Direction)],
    page: Page,
) -> HistoryPage {
    let filter = HistoryFilter { contact_id: "contact-3".into(), source: source.map(str::to_owned) };
    store.read().await.unwrap().conversations().list_history(&filter, order, page).await.unwrap()
}

fn rooms(page: &HistoryPage) -> Vec<&str> {
    page.conversations.iter().map(|conversation| conversation.room_id.as_str()).collect()
}

/// Commits what the transaction did.
async fn commit(tx: Box<dyn Transaction>) {
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_has_the_closed_conversations_in_any_order() {
    let database = Database::create().await;
    let (store, mut connection) = directory(&database).await;
    sqlx::raw_sql(
        "update rooms set contact_id = 'contact-3' where room_id in ('room-1', 'room-3');
        update contact_rooms set contact_id = 'contact-3' where room_id in ('room-1', 'room-3')",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    let all = ["room-1", "room-13", "room-15", "room-3"];
    for (order, expected) in [
        (vec![], all),
        (vec![(HistoryOrder::Id, Descending)], ["room-3", "room-15", "room-13", "room-1"]),
        (vec![(HistoryOrder::ClosedAt, Descending)], ["room-15", "room-13", "room-3", "room-1"]),
        (vec![(HistoryOrder::StartedAt, Ascending)], ["room-1", "room-3", "room-13", "room-15"]),
        (vec![(HistoryOrder::Name, Ascending)], all),
        // Rooms 3 and 15 have no messages, the others one.
        (vec![(HistoryOrder::Messages, Descending)], ["room-13", "room-1", "room-3", "room-15"]),
        // Served by agent-3 and agent-6; nobody comes first.
        (vec![(HistoryOrder::Agent, Ascending)], ["room-1", "room-13", "room-3", "room-15"]),
        (vec![(HistoryOrder::Agent, Descending)], ["room-15", "room-3", "room-13", "room-1"]),
        // The user closed 1 and 13, the visitor 3 and 15.
        (vec![(HistoryOrder::Closer, Descending)], ["room-3", "room-15", "room-13", "room-1"]),
        (vec![(HistoryOrder::SourceType, Ascending)], ["room-15", "room-3", "room-1", "room-13"]),
        (
            vec![(HistoryOrder::Verified, Descending), (HistoryOrder::StartedAt, Ascending)],
            ["room-15", "room-1", "room-3", "room-13"],
        ),
    ] {
        let found = history(&store, None, &order, Page::ALL).await;
        assert_eq!((rooms(&found), found.total), (expected.to_vec(), 4), "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_is_filtered_and_cut_into_pages() {
    let database = Database::create().await;
    let (store, mut connection) = directory(&database).await;
    sqlx::raw_sql("update contact_rooms set contact_id = 'contact-3'")
        .execute(&mut connection)
        .await
        .unwrap();
    let order = [(HistoryOrder::StartedAt, Ascending)];
    for (source, total) in
        [(None, 20), (Some("app"), 7), (Some("legra"), 7), (Some("mail"), 13), (Some("a"), 20)]
    {
        let mut seen = Vec::new();
        for offset in (0..21).step_by(3) {
            let page = history(&store, source, &order, Page { offset, limit: Some(3) }).await;
            assert_eq!(page.total, total, "{source:?} from {offset}");
            seen.extend(page.conversations.into_iter().map(|conversation| conversation.ts.as_millis()));
        }
        assert_eq!(seen.len() as u64, total, "{source:?}");
        assert!(seen.is_sorted_by(|one, other| one < other), "{seen:?}");
    }
    for nothing in ["%", "p\nq", "Telegram"] {
        assert_eq!(
            history(&store, Some(nothing), &order, Page::ALL).await,
            HistoryPage::default(),
            "{nothing}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_conversation_is_read_as_it_was_written() {
    let database = Database::create().await;
    let (store, _) = directory(&database).await;
    let found = history(&store, Some("telegram"), &[], Page::ALL).await;
    let [conversation] = &found.conversations[..] else { panic!("{found:?}") };
    assert_eq!(conversation.room_id.as_str(), "room-15");
    assert_eq!(conversation.visitor.name.as_deref(), Some("Mara 15"));
    assert_eq!((conversation.fname.as_str(), conversation.messages), ("Mara 15", 0));
    assert_eq!(conversation.served_by.as_ref().map(|agent| agent.username.as_str()), Some("agent-6"));
    assert_eq!(conversation.closed_at, Timestamp::from_millis(1_015));
    assert_eq!((conversation.closer, conversation.verified), (Some(Closer::Visitor), true));
    assert_eq!(conversation.source.alias.as_deref(), Some("Telegram"));
    assert_eq!(conversation.tags, Some(vec!["tag".to_owned()]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_conversation_is_found_as_long_as_there_is_one() {
    let database = Database::create().await;
    let (store, mut connection) = directory(&database).await;
    let open = async || {
        let mut view = store.read().await.unwrap();
        let found = view.conversations().find_open_by_contact(&"contact-3".into()).await.unwrap();
        found.map(|room| room.as_str().to_owned())
    };
    assert_eq!(open().await.as_deref(), Some("room-12"));
    sqlx::raw_sql(
        "update rooms set open = false, closed_at = 5 where contact_id = 'contact-3';
        update contact_rooms set closed_at = 5 where contact_id = 'contact-3'",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    assert_eq!(open().await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_name_reaches_rooms_inquiries_and_subscriptions() {
    let database = Database::create().await;
    let (store, mut connection) = directory(&database).await;
    let mut tx = store.begin().await.unwrap();
    let visitors = ["visitor-6".into()];
    let now = Timestamp::from_millis(77);
    tx.conversations().rename(&"contact-3".into(), &visitors, "Lindt", now).await.unwrap();
    commit(tx).await;
    let mut named = async |table: &str, condition: &str| -> Vec<String> {
        let query = format!("select room_id from {table} where {condition} order by room_id");
        sqlx::query_scalar(AssertSqlSafe(query)).fetch_all(&mut connection).await.unwrap()
    };
    let all = ["room-12", "room-13", "room-14", "room-15"];
    assert_eq!(named("rooms", "fname = 'Lindt' and updated_at = 77 and version = 2").await, all);
    assert_eq!(named("rooms", "fname = 'Lindt' or version > 1").await, all);
    let of_the_visitor = ["room-12", "room-13"];
    assert_eq!(
        named("inquiries", "name = 'Lindt' and updated_at = 77 and version = 2").await,
        of_the_visitor
    );
    assert_eq!(named("inquiries", "name = 'Lindt'").await, of_the_visitor);
    assert_eq!(
        named("subscriptions", "name = 'Lindt' and fname = 'Lindt' and updated_at = 77").await,
        of_the_visitor
    );
    assert_eq!(named("subscriptions", "name = 'Lindt' or fname = 'Lindt'").await, of_the_visitor);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitors_new_name_reaches_its_open_conversation_only() {
    let database = Database::create().await;
    let (store, mut connection) = directory(&database).await;
    let mut tx = store.begin().await.unwrap();
    for (visitor, open) in [("visitor-6", Some("room-12")), ("unknown", None)] {
        let found = tx.conversations().find_open_by_visitor(&visitor.into()).await.unwrap();
        assert_eq!(found, open.map(Into::into), "{visitor}");
        tx.conversations().rename_open(&visitor.into(), "Lindt", Timestamp::from_millis(77)).await.unwrap();
    }
    commit(tx).await;
    for (table, changed) in [
        ("rooms", "fname = 'Lindt' and version = 2"),
        ("inquiries", "name = 'Lindt' and version = 2"),
        ("subscriptions", "name = 'Lindt' and fname = 'Lindt'"),
    ] {
        let query = format!("select room_id from {table} where {changed} and updated_at = 77");
        let rooms: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(query)).fetch_all(&mut connection).await.unwrap();
        assert_eq!(rooms, ["room-12"], "{table}");
        let query = format!("select count(*) from {table} where {changed} or updated_at = 77");
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut connection).await.unwrap();
        assert_eq!(count, 1, "{table}");
    }
}

/// The tables that hold something of a conversation, with how many rows.
async fn rows_of(connection: &mut PgConnection, room: &str) -> Vec<(String, i64)> {
    let mut rows = Vec::new();
    for table in [
        "rooms",
        "open_rooms",
        "contact_rooms",
        "visitor_rooms",
        "messages",
        "inquiries",
        "inquiry_ids",
        "subscriptions",
        "user_subscriptions",
    ] {
        let query = format!("select count(*) from {table} where room_id = $1");
        let count = sqlx::query_scalar(AssertSqlSafe(query)).bind(room).fetch_one(&mut *connection).await;
        rows.push((table.to_owned(), count.unwrap()));
    }
    rows.retain(|(_, count)| *count > 0);
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_removed_conversations_no_row_of_any_table_is_left() {
    let database = Database::create().await;
    let (store, mut connection) = directory(&database).await;
    assert_eq!(rows_of(&mut connection, "room-12").await.len(), 9, "an open one is everywhere");
    let mut tx = store.begin().await.unwrap();
    tx.conversations().remove_by_contact(&"contact-3".into()).await.unwrap();
    tx.conversations().remove_by_visitor(&"visitor-2".into()).await.unwrap();
    tx.conversations().remove_by_visitor(&"unknown".into()).await.unwrap();
    commit(tx).await;
    for removed in [4, 5, 12, 13, 14, 15] {
        assert_eq!(rows_of(&mut connection, &format!("room-{removed}")).await, [], "{removed}");
    }
    for kept in [6, 8, 10, 16] {
        assert_eq!(rows_of(&mut connection, &format!("room-{kept}")).await.len(), 9, "{kept}");
    }
    for kept in [3, 7, 11, 17] {
        assert_eq!(rows_of(&mut connection, &format!("room-{kept}")).await.len(), 8, "{kept}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_of_an_open_conversation_are_overwritten_once() {
    let database = Database::create().await;
    let (store, _) = directory(&database).await;
    let mut tx = store.begin().await.unwrap();
    let open = tx.conversations().list_open_values(&"visitor-6".into()).await.unwrap();
    let [values] = &open[..] else { panic!("{open:?}") };
    assert_eq!((values.room_id.as_str(), values.version), ("room-12", Version::FIRST));
    assert_eq!(
        values.values.as_ref().and_then(|values| values.get("topic")?.as_text()),
        Some("Topic of Mara 12")
    );
    let now = Timestamp::from_millis(5);
    let emptied = ConversationValues { values: None, ..values.clone() };
    tx.conversations().update_values(&emptied, now).await.unwrap();
    let again = tx.conversations().list_open_values(&"visitor-6".into()).await.unwrap();
    assert_eq!(again, [ConversationValues { version: Version::FIRST.next(), ..emptied.clone() }]);
    let stale = tx.conversations().update_values(&emptied, now).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    assert_eq!(tx.conversations().list_open_values(&"unknown".into()).await.unwrap(), []);
}
