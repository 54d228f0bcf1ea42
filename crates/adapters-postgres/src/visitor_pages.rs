//! Pages of visitors: the statements that find who fits. Their text depends on the question.

use std::collections::HashMap;

use omnicontact_domain::id::VisitorId;
use omnicontact_domain::page::Page;
use omnicontact_domain::search::SearchTerm;
use omnicontact_domain::sort::{Direction, SORTED_CHARACTERS};
use omnicontact_domain::visitor::{Visitor, VisitorOrder, VisitorSearch, telling_parts};
use omnicontact_ports::{StoreError, VisitorPage};
use sqlx::{Postgres, QueryBuilder, Row};

use crate::contact_pages::PLANNING;
use crate::pages::push_page;
use crate::search_keys::{TRIGRAM, number};
use crate::transaction::PgTransaction;
use crate::visitor_row::{VisitorRow, select_visitor};

/// Parts of a long term that are looked for.
const ASKED: usize = 4;

/// A page of those who fit.
pub(crate) async fn list(
    transaction: &mut PgTransaction,
    search: &VisitorSearch,
    order: (VisitorOrder, Direction),
    page: Page,
) -> Result<VisitorPage, StoreError> {
    let statement = match search.names() {
        SearchTerm::Nothing => return Ok(VisitorPage::default()),
        // No store keeps this character.
        SearchTerm::Short(text) | SearchTerm::Long(text) if text.contains('\0') => {
            return Ok(VisitorPage::default());
        }
        SearchTerm::Everything => everybody(order, page),
        SearchTerm::Short(names) | SearchTerm::Long(names) => matching(search, names, order, page),
    };
    transaction.script(PLANNING).await?;
    let row = transaction.row(statement).await?;
    let total: i64 = row.try_get("total").map_err(|error| transaction.fail(error))?;
    let ids: Vec<String> = row.try_get("ids").map_err(|error| transaction.fail(error))?;
    Ok(VisitorPage { visitors: fetch(transaction, &ids).await?, total: total.unsigned_abs() })
}

/// A page of everybody, along the index of the order.
fn everybody(order: (VisitorOrder, Direction), page: Page) -> QueryBuilder<Postgres> {
    let mut builder = QueryBuilder::new(
        "select (select coalesce(sum(visitors), 0)::bigint from visitor_counters) as total,
            array(select s.visitor_id from visitor_search s",
    );
    push_order(&mut builder, order);
    push_page(&mut builder, page);
    builder.push(") as ids");
    builder
}

/// Collects all who fit, counts and orders them.
fn matching(
    search: &VisitorSearch,
    names: &str,
    order: (VisitorOrder, Direction),
    page: Page,
) -> QueryBuilder<Postgres> {
    let columns = "select s.visitor_id, s.seen_at, s.name_key from ";
    let mut builder = QueryBuilder::new("with found as materialized (");
    builder.push(columns).push("visitor_search s where s.search_keys @> ").push_bind(keys(names));
    builder.push(" and strpos(s.search_text, ").push_bind(names.to_owned()).push(") > 0");
    if let Some(values) = search.indexed_values() {
        let fields: Vec<String> = search.fields().iter().map(|field| field.as_str().to_owned()).collect();
        builder.push(" union ").push(columns).push("visitor_search s where s.search_keys @> ");
        // The second condition leaves few to look up; the limit keeps the values from being read as a whole.
        builder.push_bind(keys(&values)).push(" and strpos(s.value_text, ").push_bind(values);
        builder.push(
            ") > 0 and coalesce((
                select true
                from visitor_values k
                where k.visitor_id = s.visitor_id
                    and k.field_id = any(",
        );
        builder.push_bind(fields).push(") and strpos(k.folded, ").push_bind(search.values().to_owned());
        builder.push(") > 0 limit 1), false)");
    }
    for (table, key) in [("visitor_emails", "address"), ("visitor_phones", "phone_number")] {
        builder.push(" union ").push(columns);
        builder.push(format_args!("{table} k join visitor_search s using (visitor_id) where k.{key} = "));
        builder.push_bind(search.text().to_owned());
    }
    builder.push(") select (select count(*) from found) as total, array(select s.visitor_id from found s");
    push_order(&mut builder, order);
    push_page(&mut builder, page);
    builder.push(") as ids");
    builder
}

/// The numbers that all texts have in which this one is found.
fn keys(text: &str) -> Vec<i16> {
    if text.chars().count() < TRIGRAM {
        vec![number(text)]
    } else {
        telling_parts(text, ASKED).iter().map(|part| number(part)).collect()
    }
}

fn push_order(builder: &mut QueryBuilder<Postgres>, (key, direction): (VisitorOrder, Direction)) {
    let ordering = match (key, direction) {
        (VisitorOrder::SeenAt, Direction::Ascending) => "s.seen_at, s.visitor_id",
        (VisitorOrder::SeenAt, Direction::Descending) => "s.seen_at desc, s.visitor_id desc",
        (VisitorOrder::Name, Direction::Ascending) => "s.name_key nulls first, s.visitor_id",
        (VisitorOrder::Name, Direction::Descending) => "s.name_key desc nulls last, s.visitor_id desc",
    };
    builder.push(" order by ").push(ordering);
}

/// The first visitors whose name begins with a text.
pub(crate) async fn by_name_start(
    transaction: &mut PgTransaction,
    start: &str,
    except: &[VisitorId],
    most: u32,
) -> Result<Vec<Visitor>, StoreError> {
    if start.contains('\0') {
        return Ok(Vec::new());
    }
    let key: String = start.chars().take(SORTED_CHARACTERS).collect();
    // No key goes on with more than the greatest of all characters, and none is longer.
    let end = format!("{key}{}", char::MAX.to_string().repeat(SORTED_CHARACTERS));
    let except: Vec<String> = except.iter().map(|id| id.as_str().to_owned()).collect();
    let query = sqlx::query!(
        "select s.visitor_id
        from visitor_search s
        where s.name_key >= $1
            and s.name_key <= $2
            and starts_with(s.search_text, $3)
            and s.visitor_id <> all($4::text[])
        order by
            s.name_key nulls first,
            s.visitor_id
        limit $5",
        key,
        end,
        start,
        &except,
        i64::from(most)
    );
    let ids: Vec<String> = transaction.all(query).await?.into_iter().map(|row| row.visitor_id).collect();
    fetch(transaction, &ids).await
}

/// The visitors with these ids, in their order.
async fn fetch(transaction: &mut PgTransaction, ids: &[String]) -> Result<Vec<Visitor>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = select_visitor!("from visitors v where v.visitor_id = any($1)", ids);
    let rows = transaction.all(query).await?;
    let mut rows: HashMap<String, VisitorRow> =
        rows.into_iter().map(|row| (row.visitor_id.clone(), row)).collect();
    ids.iter().filter_map(|id| rows.remove(id)).map(VisitorRow::into_visitor).collect()
}
