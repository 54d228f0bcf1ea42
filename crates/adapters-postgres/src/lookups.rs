//! What nearly every request asks: one statement each. They only read, so one that meets a dead connection is
//! asked again over another.

use std::collections::HashMap;

use async_trait::async_trait;
use omnicontact_domain::contact::Contact;
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{Lookups, Session, SessionQuestion, StoreError};

use crate::PgStore;
use crate::contact_row::{ContactRow, select_contact};
use crate::sessions::{self, Asked};
use crate::settings::{SettingRow, setting_values};
use crate::visitor_row::{VisitorRow, select_visitor};

#[async_trait]
impl Lookups for PgStore {
    async fn find_session(&self, question: SessionQuestion) -> Result<Option<Session>, StoreError> {
        Ok(self.find_sessions(&[question]).await?.pop().flatten())
    }

    async fn find_sessions(&self, questions: &[SessionQuestion]) -> Result<Vec<Option<Session>>, StoreError> {
        let asked = Asked::by(questions);
        let rows = self.ask(|| sessions::ask(&self.connections, &asked)).await?;
        Ok(sessions::batch(questions, rows)?.answers(questions))
    }

    async fn find_settings(&self, ids: &[&'static str]) -> Result<SettingValues, StoreError> {
        setting_values(self.ask(|| self.ask_settings(ids)).await?)
    }

    async fn find_visitor(&self, id: &VisitorId) -> Result<Option<Visitor>, StoreError> {
        self.ask(|| self.ask_visitor(id)).await?.map(VisitorRow::into_visitor).transpose()
    }

    async fn find_visitors(&self, ids: &[VisitorId]) -> Result<Vec<Option<Visitor>>, StoreError> {
        if let [id] = ids {
            return Ok(vec![self.find_visitor(id).await?]);
        }
        let rows = self.ask(|| self.ask_visitors(ids)).await?;
        let found = rows.into_iter().map(VisitorRow::into_visitor).collect::<Result<Vec<_>, _>>()?;
        let by_id: HashMap<_, _> = found.iter().map(|visitor| (&visitor.id, visitor)).collect();
        Ok(ids.iter().map(|id| by_id.get(id).map(|visitor| (*visitor).clone())).collect())
    }

    async fn find_contact(&self, id: &ContactId) -> Result<Option<Contact>, StoreError> {
        self.ask(|| self.ask_contact(id)).await?.map(ContactRow::into_contact).transpose()
    }

    async fn find_contacts(&self, ids: &[ContactId]) -> Result<Vec<Option<Contact>>, StoreError> {
        if let [id] = ids {
            return Ok(vec![self.find_contact(id).await?]);
        }
        let rows = self.ask(|| self.ask_contacts(ids)).await?;
        let found = rows.into_iter().map(ContactRow::into_contact).collect::<Result<Vec<_>, _>>()?;
        let by_id: HashMap<_, _> = found.iter().map(|contact| (&contact.id, contact)).collect();
        Ok(ids.iter().map(|id| by_id.get(id).map(|contact| (*contact).clone())).collect())
    }

    async fn knows_email(&self, key: &EmailKey) -> Result<bool, StoreError> {
        self.ask(|| self.ask_email(key)).await
    }

    async fn knows_phone(&self, keys: &[PhoneKey]) -> Result<bool, StoreError> {
        let keys: Vec<&str> = keys.iter().map(PhoneKey::as_str).collect();
        self.ask(|| self.ask_phones(&keys)).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.ask(|| self.ask_nothing()).await
    }
}

impl PgStore {
    /// The answer to a question, asked twice where the first connection was lost.
    async fn ask<T, F>(&self, question: impl Fn() -> F + Sync) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, sqlx::Error>>,
    {
        let answer = match question().await {
            Err(error) if self.connections.notices_loss(&error) => Box::pin(question()).await,
            answer => answer,
        };
        match answer {
            Ok(answer) => Ok(answer),
            Err(error) => Err(self.connections.explain(error).await),
        }
    }

    async fn ask_visitors(&self, ids: &[VisitorId]) -> Result<Vec<VisitorRow>, sqlx::Error> {
        let mut ids: Vec<_> = ids.iter().map(VisitorId::as_str).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut lease = self.connections.lease().await?;
        let query = select_visitor!("from visitors v where v.visitor_id = any($1)", &ids as &[&str]);
        query.fetch_all(lease.wire()).await
    }

    async fn ask_contact(&self, id: &ContactId) -> Result<Option<ContactRow>, sqlx::Error> {
        let mut lease = self.connections.lease().await?;
        let query = select_contact!("from contacts c where c.contact_id = $1", id.as_str());
        query.fetch_optional(lease.wire()).await
    }

    async fn ask_contacts(&self, ids: &[ContactId]) -> Result<Vec<ContactRow>, sqlx::Error> {
        let mut ids: Vec<_> = ids.iter().map(ContactId::as_str).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut lease = self.connections.lease().await?;
        let query = select_contact!("from contacts c where c.contact_id = any($1)", &ids as &[&str]);
        query.fetch_all(lease.wire()).await
    }

    async fn ask_email(&self, key: &EmailKey) -> Result<bool, sqlx::Error> {
        let mut lease = self.connections.lease().await?;
        let query = sqlx::query_scalar!(
            r#"select exists (
                select 1
                from contact_emails k
                where k.email_key = $1
            ) as "known!""#,
            key.as_str()
        );
        query.fetch_one(lease.wire()).await
    }

    async fn ask_phones(&self, keys: &[&str]) -> Result<bool, sqlx::Error> {
        let mut lease = self.connections.lease().await?;
        let query = sqlx::query_scalar!(
            r#"select exists (
                select 1
                from contact_phones k
                where k.phone_key = any($1)
            ) as "known!""#,
            keys as &[&str]
        );
        query.fetch_one(lease.wire()).await
    }

    async fn ask_settings(&self, ids: &[&str]) -> Result<Vec<SettingRow>, sqlx::Error> {
        let mut lease = self.connections.lease().await?;
        let query = sqlx::query_as!(
            SettingRow,
            "select
                setting_id,
                value_json
            from settings
            where setting_id = any($1)",
            ids as &[&str]
        );
        query.fetch_all(lease.wire()).await
    }

    async fn ask_visitor(&self, id: &VisitorId) -> Result<Option<VisitorRow>, sqlx::Error> {
        let mut lease = self.connections.lease().await?;
        let query = select_visitor!("from visitors v where v.visitor_id = $1", id.as_str());
        query.fetch_optional(lease.wire()).await
    }

    async fn ask_nothing(&self) -> Result<(), sqlx::Error> {
        let mut lease = self.connections.lease().await?;
        sqlx::raw_sql("select 1").execute(&mut *lease).await.map(|_| ())
    }
}
