//! The audit trail. Its list is the only statement about it whose text depends on the question.

use async_trait::async_trait;
use omnicontact_domain::audit::{Action, AuditEvent, Author, Cause, SubjectKind};
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{AuditFilter, AuditPage, AuditRepository, Constraint, StoreError};
use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

use crate::error::{corrupt, store_error};
use crate::json;
use crate::page::push_page;
use crate::transaction::{SqliteTransaction, run};

#[async_trait]
impl AuditRepository for SqliteTransaction {
    async fn add(&mut self, event: &AuditEvent) -> Result<(), StoreError> {
        let id = event.id.as_str();
        let at = event.at.as_millis();
        let author_kind = event.cause.author.kind();
        let (author_id, author_username) = match &event.cause.author {
            Author::User { id, username } => (Some(id.as_str()), username.as_deref()),
            Author::Anonymous | Author::Operator | Author::Server => (None, None),
        };
        let action = event.action.as_str();
        let subject_kind = event.subject_kind.as_str();
        let changes_json = json::write(&event.changes)?;
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
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (event_id) do nothing",
            id,
            at,
            author_kind,
            author_id,
            author_username,
            event.cause.address,
            action,
            subject_kind,
            event.subject_id,
            changes_json
        );
        if run(self.connection(), query).await? == 0 {
            Err(StoreError::Conflict(Constraint::Id))
        } else {
            Ok(())
        }
    }

    async fn list(
        &mut self,
        filter: &AuditFilter,
        order: Direction,
        page: Page,
    ) -> Result<AuditPage, StoreError> {
        let rows: Vec<EventRow> = listing(filter, order, page)
            .build_query_as()
            .persistent(false)
            .fetch_all(self.connection())
            .await
            .map_err(store_error)?;
        let total = match page.total(rows.len()) {
            Some(total) => total,
            None => count(self.connection(), filter).await?,
        };
        let events = rows.into_iter().map(EventRow::into_event).collect::<Result<_, _>>()?;
        Ok(AuditPage { events, total })
    }
}

/// How many events fit.
async fn count(connection: &mut SqliteConnection, filter: &AuditFilter) -> Result<u64, StoreError> {
    let total: i64 = counting(filter)
        .build_query_scalar()
        .persistent(false)
        .fetch_one(connection)
        .await
        .map_err(store_error)?;
    u64::try_from(total).map_err(|error| corrupt("number of audit events", &total.to_string(), error))
}

#[derive(FromRow)]
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
        let id = self.event_id.as_str();
        let unknown = |what: &str, text: &str| corrupt("audit event", id, format!("unknown {what} {text}"));
        let author = match (self.author_kind.as_str(), self.author_id) {
            ("user", Some(id)) => Author::User { id: id.into(), username: self.author_username },
            (kind, None) => [Author::Anonymous, Author::Operator, Author::Server]
                .into_iter()
                .find(|author| author.kind() == kind)
                .ok_or_else(|| unknown("author", kind))?,
            (kind, Some(_)) => return Err(unknown("author with an id:", kind)),
        };
        Ok(AuditEvent {
            at: Timestamp::from_millis(self.at),
            cause: Cause { author, address: self.address },
            action: Action::parse(&self.action).ok_or_else(|| unknown("action", &self.action))?,
            subject_kind: SubjectKind::parse(&self.subject_kind)
                .ok_or_else(|| unknown("kind of subject", &self.subject_kind))?,
            subject_id: self.subject_id,
            changes: json::read("audit event", id, &self.changes_json)?,
            id: self.event_id.into(),
        })
    }
}

fn counting(filter: &AuditFilter) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("select count(*) from audit_events e");
    push_filter(&mut query, filter);
    query
}

fn listing(filter: &AuditFilter, order: Direction, page: Page) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(
        "select
            e.event_id,
            e.at,
            e.author_kind,
            e.author_id,
            e.author_username,
            e.address,
            e.action,
            e.subject_kind,
            e.subject_id,
            e.changes_json
        from audit_events e",
    );
    push_filter(&mut query, filter);
    query.push(match order {
        Direction::Ascending => " order by e.at, e.event_id",
        Direction::Descending => " order by e.at desc, e.event_id desc",
    });
    push_page(&mut query, page);
    query
}

