//! Pages of visitors: the statements that find who fits. Their text depends on the question.

use omnicontact_domain::custom_field::CustomFieldId;
use omnicontact_domain::id::VisitorId;
use omnicontact_domain::page::Page;
use omnicontact_domain::search::SearchTerm;
use omnicontact_domain::sort::{Direction, SORTED_CHARACTERS};
use omnicontact_domain::visitor::{Visitor, VisitorOrder, VisitorSearch, telling_parts};
use omnicontact_ports::{StoreError, VisitorPage};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::search::{PARTS, WORDS};
use crate::contacts::part_word;
use crate::error::{corrupt, store_error};
use crate::json;
use crate::page::push_page;

/// Words of a long term that are looked for.
const ASKED: usize = 3;
/// Characters of a word in the table of trigrams.
const TRIGRAM: usize = 3;

/// A page of those who fit.
pub(super) async fn list(
    connection: &mut SqliteConnection,
    search: &VisitorSearch,
    order: (VisitorOrder, Direction),
    page: Page,
) -> Result<VisitorPage, StoreError> {
    let (ids, total) = match search.names() {
        SearchTerm::Nothing => return Ok(VisitorPage::default()),
        // No store keeps this character.
        SearchTerm::Short(text) | SearchTerm::Long(text) if text.contains('\0') => {
            return Ok(VisitorPage::default());
        }
        SearchTerm::Everything => everybody(connection, order, page).await?,
        SearchTerm::Short(names) | SearchTerm::Long(names) => {
            let row: (i64, String) = matching(search, names, order, page)?
                .build_query_as()
                .persistent(false)
                .fetch_one(&mut *connection)
                .await
                .map_err(store_error)?;
            (json::read("page of visitors", "", &row.1)?, row.0.unsigned_abs())
        }
    };
    Ok(VisitorPage { visitors: fetch(connection, ids).await?, total })
}

async fn everybody(
    connection: &mut SqliteConnection,
    order: (VisitorOrder, Direction),
    page: Page,
) -> Result<(Vec<String>, u64), StoreError> {
    let total = sqlx::query_scalar!("select visitors from visitor_counters")
        .fetch_one(&mut *connection)
        .await
        .map_err(store_error)?;
    let total = u64::try_from(total).map_err(|error| corrupt("number of visitors", "", error))?;
    let mut query = all(order, page);
    let ids =
        query.build_query_scalar().persistent(false).fetch_all(connection).await.map_err(store_error)?;
    Ok((ids, total))
}

/// The ids of a page of everybody, along the index of the order.
fn all(order: (VisitorOrder, Direction), page: Page) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("select s.visitor_id from visitor_search s");
    push_order(&mut query, order);
    push_page(&mut query, page);
    query
}

/// How many fit, and the ids of a page of them as a list in JSON: one row.
fn matching(
    search: &VisitorSearch,
    names: &str,
    order: (VisitorOrder, Direction),
    page: Page,
) -> Result<QueryBuilder<Sqlite>, StoreError> {
    let columns = "select s.visitor_id, s.seen_at, s.name_key from ";
    let mut query = QueryBuilder::new("with found as materialized (");
    query.push(columns);
    push_indexed(&mut query, names);
    query.push(" and instr(s.search_text, ").push_bind(names.to_owned()).push(") > 0");
    if let Some(values) = search.indexed_values() {
        query.push(" union ").push(columns);
        push_indexed(&mut query, &values);
        // The first condition leaves few to look up.
        query.push(" and instr(s.value_text, ").push_bind(values);
        query.push(") > 0 and exists (select 1 from json_each(");
        query.push_bind(json::write(&search.fields().iter().map(CustomFieldId::as_str).collect::<Vec<_>>())?);
        query.push(") d cross join visitor_values k on k.field_id = d.value and k.visitor_id = s.visitor_id");
        query.push(" where instr(k.folded, ").push_bind(search.values().to_owned()).push(") > 0)");
    }
    for (table, key) in [("visitor_emails", "address"), ("visitor_phones", "phone_number")] {
        query.push(" union ").push(columns);
        query.push(format_args!(
            "{table} k cross join visitor_search s on s.visitor_id = k.visitor_id where k.{key} = "
        ));
        query.push_bind(search.text().to_owned());
    }
    query.push(
        ") select (select count(*) from found), (select json_group_array(s.visitor_id) from (select \
         s.visitor_id from found s",
    );
    push_order(&mut query, order);
    push_page(&mut query, page);
    query.push(") s)");
    Ok(query)
}

/// Rows `s` whose index has the parts of a text: `cross join` keeps `SQLite` from beginning at the rows.
fn push_indexed(query: &mut QueryBuilder<Sqlite>, text: &str) {
    let (table, words) = if text.chars().count() < TRIGRAM {
        (PARTS, part_word(text))
    } else {
        let quoted = |word: &String| format!("\"{}\"", word.replace('"', "\"\""));
        (WORDS, telling_parts(text, ASKED).iter().map(quoted).collect::<Vec<_>>().join(" AND "))
    };
    query
        .push(format_args!("{table} f cross join visitor_search s on s.search_id = f.rowid where f.{table}"));
    query.push(" match ").push_bind(words);
}

