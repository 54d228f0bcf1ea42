//! A page of users: the only statements about users whose text depends on the question. They find ids; the
//! columns that they name are those of a closed list.

use omnicontact_domain::page::Page;
use omnicontact_domain::role::BOT;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::text::fold;
use omnicontact_domain::user::{PresenceStatus, UserKind};
use omnicontact_ports::{StoreError, UserFilter, UserOrder};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::{corrupt, store_error};
use crate::page::push_page;

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
    query.push("u.user_id");
    push_page(&mut query, page);
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
    let UserFilter {
        email,
        roles,
        active,
        idle_since,
        presence_expired_at,
        extension,
        text,
        except,
        livechat_status,
        reachable,
    } = filter;
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
    if let Some(extension) = extension {
        query.push(" and u.extension = ").push_bind(extension.clone());
    }
    if let Some(text) = text {
        push_text(query, text);
    }
    if let Some(id) = except {
        query.push(" and u.user_id <> ").push_bind(id.as_str().to_owned());
    }
    if let Some(status) = livechat_status {
        query.push(" and u.livechat_status = ").push_bind(status.as_str());
    }
    if *reachable {
        query.push(" and (u.status <> ").push_bind(PresenceStatus::Offline.as_str());
        query.push(" or u.kind = ").push_bind(UserKind::Bot.as_str());
        query.push(" or u.user_id in (select b.user_id from user_roles b where b.role_id = ");
        query.push_bind(BOT).push("))");
    }
}

/// The text is searched for as it is: no character in it has a meaning of its own.
fn push_text(query: &mut QueryBuilder<Sqlite>, text: &str) {
    let text = text.to_owned();
    query.push(" and (instr(u.username_key, ").push_bind(text.clone());
    query.push(") > 0 or instr(u.name_key, ").push_bind(text.clone());
    query.push(") > 0 or u.user_id in (select t.user_id from user_emails t where instr(t.address_key, ");
    query.push_bind(text).push(") > 0))");
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::time::Timestamp;

    use super::*;
    use crate::plans::Plans;

    const FIRST: Page = Page { offset: 0, limit: Some(50) };

    async fn listed(filter: &UserFilter, order: &[(UserOrder, Direction)]) -> String {
        Plans::new().await.steps(&listing(filter, order, FIRST)).await.join("; ")
    }

    async fn counted(filter: &UserFilter) -> String {
        Plans::new().await.steps(&counting(filter)).await.join("; ")
    }

    #[tokio::test]
    async fn conditions_that_leave_few_users_search_an_index() {
        let searched = [
            (
                UserFilter { email: Some("a@x".to_owned()), ..UserFilter::default() },
                "SEARCH e USING INDEX sqlite_autoindex_user_emails_2 (address_key=?)",
            ),
            (
                UserFilter { roles: vec!["admin".into()], active: Some(true), ..UserFilter::default() },
                "SEARCH r USING COVERING INDEX user_roles_by_role (role_id=?)",
            ),
            (
                UserFilter { presence_expired_at: Some(Timestamp::MIN), ..UserFilter::default() },
                "INDEX users_by_status_expiry (status_expires_at<?)",
            ),
        ];
        for (filter, index) in searched {
            for plan in [listed(&filter, &[]).await, counted(&filter).await] {
                assert!(plan.contains(index) && !plan.contains("SCAN"), "{plan}");
            }
        }
    }

    #[tokio::test]
    async fn a_page_by_name_or_username_or_id_reads_an_index_and_not_the_table() {
        let all = UserFilter::default();
        for (order, plan) in [
            (&[(UserOrder::Username, Direction::Ascending)][..], "users_by_username"),
            (&[(UserOrder::Name, Direction::Ascending)], "users_by_name"),
            (&[], "sqlite_autoindex_users_1"),
        ] {
            assert_eq!(listed(&all, order).await, format!("SCAN u USING COVERING INDEX {plan}"));
        }
        for key in [UserOrder::Username, UserOrder::Name] {
            // Equal ones are sorted by id; what comes after the page is not read.
            let plan = listed(&all, &[(key, Direction::Descending)]).await;
            assert!(plan.ends_with("USE TEMP B-TREE FOR LAST TERM OF ORDER BY"), "{plan}");
        }
        // The number of all users: an entry of a small index for each, when the page is not the whole list.
        assert!(counted(&all).await.starts_with("SCAN u USING COVERING INDEX"));
    }

    /// What is looked through on purpose. Users are staff, hundreds or thousands, not millions; these are lists that
    /// administrators sort by something rare, and the search for idle ones, which somebody starts by hand.
    #[tokio::test]
    async fn only_rare_orders_and_the_search_for_idle_users_look_through_all_users() {
        for key in [
            UserOrder::Status,
            UserOrder::Active,
            UserOrder::Kind,
            UserOrder::LastLogin,
            UserOrder::CreatedAt,
            UserOrder::UpdatedAt,
        ] {
            let plan = listed(&UserFilter::default(), &[(key, Direction::Ascending)]).await;
            assert_eq!(plan, "SCAN u; USE TEMP B-TREE FOR ORDER BY", "{key:?}");
        }
        for filter in [
            UserFilter { idle_since: Some(Timestamp::MIN), ..UserFilter::default() },
            UserFilter { active: Some(true), ..UserFilter::default() },
        ] {
            assert_eq!(listed(&filter, &[]).await, "SCAN u USING INDEX sqlite_autoindex_users_1");
            assert_eq!(counted(&filter).await, "SCAN u");
        }
    }
}
