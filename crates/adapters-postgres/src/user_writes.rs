//! The statements that write users with their addresses and roles.

use omnicontact_domain::text::fold;
use omnicontact_ports::{Constraint, StoreError};

use crate::error::is_unique_violation;
use crate::transaction::PgTransaction;
use crate::user_row::UserRow;

/// What became of a new user.
struct Insertion {
    missing_roles: bool,
    stored: bool,
    addresses: i64,
}

pub(crate) async fn add(transaction: &mut PgTransaction, row: &UserRow) -> Result<(), StoreError> {
    let outcome = insert(transaction, row).await?;
    if outcome.missing_roles {
        return Err(StoreError::Conflict(Constraint::Reference));
    }
    if !outcome.stored {
        let query =
            sqlx::query!(r#"select exists (select from users where user_id = $1) as "known!""#, row.user_id);
        let known = transaction.one(query).await?.known;
        let constraint = if known { Constraint::Id } else { Constraint::Username };
        return Err(StoreError::Conflict(constraint));
    }
    if !is_count_of(outcome.addresses, &row.addresses) {
        // What was written of the user goes again; addresses and roles go with it.
        transaction.execute(sqlx::query!("delete from users where user_id = $1", row.user_id)).await?;
        return Err(StoreError::Conflict(Constraint::UserEmail));
    }
    Ok(())
}

/// Overwrites a user. A new username cannot be tried with `on conflict`, so a change of what is one of a kind
/// or refers to roles happens behind a savepoint; the frequent change of anything else does not.
pub(crate) async fn update(
    transaction: &mut PgTransaction,
    row: &UserRow,
    next_version: i64,
) -> Result<(), StoreError> {
    let query = sqlx::query!(
        r#"select
            u.username_key,
            array(
                select e.address
                from user_emails e
                where e.user_id = u.user_id
                order by e.position
            ) as "addresses!",
            array(
                select e.verified
                from user_emails e
                where e.user_id = u.user_id
                order by e.position
            ) as "verified!",
            array(
                select r.role_id
                from user_roles r
                where r.user_id = u.user_id
                order by r.position
            ) as "roles!"
        from users u
        where u.user_id = $1
            and u.version = $2
        for update"#,
        row.user_id,
        row.version
    );
    let Some(old) = transaction.optional(query).await? else { return Err(StoreError::Stale) };
    let same_username = old.username_key == row.username.as_deref().map(fold);
    let same_lists = old.addresses == row.addresses && old.verified == row.verified && old.roles == row.roles;
    if same_username && same_lists {
        return overwrite(transaction, row, next_version).await;
    }
    transaction.savepoint("savepoint one_user").await?;
    match overwrite_all(transaction, row, next_version).await {
        Ok(()) => transaction.savepoint("release savepoint one_user").await,
        Err(StoreError::Conflict(constraint)) => {
            transaction.savepoint("rollback to savepoint one_user").await?;
            Err(StoreError::Conflict(constraint))
        }
        Err(other) => Err(other),
    }
}

async fn overwrite_all(
    transaction: &mut PgTransaction,
    row: &UserRow,
    next_version: i64,
) -> Result<(), StoreError> {
    overwrite(transaction, row, next_version).await?;
    let query = sqlx::query!(
        "with emails as (
            delete from user_emails
            where user_id = $1
        )
        delete from user_roles
        where user_id = $1",
        row.user_id
    );
    transaction.execute(query).await?;
    insert_lists(transaction, row).await
}

/// Overwrites the row itself, which the caller holds at its version.
async fn overwrite(
    transaction: &mut PgTransaction,
    row: &UserRow,
    next_version: i64,
) -> Result<(), StoreError> {
    let query = sqlx::query!(
        "update users
        set
            username = $2,
            username_key = $3,
            name = $4,
            kind = $5,
            status = $6,
            status_default = $7,
            active = $8,
            password_hash = $9,
            preferences_json = $10,
            last_login = $11,
            created_at = $12,
            updated_at = $13,
            version = $14
        where user_id = $1
            and version = $15",
        row.user_id,
        row.username.as_deref(),
        row.username.as_deref().map(fold),
        row.name.as_deref(),
        row.kind,
        row.status,
        row.status_default.as_deref(),
        row.active,
        row.password_hash.as_deref(),
        row.preferences_json,
        row.last_login,
        row.created_at,
        row.updated_at,
        next_version,
        row.version
    );
    match query.execute(transaction.wire()).await {
        Ok(done) if done.rows_affected() == 0 => Err(StoreError::Stale),
        Ok(_) => Ok(()),
        // Of all that is one of a kind here only the username changes, and then there is a savepoint.
        Err(error) if is_unique_violation(&error) => Err(StoreError::Conflict(Constraint::Username)),
        Err(error) => Err(transaction.fail(error)),
    }
}

