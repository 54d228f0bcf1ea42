//! The end of statements that list a page.

use omnicontact_domain::page::Page;
use sqlx::{QueryBuilder, Sqlite};

/// The limits of a page, as numbers in the text: `SQLite` plans otherwise when it knows how few rows are
/// wanted.
pub(crate) fn push_page(query: &mut QueryBuilder<Sqlite>, page: Page) {
    // -1 is no limit.
    let limit = page.limit.map_or(-1, i64::from);
    query.push(format_args!(" limit {limit} offset {}", page.offset));
}
