//! Conversations: rooms with what belongs to them, and the key tables that find them.

use async_trait::async_trait;
use omnicontact_domain::contact::{Association, Source};
use omnicontact_domain::conversation::{
    ClosedConversation, Closer, Conversation, ConversationValues, HistoryOrder, RoomOrder,
};
use omnicontact_domain::department::DepartmentId;
use omnicontact_domain::id::{ContactId, RoomId, UserId, VisitorId};
use omnicontact_domain::page::Page;
use omnicontact_domain::search::normal_form;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::version::Version;
use omnicontact_ports::{
    ConversationRepository, HistoryFilter, HistoryPage, RoomFilter, RoomPage, StoreError,
};
use sqlx::FromRow;

use crate::error::corrupt;
use crate::json;
use crate::pages::{count_history, select_history};
use crate::room_pages::{count_rooms, select_rooms};
use crate::room_row::{RoomRow, folded, select_room};
use crate::transaction::PgTransaction;

#[async_trait]
impl ConversationRepository for PgTransaction {
    async fn find(&mut self, id: &RoomId) -> Result<Option<Conversation>, StoreError> {
        let query = select_room!(
            "from rooms r
            where r.room_id = $1",
            id.as_str()
        );
        self.optional(query).await?.map(RoomRow::into_conversation).transpose()
    }

    async fn lock(&mut self, id: &RoomId) -> Result<Option<Conversation>, StoreError> {
        let query = select_room!(
            "from rooms r
            where r.room_id = $1
            for update",
            id.as_str()
        );
        self.optional(query).await?.map(RoomRow::into_conversation).transpose()
    }

    async fn find_open(&mut self, visitor: &VisitorId) -> Result<Option<Conversation>, StoreError> {
        let query = select_room!(
            "from open_rooms k
            join rooms r on r.room_id = k.room_id
            where k.visitor_id = $1",
            visitor.as_str()
        );
        self.optional(query).await?.map(RoomRow::into_conversation).transpose()
    }

    async fn list_page(
        &mut self,
        filter: &RoomFilter,
        order: &[(RoomOrder, Direction)],
        page: Page,
    ) -> Result<RoomPage, StoreError> {
        let mut statement = select_rooms(filter, order, page);
        let rows = statement.build_query_as::<RoomRow>().fetch_all(self.unprepared_wire()).await;
        let rows = rows.map_err(|error| self.fail(error))?;
        let total = match page.total(rows.len()) {
            Some(total) => total,
            None => self.count(count_rooms(filter)).await?,
        };
        let conversations = rows.into_iter().map(RoomRow::into_conversation).collect::<Result<_, _>>()?;
        Ok(RoomPage { conversations, total })
    }

    async fn count_open_by_agent(&mut self, agents: &[UserId]) -> Result<Vec<(UserId, u64)>, StoreError> {
        let agents: Vec<&str> = agents.iter().map(UserId::as_str).collect();
        let query = sqlx::query!(
            r#"select
                r.served_by_id as "agent!",
                count(*) as "conversations!: i64"
            from rooms r
            where r.open
                and r.served_by_id = any($1::text[])
            group by r.served_by_id"#,
            &agents as &[&str]
        );
        let rows = self.all(query).await?;
        rows.into_iter()
            .map(|row| {
                let count = u64::try_from(row.conversations);
                Ok((row.agent.into(), count.map_err(|error| StoreError::Backend(error.into()))?))
            })
            .collect()
    }

    async fn list_sources(&mut self) -> Result<Vec<Source>, StoreError> {
        self.sources().await
    }

