//! What writes the rows of a user: the record, its addresses and its roles.

use omnicontact_domain::text::fold;
use omnicontact_domain::user::User;
use omnicontact_ports::{Constraint, StoreError};
use sqlx::SqliteConnection;

use super::row::WrittenUser;
use crate::error::write_error;
use crate::transaction::run;

/// Writes a new row, unless the id or the username is taken.
pub(super) async fn insert(
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
            agent_settings_json,
            extension,
            last_login,
            created_at,
            updated_at,
            version
        )
        values (
            ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
        )
        on conflict (user_id) do nothing",
        written.id,
        user.username,
        written.username_key,
        user.name,
        written.name_key,
        user.nickname,
        user.bio,
        written.kind,
        written.status,
        written.status_default,
        user.presence.text,
        written.status_source,
        written.status_expires_at,
        written.status_former_json,
        written.livechat_status,
        user.active,
        written.inactive_reason,
        user.registration_reason,
        written.password_hash,
        user.require_password_change,
        user.require_password_change_reason,
        written.email_second_factor,
        written.email_second_factor_changed_at,
        written.preferences_json,
        user.language,
        user.utc_offset,
        written.custom_fields_json,
        written.agent_settings_json,
        user.extension,
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
pub(super) async fn update(
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
            name_key = ?,
            nickname = ?,
            bio = ?,
            kind = ?,
            status = ?,
            status_default = ?,
            status_text = ?,
            status_source = ?,
            status_expires_at = ?,
            status_former_json = ?,
            livechat_status = ?,
            active = ?,
            inactive_reason = ?,
            registration_reason = ?,
            password_hash = ?,
            require_password_change = ?,
            require_password_change_reason = ?,
            email_second_factor = ?,
            email_second_factor_changed_at = ?,
            preferences_json = ?,
            language = ?,
            utc_offset = ?,
            custom_fields_json = ?,
            agent_settings_json = ?,
            extension = ?,
            last_login = ?,
            created_at = ?,
            updated_at = ?,
            version = ?
        where user_id = ?
            and version = ?",
        user.username,
        written.username_key,
        user.name,
        written.name_key,
        user.nickname,
        user.bio,
        written.kind,
        written.status,
        written.status_default,
        user.presence.text,
        written.status_source,
        written.status_expires_at,
        written.status_former_json,
        written.livechat_status,
        user.active,
        written.inactive_reason,
        user.registration_reason,
        written.password_hash,
        user.require_password_change,
        user.require_password_change_reason,
        written.email_second_factor,
        written.email_second_factor_changed_at,
        written.preferences_json,
        user.language,
        user.utc_offset,
        written.custom_fields_json,
        written.agent_settings_json,
        user.extension,
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

pub(super) async fn insert_emails(connection: &mut SqliteConnection, user: &User) -> Result<(), StoreError> {
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

pub(super) async fn insert_roles(connection: &mut SqliteConnection, user: &User) -> Result<(), StoreError> {
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
