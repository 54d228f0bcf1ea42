//! Adding many visitors at once: statements with many rows, whose text depends on how many.

use std::collections::BTreeSet;

use omnicontact_domain::visitor::{Visitor, VisitorKeys};
use omnicontact_ports::{Constraint, StoreError};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::row::VisitorRow;
use super::search;
use crate::error::store_error;

/// Rows of visitors in one statement: 22 columns each, of `SQLite`'s 32,766 parameters.
const ROWS: usize = 1_000;
/// Rows of keys in one statement: three columns at most.
const KEYS: usize = 10_000;

/// Adds those whose id is not stored. The caller undoes what is done when this fails.
pub(crate) async fn add(connection: &mut SqliteConnection, visitors: &[Visitor]) -> Result<u64, StoreError> {
    let mut added = 0;
    for chunk in visitors.chunks(ROWS) {
        let rows = chunk.iter().map(VisitorRow::of).collect::<Result<Vec<_>, _>>()?;
        let mut new = insert_rows(connection, rows).await?;
        added += new.len() as u64;
        // Of two with one id the first is stored.
        let new: Vec<_> = chunk.iter().filter(|visitor| new.remove(visitor.id.as_str())).collect();
        insert_tokens(connection, &new).await?;
        insert_keys(connection, &new).await?;
        search::add(connection, &new).await?;
    }
    Ok(added)
}

/// Returns the ids of the rows that were new.
async fn insert_rows(
    connection: &mut SqliteConnection,
    rows: Vec<VisitorRow>,
) -> Result<BTreeSet<String>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::default();
    push_rows(&mut query, rows);
    query.push(" on conflict (visitor_id) do nothing returning visitor_id");
    let new: Vec<String> =
        query.build_query_scalar().persistent(false).fetch_all(connection).await.map_err(store_error)?;
    Ok(new.into_iter().collect())
}

/// Writes the beginning of a statement that adds these rows.
pub(super) fn push_rows(query: &mut QueryBuilder<Sqlite>, rows: impl IntoIterator<Item = VisitorRow>) {
    query.push(
        "insert into visitors (
            visitor_id,
            username,
            ts,
            token,
            name,
            phones_json,
            emails_json,
            department,
            livechat_data_json,
            manager_json,
            last_chat_json,
            last_agent_json,
            status,
            activity_json,
            user_agent,
            ip,
            host,
            external_ids_json,
            disabled,
            updated_at,
            version,
            search_version
        ) ",
    );
    query.push_values(rows, |mut values, row| {
        values
            .push_bind(row.visitor_id)
            .push_bind(row.username)
            .push_bind(row.ts)
            .push_bind(row.token)
            .push_bind(row.name)
            .push_bind(row.phones_json)
            .push_bind(row.emails_json)
            .push_bind(row.department)
            .push_bind(row.livechat_data_json)
            .push_bind(row.manager_json)
            .push_bind(row.last_chat_json)
            .push_bind(row.last_agent_json)
            .push_bind(row.status)
            .push_bind(row.activity_json)
            .push_bind(row.user_agent)
            .push_bind(row.ip)
            .push_bind(row.host)
            .push_bind(row.external_ids_json)
            .push_bind(row.disabled)
            .push_bind(row.updated_at)
            .push_bind(row.version)
            .push_bind(row.version);
    });
}

async fn insert_tokens(connection: &mut SqliteConnection, visitors: &[&Visitor]) -> Result<(), StoreError> {
    let tokens: Vec<_> = visitors
        .iter()
        .filter_map(|visitor| Some((visitor.token.as_ref()?.as_str(), visitor.id.as_str())))
        .collect();
    let expected = tokens.len() as u64;
    let taken = insert_pairs(connection, "visitor_tokens (token, visitor_id)", tokens).await?;
    if taken < expected { Err(StoreError::Conflict(Constraint::VisitorToken)) } else { Ok(()) }
}

async fn insert_keys(connection: &mut SqliteConnection, visitors: &[&Visitor]) -> Result<(), StoreError> {
    let keys: Vec<_> =
        visitors.iter().map(|visitor| (visitor.id.as_str(), VisitorKeys::of(visitor))).collect();
    let emails = keys
        .iter()
        .flat_map(|(id, keys)| keys.emails.iter().map(|address| (address.as_str(), *id)))
        .collect();
    insert_pairs(connection, "visitor_emails (address, visitor_id)", emails).await?;
    let phones =
        keys.iter().flat_map(|(id, keys)| keys.phones.iter().map(|number| (number.as_str(), *id))).collect();
    insert_pairs(connection, "visitor_phones (phone_number, visitor_id)", phones).await?;
    let managers = keys.iter().filter_map(|(id, keys)| Some((keys.manager.as_deref()?, *id))).collect();
    insert_pairs(connection, "visitor_managers (username, visitor_id)", managers).await?;

    let values: Vec<_> = keys
        .iter()
        .flat_map(|(id, keys)| {
            keys.values.iter().map(|(field, folded)| (field.as_str(), *id, folded.as_str()))
        })
        .collect();
    for chunk in values.chunks(KEYS) {
        let mut query =
            QueryBuilder::<Sqlite>::new("insert into visitor_values (field_id, visitor_id, folded) ");
        query.push_values(chunk, |mut values, (field, id, folded)| {
            values.push_bind((*field).to_owned()).push_bind((*id).to_owned()).push_bind((*folded).to_owned());
        });
        query.build().persistent(false).execute(&mut *connection).await.map_err(store_error)?;
    }
    Ok(())
}

/// Inserts pairs of a key and an id; those that exist stay. Returns how many were new.
async fn insert_pairs(
    connection: &mut SqliteConnection,
    table: &'static str,
    pairs: Vec<(&str, &str)>,
) -> Result<u64, StoreError> {
    let mut new = 0;
    for chunk in pairs.chunks(KEYS) {
        let mut query = QueryBuilder::<Sqlite>::new("insert into ");
        query.push(table).push(" ");
        query.push_values(chunk, |mut values, (key, id)| {
            values.push_bind((*key).to_owned()).push_bind((*id).to_owned());
        });
        query.push(" on conflict do nothing");
        let done = query.build().persistent(false).execute(&mut *connection).await.map_err(store_error)?;
        new += done.rows_affected();
    }
    Ok(new)
}
