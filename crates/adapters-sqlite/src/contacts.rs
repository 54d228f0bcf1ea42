//! Contacts: one row each, and the key tables that find them.

mod keys;
mod many;
mod row;

use async_trait::async_trait;
use omnicontact_domain::contact::{Contact, ContactKeys};
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::phone::PhoneKey;
use omnicontact_ports::{Constraint, ContactRepository, StoreError};
use sqlx::SqliteConnection;

use self::row::{ContactRow, select_contact};
use crate::error::store_error;
use crate::transaction::{SqliteTransaction, run};

fn contact(row: sqlx::Result<Option<ContactRow>>) -> Result<Option<Contact>, StoreError> {
    row.map_err(store_error)?.map(ContactRow::into_contact).transpose()
}

async fn find(connection: &mut SqliteConnection, id: &ContactId) -> Result<Option<Contact>, StoreError> {
    let id = id.as_str();
    contact(select_contact!("from contacts c where c.contact_id = ?", id).fetch_optional(connection).await)
}

#[async_trait]
impl ContactRepository for SqliteTransaction {
    async fn find(&mut self, id: &ContactId) -> Result<Option<Contact>, StoreError> {
        find(self.connection(), id).await
    }

    async fn find_by_email(&mut self, key: &EmailKey) -> Result<Option<Contact>, StoreError> {
        let key = key.as_str();
        let query = select_contact!(
            "from contact_emails k
            join contacts c on c.contact_id = k.contact_id
            where k.email_key = ?
            order by c.created_at, c.contact_id
            limit 1",
            key
        );
        contact(query.fetch_optional(self.connection()).await)
    }

    async fn find_by_phone(&mut self, key: &PhoneKey) -> Result<Option<Contact>, StoreError> {
        let key = key.as_str();
        let query = select_contact!(
            "from contact_phones k
            join contacts c on c.contact_id = k.contact_id
            where k.phone_key = ?
            order by c.created_at, c.contact_id
            limit 1",
            key
        );
        contact(query.fetch_optional(self.connection()).await)
    }

    async fn find_by_visitor(&mut self, visitor: &VisitorId) -> Result<Option<Contact>, StoreError> {
        let visitor = visitor.as_str();
        let query = select_contact!(
            "from contact_channels k
            join contacts c on c.contact_id = k.contact_id
            where k.visitor_id = ?
            order by c.created_at, c.contact_id
            limit 1",
            visitor
        );
        contact(query.fetch_optional(self.connection()).await)
    }

    async fn add(&mut self, contact: &Contact) -> Result<(), StoreError> {
        let row = ContactRow::of(contact)?;
        let connection = self.connection();
        if !insert(connection, &row).await? {
            return Err(StoreError::Conflict(Constraint::Id));
        }
        keys::replace(connection, contact.id.as_str(), &ContactKeys::default(), &ContactKeys::of(contact))
            .await
    }

    async fn add_many(&mut self, contacts: &[Contact]) -> Result<u64, StoreError> {
        let mut savepoint = self.savepoint().await?;
        let added = many::add(&mut savepoint, contacts).await?;
        savepoint.commit().await.map_err(store_error)?;
        Ok(added)
    }

    async fn update(&mut self, contact: &Contact) -> Result<(), StoreError> {
        let row = ContactRow::of(contact)?;
        let connection = self.connection();
        // The old record names the keys to remove. Nobody else writes, so it stays what it is.
        let stored = find(&mut *connection, &contact.id).await?;
        let Some(old) = stored.filter(|stored| stored.version == contact.version) else {
            return Err(StoreError::Stale);
        };
        update(connection, &row, contact.version.next().number()).await?;
        keys::replace(connection, contact.id.as_str(), &ContactKeys::of(&old), &ContactKeys::of(contact))
            .await
    }
}

/// Writes a new row, unless the id is taken. Returns whether it did.
async fn insert(connection: &mut SqliteConnection, row: &ContactRow) -> Result<bool, StoreError> {
    let query = sqlx::query!(
        "insert into contacts (
            contact_id,
            name,
            emails_json,
            phones_json,
            manager_id,
            unknown,
            conflicting_fields_json,
            custom_fields_json,
            channels_json,
            last_chat_json,
            import_ids_json,
            activity_json,
            pre_registration,
            enabled,
            created_at,
            updated_at,
            version
        )
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict (contact_id) do nothing",
        row.contact_id,
        row.name,
        row.emails_json,
        row.phones_json,
        row.manager_id,
        row.unknown,
        row.conflicting_fields_json,
        row.custom_fields_json,
        row.channels_json,
        row.last_chat_json,
        row.import_ids_json,
        row.activity_json,
        row.pre_registration,
        row.enabled,
        row.created_at,
        row.updated_at,
        row.version,
    );
    Ok(run(connection, query).await? == 1)
}

/// Overwrites the row that has still the version of `row`.
async fn update(
    connection: &mut SqliteConnection,
    row: &ContactRow,
    next_version: i64,
) -> Result<(), StoreError> {
    let query = sqlx::query!(
        "update contacts
        set name = ?,
            emails_json = ?,
            phones_json = ?,
            manager_id = ?,
            unknown = ?,
            conflicting_fields_json = ?,
            custom_fields_json = ?,
            channels_json = ?,
            last_chat_json = ?,
            import_ids_json = ?,
            activity_json = ?,
            pre_registration = ?,
            enabled = ?,
            created_at = ?,
            updated_at = ?,
            version = ?
        where contact_id = ?
            and version = ?",
        row.name,
        row.emails_json,
        row.phones_json,
        row.manager_id,
        row.unknown,
        row.conflicting_fields_json,
        row.custom_fields_json,
        row.channels_json,
        row.last_chat_json,
        row.import_ids_json,
        row.activity_json,
        row.pre_registration,
        row.enabled,
        row.created_at,
        row.updated_at,
        next_version,
        row.contact_id,
        row.version,
    );
    if run(connection, query).await? == 0 { Err(StoreError::Stale) } else { Ok(()) }
}