fn push_filter(query: &mut QueryBuilder<Sqlite>, filter: &AuditFilter) {
    let AuditFilter { subject_kind, subject_id, author_kind, author, from, until } = filter;
    query.push(" where true");
    if let Some(kind) = subject_kind {
        // With an id, `+` keeps SQLite from the index by kind: an id leaves fewer.
        let plus = if subject_id.is_some() { "+" } else { "" };
        query.push(" and ").push(plus).push("e.subject_kind = ").push_bind(kind.as_str());
    }
    if let Some(id) = subject_id {
        query.push(" and e.subject_id = ").push_bind(id.clone());
    }
    if let Some(kind) = author_kind {
        query.push(" and e.author_kind = ").push_bind(kind.clone());
    }
    if let Some(author) = author {
        query.push(" and (e.author_id = ").push_bind(author.clone());
        query.push(" or e.author_username = ").push_bind(author.clone()).push(")");
    }
    if let Some(from) = from {
        query.push(" and e.at >= ").push_bind(from.as_millis());
    }
    if let Some(until) = until {
        query.push(" and e.at <= ").push_bind(until.as_millis());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Plans;

    const FIRST: Page = Page { offset: 0, limit: Some(50) };

    /// The plan of the list, newest first, and that of the number.
    async fn plans(filter: &AuditFilter) -> [String; 2] {
        let plans = Plans::new().await;
        let listed = plans.steps(&listing(filter, Direction::Descending, FIRST)).await;
        let counted = plans.steps(&counting(filter)).await;
        [listed.join("; "), counted.join("; ")]
    }

    #[tokio::test]
    async fn every_condition_but_the_kind_of_the_author_searches_an_index() {
        let kind = AuditFilter { subject_kind: Some(SubjectKind::Setting), ..AuditFilter::default() };
        let id = AuditFilter { subject_id: Some("s1".to_owned()), ..AuditFilter::default() };
        let both = AuditFilter { subject_id: id.subject_id.clone(), ..kind.clone() };
        let author = AuditFilter { author: Some("kim".to_owned()), ..AuditFilter::default() };
        let time = AuditFilter { from: Some(Timestamp::MIN), until: Some(Timestamp::MAX), ..both.clone() };
        for (filter, indexes) in [
            (kind, &["audit_events_by_kind (subject_kind=?)"][..]),
            (id, &["audit_events_by_subject (subject_id=?)"]),
            (both, &["audit_events_by_subject (subject_id=?)"]),
            (
                author,
                &[
                    "audit_events_by_author (author_id=?)",
                    "audit_events_by_author_username (author_username=?)",
                ],
            ),
            (AuditFilter { from: time.from, ..AuditFilter::default() }, &["audit_events_by_time (at>?)"]),
            (time, &["audit_events_by_subject (subject_id=? AND at>? AND at<?)"]),
        ] {
            for plan in plans(&filter).await {
                assert!(indexes.iter().all(|index| plan.contains(index)), "{plan}");
                assert!(!plan.contains("SCAN"), "{plan}");
            }
        }
    }

    #[tokio::test]
    async fn a_page_is_read_in_the_order_of_time() {
        let kind = AuditFilter { subject_kind: Some(SubjectKind::Setting), ..AuditFilter::default() };
        let both = AuditFilter { subject_id: Some("s1".to_owned()), ..kind.clone() };
        let by_kind = AuditFilter { author_kind: Some("user".to_owned()), ..AuditFilter::default() };
        let by_id = AuditFilter { subject_kind: None, ..both.clone() };
        for filter in [AuditFilter::default(), kind, by_id, both, by_kind] {
            let [listed, _] = plans(&filter).await;
            assert!(!listed.contains("TEMP B-TREE"), "nothing is sorted: {listed}");
        }
    }

    /// What is looked through on purpose, when the page is not the whole list: somebody asks for the number of
    /// all events, or of those by a kind of author, of which there are four.
    #[tokio::test]
    async fn only_the_numbers_of_all_events_and_of_a_kind_of_author_look_through_the_trail() {
        let [listed, counted] = plans(&AuditFilter::default()).await;
        assert_eq!(listed, "SCAN e USING INDEX audit_events_by_time");
        assert!(counted.starts_with("SCAN e USING COVERING INDEX"), "{counted}");
        let by_kind = AuditFilter { author_kind: Some("user".to_owned()), ..AuditFilter::default() };
        let [listed, counted] = plans(&by_kind).await;
        assert_eq!(listed, "SCAN e USING INDEX audit_events_by_time");
        assert_eq!(counted, "SCAN e");
    }
}
