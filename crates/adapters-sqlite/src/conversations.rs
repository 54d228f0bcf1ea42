//! Conversations: rooms with what belongs to them, and the key tables that find them.

mod history;
pub(crate) mod pages;
pub(crate) mod row;
mod sources;
mod writes;

use async_trait::async_trait;
use omnicontact_domain::contact::{Association, Source};
use omnicontact_domain::conversation::{Conversation, ConversationValues, HistoryOrder, RoomOrder};
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
use sqlx::SqliteConnection;

use crate::conversations::row::{RoomRow, folded, select_room};
use crate::error::store_error;
use crate::json;
use crate::transaction::{SqliteTransaction, run};

#[async_trait]
impl ConversationRepository for SqliteTransaction {
    async fn find(&mut self, id: &RoomId) -> Result<Option<Conversation>, StoreError> {
        let query = select_room!(
            "from rooms r
            where r.room_id = $1",
            id.as_str()
        );
        self.optional(query).await?.map(RoomRow::into_conversation).transpose()
    }

    async fn lock(&mut self, id: &RoomId) -> Result<Option<Conversation>, StoreError> {
        // Whoever writes is alone.
        self.find(id).await
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
        let mut statement = pages::select_rooms(filter, order, page)?;
        let rows: Vec<RoomRow> = self.listed(&mut statement).await?;
        let total = match page.total(rows.len()) {
            Some(total) => total,
            None => self.counted(&mut pages::count_rooms(filter)?).await?,
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
            where r.open = 1
                and r.served_by_id in (select value from json_each($1))
            group by r.served_by_id"#,
            json::write(&agents)?
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
            order by r.room_id"#,
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
            order by r.room_id"#,
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
        let contact = contact.as_str();
        let found = sqlx::query_scalar!(
            "select k.room_id
            from contact_rooms k
            join rooms r on r.room_id = k.room_id
            where k.contact_id = ?
                and k.closed_at is null
                and r.open = 1
            order by k.room_id
            limit 1",
            contact
        )
        .fetch_optional(self.connection())
        .await
        .map_err(store_error)?;
        Ok(found.map(Into::into))
    }

    async fn find_open_by_visitor(&mut self, visitor: &VisitorId) -> Result<Option<RoomId>, StoreError> {
        let visitor = visitor.as_str();
        let found = sqlx::query_scalar!("select room_id from open_rooms where visitor_id = ?", visitor)
            .fetch_optional(self.connection())
            .await
            .map_err(store_error)?;
        Ok(found.map(Into::into))
    }

    async fn list_history(
        &mut self,
        filter: &HistoryFilter,
        order: &[(HistoryOrder, Direction)],
        page: Page,
    ) -> Result<HistoryPage, StoreError> {
        history::list(self.connection(), filter, order, page).await
    }

    async fn rename(
        &mut self,
        contact: &ContactId,
        visitors: &[VisitorId],
        name: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let contact = contact.as_str();
        let visitors_json = json::write(&visitors.iter().map(VisitorId::as_str).collect::<Vec<_>>())?;
        let updated_at = now.as_millis();
        let name_text = normal_form(name);
        let connection = self.connection();
        let query = sqlx::query!(
            "update rooms
            set fname = ?,
                name_text = ?,
                updated_at = ?,
                version = version + 1
            where room_id in (select k.room_id from contact_rooms k where k.contact_id = ?)",
            name,
            name_text,
            updated_at,
            contact
        );
        run(&mut *connection, query).await?;
        let query = sqlx::query!(
            "update inquiries
            set name = ?,
                updated_at = ?,
                version = version + 1
            where room_id in (
                select k.room_id
                from visitor_rooms k
                where k.visitor_id in (select value from json_each(?))
            )",
            name,
            updated_at,
            visitors_json
        );
        run(&mut *connection, query).await?;
        let query = sqlx::query!(
            "update subscriptions
            set name = ?,
                fname = ?,
                updated_at = ?
            where room_id in (
                select k.room_id
                from visitor_rooms k
                where k.visitor_id in (select value from json_each(?))
            )",
            name,
            name,
            updated_at,
            visitors_json
        );
        run(connection, query).await?;
        Ok(())
    }

    async fn rename_open(
        &mut self,
        visitor: &VisitorId,
        name: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(room) = self.find_open_by_visitor(visitor).await? else { return Ok(()) };
        let room = room.as_str();
        let updated_at = now.as_millis();
        let name_text = normal_form(name);
        let connection = self.connection();
        let query = sqlx::query!(
            "update rooms
            set fname = ?,
                name_text = ?,
                updated_at = ?,
                version = version + 1
            where room_id = ?",
            name,
            name_text,
            updated_at,
            room
        );
        run(&mut *connection, query).await?;
        let query = sqlx::query!(
            "update inquiries
            set name = ?,
                updated_at = ?,
                version = version + 1
            where room_id = ?",
            name,
            updated_at,
            room
        );
        run(&mut *connection, query).await?;
        let query = sqlx::query!(
            "update subscriptions
            set name = ?,
                fname = ?,
                updated_at = ?
            where room_id = ?",
            name,
            name,
            updated_at,
            room
        );
        run(connection, query).await?;
        Ok(())
    }

    async fn remove_by_visitor(&mut self, visitor: &VisitorId) -> Result<(), StoreError> {
        let visitor = visitor.as_str();
        let rooms = sqlx::query_scalar!("select room_id from visitor_rooms where visitor_id = ?", visitor)
            .fetch_all(self.connection())
            .await
            .map_err(store_error)?;
        self.remove_rooms(&rooms).await
    }

    async fn remove_by_contact(&mut self, contact: &ContactId) -> Result<(), StoreError> {
        let contact = contact.as_str();
        let rooms = sqlx::query_scalar!("select room_id from contact_rooms where contact_id = ?", contact)
            .fetch_all(self.connection())
            .await
            .map_err(store_error)?;
        self.remove_rooms(&rooms).await
    }

    async fn list_open_values(&mut self, visitor: &VisitorId) -> Result<Vec<ConversationValues>, StoreError> {
        let visitor = visitor.as_str();
        let rows = sqlx::query!(
            "select
                r.room_id,
                r.livechat_data_json,
                r.version
            from visitor_rooms k
            join rooms r on r.room_id = k.room_id
            where k.visitor_id = ?
                and r.open = 1
            order by r.room_id",
            visitor
        )
        .fetch_all(self.connection())
        .await
        .map_err(store_error)?;
        rows.into_iter()
            .map(|row| {
                let values =
                    json::read_some("conversation", &row.room_id, row.livechat_data_json.as_deref())?;
                Ok(ConversationValues {
                    room_id: row.room_id.into(),
                    values,
                    version: Version::new(row.version),
                })
            })
            .collect()
    }

    async fn update_values(&mut self, values: &ConversationValues, now: Timestamp) -> Result<(), StoreError> {
        let id = values.room_id.as_str();
        let values_json = json::write_some(values.values.as_ref())?;
        let folded_json = folded(values.values.as_ref())?;
        let updated_at = now.as_millis();
        let version = values.version.number();
        let next_version = values.version.next().number();
        let query = sqlx::query!(
            "update rooms
            set livechat_data_json = ?,
                values_json = ?,
                updated_at = ?,
                version = ?
            where room_id = ?
                and version = ?",
            values_json,
            folded_json,
            updated_at,
            next_version,
            id,
            version
        );
        if run(self.connection(), query).await? == 0 { Err(StoreError::Stale) } else { Ok(()) }
    }
}

impl SqliteTransaction {
    /// Removes rooms with everything that belongs to them, all of it or nothing.
    async fn remove_rooms(&mut self, rooms: &[String]) -> Result<(), StoreError> {
        let rooms_json = json::write(rooms)?;
        let mut savepoint = self.savepoint().await?;
        remove_keys(&mut savepoint, &rooms_json).await?;
        // Messages, inquiries and subscriptions go with it, by foreign keys.
        let query =
            sqlx::query!("delete from rooms where room_id in (select value from json_each(?))", rooms_json);
        run(&mut savepoint, query).await?;
        savepoint.commit().await.map_err(store_error)
    }
}

/// Removes what finds these rooms. Their own rows name the keys.
async fn remove_keys(connection: &mut SqliteConnection, rooms_json: &str) -> Result<(), StoreError> {
    let query = sqlx::query!(
        "delete from inquiry_ids
        where inquiry_id in (
            select i.inquiry_id
            from inquiries i
            where i.room_id in (select value from json_each(?))
        )",
        rooms_json
    );
    run(&mut *connection, query).await?;
    let query = sqlx::query!(
        "delete from user_subscriptions
        where (user_id, room_id) in (
            select
                s.user_id,
                s.room_id
            from subscriptions s
            where s.room_id in (select value from json_each(?))
        )",
        rooms_json
    );
    run(&mut *connection, query).await?;
    let query = sqlx::query!(
        "delete from open_rooms
        where visitor_id in (
            select r.visitor_id
            from rooms r
            where r.room_id in (select value from json_each(?))
        )
            and room_id in (select value from json_each(?))",
        rooms_json,
        rooms_json
    );
    run(&mut *connection, query).await?;
    let query = sqlx::query!(
        "delete from visitor_rooms
        where (visitor_id, room_id) in (
            select
                r.visitor_id,
                r.room_id
            from rooms r
            where r.room_id in (select value from json_each(?))
        )",
        rooms_json
    );
    run(&mut *connection, query).await?;
    let query = sqlx::query!(
        "delete from contact_rooms
        where (contact_id, room_id) in (
            select
                r.contact_id,
                r.room_id
            from rooms r
            where r.room_id in (select value from json_each(?))
        )",
        rooms_json
    );
    run(connection, query).await?;
    Ok(())
}