    async fn list_unanswered(
        &mut self,
        taken_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<RoomId>, StoreError> {
        let query = sqlx::query!(
            r#"select r.room_id as "room_id!"
            from rooms r
            where r.unanswered_since <= $1
            order by
                r.unanswered_since,
                r.room_id
            limit $2"#,
            taken_until.as_millis(),
            i64::from(limit)
        );
        Ok(self.all(query).await?.into_iter().map(|row| row.room_id.into()).collect())
    }

    async fn add(&mut self, conversation: &Conversation) -> Result<(), StoreError> {
        self.add_room(conversation).await
    }

    async fn update(&mut self, conversation: &Conversation) -> Result<(), StoreError> {
        self.update_room(conversation).await
    }

    async fn link_channel(
        &mut self,
        channel: &Association,
        contact: &ContactId,
        name: &str,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let query = sqlx::query!(
            r#"select r.room_id as "room_id!"
            from visitor_rooms k
            join rooms r on r.room_id = k.room_id
            where k.visitor_id = $1
                and r.source_kind = $2
                and r.source_id = $3
            order by r.room_id
            for update of r"#,
            channel.visitor_id.as_str(),
            channel.source_type,
            channel.source_id.as_deref().unwrap_or_default()
        );
        let rooms: Vec<String> = self.all(query).await?.into_iter().map(|row| row.room_id).collect();
        self.move_rooms(&rooms, contact, Some(name), now).await
    }

    async fn repoint_contact(
        &mut self,
        from: &ContactId,
        to: &ContactId,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let query = sqlx::query!(
            r#"select r.room_id as "room_id!"
            from contact_rooms k
            join rooms r on r.room_id = k.room_id
            where k.contact_id = $1
            order by r.room_id
            for update of r"#,
            from.as_str()
        );
        let rooms: Vec<String> = self.all(query).await?.into_iter().map(|row| row.room_id).collect();
        self.move_rooms(&rooms, to, None, now).await
    }

    async fn release_department(
        &mut self,
        department: &DepartmentId,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let query = sqlx::query!(
            "update rooms
            set
                department_id = null,
                updated_at = $2,
                version = version + 1
            where department_id = $1",
            department.as_str(),
            now.as_millis()
        );
        let rooms = self.execute(query).await?;
        let query = sqlx::query!(
            "update inquiries
            set
                department_id = null,
                updated_at = $2,
                version = version + 1
            where department_id = $1",
            department.as_str(),
            now.as_millis()
        );
        self.execute(query).await?;
        Ok(rooms)
    }

    async fn remove(&mut self, id: &RoomId) -> Result<bool, StoreError> {
        let found = self.lock(id).await?.is_some();
        if found {
            self.remove_rooms(&[id.as_str().to_owned()]).await?;
        }
        Ok(found)
    }

    async fn find_open_by_contact(&mut self, contact: &ContactId) -> Result<Option<RoomId>, StoreError> {
        let query = sqlx::query!(
            "select k.room_id
            from contact_rooms k
            join rooms r on r.room_id = k.room_id
            where k.contact_id = $1
                and k.closed_at is null
                and r.open
            order by k.room_id
            limit 1",
            contact.as_str()
        );
        Ok(self.optional(query).await?.map(|row| row.room_id.into()))
    }

    async fn find_open_by_visitor(&mut self, visitor: &VisitorId) -> Result<Option<RoomId>, StoreError> {
        let query = sqlx::query!(
            "select k.room_id
            from open_rooms k
            where k.visitor_id = $1",
            visitor.as_str()
        );
        Ok(self.optional(query).await?.map(|row| row.room_id.into()))
    }

    async fn list_history(
        &mut self,
        filter: &HistoryFilter,
        order: &[(HistoryOrder, Direction)],
        page: Page,
    ) -> Result<HistoryPage, StoreError> {
        let mut statement = select_history(filter, order, page);
        let rows = statement.build_query_as::<HistoryRow>().fetch_all(self.unprepared_wire()).await;
        let rows = rows.map_err(|error| self.fail(error))?;
        let total = match page.total(rows.len()) {
            Some(total) => total,
            None => self.count(count_history(filter)).await?,
        };
        let conversations = rows.into_iter().map(HistoryRow::into_conversation).collect::<Result<_, _>>()?;
        Ok(HistoryPage { conversations, total })
    }

    async fn rename(
        &mut self,
        contact: &ContactId,
        visitors: &[VisitorId],
        name: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let visitors: Vec<&str> = visitors.iter().map(VisitorId::as_str).collect();
        let query = sqlx::query!(
            "with renamed as (
                update rooms
                set
                    fname = $3,
                    name_text = $5,
                    updated_at = $4,
                    version = version + 1
                where room_id = any(
                    array(
                        select k.room_id
                        from contact_rooms k
                        where k.contact_id = $1
                    )
                )
            ), inquired as (
                update inquiries
                set
                    name = $3,
                    updated_at = $4,
                    version = version + 1
                where room_id = any(
                    array(
                        select k.room_id
                        from visitor_rooms k
                        where k.visitor_id = any($2::text[])
                    )
                )
            )
            update subscriptions
            set
                name = $3,
                fname = $3,
                updated_at = $4
            where room_id = any(
                array(
                    select k.room_id
                    from visitor_rooms k
                    where k.visitor_id = any($2::text[])
                )
            )",
            contact.as_str(),
            &visitors as &[&str],
            name,
            now.as_millis(),
            normal_form(name)
        );
        self.execute(query).await?;
        Ok(())
    }

