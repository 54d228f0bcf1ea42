//! A row of `rooms`, and its way to and from the conversation.

use omnicontact_domain::conversation::{Closer, Closing, Conversation};
use omnicontact_domain::search::normal_form;
use omnicontact_domain::text::fold;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Fields;
use omnicontact_domain::version::Version;
use omnicontact_ports::StoreError;
use sqlx::FromRow;

use crate::error::corrupt;
use crate::json;

const WHAT: &str = "conversation";

/// A row of `rooms`.
#[derive(FromRow)]
pub(crate) struct RoomRow {
    pub(crate) room_id: String,
    pub(crate) contact_id: Option<String>,
    pub(crate) fname: String,
    pub(crate) ts: i64,
    pub(crate) last_message_at: Option<i64>,
    pub(crate) messages_count: i64,
    pub(crate) users_count: i64,
    pub(crate) open: bool,
    pub(crate) visitor_json: String,
    pub(crate) source_json: String,
    pub(crate) served_by_json: Option<String>,
    pub(crate) department_id: Option<String>,
    pub(crate) livechat_data_json: Option<String>,
    pub(crate) topic: Option<String>,
    pub(crate) tags_json: Option<String>,
    pub(crate) last_message_json: Option<String>,
    pub(crate) waiting_response: Option<bool>,
    pub(crate) response_by_json: Option<String>,
    pub(crate) metrics_json: Option<String>,
    pub(crate) queued_at: Option<i64>,
    pub(crate) closed_at: Option<i64>,
    pub(crate) closed_by_json: Option<String>,
    pub(crate) closer: Option<String>,
    pub(crate) on_hold: Option<bool>,
    pub(crate) verified: bool,
    pub(crate) priority_weight: i64,
    pub(crate) estimated_waiting_time: i64,
    pub(crate) updated_at: i64,
    pub(crate) version: i64,
}

/// The columns of `rooms` (as `r`) that make a [`RoomRow`].
pub(crate) const COLUMNS: &str = "select
        r.room_id,
        r.contact_id,
        r.fname,
        r.ts,
        r.last_message_at,
        r.messages_count,
        r.users_count,
        r.open,
        r.visitor_json,
        r.source_json,
        r.served_by_json,
        r.department_id,
        r.livechat_data_json,
        r.topic,
        r.tags_json,
        r.last_message_json,
        r.waiting_response,
        r.response_by_json,
        r.metrics_json,
        r.queued_at,
        r.closed_at,
        r.closed_by_json,
        r.closer,
        r.on_hold,
        r.verified,
        r.priority_weight,
        r.estimated_waiting_time,
        r.updated_at,
        r.version";

/// A checked query for rows of `rooms` (as `r`); the statement goes on with its `from` clause.
macro_rules! select_room {
    ($tail:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            $crate::conversations::row::RoomRow,
            r#"select
                r.room_id as "room_id!",
                r.contact_id as "contact_id?",
                r.fname as "fname!",
                r.ts as "ts!",
                r.last_message_at as "last_message_at?",
                r.messages_count as "messages_count!",
                r.users_count as "users_count!",
                r.open as "open!: bool",
                r.visitor_json as "visitor_json!",
                r.source_json as "source_json!",
                r.served_by_json as "served_by_json?",
                r.department_id as "department_id?",
                r.livechat_data_json as "livechat_data_json?",
                r.topic as "topic?",
                r.tags_json as "tags_json?",
                r.last_message_json as "last_message_json?",
                r.waiting_response as "waiting_response?: bool",
                r.response_by_json as "response_by_json?",
                r.metrics_json as "metrics_json?",
                r.queued_at as "queued_at?",
                r.closed_at as "closed_at?",
                r.closed_by_json as "closed_by_json?",
                r.closer as "closer?",
                r.on_hold as "on_hold?: bool",
                r.verified as "verified!: bool",
                r.priority_weight as "priority_weight!",
                r.estimated_waiting_time as "estimated_waiting_time!",
                r.updated_at as "updated_at!",
                r.version as "version!"
            "# + $tail
            $(, $argument)*
        )
    };
}
pub(crate) use select_room;

