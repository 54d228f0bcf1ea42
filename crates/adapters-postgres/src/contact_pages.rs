//! The search of contacts. Which way is taken depends on how many contacts fit: few are collected, counted
//! and ordered at once; of many the page is looked for along the index that has its order, and the number is
//! remembered as long as nothing changes.

use std::collections::HashMap;
use std::sync::Arc;

use omnicontact_domain::contact::{Contact, ContactOrder};
use omnicontact_domain::page::Page;
use omnicontact_domain::search::{Rarity, SearchTerm};
use omnicontact_domain::sort::Direction;
use omnicontact_ports::{ContactFilter, ContactPage, StoreError};
use sqlx::{Postgres, QueryBuilder, Row};

use crate::contact_row::{ContactRow, select_contact};
use crate::counts::Mark;
use crate::pages::{push_page, suffix};
use crate::search_keys::term_keys;
use crate::transaction::PgTransaction;

/// Where no more are expected to fit, they are collected and ordered without a look at what comes first.
const FEW: u64 = 50_000;

/// Entries of the index of the order that are looked at, where those that fit would fill the page many times if
/// they were spread evenly.
const LOOKED_AT: u64 = 10_000;
/// How many times.
const EVENLY: u64 = 8;

/// Of more than one contact in so many, an index of their texts is no help.
const HELPFUL: u64 = 4;

/// About as many contacts are in a sample that tells which parts of texts are rare.
const SAMPLED: i64 = 1_000;

/// Contacts that are kept, beyond twice what the page asks for, before the worst ones are dropped.
const SIFTED: usize = 1_000;

/// For this search and the rest of the transaction: statements are planned with their values, and by the
/// indexes that are made for them; compiling them, or asking for each of thousands of pages ahead, would take
/// longer than running them.
pub(crate) const PLANNING: &str = "set local plan_cache_mode = force_custom_plan; set local enable_seqscan = off; \
     set local jit = off; set local work_mem = '16MB'; set local effective_io_concurrency = 0";

/// An order that an index has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Indexed {
    Id,
    Name,
    CreatedAt,
    LastChatAt,
    UpdatedAt,
}

impl Indexed {
    /// The index that has an order, if there is one. Ids are equal only where contacts are the same, so that
    /// what comes after them says nothing.
    fn of(order: &[(ContactOrder, Direction)]) -> Option<(Self, Direction)> {
        let [first, rest @ ..] = order else { return Some((Self::Id, Direction::Ascending)) };
        let (field, direction) = first;
        let indexed = match field {
            ContactOrder::Name => Self::Name,
            ContactOrder::CreatedAt => Self::CreatedAt,
            ContactOrder::LastChatAt => Self::LastChatAt,
            ContactOrder::UpdatedAt => Self::UpdatedAt,
            ContactOrder::Id
            | ContactOrder::Email
            | ContactOrder::Phone
            | ContactOrder::Manager
            | ContactOrder::Unknown
            | ContactOrder::ConflictingField
            | ContactOrder::CustomField(_)
            | ContactOrder::ChannelName
            | ContactOrder::ChannelLastChatAt
            | ContactOrder::LastChatRoom
            | ContactOrder::ImportId
            | ContactOrder::Activity
            | ContactOrder::PreRegistration => return None,
        };
        rest.is_empty().then_some((indexed, *direction))
    }

    /// What is ordered by before the id.
    const fn column(self) -> Option<&'static str> {
        match self {
            Self::Id => None,
            Self::Name => Some("s.name_key"),
            Self::CreatedAt => Some("c.created_at"),
            Self::LastChatAt => Some("c.last_chat_at"),
            Self::UpdatedAt => Some("c.updated_at"),
        }
    }

    /// Whether the order is one of the contacts themselves and not of what finds them.
    const fn is_of_contacts(self) -> bool {
        match self {
            Self::Id | Self::Name => false,
            Self::CreatedAt | Self::LastChatAt | Self::UpdatedAt => true,
        }
    }
}

/// The contacts that fit.
pub(crate) async fn list(
    transaction: &mut PgTransaction,
    filter: &ContactFilter,
    order: &[(ContactOrder, Direction)],
    page: Page,
) -> Result<ContactPage, StoreError> {
    if filter.term == SearchTerm::Nothing {
        return Ok(ContactPage::default());
    }
    transaction.script(PLANNING).await?;
    let counters = counters(transaction).await?;
    let rarity = rarity(transaction, &filter.term, &counters).await?;
    let keys = term_keys(&filter.term, &rarity);
    let Some((indexed, direction)) = Indexed::of(order) else {
        return sift(transaction, filter, keys.as_deref(), order, page).await;
    };
    let search = Search { filter, counters, keys, rarity, indexed, direction, page };
    let (ids, total) = search.find(transaction).await?;
    Ok(ContactPage { contacts: fetch(transaction, &ids).await?, total })
}

