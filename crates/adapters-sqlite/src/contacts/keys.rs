//! The key tables that find a contact by something else than its id, kept in step with the record.

use std::collections::BTreeSet;

use omnicontact_domain::contact::{Association, Channel, Contact, Verification};
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::phone::PhoneKey;
use omnicontact_ports::StoreError;
use sqlx::SqliteConnection;

use crate::transaction::run;

/// What finds a contact, each key once.
#[derive(Debug, Default)]
pub(crate) struct ContactKeys<'a> {
    pub(crate) emails: BTreeSet<EmailKey>,
    pub(crate) phones: BTreeSet<PhoneKey>,
    /// Visitor, type and id of the source.
    pub(crate) channels: BTreeSet<(&'a str, &'a str, &'a str)>,
    /// Field and value.
    pub(crate) verifications: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> ContactKeys<'a> {
    pub(crate) fn of(contact: &'a Contact) -> Self {
        Self {
            emails: contact.email_keys().into_iter().collect(),
            phones: contact.phone_keys().into_iter().collect(),
            channels: contact.channels.iter().map(|channel| channel_key(&channel.visitor)).collect(),
            verifications: contact.channels.iter().filter_map(verification_key).collect(),
        }
    }
}

fn channel_key(association: &Association) -> (&str, &str, &str) {
    let source_id = association.source_id.as_deref().unwrap_or_default();
    (association.visitor_id.as_str(), &association.source_type, source_id)
}

fn verification_key(channel: &Channel) -> Option<(&str, &str)> {
    let Verification { field, value, verified_at: _ } = channel.verification.as_ref()?;
    Some((field, value))
}

/// Removes the keys that are old only and adds those that are new only.
pub(crate) async fn replace(
    connection: &mut SqliteConnection,
    id: &str,
    old: &ContactKeys<'_>,
    new: &ContactKeys<'_>,
) -> Result<(), StoreError> {
    for key in old.emails.difference(&new.emails).map(EmailKey::as_str) {
        let query =
            sqlx::query!("delete from contact_emails where email_key = ? and contact_id = ?", key, id);
        run(connection, query).await?;
    }
    for key in new.emails.difference(&old.emails).map(EmailKey::as_str) {
        let query = sqlx::query!("insert into contact_emails (email_key, contact_id) values (?, ?)", key, id);
        run(connection, query).await?;
    }
    for key in old.phones.difference(&new.phones).map(PhoneKey::as_str) {
        let query =
            sqlx::query!("delete from contact_phones where phone_key = ? and contact_id = ?", key, id);
        run(connection, query).await?;
    }
    for key in new.phones.difference(&old.phones).map(PhoneKey::as_str) {
        let query = sqlx::query!("insert into contact_phones (phone_key, contact_id) values (?, ?)", key, id);
        run(connection, query).await?;
    }
    replace_channels(connection, id, old, new).await?;
    replace_verifications(connection, id, old, new).await
}

async fn replace_channels(
    connection: &mut SqliteConnection,
    id: &str,
    old: &ContactKeys<'_>,
    new: &ContactKeys<'_>,
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
    old: &ContactKeys<'_>,
    new: &ContactKeys<'_>,
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
