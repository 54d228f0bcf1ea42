//! Which plans statements get: all but lists of small tables begin at an index.

use std::collections::BTreeMap;
use std::path::Path;

use omnicontact_adapters_postgres::{PgOptions, PgStore};
use omnicontact_domain::audit::SubjectKind;
use omnicontact_domain::contact::{Association, Channel, Contact, ContactOrder, Source, Verification};
use omnicontact_domain::conversation::RoomOrder;
use omnicontact_domain::page::Page;
use omnicontact_domain::permission;
use omnicontact_domain::role::BUILT_IN_ROLES;
use omnicontact_domain::search::SearchTerm;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Fields;
use omnicontact_domain::version::Version;
use omnicontact_domain::visitor::{Visitor, VisitorManager, VisitorOrder, VisitorSearch};
use omnicontact_ports::{
    AuditFilter, ContactFilter, MessageFilter, PermissionRecord, QueueFilter, RoleRecord, RoomFilter, Span,
    Store, UserFilter, UserOrder, VisitorFilter,
};
use serde_json::Value as Json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use crate::engine::conversation_rows;
use crate::fresh::Database;

/// More than fits into one statement of `add_many`.
const VISITORS: i64 = 6_000;
const CONTACTS: i64 = 9_000;

/// Tables that hold a few rows however many people there are.
const SMALL: [&str; 7] = [
    "roles",
    "permissions",
    "settings",
    "custom_fields",
    "departments",
    "contact_counters",
    "visitor_counters",
];

/// A part of a statement that may read a table from end to end, and why.
const EXCEPTIONS: [(&str, &str); 1] = [("and name_key is null", "once at each start, before it serves")];

fn visitor(number: i64) -> Visitor {
    let token = format!("token-{number}");
    let mut visitor = Visitor::new(
        format!("visitor-{number}").into(),
        format!("guest-{number}"),
        token.as_str().into(),
        Timestamp::from_millis(number),
    );
    let mut values = Fields::default();
    values.set(format!("field-{}", number % 20), format!("Value {number}"));
    visitor.livechat_data = Some(values);
    visitor.emails = Some(vec![format!("{number}@example.org")]);
    visitor.phones = Some(vec![format!("+1{number}")]);
    let username = format!("agent-{}", number % 50);
    visitor.manager = Some(VisitorManager { user_id: None, username, name: None, emails: None });
    visitor
}

fn contact(number: i64) -> Contact {
    let visitor_id = format!("visitor-{number}").into();
    let channel = Channel {
        name: "widget".into(),
        visitor: Association { visitor_id, source_type: "widget".into(), source_id: None },
        blocked: false,
        verified: true,
        verification: Some(Verification {
            field: "email".into(),
            value: format!("{number}@example.org"),
            verified_at: Timestamp::from_millis(number),
        }),
        details: Source { kind: "widget".into(), ..Source::default() },
        last_chat: None,
    };
    Contact {
        id: format!("contact-{number}").into(),
        name: Some("Mara Lindt".into()),
        emails: Some(vec![format!("{number}@example.org")]),
        phones: Some(vec![format!("+4930{number:07}")]),
        manager: None,
        unknown: false,
        conflicting_fields: None,
        custom_fields: None,
        channels: vec![channel],
        last_chat: None,
        import_ids: None,
        activity: None,
        pre_registration: None,
        enabled: true,
        created_at: Timestamp::from_millis(number),
        updated_at: Timestamp::from_millis(number),
        version: Version::FIRST,
    }
}

