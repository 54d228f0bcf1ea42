//! A page of users: the only statements about users whose text depends on the question. They find ids; the
//! columns that they name are those of a closed list.

use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::text::fold;
use omnicontact_ports::{StoreError, UserFilter, UserOrder};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::{corrupt, store_error};

/// How many users fit.
pub(super) async fn count(connection: &mut SqliteConnection, filter: &UserFilter) -> Result<u64, StoreError> {
    let total: i64 = counting(filter)
        .build_query_scalar()
        .persistent(false)
        .fetch_one(connection)
        .await
        .map_err(store_error)?;
    u64::try_from(total).map_err(|error| corrupt("number of users", &total.to_string(), error))
}

/// The ids of the users of the page, in order.
pub(super) async fn ids(
    connection: &mut SqliteConnection,
    filter: &UserFilter,
    order: &[(UserOrder, Direction)],
    page: Page,
) -> Result<Vec<String>, StoreError> {
    let mut query = listing(filter, order, page);
    query.build_query_scalar().persistent(false).fetch_all(connection).await.map_err(store_error)
}

fn counting(filter: &UserFilter) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("select count(*) from users u");
    push_filter(&mut query, filter);
    query
}

fn listing(filter: &UserFilter, order: &[(UserOrder, Direction)], page: Page) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("select u.user_id from users u");
    push_filter(&mut query, filter);
    query.push(" order by ");
    for (key, direction) in order {
        query.push(column(*key)).push(match direction {
            Direction::Ascending => ", ",
            Direction::Descending => " desc, ",
        });
    }
    // -1 is no limit.
    let limit = page.limit.map_or(-1, i64::from);
    query.push("u.user_id limit ").push_bind(limit).push(" offset ").push_bind(i64::from(page.offset));
    query
}

/// `SQLite` takes null for less than everything, as the port wants it.
const fn column(key: UserOrder) -> &'static str {
    match key {
        UserOrder::Username => "u.username_key",
        UserOrder::Name => "u.name_key",
        UserOrder::Status => "u.status",
        UserOrder::Active => "u.active",
        UserOrder::Kind => "u.kind",
        UserOrder::LastLogin => "u.last_login",
        UserOrder::CreatedAt => "u.created_at",
        UserOrder::UpdatedAt => "u.updated_at",
    }
}

fn push_filter(query: &mut QueryBuilder<Sqlite>, filter: &UserFilter) {
    let UserFilter { email, roles, active, idle_since, presence_expired_at } = filter;
    query.push(" where true");
    if let Some(address) = email {
        query
            .push(" and u.user_id in (select e.user_id from user_emails e where e.address_key = ")
            .push_bind(fold(address))
            .push(")");
    }
    if !roles.is_empty() {
        query.push(" and u.user_id in (select r.user_id from user_roles r where r.role_id in (");
        let mut ids = query.separated(", ");
        for role in roles {
            ids.push_bind(role.as_str().to_owned());
        }
        query.push("))");
    }
    if let Some(active) = active {
        query.push(" and u.active = ").push_bind(*active);
    }
    if let Some(since) = idle_since {
        query.push(" and coalesce(u.last_login, u.created_at) <= ").push_bind(since.as_millis());
    }
    if let Some(at) = presence_expired_at {
        query.push(" and u.status_expires_at <= ").push_bind(at.as_millis());
    }
}
