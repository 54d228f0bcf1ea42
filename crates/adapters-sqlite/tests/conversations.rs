//! Conversations, as far as contacts show, rename and erase them. No port makes them yet, so the rows are
//! written by hand.
#![expect(clippy::unwrap_used, reason = "steps of tests: what they did not expect ends the test")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use omnicontact_adapters_sqlite::{SqliteOptions, SqliteStore};
use omnicontact_adapters_system::{BcryptHasher, OsIds, SystemClock};
use omnicontact_domain::contact::{Channel, ConflictingField, Contact, NewContact, Source};
use omnicontact_domain::conversation::{Closer, HistoryOrder, source_text};
use omnicontact_domain::page::Page;
use omnicontact_domain::permission::DELETE_LIVECHAT_CONTACT;
use omnicontact_domain::policy::{Actor, Grants};
use omnicontact_domain::search::normal_form;
use omnicontact_domain::setting::COLLECT_HEADERS;
use omnicontact_domain::sort::Direction::{self, Ascending, Descending};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::{Fields, Value};
use omnicontact_domain::version::Version;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{HistoryFilter, Store, StoreError};
use omnicontact_usecases::Context;
use omnicontact_usecases::contacts::delete::delete_contact;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Row};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

struct Rig {
    store: Arc<SqliteStore>,
    path: PathBuf,
    _folder: tempfile::TempDir,
}

/// One room with everything that belongs to one.
struct Room {
    id: &'static str,
    contact: &'static str,
    visitor: &'static str,
    closed_at: Option<i64>,
    messages: i64,
    agent: Option<&'static str>,
    source: &'static str,
}

const ROOMS: [Room; 6] = [
    Room {
        id: "r1",
        contact: "c1",
        visitor: "v1",
        closed_at: Some(30),
        messages: 3,
        agent: Some("kim"),
        source: r#"{"type":"widget"}"#,
    },
    Room {
        id: "r2",
        contact: "c1",
        visitor: "v2",
        closed_at: Some(10),
        messages: 5,
        agent: None,
        source: r#"{"type":"app","alias":"Telegram Ä"}"#,
    },
    Room {
        id: "r3",
        contact: "c1",
        visitor: "v1",
        closed_at: None,
        messages: 1,
        agent: Some("kim"),
        source: r#"{"type":"widget"}"#,
    },
    Room {
        id: "r4",
        contact: "c1",
        visitor: "v2",
        closed_at: Some(10),
        messages: 4,
        agent: Some("abe"),
        source: r#"{"type":"email","id":"i1"}"#,
    },
    Room {
        id: "r5",
        contact: "c2",
        visitor: "v3",
        closed_at: Some(20),
        messages: 2,
        agent: None,
        source: r#"{"type":"widget"}"#,
    },
    Room {
        id: "r6",
        contact: "c2",
        visitor: "v3",
        closed_at: None,
        messages: 2,
        agent: Some("abe"),
        source: r#"{"type":"api"}"#,
    },
];

async fn connect(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.unwrap()
}

async fn rig() -> Rig {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rooms.db");
    let store = SqliteStore::open(SqliteOptions { path: path.clone(), readers: 1 }).await.unwrap();
    let store = Arc::new(store);
    let mut connection = connect(&path).await;
    for room in &ROOMS {
        insert(&mut connection, room).await;
    }
    Rig { store, path, _folder: folder }
}

async fn insert(connection: &mut SqliteConnection, room: &Room) {
    let Room { id, contact, visitor, closed_at, messages, agent, source } = room;
    let text = source_text(&serde_json::from_str(source).unwrap());
    let at = closed_at.map_or("null".to_owned(), |at| at.to_string());
    let open = i32::from(closed_at.is_none());
    let closer = if closed_at.is_some() { "'user'" } else { "null" };
    let served_by = agent.map_or("null".to_owned(), |name| {
        format!(r#"'{{"_id":"u-{name}","username":"{name}","ts":"1970-01-01T00:00:00.005Z"}}'"#)
    });
    let mut statements = vec![
        format!(
            r#"insert into rooms (room_id, contact_id, visitor_id, fname, ts, messages_count, open, visitor_json,
                source_json, source_text, served_by_json, closed_at, closer, closed_by_json, tags_json,
                last_message_json, verified, other_json, updated_at, version)
            values ('{id}', '{contact}', '{visitor}', 'Old {id}', 5, {messages}, {open}, '{{"_id":"{visitor}"}}',
                '{source}', '{text}', {served_by}, {at}, {closer}, '{{"_id":"u1","username":"kim"}}',
                '["vip"]', '{{"msg":"bye"}}', 1, '{{}}', 5, 1)"#
        ),
        format!("insert into contact_rooms values ('{contact}', '{id}', {at})"),
        format!("insert into visitor_rooms values ('{visitor}', '{id}', 5)"),
        format!("insert into messages values ('{id}', 'm-{id}', 5, null, 'hello', '{{}}', '{{}}', 5)"),
    ];
    if closed_at.is_none() {
        statements.push(format!("insert into open_rooms values ('{visitor}', '{id}')"));
        statements.push(format!(
            "insert into inquiries values ('{id}', 'i-{id}', 'Old', 5, 'taken', '', null, null, null, null, '{{}}', 5, 1)"
        ));
        statements.push(format!("insert into inquiry_ids values ('i-{id}', '{id}')"));
        statements.push(format!(
            "insert into subscriptions values ('{id}', 'u1', 's-{id}', 'Old', 'Old', 0, 0, 5, '{{}}', 5, 1)"
        ));
        statements.push(format!("insert into user_subscriptions values ('u1', '{id}')"));
    }
    for sql in statements {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await.unwrap();
    }
}

