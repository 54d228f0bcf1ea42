//! Permissions, and which role holds which. The statements about roles are in `roles`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{AccessRepository, Constraint, PermissionRecord, RoleRecord, StoreError};

use crate::roles;
use crate::transaction::PgTransaction;
use crate::user_writes::positions;

#[async_trait]
impl AccessRepository for PgTransaction {
    async fn list_roles(&mut self) -> Result<Vec<RoleRecord>, StoreError> {
        roles::list(self).await
    }

    async fn add_roles(&mut self, roles: &[RoleRecord]) -> Result<(), StoreError> {
        roles::add_many(self, roles).await
    }

    async fn find_role(&mut self, id: &RoleId) -> Result<Option<RoleRecord>, StoreError> {
        roles::find(self, id).await
    }

    async fn find_role_by_name(&mut self, name: &str) -> Result<Option<RoleRecord>, StoreError> {
        roles::find_by_name(self, name).await
    }

    async fn lock_role(&mut self, id: &RoleId) -> Result<Option<RoleRecord>, StoreError> {
        roles::lock(self, id).await
    }

    async fn add_role(&mut self, role: &RoleRecord) -> Result<(), StoreError> {
        roles::add(self, role).await
    }

    async fn update_role(&mut self, role: &RoleRecord) -> Result<(), StoreError> {
        roles::update(self, role).await
    }

    async fn remove_role(&mut self, id: &RoleId) -> Result<(), StoreError> {
        roles::remove(self, id).await
    }

    async fn list_permissions(&mut self) -> Result<Vec<PermissionRecord>, StoreError> {
        let query = sqlx::query!(
            r#"select
                p.permission_id,
                p.updated_at,
                array(
                    select r.role_id
                    from permission_roles r
                    where r.permission_id = p.permission_id
                    order by r.position
                ) as "roles!"
            from permissions p
            order by p.permission_id"#
        );
        let rows = self.all(query).await?;
        let records = rows.into_iter().map(|row| PermissionRecord {
            id: row.permission_id.into(),
            roles: row.roles.into_iter().map(Into::into).collect(),
            updated_at: Timestamp::from_millis(row.updated_at),
        });
        Ok(records.collect())
    }

    async fn lock_permission(&mut self, id: &PermissionId) -> Result<Option<PermissionRecord>, StoreError> {
        // A statement that waits sees of other tables what was there before: the roles are read by the next.
        let query = sqlx::query!(
            "select updated_at
            from permissions
            where permission_id = $1
            for no key update",
            id.as_str()
        );
        let Some(row) = self.optional(query).await? else { return Ok(None) };
        let query = sqlx::query!(
            "select role_id
            from permission_roles
            where permission_id = $1
            order by position",
            id.as_str()
        );
        let roles = self.all(query).await?;
        Ok(Some(PermissionRecord {
            id: id.clone(),
            roles: roles.into_iter().map(|row| row.role_id.into()).collect(),
            updated_at: Timestamp::from_millis(row.updated_at),
        }))
    }

    async fn add_permissions(&mut self, permissions: &[PermissionRecord]) -> Result<(), StoreError> {
        let permissions = first_of_each(permissions, |permission| permission.id.as_str());
        let [mut permission_ids, mut role_ids] = [const { Vec::new() }; 2];
        let mut role_positions = Vec::new();
        for permission in &permissions {
            for (role, position) in permission.roles.iter().zip(0..) {
                permission_ids.push(permission.id.as_str());
                role_positions.push(position);
                role_ids.push(role.as_str());
            }
        }
        let query = sqlx::query!(
            r#"with held as (
                select role_id
                from roles
                where role_id = any($5::text[])
                order by role_id
                for key share
            ), missing as (
                select new.role_id
                from unnest($5::text[]) as new (role_id)
                where not exists (select from held where held.role_id = new.role_id)
            ), added as (
                insert into permissions (permission_id, updated_at)
                select
                    new.permission_id,
                    new.updated_at
                from unnest($1::text[], $2::bigint[]) as new (permission_id, updated_at)
                where not exists (select from missing)
                on conflict (permission_id) do nothing
                returning permission_id
            ), granted as (
                insert into permission_roles (permission_id, position, role_id)
                select
                    added.permission_id,
                    new.position,
                    new.role_id
                from added
                join unnest($3::text[], $4::integer[], $5::text[]) as new (permission_id, position, role_id)
                    using (permission_id)
            )
            select exists (select from missing) as "missing!""#,
            &texts(&permissions, |permission| permission.id.as_str()),
            &permissions.iter().map(|permission| permission.updated_at.as_millis()).collect::<Vec<_>>(),
            &permission_ids as &[&str],
            &role_positions,
            &role_ids as &[&str]
        );
        let missing = self.one(query).await?.missing;
        if missing { Err(StoreError::Conflict(Constraint::Reference)) } else { Ok(()) }
    }

    async fn update_permission(&mut self, permission: &PermissionRecord) -> Result<(), StoreError> {
        let roles: Vec<&str> = permission.roles.iter().map(RoleId::as_str).collect();
        // First the roles are held, so that nobody removes one, and the permission, so that the later statements
        // see what others wrote before.
        let query = sqlx::query!(
            r#"with held as (
                select role_id
                from roles
                where role_id = any($3::text[])
                order by role_id
                for key share
            ), missing as (
                select new.role_id
                from unnest($3::text[]) as new (role_id)
                where not exists (select from held where held.role_id = new.role_id)
            ), updated as (
                update permissions
                set updated_at = $2
                where permission_id = $1
                    and not exists (select from missing)
                returning permission_id
            )
            select
                exists (select from missing) as "missing!",
                exists (select from updated) as "updated!""#,
            permission.id.as_str(),
            permission.updated_at.as_millis(),
            &roles as &[&str]
        );
        let outcome = self.one(query).await?;
        if outcome.missing {
            return Err(StoreError::Conflict(Constraint::Reference));
        }
        if !outcome.updated {
            return Ok(());
        }
        let query =
            sqlx::query!("delete from permission_roles where permission_id = $1", permission.id.as_str());
        self.execute(query).await?;
        let query = sqlx::query!(
            "insert into permission_roles (permission_id, position, role_id)
            select
                $1,
                new.position,
                new.role_id
            from unnest($2::integer[], $3::text[]) as new (position, role_id)",
            permission.id.as_str(),
            &positions(&roles),
            &roles as &[&str]
        );
        self.execute(query).await?;
        Ok(())
    }
}

/// The first record of each id, in the order of the ids.
pub(crate) fn first_of_each<'a, T>(records: &'a [T], id: impl Fn(&'a T) -> &'a str) -> Vec<&'a T> {
    let mut first = BTreeMap::new();
    for record in records {
        first.entry(id(record)).or_insert(record);
    }
    first.into_values().collect()
}

pub(crate) fn texts<'a, T>(records: &[&'a T], text: impl Fn(&'a T) -> &'a str) -> Vec<String> {
    records.iter().map(|record| text(record).to_owned()).collect()
}
