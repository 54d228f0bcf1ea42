//! A contact's history: statements whose text depends on the question. The columns that they name are those
//! of a closed list.

use omnicontact_domain::conversation::{ClosedConversation, Closer, HistoryOrder};
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{HistoryFilter, HistoryPage, StoreError};
use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

use crate::error::{corrupt, store_error};
use crate::json;
use crate::page::push_page;

/// A page, and how many there are in all.
pub(super) async fn list(
    connection: &mut SqliteConnection,
    filter: &HistoryFilter,
    order: &[(HistoryOrder, Direction)],
    page: Page,
) -> Result<HistoryPage, StoreError> {
    let rows: Vec<HistoryRow> = listing(filter, order, page)
        .build_query_as()
        .persistent(false)
        .fetch_all(&mut *connection)
        .await
        .map_err(store_error)?;
    let total = match page.total(rows.len()) {
        Some(total) => total,
        None => count(connection, filter).await?,
    };
    let conversations = rows.into_iter().map(HistoryRow::into_conversation).collect::<Result<_, _>>()?;
    Ok(HistoryPage { conversations, total })
}

async fn count(connection: &mut SqliteConnection, filter: &HistoryFilter) -> Result<u64, StoreError> {
    let total: i64 = counting(filter)
        .build_query_scalar()
        .persistent(false)
        .fetch_one(connection)
        .await
        .map_err(store_error)?;
    u64::try_from(total).map_err(|error| corrupt("number of conversations", &total.to_string(), error))
}

fn counting(filter: &HistoryFilter) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("select count(*)");
    push_filter(&mut query, filter);
    query
}

fn listing(filter: &HistoryFilter, order: &[(HistoryOrder, Direction)], page: Page) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(
        "select
            r.room_id,
            r.fname,
            r.ts,
            r.visitor_json,
            r.messages_count,
            r.served_by_json,
            k.closed_at,
            r.closed_by_json,
            r.closer,
            r.tags_json,
            r.source_json,
            r.last_message_json,
            r.verified",
    );
    push_filter(&mut query, filter);
    query.push(" order by ");
    for (key, direction) in order {
        query.push(column(*key)).push(ending(*direction)).push(", ");
    }
    let last = order.last().map_or(Direction::Ascending, |(_, direction)| *direction);
    query.push("k.room_id").push(ending(last));
    push_page(&mut query, page);
    query
}

const fn ending(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => "",
        Direction::Descending => " desc",
    }
}

/// `SQLite` takes null for less than everything, as the dialect wants it.
const fn column(key: HistoryOrder) -> &'static str {
    match key {
        HistoryOrder::Id => "k.room_id",
        HistoryOrder::Name => "r.fname",
        HistoryOrder::StartedAt => "r.ts",
        HistoryOrder::Messages => "r.messages_count",
        HistoryOrder::Agent => "r.served_by_json ->> '$.username'",
        HistoryOrder::ClosedAt => "k.closed_at",
        HistoryOrder::Closer => "r.closer",
        HistoryOrder::SourceType => "r.source_json ->> '$.type'",
        HistoryOrder::Verified => "r.verified",
    }
}

fn push_filter(query: &mut QueryBuilder<Sqlite>, filter: &HistoryFilter) {
    let HistoryFilter { contact_id, source } = filter;
    // Without an order of its own, `SQLite` might begin at the rooms.
    query.push(" from contact_rooms k cross join rooms r on r.room_id = k.room_id where k.contact_id = ");
    query.push_bind(contact_id.as_str().to_owned());
    query.push(" and k.closed_at is not null");
    if let Some(source) = source {
        // Not `like`: every character of the text stands for itself.
        query.push(" and instr(r.source_text, ").push_bind(source.clone()).push(") > 0");
    }
}

#[derive(FromRow)]
struct HistoryRow {
    room_id: String,
    fname: String,
    ts: i64,
    visitor_json: String,
    messages_count: i64,
    served_by_json: Option<String>,
    closed_at: i64,
    closed_by_json: Option<String>,
    closer: Option<String>,
    tags_json: Option<String>,
    source_json: String,
    last_message_json: Option<String>,
    verified: bool,
}

impl HistoryRow {
    fn into_conversation(self) -> Result<ClosedConversation, StoreError> {
        const WHAT: &str = "conversation";
        let id = self.room_id.as_str();
        let closer = match &self.closer {
            None => None,
            Some(word) => {
                let unknown = || corrupt(WHAT, id, format!("unknown closer {word}"));
                Some(Closer::parse(word).ok_or_else(unknown)?)
            }
        };
        Ok(ClosedConversation {
            fname: self.fname,
            ts: Timestamp::from_millis(self.ts),
            visitor: json::read(WHAT, id, &self.visitor_json)?,
            messages: u64::try_from(self.messages_count).map_err(|error| corrupt(WHAT, id, error))?,
            served_by: json::read_some(WHAT, id, self.served_by_json.as_deref())?,
            closed_at: Timestamp::from_millis(self.closed_at),
            closed_by: json::read_some(WHAT, id, self.closed_by_json.as_deref())?,
            closer,
            tags: json::read_some(WHAT, id, self.tags_json.as_deref())?,
            source: json::read(WHAT, id, &self.source_json)?,
            last_message: json::read_some(WHAT, id, self.last_message_json.as_deref())?,
            verified: self.verified,
            room_id: self.room_id.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Plans;

    #[tokio::test]
    async fn a_history_is_found_by_its_contact() {
        let plans = Plans::new().await;
        for source in [None, Some("widget".to_owned())] {
            let filter = HistoryFilter { contact_id: "c1".into(), source };
            for order in [vec![], vec![(HistoryOrder::ClosedAt, Direction::Descending)]] {
                for query in
                    [counting(&filter), listing(&filter, &order, Page { offset: 0, limit: Some(50) })]
                {
                    let steps = plans.steps(&query).await;
                    assert!(steps[0].starts_with("SEARCH k USING"), "{steps:?}");
                    assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{steps:?}");
                }
            }
        }
    }
}
