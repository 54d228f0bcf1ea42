//! After a person is erased, no column of any table has anything of them.

use std::sync::Arc;

use omnicontact_adapters_postgres::PgStore;
use omnicontact_adapters_system::{BcryptHasher, OsIds, SystemClock};
use omnicontact_domain::contact::{
    Association, Channel, ConflictingField, Contact, LastChat, NewContact, Source, Verification,
};
use omnicontact_domain::permission::DELETE_LIVECHAT_CONTACT;
use omnicontact_domain::policy::{Actor, Grants};
use omnicontact_domain::setting::COLLECT_HEADERS;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Value;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::Store;
use omnicontact_usecases::Context;
use omnicontact_usecases::contacts::delete::delete_contact;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::engine::conversation_rows;
use crate::fresh::Database;

/// Part of every value that a person can leave, in each of its stored forms.
const PERSONAL: &str = "xenia";
const NOW: Timestamp = Timestamp::from_millis(9);

/// The columns in which the database has something of the person, in any case, and keys of it in the index of
/// texts.
async fn traces(connection: &mut PgConnection) -> Vec<String> {
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select
            table_name::text,
            column_name::text
        from information_schema.columns
        where table_schema = 'public'
        order by
            table_name,
            column_name",
    )
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    assert!(columns.len() > 150, "all tables are looked at");
    let mut traces = Vec::new();
    for (table, column) in columns {
        let query = format!("select count(*) from {table} where {column}::text ilike '%{PERSONAL}%'");
        let found: i64 = sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut *connection).await.unwrap();
        if found > 0 {
            traces.push(format!("{table}.{column}"));
        }
    }
    let keys: i64 =
        sqlx::query_scalar("select count(*) from contact_search").fetch_one(connection).await.unwrap();
    if keys > 0 {
        traces.push("contact_search".to_owned());
    }
    traces
}

fn full_contact() -> Contact {
    let text = |before: &str| format!("{before}Xenia");
    let chat = LastChat { room_id: text("room ").as_str().into(), ts: NOW };
    let source = Source {
        kind: "email".into(),
        id: Some(text("inbox ")),
        alias: Some(text("alias ")),
        label: Some(text("label ")),
        destination: Some(text("to ")),
        ..Source::default()
    };
    let channel = Channel {
        visitor: Association::new("v1".into(), "email".into(), source.id.clone()),
        verification: Some(Verification { field: text("field "), value: text("value "), verified_at: NOW }),
        last_chat: Some(chat.clone()),
        ..Channel::new("v1".into(), source)
    };
    let new = NewContact {
        name: text("Ms "),
        emails: vec!["xenia@example.org".into()],
        phones: vec!["call xenia".into(), "+4930123456".into()],
        ..NewContact::default()
    };
    Contact {
        conflicting_fields: Some(vec![ConflictingField { field: "name".into(), value: text("").into() }]),
        custom_fields: Some([("note".to_owned(), text("note ").into())].into_iter().collect()),
        channels: vec![channel],
        last_chat: Some(chat),
        ..Contact::prepared("c1".into(), new, NOW)
    }
}

fn full_visitor() -> Visitor {
    Visitor {
        name: Some("Xenia".into()),
        emails: Some(vec!["xenia@example.org".into()]),
        phones: Some(vec!["call xenia".into()]),
        livechat_data: Some([("note".to_owned(), "Xenia".into())].into_iter().collect()),
        host: Some("xenia.example.org".into()),
        ..Visitor::new("v1".into(), "guest-xenia".into(), "token of xenia".into(), NOW)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn erasing_a_person_leaves_no_trace_in_any_table() {
    let database = Database::create().await;
    let store = PgStore::open(database.options()).await.unwrap();
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.contacts().add(&full_contact()).await.unwrap();
    tx.visitors().add(&full_visitor()).await.unwrap();
    tx.settings().update(COLLECT_HEADERS, &Value::Bool(true), NOW).await.unwrap();
    tx.commit().await.unwrap();
    conversation_rows::add(&mut connection, 1).await;
    sqlx::raw_sql(
        "update rooms set contact_id = 'c1', visitor_id = 'v1', fname = 'Xenia', visitor_json = '{\"_id\":\"Xenia\"}';
        update contact_rooms set contact_id = 'c1';
        update visitor_rooms set visitor_id = 'v1';
        update messages set body = 'Xenia here';
        update inquiries set name = 'Xenia', message = 'Xenia asks';
        update subscriptions set name = 'Xenia', fname = 'Xenia'",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    let before = traces(&mut connection).await;
    for expected in [
        "contact_channels.source_id",
        "contact_emails.email_key",
        "contact_phones.phone_key",
        "contact_search.search_text",
        "contact_verifications.value",
        "contacts.channels_json",
        "contacts.custom_fields_json",
        "contacts.name",
        "inquiries.message",
        "messages.body",
        "rooms.visitor_json",
        "subscriptions.fname",
        "visitor_emails.address",
        "visitor_tokens.token",
        "visitor_values.folded",
    ] {
        assert!(before.iter().any(|column| column == expected), "{expected} is not in {before:?}");
    }

    let ctx = Context {
        store: Arc::new(store),
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
    assert_eq!(traces(&mut connection).await, [""; 0]);
}
