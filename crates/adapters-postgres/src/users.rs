//! Users: finding, adding, overwriting, removing. The statements that write are in `user_writes`.

use async_trait::async_trait;
use omnicontact_domain::id::UserId;
use omnicontact_domain::page::Page;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::text::fold;
use omnicontact_domain::user::User;
use omnicontact_ports::{StoreError, UserFilter, UserOrder, UserPage, UserRepository};

use crate::pages::{count_users, select_users};
use crate::transaction::PgTransaction;
use crate::user_row::{UserRow, select_user};
use crate::user_writes;

#[async_trait]
impl UserRepository for PgTransaction {
    async fn find(&mut self, id: &UserId) -> Result<Option<User>, StoreError> {
        let query = select_user!("from users u where u.user_id = $1", id.as_str());
        self.optional(query).await?.map(UserRow::into_user).transpose()
    }

    async fn lock(&mut self, id: &UserId) -> Result<Option<User>, StoreError> {
        // A statement of its own: one that waits for the lock and selects, too, would see the e-mail addresses and
        // roles of the time when it began to wait.
        let locking = sqlx::query!(
            "select u.user_id
            from users u
            where u.user_id = $1
            for no key update",
            id.as_str()
        );
        if self.optional(locking).await?.is_none() {
            return Ok(None);
        }
        self.find(id).await
    }

    async fn find_many(&mut self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        let ids: Vec<&str> = ids.iter().map(UserId::as_str).collect();
        let query = select_user!("from users u where u.user_id = any($1)", &ids as &[&str]);
        self.all(query).await?.into_iter().map(UserRow::into_user).collect()
    }

    async fn find_by_username(&mut self, username: &str) -> Result<Option<User>, StoreError> {
        let query = select_user!("from users u where u.username_key = $1", fold(username));
        self.optional(query).await?.map(UserRow::into_user).transpose()
    }

    async fn find_by_email(&mut self, address: &str) -> Result<Option<User>, StoreError> {
        let query = select_user!(
            "from user_emails k
            join users u on u.user_id = k.user_id
            where k.address_key = $1",
            fold(address)
        );
        self.optional(query).await?.map(UserRow::into_user).transpose()
    }

    async fn find_by_role(&mut self, role: &RoleId) -> Result<Option<User>, StoreError> {
        let query = select_user!(
            "from user_roles k
            join users u on u.user_id = k.user_id
            where k.role_id = $1
            order by k.user_id
            limit 1",
            role.as_str()
        );
        self.optional(query).await?.map(UserRow::into_user).transpose()
    }

    async fn list<'a>(&mut self, after: Option<&'a UserId>, limit: u32) -> Result<Vec<User>, StoreError> {
        let limit = i64::from(limit);
        let rows = if let Some(after) = after {
            let query = select_user!(
                "from users u
                where u.user_id > $1
                order by u.user_id
                limit $2",
                after.as_str(),
                limit
            );
            self.all(query).await?
        } else {
            let query = select_user!(
                "from users u
                order by u.user_id
                limit $1",
                limit
            );
            self.all(query).await?
        };
        rows.into_iter().map(UserRow::into_user).collect()
    }

    async fn list_page(
        &mut self,
        filter: &UserFilter,
        order: &[(UserOrder, Direction)],
        page: Page,
    ) -> Result<UserPage, StoreError> {
        let mut statement = select_users(filter, order, page);
        let rows = statement.build_query_as::<UserRow>().fetch_all(self.unprepared_wire()).await;
        let rows = rows.map_err(|error| self.fail(error))?;
        let total = match page.total(rows.len()) {
            Some(total) => total,
            None => self.count(count_users(filter)).await?,
        };
        let users = rows.into_iter().map(UserRow::into_user).collect::<Result<_, _>>()?;
        Ok(UserPage { users, total })
    }

    async fn add(&mut self, user: &User) -> Result<(), StoreError> {
        user_writes::add(self, &UserRow::of(user)?).await
    }

    async fn update(&mut self, user: &User) -> Result<(), StoreError> {
        user_writes::update(self, &UserRow::of(user)?, user.version.next().number()).await
    }

    async fn remove(&mut self, id: &UserId) -> Result<(), StoreError> {
        // Addresses, roles and tokens go with the user, by their foreign keys.
        self.execute(sqlx::query!("delete from users where user_id = $1", id.as_str())).await?;
        Ok(())
    }
}