    async fn rename_open(
        &mut self,
        visitor: &VisitorId,
        name: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "with renamed as (
                update rooms
                set
                    fname = $2,
                    name_text = $4,
                    updated_at = $3,
                    version = version + 1
                where room_id = any(array(select k.room_id from open_rooms k where k.visitor_id = $1))
            ), inquired as (
                update inquiries
                set
                    name = $2,
                    updated_at = $3,
                    version = version + 1
                where room_id = any(array(select k.room_id from open_rooms k where k.visitor_id = $1))
            )
            update subscriptions
            set
                name = $2,
                fname = $2,
                updated_at = $3
            where room_id = any(array(select k.room_id from open_rooms k where k.visitor_id = $1))",
            visitor.as_str(),
            name,
            now.as_millis(),
            normal_form(name)
        );
        self.execute(query).await?;
        Ok(())
    }

    async fn remove_by_visitor(&mut self, visitor: &VisitorId) -> Result<(), StoreError> {
        // Held first, by a statement of its own: what was added to them meanwhile is seen by the next one.
        let query = sqlx::query!(
            "select r.room_id
            from rooms r
            where r.room_id = any(
                array(
                    select k.room_id
                    from visitor_rooms k
                    where k.visitor_id = $1
                )
            )
            order by r.room_id
            for update",
            visitor.as_str()
        );
        let rooms: Vec<String> = self.all(query).await?.into_iter().map(|row| row.room_id).collect();
        self.remove_rooms(&rooms).await
    }

    async fn remove_by_contact(&mut self, contact: &ContactId) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "select r.room_id
            from rooms r
            where r.room_id = any(
                array(
                    select k.room_id
                    from contact_rooms k
                    where k.contact_id = $1
                )
            )
            order by r.room_id
            for update",
            contact.as_str()
        );
        let rooms: Vec<String> = self.all(query).await?.into_iter().map(|row| row.room_id).collect();
        self.remove_rooms(&rooms).await
    }

    async fn list_open_values(&mut self, visitor: &VisitorId) -> Result<Vec<ConversationValues>, StoreError> {
        let query = sqlx::query!(
            "select
                r.room_id,
                r.livechat_data_json,
                r.version
            from open_rooms k
            join rooms r on r.room_id = k.room_id
            where k.visitor_id = $1
                and r.open
            order by r.room_id",
            visitor.as_str()
        );
        let rows = self.all(query).await?;
        rows.into_iter()
            .map(|row| {
                Ok(ConversationValues {
                    values: json::read_some("room", &row.room_id, row.livechat_data_json.as_deref())?,
                    room_id: row.room_id.into(),
                    version: Version::new(row.version),
                })
            })
            .collect()
    }

    async fn update_values(&mut self, values: &ConversationValues, now: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "update rooms
            set
                livechat_data_json = $3,
                values_json = $6,
                updated_at = $4,
                version = $5
            where room_id = $1
                and version = $2",
            values.room_id.as_str(),
            values.version.number(),
            json::write_some(values.values.as_ref())?,
            now.as_millis(),
            values.version.next().number(),
            folded(values.values.as_ref())?
        );
        match self.execute(query).await? {
            0 => Err(StoreError::Stale),
            _ => Ok(()),
        }
    }
}

