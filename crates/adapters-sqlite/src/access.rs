//! Roles, permissions, and which role holds which permission.

use async_trait::async_trait;
use omnicontact_domain::role::{RoleId, RoleScope};
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{AccessRepository, Constraint, PermissionRecord, RoleRecord, StoreError};
use sqlx::SqliteConnection;

use crate::error::{corrupt, store_error, write_error};
use crate::json;
use crate::transaction::{SqliteTransaction, run};

fn role_scope(role: &str, text: &str) -> Result<RoleScope, StoreError> {
    [RoleScope::Users, RoleScope::Subscriptions]
        .into_iter()
        .find(|scope| scope.as_str() == text)
        .ok_or_else(|| corrupt("role", role, format!("unknown scope {text}")))
}

#[async_trait]
impl AccessRepository for SqliteTransaction {
    async fn list_roles(&mut self) -> Result<Vec<RoleRecord>, StoreError> {
        let rows = sqlx::query!(
            r#"select
                role_id,
                name,
                scope,
                description,
                protected as "protected: bool",
                updated_at
            from roles
            order by role_id"#
        )
        .fetch_all(self.connection())
        .await
        .map_err(store_error)?;
        rows.into_iter()
            .map(|row| {
                Ok(RoleRecord {
                    scope: role_scope(&row.role_id, &row.scope)?,
                    id: row.role_id.into(),
                    name: row.name,
                    description: row.description,
                    protected: row.protected,
                    updated_at: Timestamp::from_millis(row.updated_at),
                })
            })
            .collect()
    }

    async fn add_roles(&mut self, roles: &[RoleRecord]) -> Result<(), StoreError> {
        for role in roles {
            let id = role.id.as_str();
            let scope = role.scope.as_str();
            let updated_at = role.updated_at.as_millis();
            let query = sqlx::query!(
                "insert into roles (
                    role_id,
                    name,
                    scope,
                    description,
                    protected,
                    updated_at
                )
                values (?, ?, ?, ?, ?, ?)
                on conflict (role_id) do nothing",
                id,
                role.name,
                scope,
                role.description,
                role.protected,
                updated_at
            );
            run(self.connection(), query).await?;
        }
        Ok(())
    }

    async fn list_permissions(&mut self) -> Result<Vec<PermissionRecord>, StoreError> {
        let rows = sqlx::query!(
            r#"select
                p.permission_id,
                p.updated_at,
                (
                    select json_group_array(r.role_id order by r.position)
                    from permission_roles r
                    where r.permission_id = p.permission_id
                ) as "roles_json!: String"
            from permissions p
            order by p.permission_id"#
        )
        .fetch_all(self.connection())
        .await
        .map_err(store_error)?;
        rows.into_iter()
            .map(|row| {
                Ok(PermissionRecord {
                    roles: json::read("permission", &row.permission_id, &row.roles_json)?,
                    id: row.permission_id.into(),
                    updated_at: Timestamp::from_millis(row.updated_at),
                })
            })
            .collect()
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
