//! Messages of conversations.

use async_trait::async_trait;
use omnicontact_domain::conversation::{Edited, Message};
use omnicontact_domain::id::RoomId;
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{Constraint, MessageFilter, MessagePage, MessageRepository, StoreError};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, QueryBuilder, Sqlite};

use crate::json;
use crate::page::push_page;
use crate::transaction::SqliteTransaction;

const WHAT: &str = "message";

/// A row of `messages`.
#[derive(FromRow)]
struct MessageRow {
    room_id: String,
    message_id: String,
    ts: i64,
    kind: Option<String>,
    body: String,
    author_json: String,
    other_json: String,
    updated_at: i64,
}

/// What nobody looks for.
#[derive(Serialize, Deserialize)]
struct Other {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alias: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    edited: Option<Edited>,
}

impl Other {
    fn text(message: &Message) -> Result<String, StoreError> {
        json::write(&Self { alias: message.alias.clone(), edited: message.edited.clone() })
    }
}

impl MessageRow {
    fn into_message(self) -> Result<Message, StoreError> {
        let id = self.message_id;
        let other: Other = json::read(WHAT, &id, &self.other_json)?;
        Ok(Message {
            room_id: self.room_id.into(),
            kind: self.kind,
            body: self.body,
            author: json::read(WHAT, &id, &self.author_json)?,
            alias: other.alias,
            edited: other.edited,
            ts: Timestamp::from_millis(self.ts),
            updated_at: Timestamp::from_millis(self.updated_at),
            id,
        })
    }
}

#[async_trait]
impl MessageRepository for SqliteTransaction {
    async fn find(&mut self, room: &RoomId, id: &str) -> Result<Option<Message>, StoreError> {
        let query = sqlx::query_as!(
            MessageRow,
            r#"select
                m.room_id as "room_id!",
                m.message_id as "message_id!",
                m.ts as "ts!",
                m.kind as "kind?",
                m.body as "body!",
                m.author_json as "author_json!",
                m.other_json as "other_json!",
                m.updated_at as "updated_at!"
            from messages m
            where m.room_id = $1
                and m.message_id = $2"#,
            room.as_str(),
            id
        );
        self.optional(query).await?.map(MessageRow::into_message).transpose()
    }

    async fn list_page(
        &mut self,
        filter: &MessageFilter,
        direction: Direction,
        page: Page,
    ) -> Result<MessagePage, StoreError> {
        let rows: Vec<MessageRow> = self.listed(&mut select_messages(filter, direction, page)).await?;
        let total = match page.total(rows.len()) {
            Some(total) => total,
            None => self.counted(&mut count_messages(filter)).await?,
        };
        let messages = rows.into_iter().map(MessageRow::into_message).collect::<Result<_, _>>()?;
        Ok(MessagePage { messages, total })
    }

    async fn find_newest(&mut self, room: &RoomId) -> Result<Option<Message>, StoreError> {
        let query = sqlx::query_as!(
            MessageRow,
            r#"select
                m.room_id as "room_id!",
                m.message_id as "message_id!",
                m.ts as "ts!",
                m.kind as "kind?",
                m.body as "body!",
                m.author_json as "author_json!",
                m.other_json as "other_json!",
                m.updated_at as "updated_at!"
            from messages m
            where m.room_id = $1
                and m.kind is null
            order by
                m.ts desc,
                m.message_id desc
            limit 1"#,
            room.as_str()
        );
        self.optional(query).await?.map(MessageRow::into_message).transpose()
    }

    async fn add(&mut self, message: &Message) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "insert into messages (
                room_id,
                message_id,
                ts,
                kind,
                body,
                author_json,
                other_json,
                updated_at
            )
            select
                r.room_id,
                $2,
                $3,
                $4,
                $5,
                $6,
                $7,
                $8
            from rooms r
            where r.room_id = $1
            on conflict (room_id, message_id) do nothing",
            message.room_id.as_str(),
            message.id,
            message.ts.as_millis(),
            message.kind,
            message.body,
            json::write(&message.author)?,
            Other::text(message)?,
            message.updated_at.as_millis()
        );
        if self.execute(query).await? > 0 {
            return Ok(());
        }
        let taken = self.find(&message.room_id, &message.id).await?.is_some();
        Err(StoreError::Conflict(if taken { Constraint::Id } else { Constraint::Reference }))
    }

    async fn update(&mut self, message: &Message) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "update messages
            set
                ts = $3,
                kind = $4,
                body = $5,
                author_json = $6,
                other_json = $7,
                updated_at = $8
            where room_id = $1
                and message_id = $2",
            message.room_id.as_str(),
            message.id,
            message.ts.as_millis(),
            message.kind,
            message.body,
            json::write(&message.author)?,
            Other::text(message)?,
            message.updated_at.as_millis()
        );
        if self.execute(query).await? == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }

    async fn remove(&mut self, room: &RoomId, id: &str) -> Result<bool, StoreError> {
        let query = sqlx::query!(
            "delete from messages
            where room_id = $1
                and message_id = $2",
            room.as_str(),
            id
        );
        Ok(self.execute(query).await? > 0)
    }
}

fn select_messages(filter: &MessageFilter, direction: Direction, page: Page) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(
        "select
            m.room_id,
            m.message_id,
            m.ts,
            m.kind,
            m.body,
            m.author_json,
            m.other_json,
            m.updated_at",
    );
    push_conditions(&mut query, filter);
    query.push(match direction {
        Direction::Ascending => " order by m.ts, m.message_id",
        Direction::Descending => " order by m.ts desc, m.message_id desc",
    });
    push_page(&mut query, page);
    query
}

fn count_messages(filter: &MessageFilter) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("select count(*)");
    push_conditions(&mut query, filter);
    query
}

fn push_conditions(query: &mut QueryBuilder<Sqlite>, filter: &MessageFilter) {
    let MessageFilter { room_id, kind, after, before, text } = filter;
    query.push(" from messages m where m.room_id = ").push_bind(room_id.as_str().to_owned());
    if let Some(kind) = kind {
        query.push(" and m.kind = ").push_bind(kind.clone());
    }
    if let Some(moment) = after {
        query.push(" and m.ts > ").push_bind(Timestamp::as_millis(*moment));
    }
    if let Some(moment) = before {
        query.push(" and m.ts < ").push_bind(Timestamp::as_millis(*moment));
    }
    if let Some(text) = text {
        // Not `like`: every character of the text stands for itself.
        query.push(" and instr(m.body, ").push_bind(text.clone()).push(") > 0");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::Plans;

    #[tokio::test]
    async fn messages_are_found_by_their_conversation_and_in_their_order() {
        let plans = Plans::new().await;
        let all = || MessageFilter::of("r1".into());
        let then = Some(Timestamp::from_millis(5));
        for filter in [all(), MessageFilter { after: then, before: then, ..all() }] {
            for direction in [Direction::Ascending, Direction::Descending] {
                let page = Page { offset: 0, limit: Some(10) };
                for query in [select_messages(&filter, direction, page), count_messages(&filter)] {
                    let steps = plans.steps(&query).await;
                    assert!(steps[0].starts_with("SEARCH m USING"), "{steps:?}");
                    assert_eq!(steps.len(), 1, "{steps:?}");
                }
            }
        }
    }
}
