//! A page of contacts: which statement finds its ids, and how many contacts fit in all.

mod sorted;
mod statement;

use std::sync::Arc;

use omnicontact_domain::contact::ContactOrder;
use omnicontact_domain::page::Page;
use omnicontact_domain::search::{Rarity, SearchTerm};
use omnicontact_domain::sort::Direction;
use omnicontact_ports::{ContactFilter, StoreError};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use self::statement::Matching;
use super::counts::Counts;
use crate::error::{corrupt, store_error};
use crate::json;

type Order = [(ContactOrder, Direction)];

/// So few matches are sorted at once, at a few microseconds each.
const FEW: u64 = 5_000;
/// As many entries of the index of the order are looked at with their texts, where that should be enough for a
/// page: of terms that match a good part of the directory.
const LOOKED_AT: u64 = 10_000;
/// As many matches are gathered to be met again among the first entries of the index of the order, or else
/// sorted. More are found on the way through that index, which takes some time at the worst, however many there are.
const SORTED: u64 = 50_000;
/// As many entries of that index they are looked for among at the most: it has no texts, and each entry takes less
/// time.
const MET: u64 = 50_000;
/// The page is looked for among so many entries that they would fill it so many times, if what fits were spread
/// evenly.
const EVENLY: u64 = 8;
/// Words of a long term that are looked for, the rarest ones.
const WORDS: usize = 3;
/// Texts of a sample that tells which words are rare.
const SAMPLED: i64 = 1_000;
/// Smaller counts are made anew, as fast as they are remembered.
const REMEMBERED: u64 = 2_000;

/// The ids of the contacts of the page, in order, and how many fit in all.
pub(super) async fn find(
    connection: &mut SqliteConnection,
    counts: Option<&Counts>,
    filter: &ContactFilter,
    order: &Order,
    page: Page,
) -> Result<(Vec<String>, u64), StoreError> {
    let state = State::read(connection).await?;
    let all = if filter.unknown { state.unknown } else { state.known };
    let matching = match &filter.term {
        SearchTerm::Everything => None,
        SearchTerm::Nothing => return Ok((Vec::new(), 0)),
        SearchTerm::Short(text) | SearchTerm::Long(text) if text.contains('\0') => {
            // No store keeps this character.
            return Ok((Vec::new(), 0));
        }
        SearchTerm::Short(text) => Some(Matching::short(text, filter.unknown)),
        SearchTerm::Long(text) => {
            let rarity = rarity(connection, counts, state.known.saturating_add(state.unknown)).await?;
            Some(Matching::long(text, &rarity.rarest(text, WORDS), filter.unknown))
        }
    };
    if let Some(matching) =
        matching.as_ref().filter(|matching| matching.has_words() && statement::is_by_columns(order))
        && let Some(found) = among(connection, matching, order, page).await?
    {
        return Ok(found);
    }
    let total = match &matching {
        None => all,
        Some(matching) => count(connection, counts, matching, state.changes).await?,
    };
    if u64::from(page.offset) >= total {
        return Ok((Vec::new(), total));
    }
    if !statement::is_by_columns(order) {
        return Ok((sorted::ids(connection, filter.unknown, matching.as_ref(), order, page).await?, total));
    }
    let Some(matching) = matching else {
        return Ok((ids(connection, statement::everything(filter.unknown, order, page)).await?, total));
    };
    let looking = match entries(page, total, all) {
        Some(first) if total > SORTED && first <= LOOKED_AT => {
            Some(statement::looking(&matching, order, page, first))
        }
        Some(first) if total > FEW && total <= SORTED && first <= MET => {
            Some(statement::meeting(&matching, order, page, first))
        }
        Some(_) | None => None,
    };
    if let Some(looking) = looking {
        let found = ids(connection, looking).await?;
        if page.limit.is_some_and(|limit| found.len() as u64 == u64::from(limit)) {
            return Ok((found, total));
        }
        // All that fit come late in this order.
    }
    if total <= SORTED {
        return Ok((ids(connection, statement::sorting(&matching, order, page)).await?, total));
    }
    Ok((ids(connection, statement::walking(&matching, order, page)).await?, total))
}

