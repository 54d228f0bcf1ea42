//! What finds contacts that a program wrote which knew of no search. It is made here, because only the domain
//! knows how.

use omnicontact_domain::contact::Contact;
use omnicontact_ports::StoreError;
use sqlx::{SqliteConnection, SqlitePool};

use super::row::{ContactRow, select_contact};
use super::search;
use crate::error::store_error;
use crate::transaction::run;

/// How many contacts are filled in at once.
const BATCH: u32 = 1_000;

/// Fills in what is missing and nothing else, in many small transactions: one that is interrupted goes on where
/// it was, and others write in between.
pub(crate) async fn fill_search(writer: &SqlitePool) -> Result<(), StoreError> {
    let mut after = String::new();
    let mut batches = 0_u32;
    loop {
        let mut tx = writer.begin_with("begin immediate").await.map_err(store_error)?;
        let last = fill_some(&mut tx, &after).await?;
        tx.commit().await.map_err(store_error)?;
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
        batches += 1;
        if batches.is_multiple_of(100) {
            tracing::info!(contacts = batches * BATCH, "contacts of a former version are made searchable");
        }
    }
}

/// Returns the id of the last contact that was looked at; `None` when there was none.
async fn fill_some(connection: &mut SqliteConnection, after: &str) -> Result<Option<String>, StoreError> {
    let query = select_contact!(
        "from contacts c
        where c.search_id is null
            and c.enabled = 1
            and c.contact_id > ?
        order by c.contact_id
        limit ?",
        after,
        BATCH
    );
    let rows = query.fetch_all(&mut *connection).await.map_err(store_error)?;
    let last = rows.last().map(|row| row.contact_id.clone());
    let contacts: Vec<_> = rows.into_iter().filter_map(readable).collect();
    let found: Vec<_> = (search::next_id(connection).await?..).zip(&contacts).collect();
    search::add(connection, &found).await?;
    for (search_id, contact) in &found {
        let id = contact.id.as_str();
        let query = sqlx::query!("update contacts set search_id = ? where contact_id = ?", search_id, id);
        run(connection, query).await?;
    }
    Ok(last)
}

/// A contact that makes no sense is not searched for; it keeps nobody from the others.
fn readable(row: ContactRow) -> Option<Contact> {
    row.into_contact().inspect_err(|error| tracing::error!(%error, "a contact cannot be searched for")).ok()
}
