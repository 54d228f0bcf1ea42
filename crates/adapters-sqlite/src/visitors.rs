//! Visitors: one row each, and the key tables that find them.

mod added;
mod filter;
mod keys;
mod many;
mod page;
mod row;
mod search;

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use omnicontact_domain::id::VisitorId;
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::visitor::{Visitor, VisitorKeys, VisitorOrder, VisitorSearch, VisitorToken};
use omnicontact_ports::{Constraint, StoreError, VisitorFilter, VisitorPage, VisitorRepository};
use sqlx::{SqliteConnection, SqliteExecutor};

pub(crate) use self::row::VisitorRow;
use self::row::select_visitor;
pub(crate) use self::search::{fill_visitor_search, forget_visitors_at_once};
use crate::error::{corrupt, store_error};
use crate::json;
use crate::transaction::{SqliteTransaction, run};

/// The visitor with that id.
pub(crate) async fn find<'e>(
    executor: impl SqliteExecutor<'e>,
    id: &VisitorId,
) -> Result<Option<Visitor>, StoreError> {
    let id = id.as_str();
    visitor(select_visitor!("from visitors v where v.visitor_id = ?", id).fetch_optional(executor).await)
}

/// The visitors with these ids, in their order.
pub(crate) async fn find_many<'e>(
    executor: impl SqliteExecutor<'e>,
    ids: &[VisitorId],
) -> Result<Vec<Option<Visitor>>, StoreError> {
    let ids_json = json::write(&ids.iter().map(VisitorId::as_str).collect::<BTreeSet<_>>())?;
    let rows = select_visitor!(
        "from json_each(?) k
        cross join visitors v on v.visitor_id = k.value",
        ids_json
    )
    .fetch_all(executor)
    .await
    .map_err(store_error)?;
    let found = rows.into_iter().map(VisitorRow::into_visitor).collect::<Result<Vec<_>, _>>()?;
    let by_id: HashMap<_, _> = found.iter().map(|visitor| (&visitor.id, visitor)).collect();
    Ok(ids.iter().map(|id| by_id.get(id).map(|visitor| (*visitor).clone())).collect())
}

fn visitor(row: sqlx::Result<Option<VisitorRow>>) -> Result<Option<Visitor>, StoreError> {
    row.map_err(store_error)?.map(VisitorRow::into_visitor).transpose()
}

#[async_trait]
impl VisitorRepository for SqliteTransaction {
    async fn find(&mut self, id: &VisitorId) -> Result<Option<Visitor>, StoreError> {
        find(self.connection(), id).await
    }

    async fn find_by_token(&mut self, token: &VisitorToken) -> Result<Option<Visitor>, StoreError> {
        let token = token.as_str();
        let query = select_visitor!(
            "from visitor_tokens k
            join visitors v on v.visitor_id = k.visitor_id
            where k.token = ?",
            token
        );
        visitor(query.fetch_optional(self.connection()).await)
    }

    async fn find_by_email(&mut self, address: &str) -> Result<Option<Visitor>, StoreError> {
        let query = select_visitor!(
            "from visitor_emails k
            join visitors v on v.visitor_id = k.visitor_id
            where k.address = ?
            order by v.ts is null, v.ts, v.visitor_id
            limit 1",
            address
        );
        visitor(query.fetch_optional(self.connection()).await)
    }

    async fn find_by_filter(&mut self, filter: &VisitorFilter) -> Result<Option<Visitor>, StoreError> {
        match filter::first(self.connection(), filter).await? {
            Some(id) => find(self.connection(), &id).await,
            None => Ok(None),
        }
    }

    async fn list_page(
        &mut self,
        search: &VisitorSearch,
        order: (VisitorOrder, Direction),
        page: Page,
    ) -> Result<VisitorPage, StoreError> {
        page::list(self.connection(), search, order, page).await
    }

    async fn list_by_name_start(
        &mut self,
        start: &str,
        except: &[VisitorId],
        most: u32,
    ) -> Result<Vec<Visitor>, StoreError> {
        page::by_name_start(self.connection(), start, except, most).await
    }

