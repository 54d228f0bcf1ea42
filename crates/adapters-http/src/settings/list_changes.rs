//! `GET audit.settings` (contract, framework 4.3.2).

use axum::http::Method;
use omnicontact_domain::audit::{AuditEvent, Author};
use omnicontact_domain::id::UserId;
use omnicontact_domain::sort::Direction;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Value;
use omnicontact_usecases::settings::list_changes::{REQUIRES, SettingChanges, list_setting_changes};
use serde::Serialize;
use utoipa::ToSchema;

use crate::date;
use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::paging::{PageBody, Paged as _};
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// By whom.
    pub(crate) struct WhoQuery: AjvTyped {
        /// `user` for whoever wrote over the API, `operator`, `system` or `anonymous`.
        "type" kind: Option<String>,
    }
}

parameters! {
    /// Which changes, in which order (`ts`).
    paged pub(crate) struct ChangesQuery: AjvTyped {
        /// The first moment, as an ISO date.
        "start" start: Option<String>,
        /// The last moment, as an ISO date.
        "end" end: Option<String>,
        /// By whom.
        "actor" actor: Option<WhoQuery>,
        /// Of which setting.
        "settingId" setting: Option<String>,
    }
}

/// Who changed a setting.
#[derive(Debug, Serialize, ToSchema)]
struct ActorBody {
    /// `user`, `operator`, `system` or `anonymous`.
    r#type: &'static str,
    /// Id of the user.
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    id: Option<UserId>,
    /// The user's name at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
    /// The address from which the change came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ip: Option<String>,
}

/// One thing about a change.
#[derive(Debug, Serialize, ToSchema)]
struct FactBody {
    /// `id`, `previous` or `current`.
    key: &'static str,
    /// The setting's id, or its value; secrets are masked. Left out where there was no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    value: Option<Value>,
}

/// A change of a setting.
#[derive(Debug, Serialize, ToSchema)]
struct ChangeBody {
    /// Id of the event.
    #[serde(rename = "_id")]
    id: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    ts: Timestamp,
    /// Who.
    actor: ActorBody,
    /// The setting's id, the value before, the value after.
    data: Vec<FactBody>,
}

/// A page of changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangesBody {
    /// The changes.
    events: Vec<ChangeBody>,
    #[serde(flatten)]
    page: PageBody,
}

impl From<AuditEvent> for ChangeBody {
    fn from(event: AuditEvent) -> Self {
        let r#type = event.cause.author.kind();
        let (id, username) = match event.cause.author {
            Author::User { id, username } => (Some(id), username),
            Author::Anonymous | Author::Operator | Author::Server => (None, None),
        };
        let (previous, current) =
            event.changes.into_iter().next().map_or((None, None), |change| (change.previous, change.current));
        Self {
            id: event.id.into_string(),
            ts: event.at,
            actor: ActorBody { r#type, id, username, ip: event.cause.address },
            data: vec![
                FactBody { key: "id", value: Some(Value::Text(event.subject_id)) },
                FactBody { key: "previous", value: previous },
                FactBody { key: "current", value: current },
            ],
        }
    }
}

/// Read who changed which setting.
pub(crate) struct ListSettingChanges;

impl Endpoint for ListSettingChanges {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = ChangesQuery;
    type Output = ChangesBody;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/audit.settings",
        operation: "list_setting_changes",
        summary: "Read who changed which setting, from what to what, the newest first",
        access: Access::requires(REQUIRES),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "The \"start\" query parameter must be a valid date." },
            ErrorDoc { status: 400, text: "The \"end\" query parameter must be a valid date." },
            ErrorDoc {
                status: 400,
                text: "Invalid sort parameter provided: \"<sort>\" [error-invalid-sort]",
            },
        ],
    };

    async fn handle(call: Call<SignedIn>, query: ChangesQuery) -> Result<ChangesBody, ApiError> {
        let (page, order) = (call.page(&query), query.order()?.by(|key| (key == "ts").then_some(())));
        let wanted = SettingChanges {
            from: moment("start", query.start.as_deref())?,
            until: moment("end", query.end.as_deref())?,
            setting: query.setting,
            author_kind: query.actor.and_then(|actor| actor.kind),
            order: order.first().map_or(Direction::Descending, |((), direction)| *direction),
            page,
        };
        let found = list_setting_changes(call.ctx(), &call.caller.actor, wanted).await?;
        let events: Vec<_> = found.events.into_iter().map(ChangeBody::from).collect();
        let page = PageBody { count: events.len(), offset: page.offset, total: found.total };
        Ok(ChangesBody { events, page })
    }
}

/// A date; an empty one is none.
fn moment(parameter: &str, sent: Option<&str>) -> Result<Option<Timestamp>, ApiError> {
    date::moment(sent)
        .map_err(|_| ApiError::plain(format!("The \"{parameter}\" query parameter must be a valid date.")))
}
