//! A page of contacts: statements whose text depends on the question. They find ids.

mod sorted;

use omnicontact_domain::contact::ContactOrder;
use omnicontact_domain::page::Page;
use omnicontact_domain::search::SearchTerm;
use omnicontact_domain::sort::Direction;
use omnicontact_ports::{ContactFilter, StoreError};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::{corrupt, store_error};
use crate::page::push_page;

type Order = [(ContactOrder, Direction)];

/// The ids of the contacts of the page, in order, and how many fit in all.
pub(super) async fn find(
    connection: &mut SqliteConnection,
    filter: &ContactFilter,
    order: &Order,
    page: Page,
) -> Result<(Vec<String>, u64), StoreError> {
    let ids = match listing(filter, order, page) {
        Some(mut query) => query
            .build_query_scalar()
            .persistent(false)
            .fetch_all(&mut *connection)
            .await
            .map_err(store_error)?,
        None => sorted::ids(&mut *connection, filter, order, page).await?,
    };
    let total = match page.total(ids.len()) {
        Some(total) => total,
        None => count(connection, filter).await?,
    };
    Ok((ids, total))
}

async fn count(connection: &mut SqliteConnection, filter: &ContactFilter) -> Result<u64, StoreError> {
    let total: i64 = counting(filter)
        .build_query_scalar()
        .persistent(false)
        .fetch_one(connection)
        .await
        .map_err(store_error)?;
    u64::try_from(total).map_err(|error| corrupt("number of contacts", &total.to_string(), error))
}

fn counting(filter: &ContactFilter) -> QueryBuilder<Sqlite> {
    match &filter.term {
        SearchTerm::Everything => QueryBuilder::new(if filter.unknown {
            "select unknown from contact_counters"
        } else {
            "select known from contact_counters"
        }),
        SearchTerm::Short(_) | SearchTerm::Long(_) | SearchTerm::Nothing => {
            let mut query = QueryBuilder::new("select count(*) from contact_search s");
            push_filter(&mut query, filter);
            query
        }
    }
}

/// The statement, where the order is one of columns.
fn listing(filter: &ContactFilter, order: &Order, page: Page) -> Option<QueryBuilder<Sqlite>> {
    let columns: Vec<_> = order.iter().map(|(key, _)| column(key)).collect::<Option<_>>()?;
    let mut query = QueryBuilder::new("select s.contact_id from contact_search s");
    push_filter(&mut query, filter);
    query.push(" order by ");
    for (column, (_, direction)) in columns.into_iter().zip(order) {
        query.push(column).push(ending(*direction)).push(", ");
    }
    let last = order.last().map_or(Direction::Ascending, |(_, direction)| *direction);
    query.push("s.contact_id").push(ending(last));
    push_page(&mut query, page);
    Some(query)
}

const fn ending(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => "",
        Direction::Descending => " desc",
    }
}

/// The column that orders, where there is one. `SQLite` takes null for less than everything, as the dialect
/// wants it.
const fn column(key: &ContactOrder) -> Option<&'static str> {
    match key {
        ContactOrder::Id => Some("s.contact_id"),
        ContactOrder::Name => Some("s.name_key"),
        ContactOrder::Unknown => Some("s.unknown"),
        ContactOrder::CreatedAt => Some("s.created_at"),
        ContactOrder::LastChatAt => Some("s.last_chat_at"),
        ContactOrder::UpdatedAt => Some("s.updated_at"),
        ContactOrder::Email
        | ContactOrder::Phone
        | ContactOrder::Manager
        | ContactOrder::ConflictingField
        | ContactOrder::CustomField(_)
        | ContactOrder::ChannelName
        | ContactOrder::ChannelLastChatAt
        | ContactOrder::LastChatRoom
        | ContactOrder::ImportId
        | ContactOrder::Activity
        | ContactOrder::PreRegistration => None,
    }
}

fn push_filter(query: &mut QueryBuilder<Sqlite>, filter: &ContactFilter) {
    query.push(" where s.unknown = ").push(i32::from(filter.unknown));
    match &filter.term {
        SearchTerm::Everything => {}
        SearchTerm::Short(text) | SearchTerm::Long(text) => {
            // Not `like`: every character of the text stands for itself.
            query.push(" and instr(s.search_text, ").push_bind(text.clone()).push(") > 0");
        }
        SearchTerm::Nothing => {
            query.push(" and false");
        }
    }
}
