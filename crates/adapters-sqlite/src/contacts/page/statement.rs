//! The statements that find a page of contacts. Their text depends on the question; the tables, indexes and
//! columns that they name are those of closed lists.

use omnicontact_domain::contact::ContactOrder;
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use sqlx::{QueryBuilder, Sqlite};

use super::Order;
use crate::contacts::search::{PARTS, WORDS, part_word};
use crate::page::push_page;

/// So many characters of a term are looked for among the words. Of what contains them, few do not contain the
/// rest, too.
const PHRASE: usize = 64;

/// What contains a text.
pub(super) struct Matching {
    text: String,
    unknown: bool,
    table: &'static str,
    phrase: String,
    /// Words that whatever matches has; they alone may be had by more.
    words: String,
    /// Whether the phrase is not the whole text.
    is_beginning: bool,
}

impl Matching {
    /// A text of one or two characters.
    pub(super) fn short(text: &str, unknown: bool) -> Self {
        Self {
            text: text.to_owned(),
            unknown,
            table: PARTS[usize::from(unknown)],
            phrase: part_word(text),
            words: part_word(text),
            is_beginning: false,
        }
    }

    /// A text of three characters or more. Its trigrams, one after the other, are a phrase; some of them are given as
    /// words to look for.
    pub(super) fn long(text: &str, words: &[String], unknown: bool) -> Self {
        let beginning: String = text.chars().take(PHRASE).collect();
        Self {
            text: text.to_owned(),
            unknown,
            table: WORDS[usize::from(unknown)],
            is_beginning: beginning.len() < text.len(),
            phrase: quoted(&beginning),
            words: words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" AND "),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) const fn unknown(&self) -> bool {
        self.unknown
    }

    /// The rows of words `f` that match.
    fn push_match(&self, query: &mut QueryBuilder<Sqlite>) {
        query.push(" where f.").push(self.table).push(" match ").push_bind(self.phrase.clone());
    }

    /// The rest of the text, in rows of contacts `s`.
    fn push_rest(&self, query: &mut QueryBuilder<Sqlite>) {
        if self.is_beginning {
            // Not `like`: every character of the text stands for itself.
            query.push(" and instr(s.search_text, ").push_bind(self.text.clone()).push(") > 0");
        }
    }

    /// Whether the phrase is several words, which are found faster one by one.
    pub(super) fn has_words(&self) -> bool {
        self.words != self.phrase
    }

    /// The words and then the contacts: `cross join` keeps `SQLite` from beginning at the contacts.
    pub(super) fn push_joined(&self, query: &mut QueryBuilder<Sqlite>) {
        query.push(format_args!(
            " from {} f cross join contact_search s on s.search_id = f.rowid",
            self.table
        ));
    }

    /// What the joined rows must be.
    pub(super) fn push_condition(&self, query: &mut QueryBuilder<Sqlite>) {
        self.push_match(query);
        self.push_rest(query);
    }
}

/// Between quotes, every other character stands for itself.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A page of what matches by way of the words, with how many rows have them all (no more than `most`; where there
/// are as many, nothing is looked for among them), and how many of these match: one row. A phrase takes several times as
/// long to find, as it asks for every word and where it stands.
pub(super) fn among(matching: &Matching, most: u64, order: &Order, page: Page) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("with k as materialized (select f.rowid as search_id from ");
    query.push(matching.table).push(" f where f.").push(matching.table).push(" match ");
    query.push_bind(matching.words.clone()).push(format_args!(" limit {most}"));
    query.push("), found as materialized (select s.contact_id");
    push_keys(&mut query, order);
    query.push(" from k cross join contact_search s on s.search_id = k.search_id");
    query.push(format_args!(" where (select count(*) from k) < {most} and instr(s.search_text, "));
    query.push_bind(matching.text.clone());
    query.push(
        ") > 0) select (select count(*) from k), (select count(*) from found), \
        (select json_group_array(s.contact_id",
    );
    push_order(&mut query, order);
    query.push(") from (select * from found s");
    push_order(&mut query, order);
    push_page(&mut query, page);
    query.push(") s)");
    query
}

/// How many match.
pub(super) fn counting(matching: &Matching) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("select count(*)");
    if matching.is_beginning {
        matching.push_joined(&mut query);
    } else {
        query.push(" from ").push(matching.table).push(" f");
    }
    matching.push_condition(&mut query);
    query
}

/// A page of all contacts.
pub(super) fn everything(unknown: bool, order: &Order, page: Page) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("select s.contact_id");
    push_indexed(&mut query, unknown, order);
    push_order(&mut query, order);
    push_page(&mut query, page);
    query
}