async fn fill(store: &PgStore, connection: &mut PgConnection) {
    conversation_rows::add(connection, 9_000).await;
    let now = Timestamp::from_millis(0);
    let roles = BUILT_IN_ROLES.map(|role| RoleRecord {
        id: role.id.into(),
        name: role.id.into(),
        scope: role.scope,
        description: role.description.into(),
        protected: true,
        mandatory_two_factor: false,
        updated_at: now,
    });
    let permissions: Vec<_> = permission::defaults()
        .map(|(id, roles)| PermissionRecord {
            id,
            roles: roles.iter().map(|role| (*role).into()).collect(),
            updated_at: now,
        })
        .collect();
    let visitors: Vec<_> = (0..VISITORS).map(visitor).collect();
    let contacts: Vec<_> = (0..CONTACTS).map(contact).collect();
    let mut transaction = store.begin().await.unwrap();
    transaction.access().add_roles(&roles).await.unwrap();
    transaction.access().add_permissions(&permissions).await.unwrap();
    assert_eq!(transaction.visitors().add_many(&visitors).await.unwrap(), 6_000);
    assert_eq!(transaction.visitors().add_many(&visitors).await.unwrap(), 0);
    assert_eq!(transaction.contacts().add_many(&contacts).await.unwrap(), 9_000);
    transaction.commit().await.unwrap();
    sqlx::raw_sql(
        "insert into users (
            user_id, username, username_key, name, name_key, kind, status, active, preferences_json,
            livechat_status, status_expires_at, extension, created_at, updated_at, version
        )
        select
            'user-' || n, 'user-' || n, 'user-' || n, 'User ' || n, 'user ' || n, 'user', 'offline', true, '{}',
            case when n % 50 = 0 then 'available' end, case when n % 100 = 0 then n end, case when n % 10 = 0 then n || '0' end, n, n, 1
        from generate_series(1, 3000) n;
        insert into user_emails select 'user-' || n, 0, n || '@example.org', n || '@example.org', true
        from generate_series(1, 3000) n;
        insert into user_roles select 'user-' || n, 0, 'livechat-agent' from generate_series(1, 3000) n;
        insert into agent_routing select 'user-' || n, n from generate_series(1, 3000) n;
        insert into login_tokens select 'hash-' || n, 'user-' || n, n, null, null, null
        from generate_series(1, 3000) n;
        insert into login_attempts
        select 'attempt-' || n, n, n % 10 = 0, '10.0.0.' || n % 200, 'user-' || n % 300, 'user-' || n % 300
        from generate_series(1, 9000) n;
        insert into audit_events
        select
            'event-' || n, n, 'user', 'user-' || n % 50, 'user-' || n % 50, null, 'updated', 'user',
            'user-' || n % 3000, '[]'
        from generate_series(1, 9000) n;
        analyze",
    )
    .execute(connection)
    .await
    .unwrap();
}

