//! Makes contacts findable that a former version of the program wrote: texts are brought into their normal
//! form in Rust only, so no migration can do it.

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

/// Writes the missing rows batch by batch, each in a transaction of its own: what is interrupted goes on where
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
            and c.enabled
            and not exists (
                select
                from contact_search s
                where s.contact_id = c.contact_id
            )
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
    let query = sqlx::query!(
        "with searched as (
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
            on conflict do nothing
            returning unknown
        )
        update contact_counters
        set
            known = contact_counters.known + come.known,
            unknown = contact_counters.unknown + come.unknown,
            changes = changes + 1
        from (
            select
                count(*) filter (where not searched.unknown) as known,
                count(*) filter (where searched.unknown) as unknown
            from searched
        ) as come
        where slot = $7",
        &search.owners,
        &search.unknown,
        &search.name_keys as &[Option<String>],
        &search.search_texts as &[Option<String>],
        &search.long_texts as &[Option<String>],
        &search.search_keys,
        first_slot()
    );
    query.execute(Wire { connection: &mut *connection, prepared }).await?;
    let chatted = contacts.iter().filter(|contact| contact.last_chat.is_some());
    let (ids, times): (Vec<String>, Vec<Option<i64>>) =
        chatted.map(|contact| (contact.id.as_str().to_owned(), last_chat_at(contact))).unzip();
    let query = sqlx::query!(
        "update contacts
        set last_chat_at = new.last_chat_at
        from unnest($1::text[], $2::bigint[]) as new (contact_id, last_chat_at)
        where contacts.contact_id = new.contact_id",
        &ids,
        &times as &[Option<i64>]
    );
    query.execute(Wire { connection, prepared }).await?;
    Ok(())
}