/// A page of what matches: all of it is sorted.
pub(super) fn sorting(matching: &Matching, order: &Order, page: Page) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("select s.contact_id from ");
    query.push(matching.table).push(" f cross join contact_search s ");
    if !matching.is_beginning
        && order.iter().all(|(key, _)| matches!(key, ContactOrder::Name | ContactOrder::Id))
    {
        // Holds all that is needed in a third of the pages.
        query.push("indexed by contact_search_names ");
    }
    query.push("on s.search_id = f.rowid");
    matching.push_condition(&mut query);
    push_order(&mut query, order);
    push_page(&mut query, page);
    query
}

/// A page of what matches: the ids of all of it are gathered and then met again in the order of the page.
pub(super) fn walking(matching: &Matching, order: &Order, page: Page) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("select s.contact_id");
    push_indexed(&mut query, matching.unknown, order);
    // The sign keeps `SQLite` from beginning at the ids.
    query.push(" and +s.search_id in (select f.rowid from ").push(matching.table).push(" f");
    matching.push_match(&mut query);
    query.push(")");
    matching.push_rest(&mut query);
    push_order(&mut query, order);
    push_page(&mut query, page);
    query
}

/// A page of what matches among the first contacts in its order: the ids of all that matches are gathered.
pub(super) fn meeting(matching: &Matching, order: &Order, page: Page, first: u64) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("select s.contact_id from (select s.search_id, s.contact_id");
    push_keys(&mut query, order);
    push_indexed(&mut query, matching.unknown, order);
    push_order(&mut query, order);
    query.push(format_args!(" limit {first}) s where +s.search_id in (select f.rowid from "));
    query.push(matching.table).push(" f");
    matching.push_match(&mut query);
    query.push(")");
    if matching.is_beginning {
        query.push(" and (select instr(t.search_text, ").push_bind(matching.text.clone());
        query.push(") from contact_search t where t.search_id = s.search_id) > 0");
    }
    push_order(&mut query, order);
    push_page(&mut query, page);
    query
}

/// A page of what matches among the first contacts in its order.
pub(super) fn looking(matching: &Matching, order: &Order, page: Page, first: u64) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("select s.contact_id from (select s.*");
    push_indexed(&mut query, matching.unknown, order);
    push_order(&mut query, order);
    query.push(format_args!(" limit {first}) s where instr(s.search_text, "));
    query.push_bind(matching.text.clone()).push(") > 0");
    push_order(&mut query, order);
    push_page(&mut query, page);
    query
}

/// Contacts `s`, by the index of the order where there is one.
fn push_indexed(query: &mut QueryBuilder<Sqlite>, unknown: bool, order: &Order) {
    query.push(" from contact_search s");
    // Whether they are unknown is the same for all. The index of the first key that is not leaves only those to
    // be sorted that are equal in it.
    let first = order.iter().map(|(key, _)| key).find(|key| **key != ContactOrder::Unknown);
    if let Some(Column { index: Some(index), .. }) = first.and_then(column) {
        query.push(" indexed by ").push(index);
    }
    query.push(" where s.unknown = ").push(i32::from(unknown));
}

/// The columns of the order but the id.
fn push_keys(query: &mut QueryBuilder<Sqlite>, order: &Order) {
    for (key, _) in order {
        if let Some(column) = column(key)
            && column.name != "s.contact_id"
        {
            query.push(", ").push(column.name);
        }
    }
}

fn push_order(query: &mut QueryBuilder<Sqlite>, order: &Order) {
    query.push(" order by ");
    for (key, direction) in order {
        if let Some(column) = column(key) {
            query.push(column.name).push(ending(*direction)).push(", ");
        }
    }
    let last = order.last().map_or(Direction::Ascending, |(_, direction)| *direction);
    query.push("s.contact_id").push(ending(last));
}

const fn ending(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => "",
        Direction::Descending => " desc",
    }
}

/// Whether columns are all that the order needs.
pub(super) fn is_by_columns(order: &Order) -> bool {
    order.iter().all(|(key, _)| column(key).is_some())
}

/// A column that orders.
struct Column {
    name: &'static str,
    /// Has, in this order: whether the contact is unknown, the column, the id of the contact.
    index: Option<&'static str>,
}

/// The column that orders, where there is one. `SQLite` takes null for less than everything, as the dialect
/// wants it.
const fn column(key: &ContactOrder) -> Option<Column> {
    let (name, index) = match key {
        ContactOrder::Id => ("s.contact_id", None),
        ContactOrder::Name => ("s.name_key", Some("contact_search_by_name")),
        ContactOrder::Unknown => ("s.unknown", None),
        ContactOrder::CreatedAt => ("s.created_at", Some("contact_search_by_creation")),
        ContactOrder::LastChatAt => ("s.last_chat_at", Some("contact_search_by_chat")),
        ContactOrder::UpdatedAt => ("s.updated_at", Some("contact_search_by_update")),
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
        | ContactOrder::PreRegistration => return None,
    };
    Some(Column { name, index })
}

#[cfg(test)]
mod tests;
