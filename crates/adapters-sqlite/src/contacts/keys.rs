//! The key tables that find a contact by something else than its id, kept in step with the record.

use omnicontact_domain::contact::ContactKeys;
use omnicontact_ports::StoreError;
use sqlx::SqliteConnection;

use crate::transaction::run;

/// Removes the keys that are old only and adds those that are new only.
pub(crate) async fn replace(
    connection: &mut SqliteConnection,
    id: &str,
    old: &ContactKeys,
    new: &ContactKeys,
) -> Result<(), StoreError> {
    for key in old.emails.difference(&new.emails) {
        let query =
            sqlx::query!("delete from contact_emails where email_key = ? and contact_id = ?", key, id);
        run(connection, query).await?;
    }
    for key in new.emails.difference(&old.emails) {
        let query = sqlx::query!("insert into contact_emails (email_key, contact_id) values (?, ?)", key, id);
        run(connection, query).await?;
    }
    for key in old.phones.difference(&new.phones) {
        let query =
            sqlx::query!("delete from contact_phones where phone_key = ? and contact_id = ?", key, id);
        run(connection, query).await?;
    }
    for key in new.phones.difference(&old.phones) {
        let query = sqlx::query!("insert into contact_phones (phone_key, contact_id) values (?, ?)", key, id);
        run(connection, query).await?;
    }
    replace_channels(connection, id, old, new).await?;
    replace_verifications(connection, id, old, new).await
}

async fn replace_channels(
    connection: &mut SqliteConnection,
    id: &str,
    old: &ContactKeys,
    new: &ContactKeys,
) -> Result<(), StoreError> {
    for (visitor, source_type, source_id) in old.channels.difference(&new.channels) {
        let query = sqlx::query!(
            "delete from contact_channels
            where visitor_id = ?
                and source_type = ?
                and source_id = ?
                and contact_id = ?",
            visitor,
            source_type,
            source_id,
            id
        );
        run(connection, query).await?;
    }
    for (visitor, source_type, source_id) in new.channels.difference(&old.channels) {
        let query = sqlx::query!(
            "insert into contact_channels (
                visitor_id,
                source_type,
                source_id,
                contact_id
            )
            values (?, ?, ?, ?)",
            visitor,
            source_type,
            source_id,
            id
        );
        run(connection, query).await?;
    }
    Ok(())
}

async fn replace_verifications(
    connection: &mut SqliteConnection,
    id: &str,
    old: &ContactKeys,
    new: &ContactKeys,
) -> Result<(), StoreError> {
    for (field, value) in old.verifications.difference(&new.verifications) {
        let query = sqlx::query!(
            "delete from contact_verifications where field = ? and value = ? and contact_id = ?",
            field,
            value,
            id
        );
        run(connection, query).await?;
    }
    for (field, value) in new.verifications.difference(&old.verifications) {
        let query = sqlx::query!(
            "insert into contact_verifications (
                field,
                value,
                contact_id
            )
            values (?, ?, ?)",
            field,
            value,
            id
        );
        run(connection, query).await?;
    }
    Ok(())
}