impl RoomRow {
    pub(crate) fn into_conversation(self) -> Result<Conversation, StoreError> {
        let id = self.room_id;
        let closer = match self.closer {
            None => None,
            Some(word) => {
                let unknown = || corrupt(WHAT, &id, format!("unknown closer {word}"));
                Some(Closer::parse(&word).ok_or_else(unknown)?)
            }
        };
        let by = json::read_some(WHAT, &id, self.closed_by_json.as_deref())?;
        let at = Timestamp::from_millis(self.closed_at.unwrap_or(self.updated_at));
        let count = |number: i64| u64::try_from(number).map_err(|error| corrupt(WHAT, &id, error));
        Ok(Conversation {
            fname: self.fname,
            contact_id: self.contact_id.map(Into::into),
            visitor: json::read(WHAT, &id, &self.visitor_json)?,
            source: json::read(WHAT, &id, &self.source_json)?,
            ts: Timestamp::from_millis(self.ts),
            last_message_at: self.last_message_at.map(Timestamp::from_millis),
            messages_count: count(self.messages_count)?,
            users_count: count(self.users_count)?,
            served_by: json::read_some(WHAT, &id, self.served_by_json.as_deref())?,
            department_id: self.department_id,
            livechat_data: json::read_some(WHAT, &id, self.livechat_data_json.as_deref())?,
            topic: self.topic,
            tags: json::read_some(WHAT, &id, self.tags_json.as_deref())?,
            last_message: json::read_some(WHAT, &id, self.last_message_json.as_deref())?,
            waiting_response: self.waiting_response.unwrap_or(false),
            response_by: json::read_some(WHAT, &id, self.response_by_json.as_deref())?,
            metrics: json::read_some(WHAT, &id, self.metrics_json.as_deref())?.unwrap_or_default(),
            queued_at: self.queued_at.map(Timestamp::from_millis),
            closing: (!self.open).then_some(Closing { at, by, closer }),
            on_hold: self.on_hold.unwrap_or(false),
            verified: self.verified,
            priority_weight: self.priority_weight,
            estimated_waiting_time: self.estimated_waiting_time,
            updated_at: Timestamp::from_millis(self.updated_at),
            version: Version::new(self.version),
            id: id.into(),
        })
    }
}

/// The documents, forms and numbers of a conversation that are stored for it.
pub(crate) struct RoomColumns {
    pub(crate) name_text: String,
    pub(crate) messages_count: i64,
    pub(crate) users_count: i64,
    pub(crate) visitor_json: String,
    pub(crate) source_json: String,
    pub(crate) served_by_json: Option<String>,
    pub(crate) livechat_data_json: Option<String>,
    pub(crate) values_json: Option<String>,
    pub(crate) tags_json: Option<String>,
    pub(crate) last_message_json: Option<String>,
    pub(crate) response_by_json: Option<String>,
    pub(crate) metrics_json: String,
    pub(crate) closed_at: Option<i64>,
    pub(crate) closed_by_json: Option<String>,
    pub(crate) closer: Option<&'static str>,
    pub(crate) unanswered_since: Option<i64>,
}

impl RoomColumns {
    pub(crate) fn of(room: &Conversation) -> Result<Self, StoreError> {
        let count = |number: u64| i64::try_from(number).map_err(|error| StoreError::Backend(error.into()));
        let closing = room.closing.as_ref();
        let waits = room.answer_due(1).is_some();
        Ok(Self {
            name_text: normal_form(&room.fname),
            messages_count: count(room.messages_count)?,
            users_count: count(room.users_count)?,
            visitor_json: json::write(&room.visitor)?,
            source_json: json::write(&room.source)?,
            served_by_json: json::write_some(room.served_by.as_ref())?,
            livechat_data_json: json::write_some(room.livechat_data.as_ref())?,
            values_json: folded(room.livechat_data.as_ref())?,
            tags_json: json::write_some(room.tags.as_ref())?,
            last_message_json: json::write_some(room.last_message.as_ref())?,
            response_by_json: json::write_some(room.response_by.as_ref())?,
            metrics_json: json::write(&room.metrics)?,
            closed_at: closing.map(|closing| closing.at.as_millis()),
            closed_by_json: json::write_some(closing.and_then(|closing| closing.by.as_ref()))?,
            closer: closing.and_then(|closing| closing.closer).map(Closer::as_str),
            unanswered_since: room.served_by.as_ref().filter(|_| waits).map(|agent| agent.ts.as_millis()),
        })
    }
}

/// The custom values that are texts, folded for search.
pub(crate) fn folded(values: Option<&Fields>) -> Result<Option<String>, StoreError> {
    let fold = |values: &Fields| -> Fields {
        // U+0000 is in no text that anybody looks for, and not every store would keep it.
        let texts = values.iter().filter(|(field, _)| !field.contains('\0'));
        texts
            .filter_map(|(field, value)| {
                Some((field.to_owned(), fold(value.as_text()?).replace('\0', "").into()))
            })
            .collect()
    };
    json::write_some(values.map(fold).filter(|texts| !texts.is_empty()).as_ref())
}
