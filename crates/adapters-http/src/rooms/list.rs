//! `GET livechat/rooms` (contract, conversations 3.6).

use axum::http::Method;
use omnicontact_domain::department::{Department, DepartmentId};
use omnicontact_domain::search::normal_form;
use omnicontact_domain::text::fold;
use omnicontact_ports::{NameFilter, RoomFilter, RoomState, Span};
use omnicontact_usecases::rooms::list::{self, Rooms, RoomsQuery};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::conversations::room_body::RoomBody;
use crate::date;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::paging::{PageBody, Paged as _};
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which conversations. All conditions hold at once, but `open`, `queued` and `onhold` are alternatives.
    paged pub(crate) struct RoomListQuery: AjvLegacy {
        /// User ids of agents of whom one serves it, or served it last.
        "agents" agents: Option<Vec<String>>,
        /// What its name contains, without regard to case; in double quotes what the name is.
        "roomName" room_name: Option<String>,
        /// Ids of departments.
        "departmentId" departments: Option<Vec<String>>,
        /// True: open, served and not on hold; false: closed.
        "open" open: Option<bool>,
        /// True: open and on hold.
        "onhold" onhold: Option<bool>,
        /// True: open and not served.
        "queued" queued: Option<bool>,
        /// JSON text of an object with the dates `start` and `end` of its beginning.
        "createdAt" created_at: Option<String>,
        /// JSON text of an object with the dates `start` and `end` of its end.
        "closedAt" closed_at: Option<String>,
        /// Tags of which it has one.
        "tags" tags: Option<Vec<String>>,
        /// JSON text of an object with parts of custom values by field id.
        "customFields" custom_fields: Option<String>,
        /// Accepted and ignored: there are no units.
        #[expect(dead_code, reason = "there are no units")]
        "units" units: Option<Vec<String>>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "answers are always whole")]
        "fields" fields: Option<String>,
    }
}

/// A page of conversations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomsBody {
    /// The conversations.
    rooms: Vec<ListedRoomBody>,
    #[serde(flatten)]
    page: PageBody,
}

/// A conversation with its department.
#[derive(Debug, Serialize, ToSchema)]
struct ListedRoomBody {
    #[serde(flatten)]
    room: RoomBody,
    /// The department.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    department: Option<RoomDepartmentBody>,
}

/// A department in short.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct RoomDepartmentBody {
    /// Which one it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: DepartmentId,
    /// What it is called.
    name: String,
}

/// List conversations.
pub(crate) struct ListRooms;

impl Endpoint for ListRooms {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = RoomListQuery;
    type Output = RoomsBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/livechat/rooms",
        operation: "list_rooms",
        summary: "List conversations: all, or one's own",
        access: Access::signed_in(list::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "The \"<name>\" query parameter must be a valid date." },
            ErrorDoc { status: 400, text: "The \"customFields\" query parameter must be a valid JSON." },
            ErrorDoc { status: 403, text: "unauthorized" },
        ],
    };

    async fn handle(call: Call<SignedIn>, query: RoomListQuery) -> Result<RoomsBody, ApiError> {
        let (page, order) = (call.page(&query), query.order()?);
        let mut filter = filter(&query)?;
        list::check(&call.caller.actor, &filter)?;
        filter.custom = custom_values(query.custom_fields.as_deref())?;
        let wanted = RoomsQuery { filter, order, page };
        let found = list::list_rooms(call.ctx(), &call.caller.actor, &wanted).await?;
        Ok(RoomsBody::of(found, page.offset))
    }
}

