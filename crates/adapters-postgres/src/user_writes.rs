//! The statements that write users with their addresses and roles.
#![expect(clippy::too_many_lines, reason = "a statement names each column in a line of its own")]

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
    let same_username = old.username_key == row.username_key();
    let same_lists = old.addresses == row.addresses && old.verified == row.verified && old.roles == row.roles;
    if same_username && same_lists {
        return overwrite(transaction, row, next_version).await;
    }
    transaction.script("savepoint one_user").await?;
    match overwrite_all(transaction, row, next_version).await {
        Ok(()) => transaction.script("release savepoint one_user").await,
        Err(StoreError::Conflict(constraint)) => {
            transaction.script("rollback to savepoint one_user").await?;
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
            name_key = $5,
            nickname = $6,
            bio = $7,
            kind = $8,
            status = $9,
            status_default = $10,
            status_text = $11,
            status_source = $12,
            status_expires_at = $13,
            status_former_json = $14,
            livechat_status = $15,
            active = $16,
            inactive_reason = $17,
            registration_reason = $18,
            password_hash = $19,
            require_password_change = $20,
            require_password_change_reason = $21,
            email_second_factor = $22,
            email_second_factor_changed_at = $23,
            preferences_json = $24,
            language = $25,
            utc_offset = $26,
            custom_fields_json = $27,
            extension = $28,
            last_login = $29,
            created_at = $30,
            updated_at = $31,
            version = $32,
            agent_settings_json = $34
        where user_id = $1
            and version = $33",
        row.user_id,
        row.username.as_deref(),
        row.username_key(),
        row.name.as_deref(),
        row.name_key(),
        row.nickname.as_deref(),
        row.bio.as_deref(),
        row.kind,
        row.status,
        row.status_default.as_deref(),
        row.status_text.as_deref(),
        row.status_source.as_deref(),
        row.status_expires_at,
        row.status_former_json.as_deref(),
        row.livechat_status.as_deref(),
        row.active,
        row.inactive_reason.as_deref(),
        row.registration_reason.as_deref(),
        row.password_hash.as_deref(),
        row.require_password_change,
        row.require_password_change_reason.as_deref(),
        row.email_second_factor,
        row.email_second_factor_changed_at,
        row.preferences_json,
        row.language.as_deref(),
        row.utc_offset,
        row.custom_fields_json.as_deref(),
        row.extension.as_deref(),
        row.last_login,
        row.created_at,
        row.updated_at,
        next_version,
        row.version,
        row.agent_settings_json.as_deref()
    );
    match query.execute(transaction.wire()).await {
        Ok(done) if done.rows_affected() == 0 => Err(StoreError::Stale),
        Ok(_) => Ok(()),
        // Of all that is one of a kind here only the username changes, and then there is a savepoint.
        Err(error) if is_unique_violation(&error) => Err(StoreError::Conflict(Constraint::Username)),
        Err(error) => Err(transaction.fail(error)),
    }
}

/// Writes addresses and roles of a user who has none. The roles are held, so that nobody removes one before
/// this transaction ends.
async fn insert_lists(transaction: &mut PgTransaction, row: &UserRow) -> Result<(), StoreError> {
    let query = sqlx::query!(
        r#"with held as (
            select role_id
            from roles
            where role_id = any($7::text[])
            order by role_id
            for key share
        ), emails as (
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
                held.role_id
            from unnest($6::integer[], $7::text[]) as new (position, role_id)
            join held using (role_id)
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
/// The roles are held, so that nobody removes one before this transaction ends.
async fn insert(transaction: &mut PgTransaction, row: &UserRow) -> Result<Insertion, StoreError> {
    let query = sqlx::query_as!(
        Insertion,
        r#"with held as (
            select role_id
            from roles
            where role_id = any($33::text[])
            order by role_id
            for key share
        ), missing as (
            select new.role_id
            from unnest($33::text[]) as new (role_id)
            where not exists (select from held where held.role_id = new.role_id)
        ), added as (
            insert into users (
                user_id,
                username,
                username_key,
                name,
                name_key,
                nickname,
                bio,
                kind,
                status,
                status_default,
                status_text,
                status_source,
                status_expires_at,
                status_former_json,
                livechat_status,
                active,
                inactive_reason,
                registration_reason,
                password_hash,
                require_password_change,
                require_password_change_reason,
                email_second_factor,
                email_second_factor_changed_at,
                preferences_json,
                language,
                utc_offset,
                custom_fields_json,
                extension,
                last_login,
                created_at,
                updated_at,
                version,
                agent_settings_json
            )
            select
                $1::text,
                $2::text,
                $3::text,
                $4::text,
                $5::text,
                $6::text,
                $7::text,
                $8::text,
                $9::text,
                $10::text,
                $11::text,
                $12::text,
                $13::bigint,
                $14::text,
                $15::text,
                $16::boolean,
                $17::text,
                $18::text,
                $19::text,
                $20::boolean,
                $21::text,
                $22::boolean,
                $23::bigint,
                $24::text,
                $25::text,
                $26::double precision,
                $27::text,
                $28::text,
                $29::bigint,
                $30::bigint,
                $31::bigint,
                $32::bigint,
                $39::text
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
            cross join unnest($34::integer[], $33::text[]) as new (position, role_id)
        ), emails as (
            insert into user_emails (user_id, position, address, address_key, verified)
            select
                added.user_id,
                new.position,
                new.address,
                new.address_key,
                new.verified
            from added
            cross join unnest($35::integer[], $36::text[], $37::text[], $38::boolean[])
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
        row.username_key(),
        row.name.as_deref(),
        row.name_key(),
        row.nickname.as_deref(),
        row.bio.as_deref(),
        row.kind,
        row.status,
        row.status_default.as_deref(),
        row.status_text.as_deref(),
        row.status_source.as_deref(),
        row.status_expires_at,
        row.status_former_json.as_deref(),
        row.livechat_status.as_deref(),
        row.active,
        row.inactive_reason.as_deref(),
        row.registration_reason.as_deref(),
        row.password_hash.as_deref(),
        row.require_password_change,
        row.require_password_change_reason.as_deref(),
        row.email_second_factor,
        row.email_second_factor_changed_at,
        row.preferences_json,
        row.language.as_deref(),
        row.utc_offset,
        row.custom_fields_json.as_deref(),
        row.extension.as_deref(),
        row.last_login,
        row.created_at,
        row.updated_at,
        row.version,
        &row.roles,
        &positions(&row.roles),
        &positions(&row.addresses),
        &row.addresses,
        &folded(&row.addresses),
        &row.verified,
        row.agent_settings_json.as_deref()
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