    async fn lock_registration<'a>(
        &mut self,
        _token: &VisitorToken,
        _phone: Option<&'a str>,
        _email: Option<&'a str>,
    ) -> Result<(), StoreError> {
        // Nothing to do: this transaction began with `begin immediate`, so no other one writes until it ends,
        // whatever either of them registers.
        Ok(())
    }

    async fn next_guest_number(&mut self) -> Result<u64, StoreError> {
        let last = sqlx::query_scalar!("update guest_numbers set last = last + 1 returning last")
            .fetch_one(self.connection())
            .await
            .map_err(store_error)?;
        u64::try_from(last).map_err(|error| corrupt("guest number", &last.to_string(), error))
    }

    async fn add(&mut self, visitor: &Visitor) -> Result<(), StoreError> {
        added::add(self.connection(), visitor).await
    }

    async fn add_many(&mut self, visitors: &[Visitor]) -> Result<u64, StoreError> {
        let mut savepoint = self.savepoint().await?;
        let added = many::add(&mut savepoint, visitors).await?;
        savepoint.commit().await.map_err(store_error)?;
        Ok(added)
    }

    async fn update(&mut self, visitor: &Visitor) -> Result<(), StoreError> {
        let id = visitor.id.as_str();
        let row = VisitorRow::of(visitor)?;
        let connection = self.connection();
        // The old record names the keys to remove. Nobody else writes, so it stays what it is.
        let stored = find(&mut *connection, &visitor.id).await?;
        let Some(old) = stored.filter(|stored| stored.version == visitor.version) else {
            return Err(StoreError::Stale);
        };
        if visitor.token != old.token {
            if let Some(token) = &visitor.token {
                take_token(connection, token, id).await?;
            }
            if let Some(token) = &old.token {
                give_up_token(connection, token).await?;
            }
        }
        update(connection, &row, visitor.version.next().number()).await?;
        search::replace(connection, &old, visitor).await?;
        keys::replace(connection, id, &VisitorKeys::of(&old), &VisitorKeys::of(visitor)).await
    }

    async fn release_manager(&mut self, username: &str, now: Timestamp) -> Result<u64, StoreError> {
        let updated_at = now.as_millis();
        let query = sqlx::query!(
            "update visitors
            set manager_json = null,
                updated_at = ?,
                version = version + 1,
                search_version = iif(search_version = version, version + 1, search_version)
            where visitor_id in (select k.visitor_id from visitor_managers k where k.username = ?)",
            updated_at,
            username
        );
        let released = run(self.connection(), query).await?;
        run(self.connection(), sqlx::query!("delete from visitor_managers where username = ?", username))
            .await?;
        Ok(released)
    }
}

/// Makes a token that of a visitor, unless it is another's.
async fn take_token(
    connection: &mut SqliteConnection,
    token: &VisitorToken,
    id: &str,
) -> Result<(), StoreError> {
    let token = token.as_str();
    let query = sqlx::query!(
        "insert into visitor_tokens (token, visitor_id) values (?, ?) on conflict (token) do nothing",
        token,
        id
    );
    if run(connection, query).await? == 0 {
        Err(StoreError::Conflict(Constraint::VisitorToken))
    } else {
        Ok(())
    }
}

async fn give_up_token(connection: &mut SqliteConnection, token: &VisitorToken) -> Result<(), StoreError> {
    let token = token.as_str();
    run(connection, sqlx::query!("delete from visitor_tokens where token = ?", token)).await?;
    Ok(())
}

/// Overwrites the row that has still the version of `row`.
async fn update(
    connection: &mut SqliteConnection,
    row: &VisitorRow,
    next_version: i64,
) -> Result<(), StoreError> {
    let query = sqlx::query!(
        "update visitors
        set username = ?,
            ts = ?,
            token = ?,
            name = ?,
            phones_json = ?,
            emails_json = ?,
            department = ?,
            livechat_data_json = ?,
            manager_json = ?,
            last_chat_json = ?,
            last_agent_json = ?,
            status = ?,
            activity_json = ?,
            user_agent = ?,
            ip = ?,
            host = ?,
            external_ids_json = ?,
            disabled = ?,
            updated_at = ?,
            version = ?,
            search_version = iif(search_version = version, ?, search_version)
        where visitor_id = ?
            and version = ?",
        row.username,
        row.ts,
        row.token,
        row.name,
        row.phones_json,
        row.emails_json,
        row.department,
        row.livechat_data_json,
        row.manager_json,
        row.last_chat_json,
        row.last_agent_json,
        row.status,
        row.activity_json,
        row.user_agent,
        row.ip,
        row.host,
        row.external_ids_json,
        row.disabled,
        row.updated_at,
        next_version,
        next_version,
        row.visitor_id,
        row.version,
    );
    if run(connection, query).await? == 0 { Err(StoreError::Stale) } else { Ok(()) }
}
