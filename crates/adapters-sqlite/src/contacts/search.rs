//! What finds and orders contacts, kept in step with them: a narrow row, the words of its text, and counters.

use omnicontact_domain::contact::{Contact, ContactOrder};
use omnicontact_domain::id::ContactId;
use omnicontact_domain::search::SearchText;
use omnicontact_domain::sort::Direction;
use omnicontact_ports::StoreError;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::store_error;
use crate::transaction::run;

/// Rows in one statement: 8 columns at most.
const ROWS: usize = 4_000;

/// The tables of words, by whether contacts are unknown.
pub(super) const WORDS: [&str; 2] = ["contact_words_known", "contact_words_unknown"];
/// The tables of parts of one and two characters, likewise.
pub(super) const PARTS: [&str; 2] = ["contact_parts_known", "contact_parts_unknown"];

/// A part of a text as one word: hexadecimal digits have no meaning of their own and no case.
pub(crate) fn part_word(part: &str) -> String {
    use std::fmt::Write as _;
    let mut word = String::with_capacity(2 * part.len());
    for byte in part.as_bytes() {
        let _ = write!(word, "{byte:02x}");
    }
    word
}

/// All parts of a text.
pub(crate) fn part_words(text: &SearchText) -> String {
    text.short_parts().iter().map(|part| part_word(part)).collect::<Vec<_>>().join(" ")
}

/// Makes removed words leave the file at once, not when their index is tidied up. The file keeps the choice.
///
/// Parts of one and two characters stay until then: with `detail = none`, `SQLite` 3.51 loses count when it
/// removes them at once and a transaction writes a row more than once.
pub(crate) async fn forget_at_once(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let words = WORDS.iter().map(|table| (table, 1));
    let parts = PARTS.iter().map(|table| (table, 0));
    for (table, choice) in words.chain(parts) {
        let mut query = QueryBuilder::<Sqlite>::new("insert into ");
        query.push(format_args!("{table} ({table}, rank) values ('secure-delete', {choice})"));
        query.build().execute(&mut *connection).await.map_err(store_error)?;
    }
    Ok(())
}

/// The id for a row of a contact that has none yet; those after it are free, too.
pub(super) async fn next_id(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    let last = sqlx::query_scalar!(r#"select max(search_id) as "last: i64" from contact_search"#)
        .fetch_one(connection)
        .await
        .map_err(store_error)?;
    Ok(last.unwrap_or_default() + 1)
}

/// The id of the row of a contact, or one for a new row.
pub(super) async fn id_of(connection: &mut SqliteConnection, id: &ContactId) -> Result<i64, StoreError> {
    let id = id.as_str();
    let stored = sqlx::query_scalar!("select search_id from contacts where contact_id = ?", id)
        .fetch_optional(&mut *connection)
        .await
        .map_err(store_error)?;
    match stored.flatten() {
        Some(stored) => Ok(stored),
        None => next_id(connection).await,
    }
}

/// Writes the row of a contact over the one that is there, if any; an erased contact has none.
pub(super) async fn replace(
    connection: &mut SqliteConnection,
    search_id: i64,
    contact: &Contact,
) -> Result<(), StoreError> {
    let text = SearchText::of(contact);
    if let Some((unknown, stored)) = stored(connection, search_id).await? {
        if contact.enabled && unknown == contact.unknown && stored == text {
            // Whatever counts stays the same.
            return update_order(connection, search_id, contact).await;
        }
        remove_stored(connection, search_id, unknown, &stored).await?;
    }
    if contact.enabled { add(connection, &[(search_id, contact)]).await } else { Ok(()) }
}

/// Removes a row, if there is one.
pub(super) async fn remove(connection: &mut SqliteConnection, search_id: i64) -> Result<(), StoreError> {
    match stored(connection, search_id).await? {
        Some((unknown, text)) => remove_stored(connection, search_id, unknown, &text).await,
        None => Ok(()),
    }
}

async fn stored(
    connection: &mut SqliteConnection,
    search_id: i64,
) -> Result<Option<(bool, SearchText)>, StoreError> {
    let row = sqlx::query!(
        r#"select
            unknown as "unknown: bool",
            search_text
        from contact_search
        where search_id = ?"#,
        search_id
    )
    .fetch_optional(connection)
    .await
    .map_err(store_error)?;
    Ok(row.map(|row| (row.unknown, SearchText::stored(row.search_text))))
}

async fn remove_stored(
    connection: &mut SqliteConnection,
    search_id: i64,
    unknown: bool,
    text: &SearchText,
) -> Result<(), StoreError> {
    let table = usize::from(unknown);
    // These tables keep no texts, so they are told what to remove.
    remove_words(connection, WORDS[table], "search_text", search_id, text.as_str()).await?;
    remove_words(connection, PARTS[table], "parts", search_id, &part_words(text)).await?;
    run(connection, sqlx::query!("delete from contact_search where search_id = ?", search_id)).await?;
    count(connection, unknown, -1).await
}

async fn remove_words(
    connection: &mut SqliteConnection,
    table: &str,
    column: &str,
    search_id: i64,
    words: &str,
) -> Result<(), StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("insert into ");
    query.push(format_args!("{table} ({table}, rowid, {column}) values ('delete', "));
    query.push_bind(search_id).push(", ").push_bind(words).push(")");
    query.build().execute(connection).await.map_err(store_error)?;
    Ok(())
}

