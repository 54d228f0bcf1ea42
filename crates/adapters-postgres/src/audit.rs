//! The audit trail.

use async_trait::async_trait;
use omnicontact_domain::audit::{Action, AuditEvent, Author, Cause, SubjectKind};
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{AuditFilter, AuditPage, AuditRepository, Constraint, StoreError};

use crate::error::corrupt;
use crate::json;
use crate::pages::{count_events, select_events};
use crate::transaction::PgTransaction;

#[async_trait]
impl AuditRepository for PgTransaction {
    async fn add(&mut self, event: &AuditEvent) -> Result<(), StoreError> {
        let (author_id, author_username) = match &event.cause.author {
            Author::User { id, username } => (Some(id.as_str()), username.as_deref()),
            Author::Anonymous | Author::Operator | Author::Server => (None, None),
        };
        let query = sqlx::query!(
            "insert into audit_events (
                event_id,
                at,
                author_kind,
                author_id,
                author_username,
                address,
                action,
                subject_kind,
                subject_id,
                changes_json
            )
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (event_id) do nothing",
            event.id.as_str(),
            event.at.as_millis(),
            event.cause.author.kind(),
            author_id,
            author_username,
            event.cause.address.as_deref(),
            event.action.as_str(),
            event.subject_kind.as_str(),
            event.subject_id,
            json::write(&event.changes)?
        );
        match self.execute(query).await? {
            0 => Err(StoreError::Conflict(Constraint::Id)),
            _ => Ok(()),
        }
    }

    async fn list(
        &mut self,
        filter: &AuditFilter,
        order: Direction,
        page: Page,
    ) -> Result<AuditPage, StoreError> {
        let mut statement = select_events(filter, order, page);
        let rows = statement.build_query_as::<EventRow>().fetch_all(self.unprepared_wire()).await;
        let rows = rows.map_err(|error| self.fail(error))?;
        let total = match page.total(rows.len()) {
            Some(total) => total,
            None => self.count(count_events(filter)).await?,
        };
        let events = rows.into_iter().map(EventRow::into_event).collect::<Result<_, _>>()?;
        Ok(AuditPage { events, total })
    }
}

/// A row of `audit_events`.
#[derive(Debug, sqlx::FromRow)]
struct EventRow {
    event_id: String,
    at: i64,
    author_kind: String,
    author_id: Option<String>,
    author_username: Option<String>,
    address: Option<String>,
    action: String,
    subject_kind: String,
    subject_id: String,
    changes_json: String,
}

impl EventRow {
    fn into_event(self) -> Result<AuditEvent, StoreError> {
        let id = self.event_id;
        let unknown = |what: &str, name: &str| corrupt("audit event", &id, format!("no such {what}: {name}"));
        let author = match self.author_id {
            Some(user_id) => Author::User { id: user_id.into(), username: self.author_username },
            None => [Author::Anonymous, Author::Operator, Author::Server]
                .into_iter()
                .find(|author| author.kind() == self.author_kind)
                .ok_or_else(|| unknown("author", &self.author_kind))?,
        };
        Ok(AuditEvent {
            at: Timestamp::from_millis(self.at),
            cause: Cause { author, address: self.address },
            action: Action::parse(&self.action).ok_or_else(|| unknown("action", &self.action))?,
            subject_kind: SubjectKind::parse(&self.subject_kind)
                .ok_or_else(|| unknown("subject", &self.subject_kind))?,
            subject_id: self.subject_id,
            changes: json::read("audit event", &id, &self.changes_json)?,
            id: id.into(),
        })
    }
}
