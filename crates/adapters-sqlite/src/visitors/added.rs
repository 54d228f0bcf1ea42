//! A new visitor: all its rows in one list of statements. One by one, each is a way to the thread that runs them and
//! back, which takes longer than most of them.

use omnicontact_domain::visitor::{Visitor, VisitorKeys, VisitorToken};
use omnicontact_ports::{Constraint, StoreError};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::row::VisitorRow;
use super::{many, search};
use crate::error::{store_error, write_error};

/// The connection remembers lists with so many keys at most; longer ones are all different.
const FEW: usize = 4;

/// Adds a visitor, or nothing.
pub(super) async fn add(connection: &mut SqliteConnection, visitor: &Visitor) -> Result<(), StoreError> {
    let keys = VisitorKeys::of(visitor);
    let number = keys.emails.len() + keys.phones.len() + keys.values.len();
    let mut query = statements(visitor, &keys)?;
    match query.build().persistent(number <= FEW).execute(&mut *connection).await {
        Ok(_) => Ok(()),
        Err(error) => Err(refusal(connection, visitor.token.as_ref(), error).await),
    }
}

fn statements(visitor: &Visitor, keys: &VisitorKeys) -> Result<QueryBuilder<Sqlite>, StoreError> {
    let id = visitor.id.as_str();
    let mut query = QueryBuilder::new("savepoint new_visitor; ");
    if let Some(token) = &keys.token {
        push_key(&mut query, "visitor_tokens (token, visitor_id)", &[token, id]);
    }
    many::push_rows(&mut query, [VisitorRow::of(visitor)?]);
    query.push("; ");
    search::push_new(&mut query, visitor);
    for address in &keys.emails {
        push_key(&mut query, "visitor_emails (address, visitor_id)", &[address, id]);
    }
    for number in &keys.phones {
        push_key(&mut query, "visitor_phones (phone_number, visitor_id)", &[number, id]);
    }
    if let Some(username) = &keys.manager {
        push_key(&mut query, "visitor_managers (username, visitor_id)", &[username, id]);
    }
    for (field, folded) in &keys.values {
        push_key(&mut query, "visitor_values (field_id, visitor_id, folded)", &[field, id, folded]);
    }
    query.push("release new_visitor");
    Ok(query)
}

fn push_key(query: &mut QueryBuilder<Sqlite>, table: &str, row: &[&str]) {
    query.push(format_args!("insert into {table} "));
    query.push_values([row], |mut values, row| {
        for value in row {
            values.push_bind((*value).to_owned());
        }
    });
    query.push("; ");
}

/// Undoes what was done before the statement that failed, and says why it did.
async fn refusal(
    connection: &mut SqliteConnection,
    token: Option<&VisitorToken>,
    error: sqlx::Error,
) -> StoreError {
    let undo = sqlx::raw_sql("rollback to new_visitor; release new_visitor");
    // Of a full disk, SQLite undoes the whole transaction itself; the error that counts is the first one.
    let is_undone = undo.execute(&mut *connection).await.is_ok();
    match token {
        Some(token) if is_undone => match is_taken(connection, token).await {
            Ok(true) => write_error(error, Constraint::VisitorToken),
            Ok(false) => write_error(error, Constraint::Id),
            Err(error) => error,
        },
        Some(_) | None => write_error(error, Constraint::Id),
    }
}

async fn is_taken(connection: &mut SqliteConnection, token: &VisitorToken) -> Result<bool, StoreError> {
    let token = token.as_str();
    let found = sqlx::query_scalar!("select 1 from visitor_tokens where token = ?", token);
    Ok(found.fetch_optional(connection).await.map_err(store_error)?.is_some())
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::time::Timestamp;

    use super::*;
    use crate::plans::Plans;

    #[tokio::test]
    async fn a_visitor_is_added_without_looking_through_a_table() {
        let plans = Plans::new().await;
        let mut visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), Timestamp::from_millis(0));
        visitor.emails = Some(vec!["a@x.example".to_owned()]);
        let list = statements(&visitor, &VisitorKeys::of(&visitor)).unwrap();
        let list: Vec<_> = list.sql().as_str().split("; ").map(str::to_owned).collect();
        let [_savepoint, writes @ .., _release] = list.as_slice() else { panic!("{list:?}") };
        assert_eq!(writes.len(), 7, "{list:?}");
        for statement in writes {
            for step in plans.steps(&QueryBuilder::new(statement)).await {
                // The last number of a row is looked up, not looked for.
                let is_looked_up =
                    ["SEARCH visitor_search", "SCAN visitor_counters"].contains(&step.as_str());
                assert!(is_looked_up, "{step} in\n{statement}");
            }
        }
    }
}
