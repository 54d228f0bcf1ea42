//! Makes contacts findable as they are that a server of a former version wrote: texts are brought into their
//! normal form in Rust only, so no migration can do it.

use omnicontact_domain::contact::Contact;
use omnicontact_ports::StoreError;
use sqlx::{ConnectOptions, Connection, PgConnection};

use crate::connections::Connections;
use crate::contact_row::{ContactRow, select_contact};
use crate::contact_writes::{first_slot, last_chat_at};
use crate::error::classify;
use crate::options::PgOptions;
use crate::search_keys::SearchColumns;
use crate::wire::Wire;

/// Contacts in one transaction.
const BATCH: i64 = 2_000;

/// Writes what is missing batch by batch, each in a transaction of its own: what is interrupted goes on where
/// it stopped. Several nodes may do so at once; each locks the contacts that it writes for.
pub(crate) async fn fill(connections: &Connections, options: &PgOptions) -> Result<(), StoreError> {
    let mut connection = match options.unlimited()?.connect().await {
        Ok(connection) => connection,
        Err(error) => return Err(connections.explain(error).await),
    };
    let mut after = String::new();
    let outcome = loop {
        match fill_batch(&mut connection, &after, options.prepared_statements).await {
            Ok(Some(last)) => after = last,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    // The outcome stands, whatever comes of saying goodbye.
    let _ = connection.close().await;
    outcome
}

/// Fills a batch of contacts beyond an id; the last of them, if there was one.
async fn fill_batch(
    connection: &mut PgConnection,
    after: &str,
    prepared: bool,
) -> Result<Option<String>, StoreError> {
    let mut transaction = connection.begin().await.map_err(classify)?;
    let query = select_contact!(
        "from contacts c
        where c.contact_id > $1
            and c.search_version is distinct from c.version
        order by c.contact_id
        limit $2
        for update of c",
        after,
        BATCH
    );
    let wire = Wire { connection: &mut transaction, prepared };
    let rows = query.fetch_all(wire).await.map_err(classify)?;
    let contacts: Vec<Contact> = rows.into_iter().map(ContactRow::into_contact).collect::<Result<_, _>>()?;
    let Some(last) = contacts.last() else { return Ok(None) };
    let last = last.id.as_str().to_owned();
    write(&mut transaction, &contacts, prepared).await.map_err(classify)?;
    transaction.commit().await.map_err(classify)?;
    Ok(Some(last))
}

async fn write(
    connection: &mut PgConnection,
    contacts: &[Contact],
    prepared: bool,
) -> Result<(), sqlx::Error> {
    let search = SearchColumns::of(contacts);
    let ids: Vec<String> = contacts.iter().map(|contact| contact.id.as_str().to_owned()).collect();
    let chats: Vec<Option<i64>> = contacts.iter().map(last_chat_at).collect();
    let unknown = search.unknown.iter().filter(|unknown| **unknown).count();
    let known = search.unknown.len() - unknown;
    let query = sqlx::query!(
        "with was as (
            select s.unknown
            from contact_search s
            where s.contact_id = any($8::text[])
        ), search_gone as (
            delete from contact_search
            where contact_id = any($8::text[])
                and contact_id <> all($1::text[])
        ), search_come as (
            insert into contact_search (contact_id, unknown, name_key, search_text, long_text, search_keys)
            select
                new.contact_id,
                new.unknown,
                new.name_key,
                new.search_text,
                new.long_text,
                new.search_keys::smallint[]
            from unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::text[], $6::text[])
                as new (contact_id, unknown, name_key, search_text, long_text, search_keys)
            on conflict (contact_id) do update set
                unknown = excluded.unknown,
                name_key = excluded.name_key,
                search_text = excluded.search_text,
                long_text = excluded.long_text,
                search_keys = excluded.search_keys
        ), marked as (
            update contacts
            set
                last_chat_at = new.last_chat_at,
                search_version = version
            from unnest($8::text[], $9::bigint[]) as new (contact_id, last_chat_at)
            where contacts.contact_id = new.contact_id
        )
        update contact_counters
        set
            known = known + $10 - (
                select count(*)
                from was
                where not was.unknown
            ),
            unknown = contact_counters.unknown + $11 - (
                select count(*)
                from was
                where was.unknown
            ),
            changes = changes + 1
        where slot = $7",
        &search.owners,
        &search.unknown,
        &search.name_keys as &[Option<String>],
        &search.search_texts as &[Option<String>],
        &search.long_texts as &[Option<String>],
        &search.search_keys,
        first_slot(),
        &ids,
        &chats as &[Option<i64>],
        i64::try_from(known).unwrap_or_default(),
        i64::try_from(unknown).unwrap_or_default()
    );
    query.execute(Wire { connection, prepared }).await?;
    Ok(())
}
