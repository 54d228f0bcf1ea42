//! Users, with their addresses and roles. Every write happens inside a savepoint: a conflict in the middle
//! of it undoes its beginning.

mod row;

use async_trait::async_trait;
use omnicontact_domain::id::UserId;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::text::fold;
use omnicontact_domain::user::User;
use omnicontact_ports::{Constraint, StoreError, UserRepository};
use sqlx::SqliteConnection;

use self::row::{UserRow, WrittenUser, select_user};
use crate::error::{store_error, write_error};
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

    async fn add(&mut self, user: &User) -> Result<(), StoreError> {
        let written = WrittenUser::of(user)?;
        let mut savepoint = self.savepoint().await?;
        insert(&mut savepoint, user, &written).await?;
        insert_emails(&mut savepoint, user).await?;
        insert_roles(&mut savepoint, user).await?;
        savepoint.commit().await.map_err(store_error)
    }

    async fn update(&mut self, user: &User) -> Result<(), StoreError> {
        let id = user.id.as_str();
        let written = WrittenUser::of(user)?;
        let mut savepoint = self.savepoint().await?;
        update(&mut savepoint, user, &written).await?;
        run(&mut savepoint, sqlx::query!("delete from user_emails where user_id = ?", id)).await?;
        insert_emails(&mut savepoint, user).await?;
        run(&mut savepoint, sqlx::query!("delete from user_roles where user_id = ?", id)).await?;
        insert_roles(&mut savepoint, user).await?;
        savepoint.commit().await.map_err(store_error)
    }

    async fn remove(&mut self, id: &UserId) -> Result<(), StoreError> {
        let id = id.as_str();
        // Addresses, roles and tokens go with it, by foreign keys.
        run(self.connection(), sqlx::query!("delete from users where user_id = ?", id)).await?;
        Ok(())
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    user: &User,
    written: &WrittenUser<'_>,
) -> Result<(), StoreError> {
    let added = sqlx::query!(
        "insert into users (
            user_id,
            username,
            username_key,
            name,
            kind,
            status,
            status_default,
            active,
            password_hash,
            preferences_json,
            last_login,
            created_at,
            updated_at,
            version
        )
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (user_id) do nothing",
        written.id,
        user.username,
        written.username_key,
        user.name,
        written.kind,
        user.status,
        user.status_default,
        user.active,
        written.password_hash,
        written.preferences_json,
        written.last_login,
        written.created_at,
        written.updated_at,
        written.version,
    )
    .execute(connection)
    .await
    // The id is taken care of, so what else is taken is the username.
    .map_err(|error| write_error(error, Constraint::Username))?;
    if added.rows_affected() == 0 { Err(StoreError::Conflict(Constraint::Id)) } else { Ok(()) }
}

/// Overwrites the row that has still the version of `user`.
async fn update(
    connection: &mut SqliteConnection,
    user: &User,
    written: &WrittenUser<'_>,
) -> Result<(), StoreError> {
    let next_version = user.version.next().number();
    let updated = sqlx::query!(
        "update users
        set username = ?,
            username_key = ?,
            name = ?,
            kind = ?,
            status = ?,
            status_default = ?,
            active = ?,
            password_hash = ?,
            preferences_json = ?,
            last_login = ?,
            created_at = ?,
            updated_at = ?,
            version = ?
        where user_id = ?
            and version = ?",
        user.username,
        written.username_key,
        user.name,
        written.kind,
        user.status,
        user.status_default,
        user.active,
        written.password_hash,
        written.preferences_json,
        written.last_login,
        written.created_at,
        written.updated_at,
        next_version,
        written.id,
        written.version,
    )
    .execute(connection)
    .await
    .map_err(|error| write_error(error, Constraint::Username))?;
    if updated.rows_affected() == 0 { Err(StoreError::Stale) } else { Ok(()) }
}

async fn insert_emails(connection: &mut SqliteConnection, user: &User) -> Result<(), StoreError> {
    let id = user.id.as_str();
    for (position, email) in (0_i64..).zip(&user.emails) {
        let key = fold(&email.address);
        let query = sqlx::query!(
            "insert into user_emails (
                user_id,
                position,
                address,
                address_key,
                verified
            )
            values (?, ?, ?, ?, ?)
            on conflict (address_key) do nothing",
            id,
            position,
            email.address,
            key,
            email.verified
        );
        if run(connection, query).await? == 0 {
            return Err(StoreError::Conflict(Constraint::UserEmail));
        }
    }
    Ok(())
}

async fn insert_roles(connection: &mut SqliteConnection, user: &User) -> Result<(), StoreError> {
    let id = user.id.as_str();
    for (position, role) in (0_i64..).zip(&user.roles) {
        let role = role.as_str();
        sqlx::query!(
            "insert into user_roles (
                user_id,
                position,
                role_id
            )
            values (?, ?, ?)",
            id,
            position,
            role
        )
        .execute(&mut *connection)
        .await
        .map_err(|error| write_error(error, Constraint::Id))?;
    }
    Ok(())
}
