//! Contacts: one row each, and the key tables that find them.

mod counts;
mod fill;
mod keys;
mod many;
mod page;
mod row;
mod search;

pub(crate) use self::counts::Counts;
pub(crate) use self::fill::fill_search;
pub(crate) use self::search::{forget_at_once, part_word, part_words};

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use omnicontact_domain::contact::{Association, Contact, ContactKeys, ContactOrder};
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::page::Page;
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::sort::Direction;
use omnicontact_ports::{Constraint, ContactFilter, ContactPage, ContactRepository, StoreError};
use sqlx::{SqliteConnection, SqliteExecutor};

pub(crate) use self::row::ContactRow;
use self::row::select_contact;
use crate::error::store_error;
use crate::json;
use crate::transaction::{SqliteTransaction, run};

fn contact(row: sqlx::Result<Option<ContactRow>>) -> Result<Option<Contact>, StoreError> {
    row.map_err(store_error)?.map(ContactRow::into_contact).transpose()
}

/// The contact with that id.
pub(crate) async fn find<'e>(
    executor: impl SqliteExecutor<'e>,
    id: &ContactId,
) -> Result<Option<Contact>, StoreError> {
    let id = id.as_str();
    contact(select_contact!("from contacts c where c.contact_id = ?", id).fetch_optional(executor).await)
}

/// The contacts with these ids, in their order.
pub(crate) async fn find_many<'e>(
    executor: impl SqliteExecutor<'e>,
    ids: &[ContactId],
) -> Result<Vec<Option<Contact>>, StoreError> {
    let ids_json = json::write(&ids.iter().map(ContactId::as_str).collect::<BTreeSet<_>>())?;
    let rows = select_contact!(
        "from json_each(?) k
        cross join contacts c on c.contact_id = k.value",
        ids_json
    )
    .fetch_all(executor)
    .await
    .map_err(store_error)?;
    let found = rows.into_iter().map(ContactRow::into_contact).collect::<Result<Vec<_>, _>>()?;
    let by_id: HashMap<_, _> = found.iter().map(|contact| (&contact.id, contact)).collect();
    Ok(ids.iter().map(|id| by_id.get(id).map(|contact| (*contact).clone())).collect())
}

/// Whether a contact has that address.
pub(crate) async fn knows_email<'e>(
    executor: impl SqliteExecutor<'e>,
    key: &EmailKey,
) -> Result<bool, StoreError> {
    let key = key.as_str();
    let query = sqlx::query!(
        r#"select exists (
            select 1
            from contact_emails k
            where k.email_key = ?
        ) as "known!: bool""#,
        key
    );
    Ok(query.fetch_one(executor).await.map_err(store_error)?.known)
}

/// Whether a contact has one of these numbers.
pub(crate) async fn knows_phone<'e>(
    executor: impl SqliteExecutor<'e>,
    keys: &[PhoneKey],
) -> Result<bool, StoreError> {
    let keys_json = json::write(&keys.iter().map(PhoneKey::as_str).collect::<Vec<_>>())?;
    let query = sqlx::query!(
        r#"select exists (
            select 1
            from json_each(?) k
            cross join contact_phones p on p.phone_key = k.value
        ) as "known!: bool""#,
        keys_json
    );
    Ok(query.fetch_one(executor).await.map_err(store_error)?.known)
}

#[async_trait]
impl ContactRepository for SqliteTransaction {
    async fn find(&mut self, id: &ContactId) -> Result<Option<Contact>, StoreError> {
        find(self.connection(), id).await
    }

