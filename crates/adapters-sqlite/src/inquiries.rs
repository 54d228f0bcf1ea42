//! Inquiries: the places of open conversations in the queue.

use async_trait::async_trait;
use omnicontact_domain::contact::Source;
use omnicontact_domain::conversation::{Inquiry, InquiryStatus, Message, VisitorSnapshot};
use omnicontact_domain::department::DepartmentId;
use omnicontact_domain::id::RoomId;
use omnicontact_domain::page::Page;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::version::Version;
use omnicontact_ports::{Constraint, InquiryRepository, QueueFilter, QueuePage, StoreError};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, QueryBuilder, Sqlite};

use crate::error::corrupt;
use crate::json;
use crate::page::push_page;
use crate::transaction::SqliteTransaction;

const WHAT: &str = "inquiry";

/// A row of `inquiries`.
#[derive(FromRow)]
struct InquiryRow {
    room_id: String,
    inquiry_id: String,
    name: String,
    ts: i64,
    status: String,
    message: String,
    department_id: Option<String>,
    queued_at: Option<i64>,
    taken_at: Option<i64>,
    default_agent_json: Option<String>,
    other_json: String,
    updated_at: i64,
    version: i64,
}

/// What nobody looks for.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Other {
    #[serde(rename = "v")]
    visitor: VisitorSnapshot,
    source: Source,
    priority_weight: i64,
    estimated_waiting_time: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_message: Option<Message>,
}

impl Other {
    fn text(inquiry: &Inquiry) -> Result<String, StoreError> {
        json::write(&Self {
            visitor: inquiry.visitor.clone(),
            source: inquiry.source.clone(),
            priority_weight: inquiry.priority_weight,
            estimated_waiting_time: inquiry.estimated_waiting_time,
            last_message: inquiry.last_message.clone(),
        })
    }
}

impl InquiryRow {
    fn into_inquiry(self) -> Result<Inquiry, StoreError> {
        let id = self.inquiry_id;
        let other: Other = json::read(WHAT, &id, &self.other_json)?;
        let unknown = || corrupt(WHAT, &id, format!("unknown status {}", self.status));
        let status = InquiryStatus::parse(&self.status).ok_or_else(unknown)?;
        Ok(Inquiry {
            room_id: self.room_id.into(),
            name: self.name,
            ts: Timestamp::from_millis(self.ts),
            message: self.message,
            status,
            visitor: other.visitor,
            department: self.department_id,
            source: other.source,
            priority_weight: other.priority_weight,
            estimated_waiting_time: other.estimated_waiting_time,
            queued_at: self.queued_at.map(Timestamp::from_millis),
            taken_at: self.taken_at.map(Timestamp::from_millis),
            default_agent: json::read_some(WHAT, &id, self.default_agent_json.as_deref())?,
            last_message: other.last_message,
            updated_at: Timestamp::from_millis(self.updated_at),
            version: Version::new(self.version),
            id,
        })
    }
}

/// A checked query for rows of `inquiries` (as `i`); the statement goes on with its `from` clause.
macro_rules! select_inquiry {
    ($tail:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            InquiryRow,
            r#"select
                i.room_id as "room_id!",
                i.inquiry_id as "inquiry_id!",
                i.name as "name!",
                i.ts as "ts!",
                i.status as "status!",
                i.message as "message!",
                i.department_id as "department_id?",
                i.queued_at as "queued_at?",
                i.taken_at as "taken_at?",
                i.default_agent_json as "default_agent_json?",
                i.other_json as "other_json!",
                i.updated_at as "updated_at!",
                i.version as "version!"
            "# + $tail
            $(, $argument)*
        )
    };
}

#[async_trait]
impl InquiryRepository for SqliteTransaction {
    async fn find(&mut self, id: &str) -> Result<Option<Inquiry>, StoreError> {
        let query = select_inquiry!(
            "from inquiry_ids k
            join inquiries i on i.room_id = k.room_id
            where k.inquiry_id = $1
                and i.inquiry_id = $1",
            id
        );
        self.optional(query).await?.map(InquiryRow::into_inquiry).transpose()
    }

    async fn find_by_room(&mut self, room: &RoomId) -> Result<Option<Inquiry>, StoreError> {
        let query = select_inquiry!(
            "from inquiries i
            where i.room_id = $1",
            room.as_str()
        );
        self.optional(query).await?.map(InquiryRow::into_inquiry).transpose()
    }

    async fn list_queued(&mut self, filter: &QueueFilter, page: Page) -> Result<QueuePage, StoreError> {
        let rows: Vec<InquiryRow> = self.listed(&mut select_queue(filter, page)?).await?;
        let total = match page.total(rows.len()) {
            Some(total) => total,
            None => self.counted(&mut count_queue(filter)?).await?,
        };
        let inquiries = rows.into_iter().map(InquiryRow::into_inquiry).collect::<Result<_, _>>()?;
        Ok(QueuePage { inquiries, total })
    }

