//! Roles, permissions, and which role holds which permission.

use async_trait::async_trait;
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::role::{RoleId, RoleScope};
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{AccessRepository, Constraint, PermissionRecord, RoleRecord, StoreError};
use sqlx::SqliteConnection;

use crate::error::{corrupt, store_error, write_error};
use crate::json;
use crate::transaction::{SqliteTransaction, run};

struct RoleRow {
    role_id: String,
    name: String,
    scope: String,
    description: String,
    protected: bool,
    mandatory_two_factor: bool,
    updated_at: i64,
}

/// A checked query for rows of roles; the rest of the statement is given.
macro_rules! select_role {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            RoleRow,
            r#"select
                role_id,
                name,
                scope,
                description,
                protected as "protected: bool",
                mandatory_two_factor as "mandatory_two_factor: bool",
                updated_at
            from roles
            "# + $rest
            $(, $argument)*
        )
    };
}

impl RoleRow {
    fn into_role(self) -> Result<RoleRecord, StoreError> {
        let scope = [RoleScope::Users, RoleScope::Subscriptions]
            .into_iter()
            .find(|scope| scope.as_str() == self.scope)
            .ok_or_else(|| corrupt("role", &self.role_id, format!("unknown scope {}", self.scope)))?;
        Ok(RoleRecord {
            id: self.role_id.into(),
            name: self.name,
            scope,
            description: self.description,
            protected: self.protected,
            mandatory_two_factor: self.mandatory_two_factor,
            updated_at: Timestamp::from_millis(self.updated_at),
        })
    }
}

struct PermissionRow {
    permission_id: String,
    updated_at: i64,
    roles_json: String,
}

/// A checked query for rows of permissions `p`; the rest of the statement is given.
macro_rules! select_permission {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            PermissionRow,
            r#"select
                p.permission_id,
                p.updated_at,
                (
                    select json_group_array(r.role_id order by r.position)
                    from permission_roles r
                    where r.permission_id = p.permission_id
                ) as "roles_json!: String"
            from permissions p
            "# + $rest
            $(, $argument)*
        )
    };
}

impl PermissionRow {
    fn into_permission(self) -> Result<PermissionRecord, StoreError> {
        Ok(PermissionRecord {
            roles: json::read("permission", &self.permission_id, &self.roles_json)?,
            id: self.permission_id.into(),
            updated_at: Timestamp::from_millis(self.updated_at),
        })
    }
}

fn role(row: sqlx::Result<Option<RoleRow>>) -> Result<Option<RoleRecord>, StoreError> {
    row.map_err(store_error)?.map(RoleRow::into_role).transpose()
}

#[async_trait]
impl AccessRepository for SqliteTransaction {
    async fn list_roles(&mut self) -> Result<Vec<RoleRecord>, StoreError> {
        let rows = select_role!("order by role_id").fetch_all(self.connection()).await;
        rows.map_err(store_error)?.into_iter().map(RoleRow::into_role).collect()
    }

    async fn add_roles(&mut self, roles: &[RoleRecord]) -> Result<(), StoreError> {
        let mut savepoint = self.savepoint().await?;
        for role in roles {
            insert_role(&mut savepoint, role).await?;
        }
        savepoint.commit().await.map_err(store_error)
    }

    async fn find_role(&mut self, id: &RoleId) -> Result<Option<RoleRecord>, StoreError> {
        let id = id.as_str();
        role(select_role!("where role_id = ?", id).fetch_optional(self.connection()).await)
    }

    async fn find_role_by_name(&mut self, name: &str) -> Result<Option<RoleRecord>, StoreError> {
        role(select_role!("where name = ?", name).fetch_optional(self.connection()).await)
    }

    async fn lock_role(&mut self, id: &RoleId) -> Result<Option<RoleRecord>, StoreError> {
        // This transaction began with `begin immediate`, so no other one writes until it ends.
        self.find_role(id).await
    }

    async fn add_role(&mut self, role: &RoleRecord) -> Result<(), StoreError> {
        if insert_role(self.connection(), role).await? {
            Ok(())
        } else {
            Err(StoreError::Conflict(Constraint::Id))
        }
    }