impl Rig {
    async fn texts(&self, sql: &'static str) -> Vec<String> {
        let mut connection = connect(&self.path).await;
        sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
    }

    /// Every row of every table that mentions this text, as `table: row`.
    async fn mentions(&self, text: &str) -> Vec<String> {
        let mut connection = connect(&self.path).await;
        let tables: Vec<String> = sqlx::query_scalar(
            "select name from pragma_table_list where schema = 'main' and type in ('table', 'shadow')",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        let mut found = Vec::new();
        for table in tables {
            let columns: Vec<String> = sqlx::query_scalar("select name from pragma_table_info(?)")
                .bind(&table)
                .fetch_all(&mut connection)
                .await
                .unwrap();
            let row = columns
                .iter()
                .map(|column| format!("quote(\"{column}\")"))
                .collect::<Vec<_>>()
                .join("||','||");
            let sql = format!("select {row} as line from \"{table}\" where instr({row}, ?) > 0");
            for line in sqlx::query(AssertSqlSafe(sql)).bind(text).fetch_all(&mut connection).await.unwrap() {
                found.push(format!("{table}: {}", line.get::<String, _>("line")));
            }
        }
        found
    }

    async fn history(
        &self,
        source: Option<&str>,
        order: &[(HistoryOrder, Direction)],
        page: Page,
    ) -> (Vec<String>, u64) {
        let filter = HistoryFilter { contact_id: "c1".into(), source: source.map(normal_form) };
        let mut view = self.store.read().await.unwrap();
        let found = view.conversations().list_history(&filter, order, page).await.unwrap();
        let ids = found.conversations.into_iter().map(|room| room.room_id.into_string()).collect();
        (ids, found.total)
    }
}

#[tokio::test]
async fn a_history_has_the_closed_conversations_in_every_order() {
    let rig = rig().await;
    for (order, expected) in [
        (&[][..], ["r1", "r2", "r4"]),
        (&[(HistoryOrder::ClosedAt, Descending)], ["r1", "r4", "r2"]),
        (&[(HistoryOrder::ClosedAt, Ascending)], ["r2", "r4", "r1"]),
        (&[(HistoryOrder::Messages, Ascending)], ["r1", "r4", "r2"]),
        (&[(HistoryOrder::Agent, Ascending)], ["r2", "r4", "r1"]),
        (&[(HistoryOrder::SourceType, Descending)], ["r1", "r4", "r2"]),
        (&[(HistoryOrder::Name, Descending)], ["r4", "r2", "r1"]),
        (&[(HistoryOrder::Id, Descending)], ["r4", "r2", "r1"]),
        (&[(HistoryOrder::Closer, Ascending), (HistoryOrder::Verified, Descending)], ["r4", "r2", "r1"]),
        (&[(HistoryOrder::StartedAt, Ascending), (HistoryOrder::Messages, Descending)], ["r2", "r4", "r1"]),
    ] {
        assert_eq!(rig.history(None, order, Page::ALL).await, (expected.map(str::to_owned).into(), 3));
    }
}

#[tokio::test]
async fn a_page_of_a_history_has_the_total_of_all() {
    let rig = rig().await;
    let order = [(HistoryOrder::ClosedAt, Descending)];
    let page = |offset| Page { offset, limit: Some(1) };
    assert_eq!(rig.history(None, &order, page(0)).await, (vec!["r1".to_owned()], 3));
    assert_eq!(rig.history(None, &order, page(2)).await, (vec!["r2".to_owned()], 3));
    assert_eq!(rig.history(None, &order, page(3)).await, (vec![], 3));
    assert_eq!(rig.history(Some("WIDGET"), &order, page(0)).await, (vec!["r1".to_owned()], 1));
}

#[tokio::test]
async fn a_source_is_found_by_its_type_or_alias() {
    let rig = rig().await;
    for (source, expected) in [
        ("app", vec!["r2"]),
        ("GRAM ä", vec!["r2"]),
        ("e", vec!["r1", "r2", "r4"]),
        ("%", vec![]),
        ("i1", vec![]),
    ] {
        let (ids, total) = rig.history(Some(source), &[], Page::ALL).await;
        assert_eq!(
            (&ids[..], total),
            (&expected.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>()[..], expected.len() as u64),
            "{source}"
        );
    }
}

#[tokio::test]
async fn a_closed_conversation_is_read_with_every_field() {
    let rig = rig().await;
    let filter = HistoryFilter { contact_id: "c1".into(), source: None };
    let mut view = rig.store.read().await.unwrap();
    let found = view.conversations().list_history(&filter, &[], Page { offset: 0, limit: Some(1) }).await;
    let room = found.unwrap().conversations.remove(0);
    assert_eq!((room.fname.as_str(), room.ts.as_millis(), room.messages), ("Old r1", 5, 3));
    assert_eq!(room.visitor.id, "v1".into());
    assert_eq!(room.served_by.unwrap().username, "kim");
    assert_eq!((room.closed_at.as_millis(), room.closer), (30, Some(Closer::User)));
    assert_eq!(room.closed_by.unwrap().id, "u1");
    assert_eq!(
        (room.tags.unwrap(), room.source.kind.as_str(), room.verified),
        (vec!["vip".to_owned()], "widget", true)
    );
    assert!(matches!(room.last_message, Some(Value::Fields(_))));
}

#[tokio::test]
async fn the_open_conversation_of_a_contact_is_found() {
    let rig = rig().await;
    let mut view = rig.store.read().await.unwrap();
    assert_eq!(view.conversations().find_open_by_contact(&"c1".into()).await.unwrap(), Some("r3".into()));
    assert_eq!(view.conversations().find_open_by_contact(&"c3".into()).await.unwrap(), None);
}

#[tokio::test]
async fn a_new_name_reaches_all_rooms_and_what_the_visitors_have() {
    let rig = rig().await;
    let mut tx = rig.store.begin().await.unwrap();
    tx.conversations().rename(&"c1".into(), &["v1".into(), "v2".into()], "New", NOW).await.unwrap();
    tx.commit().await.unwrap();
    let rooms = "select room_id from rooms where fname = 'New' and updated_at = 1000000 and version = 2";
    assert_eq!(rig.texts(rooms).await, ["r1", "r2", "r3", "r4"]);
    let inquiries =
        "select room_id from inquiries where name = 'New' and updated_at = 1000000 and version = 2";
    assert_eq!(rig.texts(inquiries).await, ["r3"]);
    let subscriptions =
        "select room_id from subscriptions where name = 'New' and fname = 'New' and updated_at = 1000000";
    assert_eq!(rig.texts(subscriptions).await, ["r3"]);
}

#[tokio::test]
async fn a_visitors_new_name_reaches_its_open_conversation_only() {
    let rig = rig().await;
    let mut tx = rig.store.begin().await.unwrap();
    for (visitor, open) in [("v1", Some("r3")), ("v2", None), ("unknown", None)] {
        let found = tx.conversations().find_open_by_visitor(&visitor.into()).await.unwrap();
        assert_eq!(found, open.map(Into::into), "{visitor}");
        tx.conversations().rename_open(&visitor.into(), "New", NOW).await.unwrap();
    }
    tx.commit().await.unwrap();
    for (table, changed) in [
        ("rooms", "fname = 'New' and updated_at = 1000000 and version = 2"),
        ("inquiries", "name = 'New' and updated_at = 1000000 and version = 2"),
        ("subscriptions", "name = 'New' and fname = 'New' and updated_at = 1000000"),
    ] {
        let mut connection = connect(&rig.path).await;
        let sql = format!("select room_id from {table} where {changed} or updated_at = 1000000");
        let rooms: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap();
        assert_eq!(rooms, ["r3"], "{table}");
    }
}

#[tokio::test]
async fn no_table_mentions_a_removed_conversation() {
    let rig = rig().await;
    for (room, tables) in [("'r1'", 4), ("'r3'", 9), ("'r6'", 9)] {
        assert_eq!(rig.mentions(room).await.len(), tables, "{room}");
    }
    let mut tx = rig.store.begin().await.unwrap();
    tx.conversations().remove_by_visitor(&"v1".into()).await.unwrap();
    tx.conversations().remove_by_contact(&"c2".into()).await.unwrap();
    tx.conversations().remove_by_contact(&"unknown".into()).await.unwrap();
    tx.commit().await.unwrap();
    for gone in ["r1", "r3", "r5", "r6"] {
        assert_eq!(rig.mentions(gone).await, [""; 0]);
    }
    for kept in ["'r2'", "'r4'"] {
        assert_eq!(rig.mentions(kept).await.len(), 4, "{kept}");
    }
}

/// A contact with all that is personal, and the visitors of its two channels.
fn xenia() -> (Contact, [Visitor; 2]) {
    let new = NewContact {
        name: "Xenia".into(),
        emails: vec!["Xenia@example.org".into()],
        phones: vec!["call xenia".into()],
        custom_fields: [("note".to_owned(), "xenia".into())].into_iter().collect(),
        ..NewContact::default()
    };
    let mut contact = Contact::prepared("c1".into(), new, NOW);
    contact.conflicting_fields = Some(vec![ConflictingField::name("Xenia Other")]);
    let source = Source { kind: "widget".into(), destination: Some("to xenia".into()), ..Source::default() };
    contact.channels = ["v1", "v2"].map(|id| Channel::new(id.into(), source.clone())).into();
    let visitors = ["v1", "v2"].map(|id| Visitor {
        name: Some("Xenia".into()),
        emails: Some(vec!["xenia@example.org".into()]),
        phones: Some(vec!["call xenia".into()]),
        livechat_data: Some([("note".to_owned(), "xenia".into())].into_iter().collect()),
        host: Some("xenia.example.org".into()),
        ..Visitor::new(id.into(), "guest-xenia".into(), format!("xenia {id}").into(), NOW)
    });
    (contact, visitors)
}

#[tokio::test]
async fn a_deleted_contact_leaves_nothing_in_any_table() {
    let rig = rig().await;
    let (contact, visitors) = xenia();
    let mut tx = rig.store.begin().await.unwrap();
    tx.contacts().add(&contact).await.unwrap();
    tx.visitors().add_many(&visitors).await.unwrap();
    tx.settings().update(COLLECT_HEADERS, &Value::Bool(true), NOW).await.unwrap();
    tx.commit().await.unwrap();
    let mut connection = connect(&rig.path).await;
    for sql in [
        "update rooms set fname = 'Xenia', livechat_data_json = '{\"a\":\"xenia\"}' where contact_id = 'c1'",
        "update messages set body = 'xenia writes' where room_id in ('r1', 'r2', 'r3', 'r4')",
        "update inquiries set name = 'Xenia', message = 'xenia asks' where room_id = 'r3'",
        "update subscriptions set name = 'Xenia', fname = 'Xenia' where room_id = 'r3'",
    ] {
        sqlx::query(sql).execute(&mut connection).await.unwrap();
    }
    assert!(rig.mentions("xenia").await.len() > 10 && rig.mentions("Xenia").await.len() > 5);

    let ctx = Context {
        store: rig.store.clone(),
        clock: Arc::new(SystemClock),
        ids: Arc::new(OsIds),
        passwords: Arc::new(BcryptHasher::for_this_machine()),
        root_url: String::new(),
        token_secret: None,
    };
    let mut grants = Grants::default();
    grants.insert(DELETE_LIVECHAT_CONTACT, vec!["admin".into()]);
    let admin = Actor::new("u1", Some("boss"), vec!["admin".into()], grants);
    delete_contact(&ctx, &admin, &"c1".into()).await.unwrap();
    for gone in ["xenia", "Xenia", "'r1'", "'r2'", "'r3'", "'r4'"] {
        assert_eq!(rig.mentions(gone).await, [""; 0]);
    }
    assert!(!rig.mentions("'r5'").await.is_empty(), "others keep theirs");
}

#[tokio::test]
async fn custom_values_of_open_conversations_are_read_and_written() {
    let rig = rig().await;
    let mut tx = rig.store.begin().await.unwrap();
    let mut open = tx.conversations().list_open_values(&"v1".into()).await.unwrap();
    assert_eq!(open.len(), 1);
    let mut values = open.remove(0);
    assert_eq!(
        (values.room_id.as_str(), values.values.as_ref(), values.version),
        ("r3", None, Version::FIRST)
    );
    let topic: Fields = [("topic".to_owned(), Value::from("x"))].into_iter().collect();
    values.values = Some(topic.clone());
    tx.conversations().update_values(&values, NOW).await.unwrap();
    let refused = tx.conversations().update_values(&values, NOW).await;
    assert!(matches!(refused, Err(StoreError::Stale)), "{refused:?}");
    tx.commit().await.unwrap();
    let mut view = rig.store.read().await.unwrap();
    let stored = view.conversations().list_open_values(&"v1".into()).await.unwrap().remove(0);
    assert_eq!((stored.values, stored.version), (Some(topic), Version::FIRST.next()));
    assert_eq!(view.conversations().list_open_values(&"v2".into()).await.unwrap(), []);
}
