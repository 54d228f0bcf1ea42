//! Conversations: rooms with what belongs to them, and the key tables that find them.

mod history;

use async_trait::async_trait;
use omnicontact_domain::conversation::{ConversationValues, HistoryOrder};
use omnicontact_domain::id::{ContactId, RoomId, VisitorId};
use omnicontact_domain::page::Page;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::version::Version;
use omnicontact_ports::{ConversationRepository, HistoryFilter, HistoryPage, StoreError};
use sqlx::SqliteConnection;

use crate::error::store_error;
use crate::json;
use crate::transaction::{SqliteTransaction, run};

#[async_trait]
impl ConversationRepository for SqliteTransaction {
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
        let connection = self.connection();
        let query = sqlx::query!(
            "update rooms
            set fname = ?,
                updated_at = ?,
                version = version + 1
            where room_id in (select k.room_id from contact_rooms k where k.contact_id = ?)",
            name,
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
        let connection = self.connection();
        let query = sqlx::query!(
            "update rooms
            set fname = ?,
                updated_at = ?,
                version = version + 1
            where room_id = ?",
            name,
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
        let updated_at = now.as_millis();
        let version = values.version.number();
        let next_version = values.version.next().number();
        let query = sqlx::query!(
            "update rooms
            set livechat_data_json = ?,
                updated_at = ?,
                version = ?
            where room_id = ?
                and version = ?",
            values_json,
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
