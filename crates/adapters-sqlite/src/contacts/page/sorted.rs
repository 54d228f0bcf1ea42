//! Orders that no column has: the keys are made in Rust, of all contacts that fit.

use std::cmp::Ordering;

use omnicontact_domain::contact::ContactOrder;
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::{Direction, SortKey};
use omnicontact_ports::StoreError;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::Order;
use super::statement::Matching;
use crate::contacts::row::ContactRow;
use crate::error::store_error;

/// How many rows are read at once.
const CHUNK: usize = 2_000;

/// A contact that fits, by what orders it.
struct Sorted {
    keys: Vec<SortKey>,
    id: String,
}

/// The ids of the contacts of the page, in order.
pub(super) async fn ids(
    connection: &mut SqliteConnection,
    unknown: bool,
    matching: Option<&Matching>,
    order: &Order,
    page: Page,
) -> Result<Vec<String>, StoreError> {
    let offset = page.offset as usize;
    let wanted = page.limit.map_or(usize::MAX, |limit| offset.saturating_add(limit as usize));
    let mut sorted: Vec<Sorted> = Vec::new();
    let mut after = 0;
    loop {
        let rows: Vec<(i64, ContactRow)> = chunk(unknown, matching, order, after)
            .build_query_as::<SearchedRow>()
            .persistent(false)
            .fetch_all(&mut *connection)
            .await
            .map_err(store_error)?
            .into_iter()
            .map(|row| (row.search_id, row.contact))
            .collect();
        let is_last = rows.len() < CHUNK;
        after = rows.last().map_or(after, |(search_id, _)| *search_id);
        for (_, row) in rows {
            let id = row.contact_id.clone();
            let contact = row.into_contact()?;
            let keys = order.iter().map(|(field, direction)| field.key(&contact, *direction)).collect();
            sorted.push(Sorted { keys, id });
        }
        // What comes after the page is forgotten from time to time.
        if is_last || sorted.len() > wanted.saturating_mul(2).saturating_add(CHUNK) {
            sorted.sort_unstable_by(|one, other| compare(order, one, other));
            sorted.truncate(wanted);
        }
        if is_last {
            return Ok(sorted.into_iter().skip(offset).map(|sorted| sorted.id).collect());
        }
    }
}

/// [`omnicontact_domain::contact::ContactOrder::compare`], of keys that were made already.
fn compare(order: &Order, one: &Sorted, other: &Sorted) -> Ordering {
    let keys = one.keys.iter().zip(&other.keys).zip(order);
    let by_keys = keys.map(|((one, other), (_, direction))| direction.apply(one.cmp(other)));
    let last = order.last().map_or(Direction::Ascending, |(_, direction)| *direction);
    by_keys.fold(Ordering::Equal, Ordering::then).then_with(|| last.apply(one.id.cmp(&other.id)))
}

#[derive(sqlx::FromRow)]
struct SearchedRow {
    search_id: i64,
    #[sqlx(flatten)]
    contact: ContactRow,
}

/// The column that holds what orders; none where it is read anyway.
const fn deciding(key: &ContactOrder) -> Option<&'static str> {
    match key {
        ContactOrder::Id | ContactOrder::Unknown | ContactOrder::CreatedAt | ContactOrder::UpdatedAt => None,
        ContactOrder::Name => Some("name"),
        ContactOrder::Email => Some("emails_json"),
        ContactOrder::Phone => Some("phones_json"),
        ContactOrder::Manager => Some("manager_id"),
        ContactOrder::ConflictingField => Some("conflicting_fields_json"),
        ContactOrder::CustomField(_) => Some("custom_fields_json"),
        ContactOrder::ChannelName | ContactOrder::ChannelLastChatAt => Some("channels_json"),
        ContactOrder::LastChatRoom | ContactOrder::LastChatAt => Some("last_chat_json"),
        ContactOrder::ImportId => Some("import_ids_json"),
        ContactOrder::Activity => Some("activity_json"),
        ContactOrder::PreRegistration => Some("pre_registration"),
    }
}

fn chunk(unknown: bool, matching: Option<&Matching>, order: &Order, after: i64) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("select s.search_id, c.contact_id, c.unknown, c.enabled");
    query.push(", c.created_at, c.updated_at, c.version");
    // Most of a contact is not read, as long as it does not decide.
    for (column, without) in [
        ("name", "null"),
        ("emails_json", "null"),
        ("phones_json", "null"),
        ("manager_id", "null"),
        ("conflicting_fields_json", "null"),
        ("custom_fields_json", "null"),
        ("channels_json", "'[]'"),
        ("last_chat_json", "null"),
        ("import_ids_json", "null"),
        ("activity_json", "null"),
        ("pre_registration", "null"),
    ] {
        let decides = order.iter().any(|(key, _)| deciding(key) == Some(column));
        let table = if decides { "c." } else { "" };
        let value = if decides { column } else { without };
        query.push(format_args!(", {table}{value} as {column}"));
    }
    if let Some(matching) = matching {
        matching.push_joined(&mut query);
        query.push(" cross join contacts c on c.contact_id = s.contact_id");
        matching.push_condition(&mut query);
        query.push(format_args!(" and f.rowid > {after} order by f.rowid"));
    } else {
        query.push(" from contact_search s cross join contacts c on c.contact_id = s.contact_id");
        // The sign keeps `SQLite` from an index whose order is another one.
        query.push(format_args!(" where +s.unknown = {}", i32::from(unknown)));
        query.push(format_args!(" and s.search_id > {after} order by s.search_id"));
    }
    query.push(format_args!(" limit {CHUNK}"));
    query
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Plans;

    #[tokio::test]
    async fn contacts_are_read_part_by_part() {
        let plans = Plans::new().await;
        let order = [(ContactOrder::Email, Direction::Ascending)];
        let steps = plans.steps(&chunk(false, None, &order, 7)).await;
        assert_eq!(
            steps,
            [
                "SEARCH s USING INTEGER PRIMARY KEY (rowid>?)",
                "SEARCH c USING INDEX sqlite_autoindex_contacts_1 (contact_id=?)"
            ]
        );
        for matching in [Matching::short("m", true), Matching::long("mara", &["ara".to_owned()], true)] {
            let steps = plans.steps(&chunk(true, Some(&matching), &order, 7)).await;
            assert!(
                steps[0].starts_with("SCAN f VIRTUAL TABLE INDEX") && steps[0].contains('>'),
                "{steps:?}"
            );
            assert_eq!(
                steps[1..],
                [
                    "SEARCH s USING INTEGER PRIMARY KEY (rowid=?)",
                    "SEARCH c USING INDEX sqlite_autoindex_contacts_1 (contact_id=?)"
                ]
            );
        }
    }
}