    async fn lock(&mut self, id: &ContactId) -> Result<Option<Contact>, StoreError> {
        // This transaction began with `begin immediate`, so no other one writes until it ends.
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

    async fn list_managed_by_email(
        &mut self,
        key: &EmailKey,
        limit: u32,
    ) -> Result<Vec<Contact>, StoreError> {
        let key = key.as_str();
        let query = select_contact!(
            "from contact_emails k
            join contacts c on c.contact_id = k.contact_id
            where k.email_key = ?
                and c.manager_id is not null
            order by c.created_at, c.contact_id
            limit ?",
            key,
            limit
        );
        let rows = query.fetch_all(self.connection()).await.map_err(store_error)?;
        rows.into_iter().map(ContactRow::into_contact).collect()
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

    async fn find_by_channel(&mut self, channel: &Association) -> Result<Option<Contact>, StoreError> {
        let visitor = channel.visitor_id.as_str();
        let source_type = channel.source_type.as_str();
        let source_id = channel.source_id.as_deref();
        let query = select_contact!(
            "from contact_channels k
            join contacts c on c.contact_id = k.contact_id
            where k.visitor_id = ?
                and k.source_type = ?
                and k.source_id = coalesce(?, k.source_id)
            order by c.created_at, c.contact_id
            limit 1",
            visitor,
            source_type,
            source_id
        );
        contact(query.fetch_optional(self.connection()).await)
    }

    async fn find_prepared(
        &mut self,
        emails: &[EmailKey],
        phones: &[PhoneKey],
    ) -> Result<Option<Contact>, StoreError> {
        let emails_json = json::write(&emails.iter().map(EmailKey::as_str).collect::<Vec<_>>())?;
        let phones_json = json::write(&phones.iter().map(PhoneKey::as_str).collect::<Vec<_>>())?;
        let query = select_contact!(
            "from contacts c
            where c.contact_id in (
                select k.contact_id
                from contact_emails k
                where k.email_key in (select value from json_each(?))
                union
                select k.contact_id
                from contact_phones k
                where k.phone_key in (select value from json_each(?))
            )
                and c.pre_registration = 1
            order by c.created_at, c.contact_id
            limit 1",
            emails_json,
            phones_json
        );
        contact(query.fetch_optional(self.connection()).await)
    }

    async fn list_ids_by_visitor(&mut self, visitor: &VisitorId) -> Result<Vec<ContactId>, StoreError> {
        let visitor = visitor.as_str();
        let query = sqlx::query_scalar!(
            "select distinct contact_id
            from contact_channels
            where visitor_id = ?
            order by contact_id",
            visitor
        );
        let ids = query.fetch_all(self.connection()).await.map_err(store_error)?;
        Ok(ids.into_iter().map(Into::into).collect())
    }

    async fn lock_verification(&mut self, _field: &str, _value: &str) -> Result<(), StoreError> {
        // Nothing to do: this transaction began with `begin immediate`, so no other one writes until it ends.
        Ok(())
    }

    async fn list_ids_by_verification(
        &mut self,
        field: &str,
        value: &str,
    ) -> Result<Vec<ContactId>, StoreError> {
        let query = sqlx::query!(
            r#"select k.contact_id as "contact_id!"
            from contact_verifications k
            where k.field = $1
                and k.value = $2
            order by k.contact_id"#,
            field,
            value
        );
        Ok(self.all(query).await?.into_iter().map(|row| row.contact_id.into()).collect())
    }

    async fn list_page(
        &mut self,
        filter: &ContactFilter,
        order: &[(ContactOrder, Direction)],
        page: Page,
    ) -> Result<ContactPage, StoreError> {
        let counts = self.counts();
        let connection = self.connection();
        let (ids, total) = page::find(connection, counts.as_deref(), filter, order, page).await?;
        // The ids of the page, in its order, find the rows.
        let ids_json = json::write(&ids)?;
        let query = select_contact!(
            "from json_each(?) k
            cross join contacts c
            where c.contact_id = k.value
            order by k.key",
            ids_json
        );
        let rows = query.fetch_all(connection).await.map_err(store_error)?;
        let contacts = rows.into_iter().map(ContactRow::into_contact).collect::<Result<_, _>>()?;
        Ok(ContactPage { contacts, total })
    }

    async fn count_active(&mut self, month: &str) -> Result<u64, StoreError> {
        let end = format!("\"{month}\"]");
        let query = sqlx::query_scalar!(
            "select count(*)
            from contacts c
            where substr(c.activity_json, -10) = ?
                and c.activity_json is not null",
            end
        );
        let counted = query.fetch_one(self.connection()).await.map_err(store_error)?;
        u64::try_from(counted).map_err(|error| StoreError::Backend(error.into()))
    }

    async fn add(&mut self, contact: &Contact) -> Result<(), StoreError> {
        let row = ContactRow::of(contact)?;
        let connection = self.connection();
        let search_id = search::next_id(connection).await?;
        if !insert(connection, &row, contact.enabled.then_some(search_id)).await? {
            return Err(StoreError::Conflict(Constraint::Id));
        }
        if contact.enabled {
            search::add(connection, &[(search_id, contact)]).await?;
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
        let search_id = search::id_of(connection, &contact.id).await?;
        update(connection, &row, contact.version.next().number(), contact.enabled.then_some(search_id))
            .await?;
        search::replace(connection, search_id, contact).await?;
        keys::replace(connection, contact.id.as_str(), &ContactKeys::of(&old), &ContactKeys::of(contact))
            .await
    }

    async fn remove(&mut self, id: &ContactId) -> Result<(), StoreError> {
        let connection = self.connection();
        let Some(old) = find(&mut *connection, id).await? else {
            return Ok(());
        };
        let search_id = search::id_of(connection, id).await?;
        search::remove(connection, search_id).await?;
        keys::replace(connection, id.as_str(), &ContactKeys::of(&old), &ContactKeys::default()).await?;
        let id = id.as_str();
        run(connection, sqlx::query!("delete from contacts where contact_id = ?", id)).await?;
        Ok(())
    }
}

/// Writes a new row, unless the id is taken. Returns whether it did.
async fn insert(
    connection: &mut SqliteConnection,
    row: &ContactRow,
    search_id: Option<i64>,
) -> Result<bool, StoreError> {
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
            version,
            search_id
        )
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
        search_id,
    );
    Ok(run(connection, query).await? == 1)
}

/// Overwrites the row that has still the version of `row`.
async fn update(
    connection: &mut SqliteConnection,
    row: &ContactRow,
    next_version: i64,
    search_id: Option<i64>,
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
            version = ?,
            search_id = ?
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
        search_id,
        row.contact_id,
        row.version,
    );
    if run(connection, query).await? == 0 { Err(StoreError::Stale) } else { Ok(()) }
}