/// All conditions but those on custom values.
fn filter(query: &RoomListQuery) -> Result<RoomFilter, ApiError> {
    let states = [
        (query.open == Some(true), RoomState::Served),
        (query.open == Some(false), RoomState::Closed),
        (query.queued == Some(true), RoomState::Queued),
        (query.onhold == Some(true), RoomState::OnHold),
    ];
    let ids = |texts: &Option<Vec<String>>| {
        texts.iter().flatten().filter(|id| !id.is_empty()).cloned().collect::<Vec<_>>()
    };
    Ok(RoomFilter {
        agents: ids(&query.agents).into_iter().map(Into::into).collect(),
        departments: ids(&query.departments).into_iter().map(Into::into).collect(),
        states: states.into_iter().filter_map(|(is_wanted, state)| is_wanted.then_some(state)).collect(),
        created: span("createdAt", query.created_at.as_deref())?,
        closed: span("closedAt", query.closed_at.as_deref())?,
        tags: ids(&query.tags),
        name: query.room_name.as_deref().filter(|name| !name.is_empty()).map(named),
        ..RoomFilter::default()
    })
}

fn named(text: &str) -> NameFilter {
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(exact) => NameFilter::Is(exact.to_owned()),
        None => NameFilter::Contains(normal_form(text)),
    }
}

fn span(name: &str, sent: Option<&str>) -> Result<Span, ApiError> {
    let Some(text) = sent.filter(|text| !text.is_empty()) else { return Ok(Span::default()) };
    let read: Value = serde_json::from_str(text).map_err(|error| ApiError::plain(error.to_string()))?;
    let moment = |key: &str| {
        let refused =
            || ApiError::plain(format!("The \"{name}.{key}\" query parameter must be a valid date."));
        match read.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => date::moment(Some(text.as_str())).map_err(|_| refused()),
            Some(_) => Err(refused()),
        }
    };
    Ok(Span { from: moment("start")?, to: moment("end")? })
}

fn custom_values(sent: Option<&str>) -> Result<Vec<(String, String)>, ApiError> {
    let refused = || ApiError::plain("The \"customFields\" query parameter must be a valid JSON.");
    let Some(text) = sent.filter(|text| !text.is_empty()) else { return Ok(Vec::new()) };
    let Ok(Value::Object(values)) = serde_json::from_str(text) else { return Err(refused()) };
    let pair = |(key, value): (String, Value)| Some((key, fold(value.as_str()?)));
    values.into_iter().map(pair).collect::<Option<_>>().ok_or_else(refused)
}

impl RoomsBody {
    fn of(found: Rooms, offset: u32) -> Self {
        let known: Vec<_> = found.departments.into_iter().map(RoomDepartmentBody::from).collect();
        let listed = |room: omnicontact_domain::conversation::Conversation| {
            let id = room.department_id.as_deref();
            let department = known.iter().find(|known| Some(known.id.as_str()) == id).cloned();
            ListedRoomBody { room: room.into(), department }
        };
        let rooms: Vec<_> = found.page.conversations.into_iter().map(listed).collect();
        let page = PageBody { count: rooms.len(), offset, total: found.page.total };
        Self { rooms, page }
    }
}

impl From<Department> for RoomDepartmentBody {
    fn from(department: Department) -> Self {
        Self { id: department.id, name: department.said.name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_from_json_and_dates_are_named_where_they_are_none() {
        let both = span("createdAt", Some(r#"{"start":"2026-01-01T00:00:00Z","end":null}"#)).unwrap();
        assert!(both.from.is_some() && both.to.is_none());
        assert_eq!(span("createdAt", None).unwrap(), Span::default());
        let refused = span("closedAt", Some(r#"{"end":"soon"}"#)).unwrap_err();
        let wanted = "The \"closedAt.end\" query parameter must be a valid date.";
        assert!(matches!(&refused, ApiError::Plain(text) if text == wanted), "{refused:?}");
        assert!(span("closedAt", Some("{")).is_err());
    }

    #[test]
    fn custom_values_are_an_object_of_texts() {
        assert_eq!(custom_values(Some(r#"{"a":"B"}"#)).unwrap(), [("a".to_owned(), "b".to_owned())]);
        for odd in ["[]", "null", "1", "{", r#"{"a":1}"#] {
            assert!(custom_values(Some(odd)).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_name_in_quotes_is_the_whole_name() {
        assert_eq!(named("\"Ada\""), NameFilter::Is("Ada".into()));
        assert_eq!(named("ADA"), NameFilter::Contains("ada".into()));
        assert_eq!(named("\""), NameFilter::Contains("\"".into()));
    }
}
