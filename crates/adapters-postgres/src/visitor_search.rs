//! What finds and orders visitors, as rows; and how those get theirs whom a server of a former version wrote: texts
//! are brought into their normal form in Rust only, so no migration can do it.

use std::borrow::Borrow;

use omnicontact_domain::visitor::{Visitor, VisitorTexts};
use omnicontact_ports::StoreError;
use sqlx::{ConnectOptions, Connection, PgConnection};

use crate::connections::Connections;
use crate::contact_writes::first_slot;
use crate::error::classify;
use crate::options::PgOptions;
use crate::search_keys::{all_keys, array_text};
use crate::visitor_row::{VisitorRow, select_visitor};
use crate::wire::Wire;

/// Visitors in one transaction.
const BATCH: i64 = 2_000;

/// Rows of `visitor_search` as the columns of an `unnest`.
#[derive(Debug, Default)]
pub(crate) struct VisitorColumns {
    pub(crate) owners: Vec<String>,
    pub(crate) seen_at: Vec<i64>,
    pub(crate) name_keys: Vec<Option<String>>,
    pub(crate) search_texts: Vec<String>,
    pub(crate) value_texts: Vec<String>,
    /// Arrays as texts: an `unnest` knows no array of arrays.
    pub(crate) search_keys: Vec<String>,
}

impl VisitorColumns {
    /// The rows of visitors; erased ones have none.
    pub(crate) fn of<V: Borrow<Visitor>>(visitors: &[V]) -> Self {
        let mut columns = Self::default();
        for visitor in visitors {
            let visitor = visitor.borrow();
            if let Some(texts) = VisitorTexts::of(visitor) {
                columns.push(visitor.id.as_str(), texts);
            }
        }
        columns
    }

    /// One more row.
    pub(crate) fn push(&mut self, owner: &str, texts: VisitorTexts) {
        self.owners.push(owner.to_owned());
        self.search_keys.push(array_text(&all_keys(texts.indexed().as_str())));
        self.seen_at.push(texts.seen_at);
        self.name_keys.push(texts.name_key);
        self.search_texts.push(texts.names.as_str().to_owned());
        self.value_texts.push(texts.values.as_str().to_owned());
    }
}

/// Writes what is missing batch by batch, each in a transaction of its own: what is interrupted goes on where
/// it stopped. Several nodes may do so at once; each locks the visitors that it writes for.
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

/// Fills a batch of visitors beyond an id; the last of them, if there was one.
async fn fill_batch(
    connection: &mut PgConnection,
    after: &str,
    prepared: bool,
) -> Result<Option<String>, StoreError> {
    let mut transaction = connection.begin().await.map_err(classify)?;
    let query = select_visitor!(
        "from visitors v
        where v.visitor_id > $1
            and v.search_version is distinct from v.version
        order by v.visitor_id
        limit $2
        for update of v",
        after,
        BATCH
    );
    let wire = Wire { connection: &mut transaction, prepared };
    let rows = query.fetch_all(wire).await.map_err(classify)?;
    let visitors: Vec<Visitor> = rows.into_iter().map(VisitorRow::into_visitor).collect::<Result<_, _>>()?;
    let Some(last) = visitors.last() else { return Ok(None) };
    let last = last.id.as_str().to_owned();
    write(&mut transaction, &visitors, prepared).await.map_err(classify)?;
    transaction.commit().await.map_err(classify)?;
    Ok(Some(last))
}

async fn write(
    connection: &mut PgConnection,
    visitors: &[Visitor],
    prepared: bool,
) -> Result<(), sqlx::Error> {
    let search = VisitorColumns::of(visitors);
    let ids: Vec<String> = visitors.iter().map(|visitor| visitor.id.as_str().to_owned()).collect();
    let query = sqlx::query!(
        "with was as (
            select s.visitor_id
            from visitor_search s
            where s.visitor_id = any($7::text[])
        ), search_gone as (
            delete from visitor_search
            where visitor_id = any($7::text[])
                and visitor_id <> all($1::text[])
        ), search_come as (
            insert into visitor_search (visitor_id, seen_at, name_key, search_text, value_text, search_keys)
            select
                new.visitor_id,
                new.seen_at,
                new.name_key,
                new.search_text,
                new.value_text,
                new.search_keys::smallint[]
            from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
                as new (visitor_id, seen_at, name_key, search_text, value_text, search_keys)
            on conflict (visitor_id) do update set
                seen_at = excluded.seen_at,
                name_key = excluded.name_key,
                search_text = excluded.search_text,
                value_text = excluded.value_text,
                search_keys = excluded.search_keys
        ), marked as (
            update visitors
            set search_version = version
            where visitor_id = any($7::text[])
        )
        update visitor_counters
        set visitors = visitors + $8 - (
            select count(*)
            from was
        )
        where slot = $9",
        &search.owners,
        &search.seen_at,
        &search.name_keys as &[Option<String>],
        &search.search_texts,
        &search.value_texts,
        &search.search_keys,
        &ids,
        i64::try_from(search.owners.len()).unwrap_or_default(),
        first_slot()
    );
    query.execute(Wire { connection, prepared }).await?;
    Ok(())
}
