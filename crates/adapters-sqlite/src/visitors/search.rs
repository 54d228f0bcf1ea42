//! What finds and orders visitors, kept in step with them: a narrow row, the words of its texts, and a counter.

use omnicontact_domain::search::SearchText;
use omnicontact_domain::visitor::{Visitor, VisitorTexts};
use omnicontact_ports::StoreError;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, SqlitePool};

use super::row::{VisitorRow, select_visitor};
use crate::contacts::part_words;
use crate::error::store_error;
use crate::transaction::run;

/// Rows in one statement: six columns at most.
const ROWS: usize = 4_000;
/// How many visitors are filled in at once.
const BATCH: u32 = 1_000;

/// The table of trigrams.
pub(super) const WORDS: &str = "visitor_words";
/// The table of parts of one and two characters.
pub(super) const PARTS: &str = "visitor_parts";

/// Begins a statement that adds rows.
const INSERT: &str = "insert into visitor_search (
    search_id,
    visitor_id,
    seen_at,
    name_key,
    search_text,
    value_text
) ";

/// Makes removed trigrams leave the file at once, not when their index is tidied up. The file keeps the choice. Parts
/// of one and two characters stay until then, as those of contacts do.
pub(crate) async fn forget_visitors_at_once(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    for (table, choice) in [(WORDS, 1), (PARTS, 0)] {
        let mut query = QueryBuilder::<Sqlite>::new("insert into ");
        query.push(format_args!("{table} ({table}, rank) values ('secure-delete', {choice})"));
        query.build().execute(&mut *connection).await.map_err(store_error)?;
    }
    Ok(())
}

/// Brings the row of a visitor from what it was to what it should be. `before` is the visitor as it stood in the
/// store, the same version.
pub(super) async fn replace(
    connection: &mut SqliteConnection,
    before: &Visitor,
    after: &Visitor,
) -> Result<(), StoreError> {
    if VisitorTexts::of(before) == VisitorTexts::of(after) {
        return Ok(());
    }
    let id = after.id.as_str();
    remove(connection, id).await?;
    add(connection, &[after]).await?;
    mark(connection, id).await
}

/// Removes the row of a visitor, if there is one.
async fn remove(connection: &mut SqliteConnection, visitor_id: &str) -> Result<(), StoreError> {
    let row = sqlx::query!(
        r#"select
            search_id,
            search_text,
            value_text
        from visitor_search
        where visitor_id = ?"#,
        visitor_id
    )
    .fetch_optional(&mut *connection)
    .await
    .map_err(store_error)?;
    let Some(row) = row else { return Ok(()) };
    let text = SearchText::joined(&SearchText::stored(row.search_text), &SearchText::stored(row.value_text));
    // These tables keep no texts, so they are told what to remove.
    for (table, column, words) in
        [(WORDS, "search_text", text.as_str().to_owned()), (PARTS, "parts", part_words(&text))]
    {
        let mut query = QueryBuilder::<Sqlite>::new("insert into ");
        query.push(format_args!("{table} ({table}, rowid, {column}) values ('delete', "));
        query.push_bind(row.search_id).push(", ").push_bind(words).push(")");
        query.build().execute(&mut *connection).await.map_err(store_error)?;
    }
    run(connection, sqlx::query!("delete from visitor_search where search_id = ?", row.search_id)).await?;
    count(connection, -1).await
}

/// Adds the rows of visitors who have none.
pub(super) async fn add(connection: &mut SqliteConnection, visitors: &[&Visitor]) -> Result<(), StoreError> {
    let mut next = next_id(connection).await?;
    let mut rows = Vec::with_capacity(visitors.len());
    for visitor in visitors {
        if let Some(texts) = VisitorTexts::of(visitor) {
            rows.push((next, visitor.id.as_str(), texts));
            next += 1;
        }
    }
    for rows in rows.chunks(ROWS) {
        insert_rows(connection, rows).await?;
        let indexed: Vec<_> = rows.iter().map(|(id, _, texts)| (*id, texts.indexed())).collect();
        let words = indexed.iter().map(|(id, text)| (*id, text.as_str().to_owned()));
        insert_words(connection, WORDS, "search_text", words).await?;
        let parts = indexed.iter().map(|(id, text)| (*id, part_words(text)));
        insert_words(connection, PARTS, "parts", parts).await?;
        count(connection, i64::try_from(rows.len()).unwrap_or(i64::MAX)).await?;
    }
    Ok(())
}

