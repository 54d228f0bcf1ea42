//! The search for one visitor: the only statement about visitors whose text depends on the question.

use omnicontact_domain::id::VisitorId;
use omnicontact_ports::{StoreError, VisitorFilter};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::store_error;

/// The id of the first visitor that fits. The statement begins at the key table of the first condition, the
/// one that leaves the fewest: `cross join` keeps `SQLite` from beginning anywhere else.
pub(crate) async fn first(
    connection: &mut SqliteConnection,
    filter: &VisitorFilter,
) -> Result<Option<VisitorId>, StoreError> {
    let Some(mut query) = statement(filter) else {
        return Ok(None);
    };
    let found: Option<String> =
        query.build_query_scalar().persistent(false).fetch_optional(connection).await.map_err(store_error)?;
    Ok(found.map(Into::into))
}

enum Condition<'a> {
    Email(&'a str),
    Phone(&'a str),
    Value { field: &'a str, folded: &'a str },
}

fn statement(filter: &VisitorFilter) -> Option<QueryBuilder<Sqlite>> {
    let email = filter.email.as_deref().map(Condition::Email);
    let phone = filter.phone.as_deref().map(Condition::Phone);
    let values = filter.custom.iter().map(|(field, folded)| Condition::Value { field, folded });
    let mut conditions = email.into_iter().chain(phone).chain(values);

    let mut query = QueryBuilder::new("select v.visitor_id from ");
    conditions.next()?.push_to(&mut query, "cross join visitors v where v.visitor_id = k.visitor_id and ");
    for condition in conditions {
        query.push(" and exists (select 1 from ");
        condition.push_to(&mut query, "where k.visitor_id = v.visitor_id and ");
        query.push(")");
    }
    query.push(" and v.disabled = 0 order by v.ts is null, v.ts, v.visitor_id limit 1");
    Some(query)
}

impl Condition<'_> {
    /// Writes the key table, called `k`, then `joined`, then what its row must be.
    fn push_to(self, query: &mut QueryBuilder<Sqlite>, joined: &str) {
        match self {
            Self::Email(address) => {
                query
                    .push("visitor_emails k ")
                    .push(joined)
                    .push("k.address = ")
                    .push_bind(address.to_owned());
            }
            Self::Phone(number) => {
                query
                    .push("visitor_phones k ")
                    .push(joined)
                    .push("k.phone_number = ")
                    .push_bind(number.to_owned());
            }
            Self::Value { field, folded } => {
                query
                    .push("visitor_values k ")
                    .push(joined)
                    .push("k.field_id = ")
                    .push_bind(field.to_owned());
                // Not `like`: every character of the text stands for itself.
                query.push(" and instr(k.folded, ").push_bind(folded.to_owned()).push(") > 0");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Plans;

    #[tokio::test]
    async fn every_search_begins_at_an_index_of_its_first_condition() {
        let plans = Plans::new().await;
        let value = ("plan".to_owned(), "gold".to_owned());
        let filters = [
            (Some("a@x"), None, vec![], "visitor_emails"),
            (None, Some("+1"), vec![], "visitor_phones"),
            (None, None, vec![value.clone()], "visitor_values"),
            (Some("a@x"), Some("+1"), vec![value.clone(), value], "visitor_emails"),
        ];
        for (email, phone, custom, table) in filters {
            let filter =
                VisitorFilter { email: email.map(str::to_owned), phone: phone.map(str::to_owned), custom };
            let steps = plans.steps(&statement(&filter).unwrap()).await;
            assert!(steps[0].starts_with("SEARCH k USING PRIMARY KEY"), "{table}: {steps:?}");
            assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{steps:?}");
        }
    }
}
