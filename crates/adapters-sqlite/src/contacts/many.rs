//! Adding many contacts at once: statements with many rows, whose text depends on how many.

use std::collections::BTreeMap;

use omnicontact_domain::contact::{Contact, ContactKeys};
use omnicontact_ports::StoreError;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::row::ContactRow;
use super::search;
use crate::error::store_error;

/// Rows of contacts in one statement: 18 columns each, of `SQLite`'s 32,766 parameters.
const ROWS: usize = 1_000;
/// Rows of keys in one statement: four columns at most.
const KEYS: usize = 8_000;

/// Adds those whose id is not stored. The caller undoes what is done when this fails.
pub(crate) async fn add(connection: &mut SqliteConnection, contacts: &[Contact]) -> Result<u64, StoreError> {
    let mut added = 0;
    for chunk in contacts.chunks(ROWS) {
        let mut rows = Vec::with_capacity(chunk.len());
        // Ids of those that are not new are never used.
        for (search_id, contact) in (search::next_id(connection).await?..).zip(chunk) {
            rows.push((ContactRow::of(contact)?, contact.enabled.then_some(search_id)));
        }
        let mut new = insert_rows(connection, rows).await?;
        added += new.len() as u64;
        // Of two with one id the first is stored.
        let new: Vec<_> =
            chunk.iter().filter_map(|contact| Some((contact, new.remove(contact.id.as_str())?))).collect();
        let searched = new.iter().filter_map(|(contact, search_id)| Some(((*search_id)?, *contact)));
        search::add(connection, &searched.collect::<Vec<_>>()).await?;
        insert_keys(connection, &new.into_iter().map(|(contact, _)| contact).collect::<Vec<_>>()).await?;
    }
    Ok(added)
}

/// Returns the ids of the rows that were new, with those of their search rows.
async fn insert_rows(
    connection: &mut SqliteConnection,
    rows: Vec<(ContactRow, Option<i64>)>,
) -> Result<BTreeMap<String, Option<i64>>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "insert into contacts (
            contact_id,
            name,
            emails_json,
            phones_json,
            manager_id,
            unknown,
            conflicting_fields_json,
            custom_fields_json,
            channels_json,
            last_chat_json,
            import_ids_json,
            activity_json,
            pre_registration,
            enabled,
            created_at,
            updated_at,
            version,
            search_id
        ) ",
    );
    query.push_values(rows, |mut values, (row, search_id)| {
        values
            .push_bind(row.contact_id)
            .push_bind(row.name)
            .push_bind(row.emails_json)
            .push_bind(row.phones_json)
            .push_bind(row.manager_id)
            .push_bind(row.unknown)
            .push_bind(row.conflicting_fields_json)
            .push_bind(row.custom_fields_json)
            .push_bind(row.channels_json)
            .push_bind(row.last_chat_json)
            .push_bind(row.import_ids_json)
            .push_bind(row.activity_json)
            .push_bind(row.pre_registration)
            .push_bind(row.enabled)
            .push_bind(row.created_at)
            .push_bind(row.updated_at)
            .push_bind(row.version)
            .push_bind(search_id);
    });
    query.push(" on conflict (contact_id) do nothing returning contact_id, search_id");
    let new: Vec<(String, Option<i64>)> =
        query.build_query_as().persistent(false).fetch_all(connection).await.map_err(store_error)?;
    Ok(new.into_iter().collect())
}

async fn insert_keys(connection: &mut SqliteConnection, contacts: &[&Contact]) -> Result<(), StoreError> {
    let keys: Vec<_> =
        contacts.iter().map(|contact| (contact.id.as_str(), ContactKeys::of(contact))).collect();
    let emails =
        keys.iter().flat_map(|(id, keys)| keys.emails.iter().map(|key| [key.as_str(), *id])).collect();
    insert(connection, "contact_emails (email_key, contact_id)", emails).await?;
    let phones =
        keys.iter().flat_map(|(id, keys)| keys.phones.iter().map(|key| [key.as_str(), *id])).collect();
    insert(connection, "contact_phones (phone_key, contact_id)", phones).await?;
    let channels = keys
        .iter()
        .flat_map(|(id, keys)| {
            keys.channels.iter().map(|(visitor, kind, source)| [visitor.as_str(), kind, source, *id])
        })
        .collect();
    insert(connection, "contact_channels (visitor_id, source_type, source_id, contact_id)", channels).await?;
    let verifications = keys
        .iter()
        .flat_map(|(id, keys)| keys.verifications.iter().map(|(field, value)| [field.as_str(), value, *id]))
        .collect();
    insert(connection, "contact_verifications (field, value, contact_id)", verifications).await
}

async fn insert<const COLUMNS: usize>(
    connection: &mut SqliteConnection,
    table: &'static str,
    rows: Vec<[&str; COLUMNS]>,
) -> Result<(), StoreError> {
    for chunk in rows.chunks(KEYS) {
        let mut query = QueryBuilder::<Sqlite>::new("insert into ");
        query.push(table).push(" ");
        query.push_values(chunk, |mut values, row| {
            for column in row {
                values.push_bind((*column).to_owned());
            }
        });
        query.build().persistent(false).execute(&mut *connection).await.map_err(store_error)?;
    }
    Ok(())
}