impl PgTransaction {
    /// Removes conversations that this transaction holds. Messages, inquiries and subscriptions go with their
    /// room, by their foreign keys; what finds them goes here.
    async fn remove_rooms(&mut self, rooms: &[String]) -> Result<(), StoreError> {
        if rooms.is_empty() {
            return Ok(());
        }
        let query = sqlx::query!(
            "with inquiries_gone as (
                delete from inquiry_ids
                where inquiry_id = any(
                    array(
                        select i.inquiry_id
                        from inquiries i
                        where i.room_id = any($1::text[])
                    )
                )
            ), subscriptions_gone as (
                delete from user_subscriptions
                where user_id = any(
                    array(
                        select s.user_id
                        from subscriptions s
                        where s.room_id = any($1::text[])
                    )
                )
                    and room_id = any($1::text[])
            ), open_gone as (
                delete from open_rooms
                where visitor_id = any(
                    array(
                        select r.visitor_id
                        from rooms r
                        where r.room_id = any($1::text[])
                    )
                )
                    and room_id = any($1::text[])
            ), by_contact_gone as (
                delete from contact_rooms
                where contact_id = any(
                    array(
                        select r.contact_id
                        from rooms r
                        where r.room_id = any($1::text[])
                            and r.contact_id is not null
                    )
                )
                    and room_id = any($1::text[])
            ), by_visitor_gone as (
                delete from visitor_rooms
                where visitor_id = any(
                    array(
                        select r.visitor_id
                        from rooms r
                        where r.room_id = any($1::text[])
                    )
                )
                    and room_id = any($1::text[])
            )
            delete from rooms
            where room_id = any($1::text[])",
            rooms
        );
        self.execute(query).await?;
        Ok(())
    }
}

/// A closed conversation.
#[derive(FromRow)]
struct HistoryRow {
    room_id: String,
    fname: String,
    ts: i64,
    visitor_json: String,
    messages_count: i64,
    served_by_json: Option<String>,
    closed_at: i64,
    closed_by_json: Option<String>,
    closer: Option<String>,
    tags_json: Option<String>,
    source_json: String,
    last_message_json: Option<String>,
    verified: bool,
}

impl HistoryRow {
    fn into_conversation(self) -> Result<ClosedConversation, StoreError> {
        let id = self.room_id;
        let closer = match self.closer {
            None => None,
            Some(closer) => {
                let parsed = Closer::parse(&closer);
                Some(parsed.ok_or_else(|| corrupt("room", &id, format!("no such closer: {closer}")))?)
            }
        };
        let messages = u64::try_from(self.messages_count).map_err(|error| corrupt("room", &id, error))?;
        Ok(ClosedConversation {
            fname: self.fname,
            ts: Timestamp::from_millis(self.ts),
            visitor: json::read("room", &id, &self.visitor_json)?,
            messages,
            served_by: json::read_some("room", &id, self.served_by_json.as_deref())?,
            closed_at: Timestamp::from_millis(self.closed_at),
            closed_by: json::read_some("room", &id, self.closed_by_json.as_deref())?,
            closer,
            tags: json::read_some("room", &id, self.tags_json.as_deref())?,
            source: json::read("room", &id, &self.source_json)?,
            last_message: json::read_some("room", &id, self.last_message_json.as_deref())?,
            verified: self.verified,
            room_id: id.into(),
        })
    }
}