    async fn add(&mut self, inquiry: &Inquiry) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "insert into inquiry_ids (
                inquiry_id,
                room_id
            )
            values ($1, $2)
            on conflict (inquiry_id) do nothing",
            inquiry.id,
            inquiry.room_id.as_str()
        );
        if self.execute(query).await? == 0 {
            return Err(StoreError::Conflict(Constraint::Id));
        }
        let query = sqlx::query!(
            "insert into inquiries (
                room_id,
                inquiry_id,
                name,
                ts,
                status,
                message,
                department_id,
                queued_at,
                taken_at,
                default_agent_json,
                other_json,
                updated_at,
                version
            )
            select
                r.room_id,
                $2,
                $3,
                $4,
                $5,
                $6,
                $7,
                $8,
                $9,
                $10,
                $11,
                $12,
                $13
            from rooms r
            where r.room_id = $1
            on conflict (room_id) do nothing",
            inquiry.room_id.as_str(),
            inquiry.id,
            inquiry.name,
            inquiry.ts.as_millis(),
            inquiry.status.as_str(),
            inquiry.message,
            inquiry.department,
            inquiry.queued_at.map(Timestamp::as_millis),
            inquiry.taken_at.map(Timestamp::as_millis),
            json::write_some(inquiry.default_agent.as_ref())?,
            Other::text(inquiry)?,
            inquiry.updated_at.as_millis(),
            inquiry.version.number()
        );
        if self.execute(query).await? > 0 {
            return Ok(());
        }
        let query = sqlx::query!("delete from inquiry_ids where inquiry_id = $1", inquiry.id);
        self.execute(query).await?;
        let taken = self.find_by_room(&inquiry.room_id).await?.is_some();
        Err(StoreError::Conflict(if taken { Constraint::Inquiry } else { Constraint::Reference }))
    }

    async fn update(&mut self, inquiry: &Inquiry) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "update inquiries
            set
                name = $3,
                ts = $4,
                status = $5,
                message = $6,
                department_id = $7,
                queued_at = $8,
                taken_at = $9,
                default_agent_json = $10,
                other_json = $11,
                updated_at = $12,
                version = $13
            where room_id = $1
                and inquiry_id = $2
                and version = $14",
            inquiry.room_id.as_str(),
            inquiry.id,
            inquiry.name,
            inquiry.ts.as_millis(),
            inquiry.status.as_str(),
            inquiry.message,
            inquiry.department,
            inquiry.queued_at.map(Timestamp::as_millis),
            inquiry.taken_at.map(Timestamp::as_millis),
            json::write_some(inquiry.default_agent.as_ref())?,
            Other::text(inquiry)?,
            inquiry.updated_at.as_millis(),
            inquiry.version.next().number(),
            inquiry.version.number()
        );
        if self.execute(query).await? == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    async fn remove(&mut self, room: &RoomId) -> Result<bool, StoreError> {
        let query = sqlx::query!(
            "delete from inquiry_ids
            where inquiry_id in (
                select i.inquiry_id
                from inquiries i
                where i.room_id = $1
            )",
            room.as_str()
        );
        self.execute(query).await?;
        let query = sqlx::query!("delete from inquiries where room_id = $1", room.as_str());
        Ok(self.execute(query).await? > 0)
    }
}

fn select_queue(filter: &QueueFilter, page: Page) -> Result<QueryBuilder<Sqlite>, StoreError> {
    let mut query = QueryBuilder::new(
        "select
            i.room_id,
            i.inquiry_id,
            i.name,
            i.ts,
            i.status,
            i.message,
            i.department_id,
            i.queued_at,
            i.taken_at,
            i.default_agent_json,
            i.other_json,
            i.updated_at,
            i.version",
    );
    push_queue(&mut query, filter)?;
    query.push(" order by i.ts, i.room_id");
    push_page(&mut query, page);
    Ok(query)
}

fn count_queue(filter: &QueueFilter) -> Result<QueryBuilder<Sqlite>, StoreError> {
    let mut query = QueryBuilder::new("select count(*)");
    push_queue(&mut query, filter)?;
    Ok(query)
}

fn push_queue(query: &mut QueryBuilder<Sqlite>, filter: &QueueFilter) -> Result<(), StoreError> {
    query.push(" from inquiries i where i.status = 'queued'");
    match filter {
        QueueFilter::All => {}
        QueueFilter::Department(department) => {
            query.push(" and i.department_id = ").push_bind(department.as_str().to_owned());
        }
        QueueFilter::Agent(departments) => {
            let departments: Vec<&str> = departments.iter().map(DepartmentId::as_str).collect();
            query.push(" and (i.department_id is null or i.department_id in (select value from json_each(");
            query.push_bind(json::write(&departments)?).push(")))");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Plans;

    #[tokio::test]
    async fn the_queue_is_found_by_an_index_and_in_its_order() {
        let plans = Plans::new().await;
        for (filter, index) in [
            (QueueFilter::All, "inquiries_queue"),
            (QueueFilter::Department("d1".into()), "inquiries_by_department"),
            (QueueFilter::Agent(vec!["d1".into()]), "inquiries_queue"),
        ] {
            let page = Page { offset: 0, limit: Some(10) };
            for query in [select_queue(&filter, page).unwrap(), count_queue(&filter).unwrap()] {
                let steps = plans.steps(&query).await;
                assert!(steps[0].starts_with("SEARCH i USING") && steps[0].contains(index), "{steps:?}");
                assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
            }
        }
    }
}
