//! Contacts: finding, adding, overwriting. The statements that write are in `contact_writes`.

use async_trait::async_trait;
use omnicontact_domain::contact::{Association, Contact, ContactOrder};
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::page::Page;
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::sort::Direction;
use omnicontact_ports::{Constraint, ContactFilter, ContactPage, ContactRepository, StoreError};

use crate::contact_row::{ContactRow, select_contact};
use crate::transaction::PgTransaction;
use crate::visitors::lock_number;
use crate::{contact_pages, contact_writes};

#[async_trait]
impl ContactRepository for PgTransaction {
    async fn find(&mut self, id: &ContactId) -> Result<Option<Contact>, StoreError> {
        let query = select_contact!("from contacts c where c.contact_id = $1", id.as_str());
        self.optional(query).await?.map(ContactRow::into_contact).transpose()
    }

    async fn lock(&mut self, id: &ContactId) -> Result<Option<Contact>, StoreError> {
        let query = select_contact!(
            "from contacts c
            where c.contact_id = $1
            for update",
            id.as_str()
        );
        self.optional(query).await?.map(ContactRow::into_contact).transpose()
    }

    async fn find_by_email(&mut self, key: &EmailKey) -> Result<Option<Contact>, StoreError> {
        let query = select_contact!(
            "from contact_emails k
            join contacts c on c.contact_id = k.contact_id
            where k.email_key = $1
            order by c.created_at, c.contact_id
            limit 1",
            key.as_str()
        );
        self.optional(query).await?.map(ContactRow::into_contact).transpose()
    }

    async fn list_managed_by_email(
        &mut self,
        key: &EmailKey,
        limit: u32,
    ) -> Result<Vec<Contact>, StoreError> {
        let query = select_contact!(
            "from contact_emails k
            join contacts c on c.contact_id = k.contact_id
            where k.email_key = $1
                and c.manager_id is not null
            order by c.created_at, c.contact_id
            limit $2",
            key.as_str(),
            i64::from(limit)
        );
        self.all(query).await?.into_iter().map(ContactRow::into_contact).collect()
    }

    async fn find_by_phone(&mut self, key: &PhoneKey) -> Result<Option<Contact>, StoreError> {
        let query = select_contact!(
            "from contact_phones k
            join contacts c on c.contact_id = k.contact_id
            where k.phone_key = $1
            order by c.created_at, c.contact_id
            limit 1",
            key.as_str()
        );
        self.optional(query).await?.map(ContactRow::into_contact).transpose()
    }

    async fn find_by_visitor(&mut self, visitor: &VisitorId) -> Result<Option<Contact>, StoreError> {
        let query = select_contact!(
            "from contact_channels k
            join contacts c on c.contact_id = k.contact_id
            where k.visitor_id = $1
            order by c.created_at, c.contact_id
            limit 1",
            visitor.as_str()
        );
        self.optional(query).await?.map(ContactRow::into_contact).transpose()
    }

    async fn find_by_channel(&mut self, channel: &Association) -> Result<Option<Contact>, StoreError> {
        let Association { visitor_id, source_type, source_id } = channel;
        let row = if let Some(source_id) = source_id.as_deref().filter(|id| !id.is_empty()) {
            let query = select_contact!(
                "from contact_channels k
                join contacts c on c.contact_id = k.contact_id
                where k.visitor_id = $1
                    and k.source_type = $2
                    and k.source_id = $3
                order by c.created_at, c.contact_id
                limit 1",
                visitor_id.as_str(),
                source_type,
                source_id
            );
            self.optional(query).await?
        } else {
            let query = select_contact!(
                "from contact_channels k
                join contacts c on c.contact_id = k.contact_id
                where k.visitor_id = $1
                    and k.source_type = $2
                order by c.created_at, c.contact_id
                limit 1",
                visitor_id.as_str(),
                source_type
            );
            self.optional(query).await?
        };
        row.map(ContactRow::into_contact).transpose()
    }

    async fn find_prepared(
        &mut self,
        emails: &[EmailKey],
        phones: &[PhoneKey],
    ) -> Result<Option<Contact>, StoreError> {
        let emails: Vec<&str> = emails.iter().map(EmailKey::as_str).collect();
        let phones: Vec<&str> = phones.iter().map(PhoneKey::as_str).collect();
        let query = select_contact!(
            "from (
                select e.contact_id
                from contact_emails e
                where e.email_key = any($1::text[])
                union
                select p.contact_id
                from contact_phones p
                where p.phone_key = any($2::text[])
            ) k
            cross join lateral (
                select *
                from contacts held
                where held.contact_id = k.contact_id
                    and held.pre_registration
                limit 1
            ) c
            order by c.created_at, c.contact_id
            limit 1",
            &emails as &[&str],
            &phones as &[&str]
        );
        self.optional(query).await?.map(ContactRow::into_contact).transpose()
    }

    async fn list_ids_by_visitor(&mut self, visitor: &VisitorId) -> Result<Vec<ContactId>, StoreError> {
        let query = sqlx::query!(
            "select distinct k.contact_id
            from contact_channels k
            where k.visitor_id = $1
            order by k.contact_id",
            visitor.as_str()
        );
        Ok(self.all(query).await?.into_iter().map(|row| row.contact_id.into()).collect())
    }

    async fn lock_verification(&mut self, field: &str, value: &str) -> Result<(), StoreError> {
        let lock = lock_number("verification:", &format!("{field}:{value}"));
        self.execute(sqlx::query!("select pg_advisory_xact_lock($1)", lock)).await?;
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
        contact_pages::list(self, filter, order, page).await
    }

    async fn count_active(&mut self, month: &str) -> Result<u64, StoreError> {
        let query = sqlx::query!(
            r#"select count(*) as "active!"
            from contacts c
            where "right"(c.activity_json, 10) = $1
                and c.activity_json is not null"#,
            format!("\"{month}\"]")
        );
        let counted = self.one(query).await?.active;
        u64::try_from(counted).map_err(|error| StoreError::Backend(error.into()))
    }

    async fn add(&mut self, contact: &Contact) -> Result<(), StoreError> {
        match contact_writes::add_chunk(self, &[contact]).await? {
            0 => Err(StoreError::Conflict(Constraint::Id)),
            _ => Ok(()),
        }
    }

    async fn add_many(&mut self, contacts: &[Contact]) -> Result<u64, StoreError> {
        contact_writes::add_many(self, contacts).await
    }

    async fn update(&mut self, contact: &Contact) -> Result<(), StoreError> {
        let query = select_contact!(
            "from contacts c
            where c.contact_id = $1
                and c.version = $2
            for update",
            contact.id.as_str(),
            contact.version.number()
        );
        let Some(stored) = self.optional(query).await? else { return Err(StoreError::Stale) };
        let old = stored.into_contact()?;
        if contact_writes::overwrite(self, contact, &old).await? { Ok(()) } else { Err(StoreError::Stale) }
    }

    async fn remove(&mut self, id: &ContactId) -> Result<(), StoreError> {
        match self.lock(id).await? {
            Some(held) => contact_writes::remove(self, &held).await,
            None => Ok(()),
        }
    }
}