/// Tables that a plan reads from end to end.
fn read_from_end_to_end(plan: &Json, tables: &mut Vec<String>) {
    if plan["Node Type"] == "Seq Scan" {
        tables.push(plan["Relation Name"].as_str().unwrap_or_default().to_owned());
    }
    for part in plan["Plans"].as_array().into_iter().flatten() {
        read_from_end_to_end(part, tables);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_checked_statement_begins_at_an_index() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    fill(&store, &mut connection).await;
    sqlx::raw_sql("set plan_cache_mode = force_generic_plan").execute(&mut connection).await.unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx");
    let mut explained = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let document: Json = serde_json::from_str(&text).unwrap();
        let statement = document["query"].as_str().unwrap();
        let excepted = EXCEPTIONS.iter().any(|(part, _)| statement.contains(part));
        if excepted || statement.starts_with("lock table") {
            continue;
        }
        let parameters = document["describe"]["parameters"]["Left"].as_array().unwrap().len();
        let nulls = vec!["null"; parameters].join(", ");
        let arguments = if parameters == 0 { String::new() } else { format!("({nulls})") };
        let script = format!("deallocate all; prepare asked as {statement}");
        sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut connection).await.unwrap();
        let explain = format!("explain (format json) execute asked{arguments}");
        let row = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_one(&mut connection).await.unwrap();
        let plans: Json = serde_json::from_str(row.get_unchecked(0)).unwrap();
        let mut tables = Vec::new();
        read_from_end_to_end(&plans[0]["Plan"], &mut tables);
        tables.retain(|table| !SMALL.contains(&table.as_str()));
        assert!(tables.is_empty(), "{tables:?} are read from end to end by {statement}\n{}", plans[0]);
        explained += 1;
    }
    assert!(explained > 40, "only {explained} statements were found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_filter_begins_at_an_index() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    fill(&store, &mut connection).await;
    store.close().await;
    sqlx::raw_sql("select pg_stat_reset()").execute(&mut connection).await.unwrap();

    let store = PgStore::open(PgOptions { pool_size: 1, ..database.options() }).await.unwrap();
    let email = Some("77@example.org".to_owned());
    let phone = Some("+177".to_owned());
    let custom = vec![("field-17".to_owned(), "value 77".to_owned())];
    let mut view = store.read().await.unwrap();
    for filter in [
        VisitorFilter { email: email.clone(), ..VisitorFilter::default() },
        VisitorFilter { phone: phone.clone(), ..VisitorFilter::default() },
        VisitorFilter { custom: custom.clone(), ..VisitorFilter::default() },
        VisitorFilter { email, phone, custom },
    ] {
        let found = view.visitors().find_by_filter(&filter).await.unwrap();
        assert_eq!(found.map(|visitor| visitor.id), Some("visitor-77".into()), "{filter:?}");
    }
    drop(view);
    let scanned = scans(&mut connection, store).await;
    assert!(scanned.contains_key("visitors"), "{scanned:?}");
    let from_end_to_end = scanned.iter().filter(|(table, scans)| table.starts_with("visitor") && **scans > 0);
    assert_eq!(from_end_to_end.count(), 0, "{scanned:?}");
}

