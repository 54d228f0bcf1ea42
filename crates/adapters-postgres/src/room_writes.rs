//! Writing conversations, in step with what finds them.

use omnicontact_domain::conversation::{Conversation, source_text};
use omnicontact_domain::id::ContactId;
use omnicontact_domain::search::normal_form;
use omnicontact_domain::time::Timestamp;
use omnicontact_ports::{Constraint, StoreError};

use crate::room_row::RoomColumns;
use crate::transaction::PgTransaction;

/// What finds a stored conversation.
struct Keys {
    contact_id: Option<String>,
    visitor_id: String,
    open: bool,
    closed_at: Option<i64>,
}

impl PgTransaction {
    pub(crate) async fn add_room(&mut self, room: &Conversation) -> Result<(), StoreError> {
        let columns = RoomColumns::of(room)?;
        if !self.insert_room(room, &columns).await? {
            return Err(StoreError::Conflict(Constraint::Id));
        }
        if room.is_open() && !self.claim_open(room).await? {
            let query = sqlx::query!("delete from rooms where room_id = $1", room.id.as_str());
            self.execute(query).await?;
            return Err(StoreError::Conflict(Constraint::OpenConversation));
        }
        self.add_visitor_key(room).await?;
        self.add_contact_key(room, columns.closed_at).await
    }

    pub(crate) async fn update_room(&mut self, room: &Conversation) -> Result<(), StoreError> {
        let query = sqlx::query_as!(
            Keys,
            r#"select
                r.contact_id as "contact_id?",
                r.visitor_id as "visitor_id!",
                r.open as "open!: bool",
                r.closed_at as "closed_at?"
            from rooms r
            where r.room_id = $1
                and r.version = $2
            for update of r"#,
            room.id.as_str(),
            room.version.number()
        );
        let stored = self.optional(query).await?.ok_or(StoreError::Stale)?;
        let columns = RoomColumns::of(room)?;
        let moved = stored.visitor_id != room.visitor.id.as_str();
        if room.is_open() && (moved || !stored.open) && !self.claim_open(room).await? {
            return Err(StoreError::Conflict(Constraint::OpenConversation));
        }
        if stored.open && (moved || !room.is_open()) {
            let query = sqlx::query!(
                "delete from open_rooms
                where visitor_id = $1
                    and room_id = $2",
                stored.visitor_id,
                room.id.as_str()
            );
            self.execute(query).await?;
        }
        if moved {
            let query = sqlx::query!(
                "delete from visitor_rooms
                where visitor_id = $1
                    and room_id = $2",
                stored.visitor_id,
                room.id.as_str()
            );
            self.execute(query).await?;
            self.add_visitor_key(room).await?;
        }
        let contact = room.contact_id.as_ref().map(ContactId::as_str);
        if stored.contact_id.as_deref() != contact || stored.closed_at != columns.closed_at {
            let query = sqlx::query!(
                "delete from contact_rooms
                where contact_id = $1
                    and room_id = $2",
                stored.contact_id,
                room.id.as_str()
            );
            self.execute(query).await?;
            self.add_contact_key(room, columns.closed_at).await?;
        }
        self.overwrite_room(room, &columns).await
    }

