//! The key tables that find a visitor by something else than its id, kept in step with the record. Tokens
//! are apart: they decide who is whose.

use std::collections::BTreeMap;

use omnicontact_domain::visitor::VisitorKeys;
use omnicontact_ports::StoreError;
use sqlx::SqliteConnection;

use crate::transaction::run;

/// Removes the keys that are old only and adds those that are new only.
pub(crate) async fn replace(
    connection: &mut SqliteConnection,
    id: &str,
    old: &VisitorKeys,
    new: &VisitorKeys,
) -> Result<(), StoreError> {
    for address in old.emails.difference(&new.emails) {
        let query =
            sqlx::query!("delete from visitor_emails where address = ? and visitor_id = ?", address, id);
        run(connection, query).await?;
    }
    for address in new.emails.difference(&old.emails) {
        let query =
            sqlx::query!("insert into visitor_emails (address, visitor_id) values (?, ?)", address, id);
        run(connection, query).await?;
    }
    for number in old.phones.difference(&new.phones) {
        let query =
            sqlx::query!("delete from visitor_phones where phone_number = ? and visitor_id = ?", number, id);
        run(connection, query).await?;
    }
    for number in new.phones.difference(&old.phones) {
        let query =
            sqlx::query!("insert into visitor_phones (phone_number, visitor_id) values (?, ?)", number, id);
        run(connection, query).await?;
    }
    if old.manager != new.manager {
        replace_manager(connection, id, old.manager.as_deref(), new.manager.as_deref()).await?;
    }
    replace_values(connection, id, &old.values, &new.values).await
}

async fn replace_manager(
    connection: &mut SqliteConnection,
    id: &str,
    old: Option<&str>,
    new: Option<&str>,
) -> Result<(), StoreError> {
    if let Some(username) = old {
        let query =
            sqlx::query!("delete from visitor_managers where username = ? and visitor_id = ?", username, id);
        run(connection, query).await?;
    }
    if let Some(username) = new {
        let query =
            sqlx::query!("insert into visitor_managers (username, visitor_id) values (?, ?)", username, id);
        run(connection, query).await?;
    }
    Ok(())
}

async fn replace_values(
    connection: &mut SqliteConnection,
    id: &str,
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
) -> Result<(), StoreError> {
    for field in old.keys().filter(|field| !new.contains_key(*field)) {
        let query =
            sqlx::query!("delete from visitor_values where field_id = ? and visitor_id = ?", field, id);
        run(connection, query).await?;
    }
    for (field, folded) in new.iter().filter(|(field, folded)| old.get(*field) != Some(folded)) {
        let query = sqlx::query!(
            "insert into visitor_values (
                field_id,
                visitor_id,
                folded
            )
            values (?, ?, ?)
            on conflict (field_id, visitor_id) do update set folded = excluded.folded",
            field,
            id,
            folded
        );
        run(connection, query).await?;
    }
    Ok(())
}