fn push_order(query: &mut QueryBuilder<Sqlite>, (key, direction): (VisitorOrder, Direction)) {
    let column = match key {
        VisitorOrder::SeenAt => "seen_at",
        VisitorOrder::Name => "name_key",
    };
    let ending = match direction {
        Direction::Ascending => "",
        Direction::Descending => " desc",
    };
    query.push(format_args!(" order by s.{column}{ending}, s.visitor_id{ending}"));
}

/// The first visitors whose name begins with a text.
pub(super) async fn by_name_start(
    connection: &mut SqliteConnection,
    start: &str,
    except: &[VisitorId],
    most: u32,
) -> Result<Vec<Visitor>, StoreError> {
    if start.contains('\0') {
        return Ok(Vec::new());
    }
    let mut query = starting(start, except, most)?;
    let ids = query
        .build_query_scalar()
        .persistent(false)
        .fetch_all(&mut *connection)
        .await
        .map_err(store_error)?;
    fetch(connection, ids).await
}

fn starting(start: &str, except: &[VisitorId], most: u32) -> Result<QueryBuilder<Sqlite>, StoreError> {
    let key: String = start.chars().take(SORTED_CHARACTERS).collect();
    let mut query = QueryBuilder::new("select s.visitor_id from visitor_search s where s.name_key >= ");
    query.push_bind(key.clone());
    // No key goes on with more than the greatest of all characters, and none is longer.
    let end = char::MAX.to_string().repeat(SORTED_CHARACTERS);
    query.push(" and s.name_key <= ").push_bind(format!("{key}{end}"));
    if key.len() < start.len() {
        query.push(" and instr(s.search_text, ").push_bind(start.to_owned()).push(") = 1");
    }
    query.push(" and s.visitor_id not in (select value from json_each(");
    query.push_bind(json::write(&except.iter().map(VisitorId::as_str).collect::<Vec<_>>())?);
    query.push(format_args!(")) order by s.name_key, s.visitor_id limit {most}"));
    Ok(query)
}

/// The visitors with these ids, in their order.
async fn fetch(connection: &mut SqliteConnection, ids: Vec<String>) -> Result<Vec<Visitor>, StoreError> {
    let ids: Vec<VisitorId> = ids.into_iter().map(Into::into).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(super::find_many(connection, &ids).await?.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Plans;

    const PAGE: Page = Page { offset: 20, limit: Some(10) };
    const NEWEST: (VisitorOrder, Direction) = (VisitorOrder::SeenAt, Direction::Descending);

    #[tokio::test]
    async fn whatever_is_looked_for_is_found_by_an_index() {
        let plans = Plans::new().await;
        for (text, table) in [("a", PARTS), ("ad", PARTS), ("ada", WORDS), ("guest-12", WORDS)] {
            let search = VisitorSearch::new(text.to_owned(), vec!["plan".into()]);
            let steps = plans.steps(&matching(&search, text, NEWEST, PAGE).unwrap()).await;
            let scans: Vec<_> = steps.iter().filter(|step| step.starts_with("SCAN")).collect();
            let known = |step: &str| {
                step.starts_with("SCAN f VIRTUAL TABLE INDEX")
                    || step.starts_with("SCAN d VIRTUAL TABLE INDEX")
                    || ["SCAN s", "SCAN found", "SCAN CONSTANT ROW"].contains(&step)
            };
            assert!(scans.iter().all(|step| known(step)), "{table}: {steps:?}");
            for expected in [
                "SEARCH s USING INTEGER PRIMARY KEY (rowid=?)",
                "SEARCH s USING INDEX sqlite_autoindex_visitor_search_1 (visitor_id=?)",
            ] {
                assert!(steps.iter().any(|step| step == expected), "{steps:?}");
            }
            for table in ["k USING PRIMARY KEY (address=?)", "k USING PRIMARY KEY (phone_number=?)"] {
                assert!(steps.contains(&format!("SEARCH {table}")), "{steps:?}");
            }
        }
    }

    #[tokio::test]
    async fn everybody_is_listed_along_an_index() {
        let plans = Plans::new().await;
        for (key, index) in
            [(VisitorOrder::SeenAt, "visitor_search_by_time"), (VisitorOrder::Name, "visitor_search_by_name")]
        {
            for direction in [Direction::Ascending, Direction::Descending] {
                let steps = plans.steps(&all((key, direction), PAGE)).await;
                assert_eq!(steps, [format!("SCAN s USING COVERING INDEX {index}")]);
            }
        }
    }

    #[tokio::test]
    async fn names_are_completed_along_an_index() {
        let plans = Plans::new().await;
        for start in ["ada".to_owned(), "a".repeat(SORTED_CHARACTERS + 1)] {
            let steps = plans.steps(&starting(&start, &["v1".into()], 10).unwrap()).await;
            assert!(steps[0].contains("visitor_search_by_name (name_key>? AND name_key<?)"), "{steps:?}");
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
        }
    }
}