    async fn update_role(&mut self, role: &RoleRecord) -> Result<(), StoreError> {
        let id = role.id.as_str();
        let scope = role.scope.as_str();
        let updated_at = role.updated_at.as_millis();
        sqlx::query!(
            "update roles
            set name = ?,
                scope = ?,
                description = ?,
                protected = ?,
                mandatory_two_factor = ?,
                updated_at = ?
            where role_id = ?",
            role.name,
            scope,
            role.description,
            role.protected,
            role.mandatory_two_factor,
            updated_at,
            id
        )
        .execute(self.connection())
        .await
        .map_err(|error| write_error(error, Constraint::RoleName))?;
        Ok(())
    }

    async fn remove_role(&mut self, id: &RoleId) -> Result<(), StoreError> {
        let id = id.as_str();
        let mut savepoint = self.savepoint().await?;
        run(&mut savepoint, sqlx::query!("delete from permission_roles where role_id = ?", id)).await?;
        sqlx::query!("delete from roles where role_id = ?", id)
            .execute(&mut *savepoint)
            .await
            .map_err(|error| write_error(error, Constraint::Id))?;
        savepoint.commit().await.map_err(store_error)
    }

    async fn list_permissions(&mut self) -> Result<Vec<PermissionRecord>, StoreError> {
        let rows = select_permission!("order by p.permission_id").fetch_all(self.connection()).await;
        rows.map_err(store_error)?.into_iter().map(PermissionRow::into_permission).collect()
    }

    async fn lock_permission(&mut self, id: &PermissionId) -> Result<Option<PermissionRecord>, StoreError> {
        let id = id.as_str();
        // As for roles: no other transaction writes until this one ends.
        let row = select_permission!("where p.permission_id = ?", id).fetch_optional(self.connection()).await;
        row.map_err(store_error)?.map(PermissionRow::into_permission).transpose()
    }

    async fn add_permissions(&mut self, permissions: &[PermissionRecord]) -> Result<(), StoreError> {
        let mut savepoint = self.savepoint().await?;
        for permission in permissions {
            let id = permission.id.as_str();
            let updated_at = permission.updated_at.as_millis();
            let query = sqlx::query!(
                "insert into permissions (
                    permission_id,
                    updated_at
                )
                values (?, ?)
                on conflict (permission_id) do nothing",
                id,
                updated_at
            );
            if run(&mut savepoint, query).await? == 1 {
                insert_roles(&mut savepoint, id, &permission.roles).await?;
            }
        }
        savepoint.commit().await.map_err(store_error)
    }

    async fn update_permission(&mut self, permission: &PermissionRecord) -> Result<(), StoreError> {
        let id = permission.id.as_str();
        let updated_at = permission.updated_at.as_millis();
        let mut savepoint = self.savepoint().await?;
        let query =
            sqlx::query!("update permissions set updated_at = ? where permission_id = ?", updated_at, id);
        if run(&mut savepoint, query).await? == 1 {
            run(&mut savepoint, sqlx::query!("delete from permission_roles where permission_id = ?", id))
                .await?;
            insert_roles(&mut savepoint, id, &permission.roles).await?;
        }
        savepoint.commit().await.map_err(store_error)
    }
}

/// Writes a new role, unless the id is taken. Returns whether it did.
async fn insert_role(connection: &mut SqliteConnection, role: &RoleRecord) -> Result<bool, StoreError> {
    let id = role.id.as_str();
    let scope = role.scope.as_str();
    let updated_at = role.updated_at.as_millis();
    let added = sqlx::query!(
        "insert into roles (
            role_id,
            name,
            scope,
            description,
            protected,
            mandatory_two_factor,
            updated_at
        )
        values (?, ?, ?, ?, ?, ?, ?)
        on conflict (role_id) do nothing",
        id,
        role.name,
        scope,
        role.description,
        role.protected,
        role.mandatory_two_factor,
        updated_at
    )
    .execute(connection)
    .await
    .map_err(|error| write_error(error, Constraint::RoleName))?;
    Ok(added.rows_affected() == 1)
}

async fn insert_roles(
    connection: &mut SqliteConnection,
    permission: &str,
    roles: &[RoleId],
) -> Result<(), StoreError> {
    for (position, role) in (0_i64..).zip(roles) {
        let role = role.as_str();
        sqlx::query!(
            "insert into permission_roles (
                permission_id,
                position,
                role_id
            )
            values (?, ?, ?)",
            permission,
            position,
            role
        )
        .execute(&mut *connection)
        .await
        .map_err(|error| write_error(error, Constraint::Id))?;
    }
    Ok(())
}