/// Writes addresses and roles of a user who has none.
async fn insert_lists(transaction: &mut PgTransaction, row: &UserRow) -> Result<(), StoreError> {
    let query = sqlx::query!(
        r#"with emails as (
            insert into user_emails (user_id, position, address, address_key, verified)
            select
                $1,
                new.position,
                new.address,
                new.address_key,
                new.verified
            from unnest($2::integer[], $3::text[], $4::text[], $5::boolean[])
                as new (position, address, address_key, verified)
            on conflict (address_key) do nothing
            returning position
        ), roles_held as (
            insert into user_roles (user_id, position, role_id)
            select
                $1,
                new.position,
                roles.role_id
            from unnest($6::integer[], $7::text[]) as new (position, role_id)
            join roles using (role_id)
            returning position
        )
        select
            (select count(*) from emails) as "emails!",
            (select count(*) from roles_held) as "roles!""#,
        row.user_id,
        &positions(&row.addresses),
        &row.addresses,
        &folded(&row.addresses),
        &row.verified,
        &positions(&row.roles),
        &row.roles
    );
    let written = transaction.one(query).await?;
    if !is_count_of(written.roles, &row.roles) {
        return Err(StoreError::Conflict(Constraint::Reference));
    }
    if !is_count_of(written.emails, &row.addresses) {
        return Err(StoreError::Conflict(Constraint::UserEmail));
    }
    Ok(())
}

/// One statement: nothing is written when a role is missing; then id and username decide; then the addresses.
async fn insert(transaction: &mut PgTransaction, row: &UserRow) -> Result<Insertion, StoreError> {
    let query = sqlx::query_as!(
        Insertion,
        r#"with missing as (
            select new.role_id
            from unnest($15::text[]) as new (role_id)
            where not exists (select from roles where roles.role_id = new.role_id)
        ), added as (
            insert into users (
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
            select
                $1::text,
                $2::text,
                $3::text,
                $4::text,
                $5::text,
                $6::text,
                $7::text,
                $8::boolean,
                $9::text,
                $10::text,
                $11::bigint,
                $12::bigint,
                $13::bigint,
                $14::bigint
            where not exists (select from missing)
            on conflict do nothing
            returning user_id
        ), roles_held as (
            insert into user_roles (user_id, position, role_id)
            select
                added.user_id,
                new.position,
                new.role_id
            from added
            cross join unnest($16::integer[], $15::text[]) as new (position, role_id)
        ), emails as (
            insert into user_emails (user_id, position, address, address_key, verified)
            select
                added.user_id,
                new.position,
                new.address,
                new.address_key,
                new.verified
            from added
            cross join unnest($17::integer[], $18::text[], $19::text[], $20::boolean[])
                as new (position, address, address_key, verified)
            on conflict (address_key) do nothing
            returning position
        )
        select
            exists (select from missing) as "missing_roles!",
            exists (select from added) as "stored!",
            (select count(*) from emails) as "addresses!""#,
        row.user_id,
        row.username.as_deref(),
        row.username.as_deref().map(fold),
        row.name.as_deref(),
        row.kind,
        row.status,
        row.status_default.as_deref(),
        row.active,
        row.password_hash.as_deref(),
        row.preferences_json,
        row.last_login,
        row.created_at,
        row.updated_at,
        row.version,
        &row.roles,
        &positions(&row.roles),
        &positions(&row.addresses),
        &row.addresses,
        &folded(&row.addresses),
        &row.verified
    );
    transaction.one(query).await
}

fn folded(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| fold(text)).collect()
}

/// 0, 1, 2 ...: the order of a list.
pub(crate) fn positions<T>(list: &[T]) -> Vec<i32> {
    (0..).take(list.len()).collect()
}

fn is_count_of<T>(count: i64, list: &[T]) -> bool {
    usize::try_from(count).is_ok_and(|count| count == list.len())
}