    /// Makes this the open conversation of its visitor. Returns whether there was no other one.
    async fn claim_open(&mut self, room: &Conversation) -> Result<bool, StoreError> {
        let query = sqlx::query!(
            "insert into open_rooms (
                visitor_id,
                room_id
            )
            values ($1, $2)
            on conflict (visitor_id) do nothing",
            room.visitor.id.as_str(),
            room.id.as_str()
        );
        Ok(self.execute(query).await? > 0)
    }

    async fn add_visitor_key(&mut self, room: &Conversation) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "insert into visitor_rooms (
                visitor_id,
                room_id,
                ts
            )
            values ($1, $2, $3)",
            room.visitor.id.as_str(),
            room.id.as_str(),
            room.ts.as_millis()
        );
        self.execute(query).await?;
        Ok(())
    }

    async fn add_contact_key(
        &mut self,
        room: &Conversation,
        closed_at: Option<i64>,
    ) -> Result<(), StoreError> {
        let Some(contact) = &room.contact_id else { return Ok(()) };
        let query = sqlx::query!(
            "insert into contact_rooms (
                contact_id,
                room_id,
                closed_at
            )
            values ($1, $2, $3)",
            contact.as_str(),
            room.id.as_str(),
            closed_at
        );
        self.execute(query).await?;
        Ok(())
    }

    /// Gives conversations that this transaction holds to a contact, and calls them by a name if there is one.
    pub(crate) async fn move_rooms(
        &mut self,
        rooms: &[String],
        contact: &ContactId,
        name: Option<&str>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        if rooms.is_empty() {
            return Ok(0);
        }
        let query = sqlx::query!(
            "delete from contact_rooms
            where contact_id = any(
                array(
                    select r.contact_id
                    from rooms r
                    where r.room_id = any($1::text[])
                        and r.contact_id is not null
                )
            )
                and room_id = any($1::text[])",
            &rooms
        );
        self.execute(query).await?;
        let query = sqlx::query!(
            "update rooms
            set
                contact_id = $2,
                fname = coalesce($3, fname),
                name_text = coalesce($4, name_text),
                updated_at = $5,
                version = version + 1
            where room_id = any($1::text[])",
            &rooms,
            contact.as_str(),
            name,
            name.map(normal_form),
            now.as_millis()
        );
        let moved = self.execute(query).await?;
        let query = sqlx::query!(
            "insert into contact_rooms (
                contact_id,
                room_id,
                closed_at
            )
            select
                $2::text,
                r.room_id,
                r.closed_at
            from rooms r
            where r.room_id = any($1::text[])",
            &rooms,
            contact.as_str()
        );
        self.execute(query).await?;
        Ok(moved)
    }

    /// Returns whether the id was free.
    async fn insert_room(&mut self, room: &Conversation, columns: &RoomColumns) -> Result<bool, StoreError> {
        let query = sqlx::query!(
            "insert into rooms (
                room_id,
                version,
                contact_id,
                visitor_id,
                fname,
                name_text,
                ts,
                last_message_at,
                messages_count,
                users_count,
                open,
                visitor_json,
                source_json,
                source_text,
                source_kind,
                source_id,
                served_by_json,
                served_by_id,
                department_id,
                livechat_data_json,
                values_json,
                topic,
                tags_json,
                last_message_json,
                waiting_response,
                response_by_json,
                metrics_json,
                queued_at,
                closed_at,
                closed_by_json,
                closer,
                on_hold,
                verified,
                priority_weight,
                estimated_waiting_time,
                unanswered_since,
                updated_at,
                other_json
            )
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, '{}')
            on conflict (room_id) do nothing",
            room.id.as_str(),
            room.version.number(),
            room.contact_id.as_ref().map(ContactId::as_str),
            room.visitor.id.as_str(),
            room.fname.as_str(),
            columns.name_text,
            room.ts.as_millis(),
            room.last_message_at.map(Timestamp::as_millis),
            columns.messages_count,
            columns.users_count,
            room.is_open(),
            columns.visitor_json,
            columns.source_json,
            source_text(&room.source),
            room.source.kind.as_str(),
            room.source.id.as_deref().unwrap_or_default(),
            columns.served_by_json,
            room.served_by.as_ref().map(|agent| agent.id.as_str()),
            room.department_id,
            columns.livechat_data_json,
            columns.values_json,
            room.topic,
            columns.tags_json,
            columns.last_message_json,
            room.waiting_response,
            columns.response_by_json,
            columns.metrics_json,
            room.queued_at.map(Timestamp::as_millis),
            columns.closed_at,
            columns.closed_by_json,
            columns.closer,
            room.on_hold,
            room.verified,
            room.priority_weight,
            room.estimated_waiting_time,
            columns.unanswered_since,
            room.updated_at.as_millis()
        );
        Ok(self.execute(query).await? > 0)
    }

    async fn overwrite_room(&mut self, room: &Conversation, columns: &RoomColumns) -> Result<(), StoreError> {
        let query = sqlx::query!(
            "update rooms
            set
                version = $2,
                contact_id = $3,
                visitor_id = $4,
                fname = $5,
                name_text = $6,
                ts = $7,
                last_message_at = $8,
                messages_count = $9,
                users_count = $10,
                open = $11,
                visitor_json = $12,
                source_json = $13,
                source_text = $14,
                source_kind = $15,
                source_id = $16,
                served_by_json = $17,
                served_by_id = $18,
                department_id = $19,
                livechat_data_json = $20,
                values_json = $21,
                topic = $22,
                tags_json = $23,
                last_message_json = $24,
                waiting_response = $25,
                response_by_json = $26,
                metrics_json = $27,
                queued_at = $28,
                closed_at = $29,
                closed_by_json = $30,
                closer = $31,
                on_hold = $32,
                verified = $33,
                priority_weight = $34,
                estimated_waiting_time = $35,
                unanswered_since = $36,
                updated_at = $37
            where room_id = $1",
            room.id.as_str(),
            room.version.next().number(),
            room.contact_id.as_ref().map(ContactId::as_str),
            room.visitor.id.as_str(),
            room.fname.as_str(),
            columns.name_text,
            room.ts.as_millis(),
            room.last_message_at.map(Timestamp::as_millis),
            columns.messages_count,
            columns.users_count,
            room.is_open(),
            columns.visitor_json,
            columns.source_json,
            source_text(&room.source),
            room.source.kind.as_str(),
            room.source.id.as_deref().unwrap_or_default(),
            columns.served_by_json,
            room.served_by.as_ref().map(|agent| agent.id.as_str()),
            room.department_id,
            columns.livechat_data_json,
            columns.values_json,
            room.topic,
            columns.tags_json,
            columns.last_message_json,
            room.waiting_response,
            columns.response_by_json,
            columns.metrics_json,
            room.queued_at.map(Timestamp::as_millis),
            columns.closed_at,
            columns.closed_by_json,
            columns.closer,
            room.on_hold,
            room.verified,
            room.priority_weight,
            room.estimated_waiting_time,
            columns.unanswered_since,
            room.updated_at.as_millis()
        );
        self.execute(query).await?;
        Ok(())
    }
}