/// So many entries of the order would fill the page several times, if those that fit were spread evenly. `None` for
/// a page without an end.
fn entries(page: Page, total: u64, all: u64) -> Option<u64> {
    let wanted = u64::from(page.offset) + u64::from(page.limit?);
    Some(wanted.saturating_mul(EVENLY).saturating_mul(all) / total.max(1))
}

/// Which parts of texts are rare.
async fn rarity(
    connection: &mut SqliteConnection,
    counts: Option<&Counts>,
    contacts: u64,
) -> Result<Arc<Rarity>, StoreError> {
    let Some(counts) = counts else { return Ok(Arc::default()) };
    if let Some(rarity) = counts.rarity(contacts) {
        return Ok(rarity);
    }
    // Spread evenly over the ids; where one is missing, the sample is smaller.
    let rows = sqlx::query!(
        r#"with recursive
            last (search_id) as (select max(search_id) from contact_search),
            chosen (search_id) as (
                select 1
                union all
                select chosen.search_id + max(last.search_id / ?1, 1)
                from chosen, last
                where chosen.search_id + max(last.search_id / ?1, 1) <= last.search_id
            )
        select s.search_text as "search_text!"
        from chosen
        cross join contact_search s on s.search_id = chosen.search_id"#,
        SAMPLED
    );
    let rows = rows.fetch_all(connection).await.map_err(store_error)?;
    let rarity = Arc::new(Rarity::of(contacts, rows.iter().map(|row| &row.search_text)));
    counts.learn(&rarity);
    Ok(rarity)
}

/// The page of what matches and how many do, where few have all words of the term.
async fn among(
    connection: &mut SqliteConnection,
    matching: &Matching,
    order: &Order,
    page: Page,
) -> Result<Option<(Vec<String>, u64)>, StoreError> {
    let most = FEW + 1;
    let mut query = statement::among(matching, most, order, page);
    let query = query.build_query_as::<(i64, i64, String)>().persistent(false);
    let (candidates, total, ids) = query.fetch_one(connection).await.map_err(store_error)?;
    if number(candidates)? == most {
        return Ok(None);
    }
    Ok(Some((json::read("page of contacts", "", &ids)?, number(total)?)))
}

async fn one(connection: &mut SqliteConnection, mut query: QueryBuilder<Sqlite>) -> Result<i64, StoreError> {
    query.build_query_scalar().persistent(false).fetch_one(connection).await.map_err(store_error)
}

async fn ids(
    connection: &mut SqliteConnection,
    mut query: QueryBuilder<Sqlite>,
) -> Result<Vec<String>, StoreError> {
    query.build_query_scalar().persistent(false).fetch_all(connection).await.map_err(store_error)
}

/// How many contacts match.
async fn count(
    connection: &mut SqliteConnection,
    counts: Option<&Counts>,
    matching: &Matching,
    mark: i64,
) -> Result<u64, StoreError> {
    let remembered = counts.and_then(|counts| counts.find(matching.text(), matching.unknown(), mark));
    if let Some(total) = remembered {
        return Ok(total);
    }
    let total = number(one(connection, statement::counting(matching)).await?)?;
    if let Some(counts) = counts.filter(|_| total > REMEMBERED) {
        counts.remember(matching.text(), matching.unknown(), mark, total);
    }
    Ok(total)
}

/// What the transaction sees of all contacts.
struct State {
    known: u64,
    unknown: u64,
    changes: i64,
}

impl State {
    async fn read(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let row = sqlx::query!(
            "select
                known,
                unknown,
                changes
            from contact_counters"
        )
        .fetch_one(connection)
        .await
        .map_err(store_error)?;
        Ok(Self { known: number(row.known)?, unknown: number(row.unknown)?, changes: row.changes })
    }
}

fn number(stored: i64) -> Result<u64, StoreError> {
    u64::try_from(stored).map_err(|error| corrupt("number of contacts", &stored.to_string(), error))
}