/// Writes the statements that add the row of a new visitor, each with a semicolon behind it.
pub(super) fn push_new(query: &mut QueryBuilder<Sqlite>, visitor: &Visitor) {
    let Some(texts) = VisitorTexts::of(visitor) else { return };
    let indexed = texts.indexed();
    query
        .push(INSERT)
        .push("select coalesce(max(search_id), 0) + 1, ")
        .push_bind(visitor.id.as_str().to_owned());
    query.push(", ").push_bind(texts.seen_at);
    query.push(", ").push_bind(texts.name_key);
    query.push(", ").push_bind(texts.names.as_str().to_owned());
    query.push(", ").push_bind(texts.values.as_str().to_owned());
    query.push(" from visitor_search; ");
    for (table, column, words) in
        [(WORDS, "search_text", indexed.as_str().to_owned()), (PARTS, "parts", part_words(&indexed))]
    {
        query.push(format_args!("insert into {table} (rowid, {column}) select max(search_id), "));
        query.push_bind(words).push(" from visitor_search; ");
    }
    query.push("update visitor_counters set visitors = visitors + 1; ");
}

/// Says that the row of a visitor is of the version that is stored now.
async fn mark(connection: &mut SqliteConnection, visitor_id: &str) -> Result<(), StoreError> {
    let query = sqlx::query!("update visitors set search_version = version where visitor_id = ?", visitor_id);
    run(connection, query).await?;
    Ok(())
}

/// The id for a row that is not there yet; those after it are free, too.
async fn next_id(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    let last = sqlx::query_scalar!(r#"select max(search_id) as "last: i64" from visitor_search"#)
        .fetch_one(connection)
        .await
        .map_err(store_error)?;
    Ok(last.unwrap_or_default() + 1)
}

async fn count(connection: &mut SqliteConnection, more: i64) -> Result<(), StoreError> {
    run(connection, sqlx::query!("update visitor_counters set visitors = visitors + ?", more)).await?;
    Ok(())
}

async fn insert_rows(
    connection: &mut SqliteConnection,
    rows: &[(i64, &str, VisitorTexts)],
) -> Result<(), StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new(INSERT);
    query.push_values(rows, |mut values, (search_id, visitor_id, texts)| {
        values
            .push_bind(*search_id)
            .push_bind((*visitor_id).to_owned())
            .push_bind(texts.seen_at)
            .push_bind(texts.name_key.clone())
            .push_bind(texts.names.as_str().to_owned())
            .push_bind(texts.values.as_str().to_owned());
    });
    query.build().persistent(rows.len() == 1).execute(connection).await.map_err(store_error)?;
    Ok(())
}

async fn insert_words(
    connection: &mut SqliteConnection,
    table: &str,
    column: &str,
    words: impl ExactSizeIterator<Item = (i64, String)>,
) -> Result<(), StoreError> {
    let is_one = words.len() == 1;
    let mut query = QueryBuilder::<Sqlite>::new("insert into ");
    query.push(format_args!("{table} (rowid, {column}) "));
    query.push_values(words, |mut values, (search_id, words)| {
        values.push_bind(search_id).push_bind(words);
    });
    query.build().persistent(is_one).execute(connection).await.map_err(store_error)?;
    Ok(())
}

/// Makes visitors findable whom a program wrote that knew of no search, in many small transactions: one that is
/// interrupted goes on where it was, and others write in between.
pub(crate) async fn fill_visitor_search(writer: &SqlitePool) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let mut tx = writer.begin_with("begin immediate").await.map_err(store_error)?;
        let last = fill_some(&mut tx, &after).await?;
        tx.commit().await.map_err(store_error)?;
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// Returns the id of the last visitor that was looked at; `None` when there was none.
async fn fill_some(connection: &mut SqliteConnection, after: &str) -> Result<Option<String>, StoreError> {
    let query = select_visitor!(
        "from visitors v
        where v.search_version is not v.version
            and v.visitor_id > ?
        order by v.visitor_id
        limit ?",
        after,
        BATCH
    );
    let rows = query.fetch_all(&mut *connection).await.map_err(store_error)?;
    let last = rows.last().map(|row| row.visitor_id.clone());
    let visitors: Vec<_> = rows.into_iter().filter_map(readable).collect();
    for visitor in &visitors {
        remove(connection, visitor.id.as_str()).await?;
    }
    add(connection, &visitors.iter().collect::<Vec<_>>()).await?;
    for visitor in &visitors {
        mark(connection, visitor.id.as_str()).await?;
    }
    Ok(last)
}

/// A visitor that makes no sense is not searched for; it keeps nobody from the others.
fn readable(row: VisitorRow) -> Option<Visitor> {
    row.into_visitor().inspect_err(|error| tracing::error!(%error, "a visitor cannot be searched for")).ok()
}