/// How often each table that was read since the last reset was read from end to end.
async fn scans(connection: &mut PgConnection, store: PgStore) -> BTreeMap<String, i64> {
    // Sessions hand in their counts when they end.
    store.close().await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let scanned: Vec<(String, i64)> = sqlx::query_as(
        "select
            relname::text,
            seq_scan
        from pg_stat_user_tables
        where seq_scan > 0
            or idx_scan > 0",
    )
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    sqlx::raw_sql("select pg_stat_reset()").execute(connection).await.unwrap();
    scanned.into_iter().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_begins_at_an_index() {
    let database = Database::create().await;
    let options = PgOptions { pool_size: 1, ..database.options() };
    let store = PgStore::open(options.clone()).await.unwrap();
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    fill(&store, &mut connection).await;
    scans(&mut connection, store).await;

    let store = PgStore::open(options).await.unwrap();
    let mut view = store.read().await.unwrap();
    let ten = Page { offset: 0, limit: Some(10) };
    let username = [(UserOrder::Username, Direction::Ascending)];
    for filter in [
        UserFilter { email: Some("77@example.org".to_owned()), ..UserFilter::default() },
        UserFilter { roles: vec!["admin".into()], ..UserFilter::default() },
        UserFilter { presence_expired_at: Some(Timestamp::from_millis(300)), ..UserFilter::default() },
        UserFilter { extension: Some("7700".to_owned()), ..UserFilter::default() },
    ] {
        let page = view.users().list_page(&filter, &username, ten).await.unwrap();
        assert!(page.total < 4, "{filter:?} fits {} users", page.total);
    }
    for filter in [
        AuditFilter { subject_id: Some("user-7".to_owned()), ..audit_of_users() },
        AuditFilter { author: Some("user-7".to_owned()), ..AuditFilter::default() },
        AuditFilter {
            from: Some(Timestamp::from_millis(50)),
            until: Some(Timestamp::from_millis(60)),
            ..AuditFilter::default()
        },
    ] {
        let page = view.audit().list(&filter, Direction::Descending, ten).await.unwrap();
        assert!(page.total > 2 && page.total < 200, "{filter:?} fits {} events", page.total);
    }
    // What fits all cannot be counted without reading all; the pages themselves must not add to that.
    for order in [UserOrder::Username, UserOrder::Name] {
        let page =
            view.users().list_page(&UserFilter::default(), &[(order, Direction::Ascending)], ten).await;
        assert_eq!(page.unwrap().total, 3_000);
    }
    for order in [Direction::Ascending, Direction::Descending] {
        let page = view.audit().list(&AuditFilter::default(), order, ten).await.unwrap();
        assert_eq!((page.events.len(), page.total), (10, 9_000));
    }
    drop(view);
    let scanned = scans(&mut connection, store).await;
    // At its start the store looks for names that are not folded yet.
    let most = [("users", 1 + 2), ("audit_events", 2), ("user_emails", 0), ("user_roles", 0)];
    for (table, most) in most {
        assert!(
            scanned[table] <= most,
            "{table} is read from end to end more than {most} times: {scanned:?}"
        );
    }
}

/// Three contacts by the port, and copies of the first one in its tables.
async fn fill_with_copies(store: &PgStore, connection: &mut PgConnection, copies: u32) {
    let rare = Contact { name: Some("Zephyr Quux 5%_\\".into()), ..contact(1) };
    // Too long for the index that holds texts.
    let long = Contact { name: Some("xj%m".repeat(1_000)), ..contact(2) };
    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.contacts().add_many(&[contact(0), rare, long]).await.unwrap(), 3);
    transaction.commit().await.unwrap();
    let script = format!(
        "insert into contacts (
            contact_id, name, unknown, channels_json, enabled, created_at, updated_at, last_chat_at, version,
            search_version
        )
        select 'copy-' || n, 'Mara Lindt ' || n, n % 20 = 0, '[]', true, n, n, nullif(n % 3, 0), 1, 1
        from generate_series(1, {copies}) n;
        insert into contact_search
        select 'copy-' || n, n % 20 = 0, 'Mara Lindt ' || n, search_text, long_text, search_keys
        from contact_search, generate_series(1, {copies}) n
        where contact_id = 'contact-0';
        update contact_counters set known = known + {copies} - {copies} / 20, unknown = unknown + {copies} / 20
        where slot = 1;
        vacuum analyze contacts, contact_search"
    );
    for statement in script.split(';') {
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut *connection).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_search_begins_at_an_index() {
    let database = Database::create().await;
    let options = PgOptions { pool_size: 1, ..database.options() };
    let store = PgStore::open(options.clone()).await.unwrap();
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    fill_with_copies(&store, &mut connection, 100_000).await;
    scans(&mut connection, store).await;

    let store = PgStore::open(options).await.unwrap();
    for order in
        [ContactOrder::Name, ContactOrder::CreatedAt, ContactOrder::LastChatAt, ContactOrder::UpdatedAt]
    {
        for direction in [Direction::Ascending, Direction::Descending] {
            for (text, total) in [
                ("", 95_003),
                ("mara", 95_001),
                ("m", 95_003),
                ("zephyr", 1),
                ("q", 1),
                ("xj", 1),
                ("j%", 1),
                ("%", 2),
                ("%_", 1),
                ("_\\", 1),
                ("\\", 1),
                ("ö", 0),
                ("nobody", 0),
            ] {
                let filter = ContactFilter { term: SearchTerm::of(text), unknown: false };
                let page = Page { offset: 0, limit: Some(10) };
                let mut view = store.read().await.unwrap();
                let found =
                    view.contacts().list_page(&filter, &[(order.clone(), direction)], page).await.unwrap();
                assert_eq!(found.total, total, "{text:?} by {order:?}");
                assert_eq!(found.contacts.len() as u64, total.min(10), "{text:?} by {order:?}");
            }
        }
    }
    let scanned = scans(&mut connection, store).await;
    for (table, most) in [("contacts", 0), ("contact_search", 0)] {
        assert!(
            scanned[table] <= most,
            "{table} is read from end to end more than {most} times: {scanned:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_search_of_visitors_begins_at_an_index() {
    let database = Database::create().await;
    let options = PgOptions { pool_size: 1, ..database.options() };
    let store = PgStore::open(options.clone()).await.unwrap();
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    fill(&store, &mut connection).await;
    scans(&mut connection, store).await;

    let store = PgStore::open(options).await.unwrap();
    let mut view = store.read().await.unwrap();
    let ten = Page { offset: 0, limit: Some(10) };
    for key in [VisitorOrder::SeenAt, VisitorOrder::Name] {
        for (text, total) in [
            ("", 6_000),
            ("g", 6_000),
            ("GUEST", 6_000),
            ("guest-5999", 1),
            ("77@example.org", 1),
            ("+177", 1),
            ("value 5977", 1),
            ("zz", 0),
        ] {
            let search = VisitorSearch::new(text.to_owned(), vec!["field-17".into()]);
            let found = view.visitors().list_page(&search, (key, Direction::Descending), ten).await.unwrap();
            assert_eq!((found.total, found.visitors.len() as u64), (total, total.min(10)), "{text}");
        }
    }
    assert_eq!(view.visitors().list_by_name_start("ada", &[], 10).await.unwrap(), []);
    drop(view);
    let scanned = scans(&mut connection, store).await;
    for table in ["visitors", "visitor_search", "visitor_values", "visitor_emails", "visitor_phones"] {
        assert_eq!(scanned[table], 0, "{table} is read from end to end: {scanned:?}");
    }
}

fn audit_of_users() -> AuditFilter {
    AuditFilter { subject_kind: Some(SubjectKind::User), ..AuditFilter::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_narrow_list_of_conversations_begins_at_an_index() {
    let database = Database::create().await;
    let options = PgOptions { pool_size: 1, ..database.options() };
    let store = PgStore::open(options.clone()).await.unwrap();
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    fill(&store, &mut connection).await;
    // The port reads whole messages.
    sqlx::raw_sql("update rooms set last_message_json = null; analyze rooms")
        .execute(&mut connection)
        .await
        .unwrap();
    scans(&mut connection, store).await;

    let store = PgStore::open(options).await.unwrap();
    let mut view = store.read().await.unwrap();
    let ten = Page { offset: 0, limit: Some(10) };
    let newest = [(RoomOrder::StartedAt, Direction::Descending)];
    let all = RoomFilter::default;
    let span = |from: i64, to: i64| Span {
        from: Some(Timestamp::from_millis(from)),
        to: Some(Timestamp::from_millis(to)),
    };
    for filter in [
        RoomFilter { visitor: Some("visitor-7".into()), ..all() },
        RoomFilter { visitor: Some("visitor-7".into()), message: Some("Mara 14 writes".into()), ..all() },
        RoomFilter { agents: vec!["user-7".into()], ..all() },
        RoomFilter { departments: vec!["department-7".into()], ..all() },
        RoomFilter { created: span(50, 59), ..all() },
        RoomFilter { closed: span(1_050, 1_070), ..all() },
    ] {
        let page = view.conversations().list_page(&filter, &newest, ten).await.unwrap();
        assert!(page.total > 0 && page.total < 20, "{filter:?} fits {} conversations", page.total);
    }
    let filter = MessageFilter::of("room-7".into());
    assert_eq!(view.messages().list_page(&filter, Direction::Descending, ten).await.unwrap().total, 1);
    let filter = QueueFilter::Department("department-7".into());
    assert!(view.inquiries().list_queued(&filter, ten).await.unwrap().total > 0);
    drop(view);
    let scanned = scans(&mut connection, store).await;
    for table in ["rooms", "visitor_rooms", "messages", "inquiries"] {
        assert_eq!(scanned[table], 0, "{table} is read from end to end: {scanned:?}");
    }
}