/// A search in an order that an index has.
struct Search<'a> {
    filter: &'a ContactFilter,
    counters: Counters,
    /// What the index of texts is asked for.
    keys: Option<Vec<i16>>,
    rarity: Arc<Rarity>,
    indexed: Indexed,
    direction: Direction,
    page: Page,
}

impl Search<'_> {
    /// The ids of the page in their order, and how many contacts fit in all.
    async fn find(&self, transaction: &mut PgTransaction) -> Result<(Vec<String>, u64), StoreError> {
        let unknown = self.filter.unknown;
        let all = if unknown { self.counters.unknown } else { self.counters.known };
        let keys = self.keys.as_deref();
        let (text, expected) = match &self.filter.term {
            SearchTerm::Nothing => return Ok((Vec::new(), 0)),
            SearchTerm::Everything => return Ok((self.walk(transaction).await?, all)),
            SearchTerm::Short(text) => (text, if keys.is_some() { 0 } else { all }),
            SearchTerm::Long(text) => (text, self.rarity.most_matches(text)),
        };
        let known = transaction.counts.as_ref();
        let known = known.and_then(|counts| counts.recall(text, unknown, &self.counters.mark));
        let expected = known.unwrap_or(expected);
        if expected <= FEW {
            return self.collect(transaction, keys).await;
        }
        let keys = keys.filter(|_| expected.saturating_mul(HELPFUL) <= all);
        let (ids, total) = match (self.look(transaction, expected, all).await?, known) {
            (Some(ids), Some(total)) => (ids, total),
            (Some(ids), None) => (ids, transaction.count(count(self.filter, keys)).await?),
            (None, Some(total)) if keys.is_none() => (self.walk(transaction).await?, total),
            (None, Some(_) | None) => self.collect(transaction, keys).await?,
        };
        if let Some(counts) = transaction.counts.as_ref().filter(|_| total > FEW) {
            counts.remember(text, unknown, self.counters.mark.clone(), total);
        }
        Ok((ids, total))
    }

    /// Collects all that fits, counts and orders it.
    async fn collect(
        &self,
        transaction: &mut PgTransaction,
        keys: Option<&[i16]>,
    ) -> Result<(Vec<String>, u64), StoreError> {
        let key = self.indexed.column().map(|column| format!(", {column} as key")).unwrap_or_default();
        let contacts = if self.indexed.is_of_contacts() { " join contacts c using (contact_id)" } else { "" };
        let mut builder = QueryBuilder::new("with found as materialized (");
        let select = format!("select s.contact_id{key} from contact_search s{contacts}");
        push_found(&mut builder, &select, self.filter, keys);
        builder
            .push(") select (select count(*) from found) as total, array(select f.contact_id from found f");
        push_order(&mut builder, self.indexed.column().map(|_| "f.key"), "f.contact_id", self.direction);
        push_page(&mut builder, self.page);
        builder.push(") as ids");
        let row = transaction.row(builder).await?;
        let total: i64 = row.try_get("total").map_err(|error| transaction.fail(error))?;
        let ids = row.try_get("ids").map_err(|error| transaction.fail(error))?;
        Ok((ids, total.unsigned_abs()))
    }

    /// The ids of the page, if what comes first in its order fills it: of terms that many contacts have.
    async fn look(
        &self,
        transaction: &mut PgTransaction,
        expected: u64,
        all: u64,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let Some(limit) = self.page.limit.map(u64::from) else { return Ok(None) };
        let wanted = (u64::from(self.page.offset) + limit).saturating_mul(EVENLY);
        if wanted.saturating_mul(all) > LOOKED_AT.saturating_mul(expected) {
            return Ok(None);
        }
        let mut builder = QueryBuilder::new("select array(select s.contact_id from (select ");
        let id = if self.indexed.is_of_contacts() {
            builder.push("c.* from contacts c where c.enabled and c.unknown = ");
            "c.contact_id"
        } else {
            builder.push("s.contact_id, s.name_key, s.search_text from contact_search s where s.unknown = ");
            "s.contact_id"
        };
        builder.push_bind(self.filter.unknown);
        push_order(&mut builder, self.indexed.column(), id, self.direction);
        builder.push(format_args!(" limit {LOOKED_AT}) "));
        builder.push(if self.indexed.is_of_contacts() {
            "c join contact_search s on s.contact_id = c.contact_id"
        } else {
            "s"
        });
        builder.push(" where true");
        push_text(&mut builder, self.filter);
        push_order(&mut builder, self.indexed.column(), id, self.direction);
        push_page(&mut builder, self.page);
        builder.push(") as ids");
        let row = transaction.row(builder).await?;
        let ids: Vec<String> = row.try_get("ids").map_err(|error| transaction.fail(error))?;
        Ok((ids.len() as u64 == limit).then_some(ids))
    }

    /// The ids of the page, along the index that has the order.
    async fn walk(&self, transaction: &mut PgTransaction) -> Result<Vec<String>, StoreError> {
        let mut builder = QueryBuilder::new("select array(");
        if self.indexed.is_of_contacts() {
            builder.push("select c.contact_id from contacts c");
            let is_everything = self.filter.term == SearchTerm::Everything;
            if !is_everything {
                builder.push(" join contact_search s on s.contact_id = c.contact_id");
            }
            builder.push(" where c.enabled and c.unknown = ").push_bind(self.filter.unknown);
            if !is_everything {
                push_text(&mut builder, self.filter);
            }
        } else {
            builder.push("select s.contact_id from contact_search s");
            push_conditions(&mut builder, self.filter, None);
        }
        let id = if self.indexed.is_of_contacts() { "c.contact_id" } else { "s.contact_id" };
        push_order(&mut builder, self.indexed.column(), id, self.direction);
        push_page(&mut builder, self.page);
        builder.push(") as ids");
        let row = transaction.row(builder).await?;
        row.try_get("ids").map_err(|error| transaction.fail(error))
    }
}

