//! The statements about roles.

use omnicontact_domain::role::{RoleId, RoleScope};
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{Constraint, RoleRecord, StoreError};

use crate::access::{first_of_each, texts};
use crate::error::{corrupt, is_unique_violation};
use crate::transaction::PgTransaction;

/// A row of `roles`.
struct RoleRow {
    role_id: String,
    name: String,
    scope: String,
    description: String,
    protected: bool,
    mandatory_two_factor: bool,
    updated_at: i64,
}

/// The columns of `roles` that make a [`RoleRow`], before a `from` clause.
macro_rules! select_role {
    ($tail:tt $(, $argument:expr)*) => {
        sqlx::query_as!(
            RoleRow,
            "select
                role_id,
                name,
                scope,
                description,
                protected,
                mandatory_two_factor,
                updated_at
            " + $tail
            $(, $argument)*
        )
    };
}

impl RoleRow {
    fn into_record(self) -> Result<RoleRecord, StoreError> {
        Ok(RoleRecord {
            scope: role_scope(&self.role_id, &self.scope)?,
            id: self.role_id.into(),
            name: self.name,
            description: self.description,
            protected: self.protected,
            mandatory_two_factor: self.mandatory_two_factor,
            updated_at: Timestamp::from_millis(self.updated_at),
        })
    }
}

pub(crate) async fn list(transaction: &mut PgTransaction) -> Result<Vec<RoleRecord>, StoreError> {
    let rows = transaction.all(select_role!("from roles order by role_id")).await?;
    rows.into_iter().map(RoleRow::into_record).collect()
}

pub(crate) async fn find(
    transaction: &mut PgTransaction,
    id: &RoleId,
) -> Result<Option<RoleRecord>, StoreError> {
    let row = transaction.optional(select_role!("from roles where role_id = $1", id.as_str())).await?;
    row.map(RoleRow::into_record).transpose()
}

pub(crate) async fn find_by_name(
    transaction: &mut PgTransaction,
    name: &str,
) -> Result<Option<RoleRecord>, StoreError> {
    let row = transaction.optional(select_role!("from roles where name = $1", name)).await?;
    row.map(RoleRow::into_record).transpose()
}

/// The weakest lock that excludes itself: whoever only refers to the role waits for nobody.
pub(crate) async fn lock(
    transaction: &mut PgTransaction,
    id: &RoleId,
) -> Result<Option<RoleRecord>, StoreError> {
    let query = select_role!("from roles where role_id = $1 for no key update", id.as_str());
    let row = transaction.optional(query).await?;
    row.map(RoleRow::into_record).transpose()
}

pub(crate) async fn add_many(
    transaction: &mut PgTransaction,
    roles: &[RoleRecord],
) -> Result<(), StoreError> {
    // In the order of their ids: nodes that start at once wait for each other, never in a circle.
    let roles = first_of_each(roles, |role| role.id.as_str());
    let query = sqlx::query!(
        r#"with new as (
            select
                role_id,
                name,
                scope,
                description,
                protected,
                mandatory_two_factor,
                updated_at
            from unnest(
                $1::text[],
                $2::text[],
                $3::text[],
                $4::text[],
                $5::boolean[],
                $6::boolean[],
                $7::bigint[]
            ) as new (role_id, name, scope, description, protected, mandatory_two_factor, updated_at)
        ), taken as (
            select new.role_id
            from new
            join roles named on named.name = new.name and named.role_id <> new.role_id
            where not exists (select from roles known where known.role_id = new.role_id)
        ), added as (
            insert into roles (
                role_id,
                name,
                scope,
                description,
                protected,
                mandatory_two_factor,
                updated_at
            )
            select
                new.role_id,
                new.name,
                new.scope,
                new.description,
                new.protected,
                new.mandatory_two_factor,
                new.updated_at
            from new
            where not exists (select from taken)
            on conflict do nothing
        )
        select exists (select from taken) as "taken!""#,
        &texts(&roles, |role| role.id.as_str()),
        &texts(&roles, |role| role.name.as_str()),
        &texts(&roles, |role| role.scope.as_str()),
        &texts(&roles, |role| role.description.as_str()),
        &roles.iter().map(|role| role.protected).collect::<Vec<_>>(),
        &roles.iter().map(|role| role.mandatory_two_factor).collect::<Vec<_>>(),
        &roles.iter().map(|role| role.updated_at.as_millis()).collect::<Vec<_>>()
    );
    let taken = transaction.one(query).await?.taken;
    if taken { Err(StoreError::Conflict(Constraint::RoleName)) } else { Ok(()) }
}

pub(crate) async fn add(transaction: &mut PgTransaction, role: &RoleRecord) -> Result<(), StoreError> {
    let query = sqlx::query!(
        "insert into roles (
            role_id,
            name,
            scope,
            description,
            protected,
            mandatory_two_factor,
            updated_at
        )
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict do nothing",
        role.id.as_str(),
        role.name,
        role.scope.as_str(),
        role.description,
        role.protected,
        role.mandatory_two_factor,
        role.updated_at.as_millis()
    );
    if transaction.execute(query).await? > 0 {
        return Ok(());
    }
    let known = find(transaction, &role.id).await?.is_some();
    Err(StoreError::Conflict(if known { Constraint::Id } else { Constraint::RoleName }))
}

/// Overwrites a role, behind a savepoint: a new name cannot be tried with `on conflict`.
pub(crate) async fn update(transaction: &mut PgTransaction, role: &RoleRecord) -> Result<(), StoreError> {
    transaction.script("savepoint one_role").await?;
    let query = sqlx::query!(
        "update roles
        set
            name = $2,
            scope = $3,
            description = $4,
            protected = $5,
            mandatory_two_factor = $6,
            updated_at = $7
        where role_id = $1",
        role.id.as_str(),
        role.name,
        role.scope.as_str(),
        role.description,
        role.protected,
        role.mandatory_two_factor,
        role.updated_at.as_millis()
    );
    match query.execute(transaction.wire()).await {
        Ok(_) => transaction.script("release savepoint one_role").await,
        Err(error) if is_unique_violation(&error) => {
            transaction.script("rollback to savepoint one_role").await?;
            Err(StoreError::Conflict(Constraint::RoleName))
        }
        Err(error) => Err(transaction.fail(error)),
    }
}

/// The role is held first: whoever is giving it to somebody ends before, and is seen by the next statement.
pub(crate) async fn remove(transaction: &mut PgTransaction, id: &RoleId) -> Result<(), StoreError> {
    let query = sqlx::query!("select role_id from roles where role_id = $1 for update", id.as_str());
    if transaction.optional(query).await?.is_none() {
        return Ok(());
    }
    // In order, so that the plan begins at the index however many roles there are.
    let query = sqlx::query!(
        "select user_id
        from user_roles
        where role_id = $1
        order by user_id
        limit 1",
        id.as_str()
    );
    if transaction.optional(query).await?.is_some() {
        return Err(StoreError::Conflict(Constraint::Reference));
    }
    let query = sqlx::query!(
        "with granted as (
            delete from permission_roles
            where role_id = $1
        )
        delete from roles
        where role_id = $1",
        id.as_str()
    );
    transaction.execute(query).await?;
    Ok(())
}

fn role_scope(role: &str, scope: &str) -> Result<RoleScope, StoreError> {
    [RoleScope::Users, RoleScope::Subscriptions]
        .into_iter()
        .find(|known| known.as_str() == scope)
        .ok_or_else(|| corrupt("role", role, format!("no such scope: {scope}")))
}
