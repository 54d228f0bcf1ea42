//! Contacts: finding, adding, overwriting. The statements that write are in `contact_writes`.

use async_trait::async_trait;
use omnicontact_domain::contact::{Contact, ContactKeys};
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::phone::PhoneKey;
use omnicontact_ports::{Constraint, ContactRepository, StoreError};

use crate::contact_row::{ContactRow, select_contact};
use crate::contact_writes;
use crate::transaction::PgTransaction;

#[async_trait]
impl ContactRepository for PgTransaction {
    async fn find(&mut self, id: &ContactId) -> Result<Option<Contact>, StoreError> {
        let query = select_contact!("from contacts c where c.contact_id = $1", id.as_str());
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
            "from contacts c where c.contact_id = $1 and c.version = $2",
            contact.id.as_str(),
            contact.version.number()
        );
        let Some(stored) = self.optional(query).await? else { return Err(StoreError::Stale) };
        let old = ContactKeys::of(&stored.into_contact()?);
        if contact_writes::overwrite(self, contact, &old).await? { Ok(()) } else { Err(StoreError::Stale) }
    }
}