/// How many contacts there are, and the mark of the moment.
struct Counters {
    mark: Mark,
    known: u64,
    unknown: u64,
}

async fn counters(transaction: &mut PgTransaction) -> Result<Counters, StoreError> {
    let query = sqlx::query!(
        r#"select
            pg_postmaster_start_time()::text as "server!",
            coalesce(sum(changes), 0)::bigint as "changes!",
            coalesce(sum(known), 0)::bigint as "known!",
            coalesce(sum(unknown), 0)::bigint as "unknown!"
        from contact_counters"#
    );
    let row = transaction.one(query).await?;
    let mark = Mark { server: row.server, changes: row.changes };
    Ok(Counters { mark, known: number(row.known)?, unknown: number(row.unknown)? })
}

/// Which parts of texts are rare: of a long term only, and only where something can be remembered.
async fn rarity(
    transaction: &mut PgTransaction,
    term: &SearchTerm,
    counters: &Counters,
) -> Result<Arc<Rarity>, StoreError> {
    let (Some(counts), SearchTerm::Long(_)) = (transaction.counts.clone(), term) else {
        return Ok(Arc::default());
    };
    let contacts = counters.known.saturating_add(counters.unknown);
    if let Some(rarity) = counts.rarity(contacts) {
        return Ok(rarity);
    }
    let query = sqlx::query_scalar!(
        r#"select coalesce(search_text, '') as "text!"
        from contact_search
            tablesample system (least(100, 100.0 * $1::bigint / greatest($2::bigint, 1))::real)"#,
        SAMPLED,
        i64::try_from(contacts).unwrap_or(i64::MAX)
    );
    let sample = query.fetch_all(transaction.wire()).await.map_err(|error| transaction.fail(error))?;
    let rarity = Arc::new(Rarity::of(contacts, sample));
    counts.learn(&rarity);
    Ok(rarity)
}

/// A number of contacts.
fn number(counted: i64) -> Result<u64, StoreError> {
    u64::try_from(counted).map_err(|error| StoreError::Backend(error.into()))
}

/// The contacts with these ids, in the order of the ids.
async fn fetch(transaction: &mut PgTransaction, ids: &[String]) -> Result<Vec<Contact>, StoreError> {
    let query = select_contact!("from contacts c where c.contact_id = any($1)", ids);
    let rows = transaction.all(query).await?;
    let mut rows: HashMap<String, ContactRow> =
        rows.into_iter().map(|row| (row.contact_id.clone(), row)).collect();
    ids.iter().filter_map(|id| rows.remove(id)).map(ContactRow::into_contact).collect()
}