/// Counts contacts more or less, and a change.
async fn count(connection: &mut SqliteConnection, unknown: bool, more: i64) -> Result<(), StoreError> {
    let (known, unknown) = if unknown { (0, more) } else { (more, 0) };
    let query = sqlx::query!(
        "update contact_counters
        set known = known + ?,
            unknown = unknown + ?,
            changes = changes + 1",
        known,
        unknown
    );
    run(connection, query).await?;
    Ok(())
}

fn name_key(contact: &Contact) -> Option<String> {
    ContactOrder::Name.key(contact, Direction::Ascending).stored()
}

fn last_chat_at(contact: &Contact) -> Option<i64> {
    contact.last_chat.as_ref().map(|chat| chat.ts.as_millis())
}

async fn update_order(
    connection: &mut SqliteConnection,
    search_id: i64,
    contact: &Contact,
) -> Result<(), StoreError> {
    let name_key = name_key(contact);
    let created_at = contact.created_at.as_millis();
    let updated_at = contact.updated_at.as_millis();
    let last_chat_at = last_chat_at(contact);
    let query = sqlx::query!(
        "update contact_search
        set name_key = ?,
            created_at = ?,
            updated_at = ?,
            last_chat_at = ?
        where search_id = ?",
        name_key,
        created_at,
        updated_at,
        last_chat_at,
        search_id
    );
    run(connection, query).await?;
    Ok(())
}

/// Adds rows with these ids.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    contacts: &[(i64, &Contact)],
) -> Result<(), StoreError> {
    let texts: Vec<_> = contacts.iter().map(|(_, contact)| SearchText::of(contact)).collect();
    for (rows, texts) in contacts.chunks(ROWS).zip(texts.chunks(ROWS)) {
        insert_rows(connection, rows, texts).await?;
        for unknown in [false, true] {
            let of_kind = rows.iter().zip(texts).filter(|((_, contact), _)| contact.unknown == unknown);
            let of_kind: Vec<_> = of_kind.map(|((search_id, _), text)| (*search_id, text)).collect();
            if of_kind.is_empty() {
                continue;
            }
            let table = usize::from(unknown);
            let words = of_kind.iter().map(|(id, text)| (*id, text.as_str().to_owned()));
            insert_words(connection, WORDS[table], "search_text", words).await?;
            let parts = of_kind.iter().map(|(id, text)| (*id, part_words(text)));
            insert_words(connection, PARTS[table], "parts", parts).await?;
            count(connection, unknown, i64::try_from(of_kind.len()).unwrap_or(i64::MAX)).await?;
        }
    }
    Ok(())
}

async fn insert_rows(
    connection: &mut SqliteConnection,
    contacts: &[(i64, &Contact)],
    texts: &[SearchText],
) -> Result<(), StoreError> {
    if contacts.is_empty() {
        return Ok(());
    }
    let mut query = QueryBuilder::<Sqlite>::new(
        "insert into contact_search (
            search_id,
            contact_id,
            unknown,
            name_key,
            created_at,
            updated_at,
            last_chat_at,
            search_text
        ) ",
    );
    query.push_values(contacts.iter().zip(texts), |mut values, ((search_id, contact), text)| {
        values
            .push_bind(*search_id)
            .push_bind(contact.id.as_str())
            .push_bind(contact.unknown)
            .push_bind(name_key(contact))
            .push_bind(contact.created_at.as_millis())
            .push_bind(contact.updated_at.as_millis())
            .push_bind(last_chat_at(contact))
            .push_bind(text.as_str());
    });
    query.build().persistent(contacts.len() == 1).execute(connection).await.map_err(store_error)?;
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
