//! Users, with their addresses and roles. Every write happens inside a savepoint: a conflict in the middle
//! of it undoes its beginning.

mod names;
mod page;
mod row;
mod writes;

pub(crate) use self::names::fold_names;
pub(crate) use self::row::AgentRow;

use async_trait::async_trait;
use omnicontact_domain::id::UserId;
use omnicontact_domain::page::Page;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::text::fold;
use omnicontact_domain::user::User;
use omnicontact_ports::{StoreError, UserFilter, UserOrder, UserPage, UserRepository};

use self::row::{UserRow, WrittenUser, select_user};
use crate::error::store_error;
use crate::json;
use crate::transaction::{SqliteTransaction, run};

fn user(row: sqlx::Result<Option<UserRow>>) -> Result<Option<User>, StoreError> {
    row.map_err(store_error)?.map(UserRow::into_user).transpose()
}

#[async_trait]
impl UserRepository for SqliteTransaction {
    async fn find(&mut self, id: &UserId) -> Result<Option<User>, StoreError> {
        let id = id.as_str();
        user(select_user!("from users u where u.user_id = ?", id).fetch_optional(self.connection()).await)
    }

    async fn lock(&mut self, id: &UserId) -> Result<Option<User>, StoreError> {
        // This transaction began with `begin immediate`, so no other one writes until it ends.
        self.find(id).await
    }

    async fn find_many(&mut self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        let ids_json = json::write(&ids.iter().map(UserId::as_str).collect::<Vec<_>>())?;
        let query =
            select_user!("from users u where u.user_id in (select value from json_each(?))", ids_json);
        let rows = query.fetch_all(self.connection()).await.map_err(store_error)?;
        rows.into_iter().map(UserRow::into_user).collect()
    }

    async fn find_by_username(&mut self, username: &str) -> Result<Option<User>, StoreError> {
        let key = fold(username);
        user(
            select_user!("from users u where u.username_key = ?", key)
                .fetch_optional(self.connection())
                .await,
        )
    }

    async fn find_by_email(&mut self, address: &str) -> Result<Option<User>, StoreError> {
        let key = fold(address);
        let query = select_user!(
            "from user_emails k
            join users u on u.user_id = k.user_id
            where k.address_key = ?",
            key
        );
        user(query.fetch_optional(self.connection()).await)
    }

    async fn find_by_role(&mut self, role: &RoleId) -> Result<Option<User>, StoreError> {
        let role = role.as_str();
        let query = select_user!(
            "from user_roles k
            join users u on u.user_id = k.user_id
            where k.role_id = ?
            order by k.user_id
            limit 1",
            role
        );
        user(query.fetch_optional(self.connection()).await)
    }

    async fn list<'a>(&mut self, after: Option<&'a UserId>, limit: u32) -> Result<Vec<User>, StoreError> {
        let rows = match after.map(UserId::as_str) {
            None => {
                select_user!("from users u order by u.user_id limit ?", limit)
                    .fetch_all(self.connection())
                    .await
            }
            Some(after) => {
                select_user!("from users u where u.user_id > ? order by u.user_id limit ?", after, limit)
                    .fetch_all(self.connection())
                    .await
            }
        };
        rows.map_err(store_error)?.into_iter().map(UserRow::into_user).collect()
    }

    async fn list_page(
        &mut self,
        filter: &UserFilter,
        order: &[(UserOrder, Direction)],
        page: Page,
    ) -> Result<UserPage, StoreError> {
        let connection = self.connection();
        let ids = page::ids(connection, filter, order, page).await?;
        let total = match page.total(ids.len()) {
            Some(total) => total,
            None => page::count(connection, filter).await?,
        };
        // The ids of the page, in its order, find the rows.
        let ids_json = json::write(&ids)?;
        let query = select_user!(
            "from json_each(?) k
            cross join users u
            where u.user_id = k.value
            order by k.key",
            ids_json
        );
        let rows = query.fetch_all(connection).await.map_err(store_error)?;
        let users = rows.into_iter().map(UserRow::into_user).collect::<Result<_, _>>()?;
        Ok(UserPage { users, total })
    }

    async fn add(&mut self, user: &User) -> Result<(), StoreError> {
        let written = WrittenUser::of(user)?;
        let mut savepoint = self.savepoint().await?;
        writes::insert(&mut savepoint, user, &written).await?;
        writes::insert_emails(&mut savepoint, user).await?;
        writes::insert_roles(&mut savepoint, user).await?;
        savepoint.commit().await.map_err(store_error)
    }

    async fn update(&mut self, user: &User) -> Result<(), StoreError> {
        let id = user.id.as_str();
        let written = WrittenUser::of(user)?;
        let mut savepoint = self.savepoint().await?;
        writes::update(&mut savepoint, user, &written).await?;
        run(&mut savepoint, sqlx::query!("delete from user_emails where user_id = ?", id)).await?;
        writes::insert_emails(&mut savepoint, user).await?;
        run(&mut savepoint, sqlx::query!("delete from user_roles where user_id = ?", id)).await?;
        writes::insert_roles(&mut savepoint, user).await?;
        savepoint.commit().await.map_err(store_error)
    }

    async fn remove(&mut self, id: &UserId) -> Result<(), StoreError> {
        let id = id.as_str();
        // Addresses, roles and tokens go with it, by foreign keys.
        run(self.connection(), sqlx::query!("delete from users where user_id = ?", id)).await?;
        Ok(())
    }
}