/// The page in an order that no index has: looks at everything that fits, and keeps no more than what may
/// still stand on the page.
async fn sift(
    transaction: &mut PgTransaction,
    filter: &ContactFilter,
    keys: Option<&[i16]>,
    order: &[(ContactOrder, Direction)],
    page: Page,
) -> Result<ContactPage, StoreError> {
    let mut builder = QueryBuilder::default();
    let select = "select c.* from contact_search s join contacts c using (contact_id)";
    push_found(&mut builder, select, filter, keys);
    let compare = |one: &Contact, other: &Contact| ContactOrder::compare(order, one, other);
    let last = page.limit.map(|limit| page.offset as usize + limit as usize);
    let mut best: Vec<Contact> = Vec::new();
    let mut total = 0;
    let outcome = {
        let query = builder.build_query_as::<ContactRow>();
        let mut rows = query.fetch(transaction.unprepared_wire());
        loop {
            match std::future::poll_fn(|context| rows.as_mut().poll_next(context)).await {
                None => break Ok(()),
                Some(Err(error)) => break Err(error),
                Some(Ok(row)) => {
                    total += 1;
                    best.push(row.into_contact()?);
                    if let Some(last) = last
                        && best.len() > 2 * last + SIFTED
                    {
                        best.sort_unstable_by(compare);
                        best.truncate(last);
                    }
                }
            }
        }
    };
    outcome.map_err(|error| transaction.fail(error))?;
    best.sort_unstable_by(compare);
    best.truncate(last.unwrap_or(best.len()));
    Ok(ContactPage { contacts: best.split_off(best.len().min(page.offset as usize)), total })
}

/// How many contacts fit.
fn count(filter: &ContactFilter, keys: Option<&[i16]>) -> QueryBuilder<Postgres> {
    let mut builder = QueryBuilder::new("select count(*) from (");
    push_found(&mut builder, "select 1 from contact_search s", filter, keys);
    builder.push(") found");
    builder
}

/// Everything that fits the filter, of contacts as `s`. Without keys, those whose texts stand in the index by name and
/// those with long texts are looked for apart: one plain condition takes half the time of one that asks for both, and
/// several processes share the work where there are some.
fn push_found(
    builder: &mut QueryBuilder<Postgres>,
    select: &str,
    filter: &ContactFilter,
    keys: Option<&[i16]>,
) {
    builder.push(select);
    let (None, Some(text)) = (keys, text(filter)) else { return push_conditions(builder, filter, keys) };
    builder.push(" where s.unknown = ").push_bind(filter.unknown);
    builder.push(" and s.search_text like ").push_bind(containing(&text));
    builder.push(" union all ").push(select);
    builder.push(" where s.search_text is null and s.unknown = ").push_bind(filter.unknown);
    builder.push(" and strpos(s.long_text, ").push_bind(text).push(") > 0");
}

/// The pattern of all texts that contain this one.
fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// What fits the filter. By keys where there are some, and otherwise along the index by name, which holds the
/// texts.
fn push_conditions(builder: &mut QueryBuilder<Postgres>, filter: &ContactFilter, keys: Option<&[i16]>) {
    let Some(keys) = keys else {
        builder.push(" where s.unknown = ").push_bind(filter.unknown);
        push_text(builder, filter);
        return;
    };
    // The index by name would fit `unknown = ...`, and it is not the one to take here.
    builder.push(" where (s.unknown is true) is ").push(filter.unknown);
    builder.push(" and s.search_keys @> ").push_bind(keys.to_vec());
    if let Some(text) = text(filter) {
        builder.push(" and strpos(coalesce(s.search_text, s.long_text), ").push_bind(text).push(") > 0");
    }
}

/// The condition about the text, for an index that holds all but the long ones.
fn push_text(builder: &mut QueryBuilder<Postgres>, filter: &ContactFilter) {
    let Some(text) = text(filter) else { return };
    builder.push(" and (s.search_text like ").push_bind(containing(&text));
    builder.push(" or s.search_text is null and (select strpos(l.long_text, ").push_bind(text);
    builder.push(") from contact_search l where l.contact_id = s.contact_id) > 0)");
}

fn text(filter: &ContactFilter) -> Option<String> {
    match &filter.term {
        SearchTerm::Short(text) | SearchTerm::Long(text) => Some(text.clone()),
        SearchTerm::Everything | SearchTerm::Nothing => None,
    }
}

fn push_order(builder: &mut QueryBuilder<Postgres>, column: Option<&str>, id: &str, direction: Direction) {
    builder.push(" order by ");
    if let Some(column) = column {
        builder.push(column).push(suffix(direction));
    }
    builder.push(id);
    if direction == Direction::Descending {
        builder.push(" desc");
    }
}
