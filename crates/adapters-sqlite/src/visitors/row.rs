//! The row of a visitor, and its way to and from the entity.

use omnicontact_domain::time::Timestamp;
use omnicontact_domain::version::Version;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::StoreError;

use crate::json;

/// A row of `visitors`. As a document it is the list of its columns.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct VisitorRow {
    pub(crate) visitor_id: String,
    pub(crate) username: Option<String>,
    pub(crate) ts: Option<i64>,
    pub(crate) token: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) phones_json: Option<String>,
    pub(crate) emails_json: Option<String>,
    pub(crate) department: Option<String>,
    pub(crate) livechat_data_json: Option<String>,
    pub(crate) manager_json: Option<String>,
    pub(crate) last_chat_json: Option<String>,
    pub(crate) last_agent_json: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) activity_json: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) ip: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) external_ids_json: Option<String>,
    #[serde(deserialize_with = "json::truth")]
    pub(crate) disabled: bool,
    pub(crate) updated_at: i64,
    pub(crate) version: i64,
}

/// A checked query for rows of visitors `v`; the rest of the statement is given.
macro_rules! select_visitor {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            VisitorRow,
            r#"select
                v.visitor_id as "visitor_id!",
                v.username as "username?",
                v.ts as "ts?",
                v.token as "token?",
                v.name as "name?",
                v.phones_json as "phones_json?",
                v.emails_json as "emails_json?",
                v.department as "department?",
                v.livechat_data_json as "livechat_data_json?",
                v.manager_json as "manager_json?",
                v.last_chat_json as "last_chat_json?",
                v.last_agent_json as "last_agent_json?",
                v.status as "status?",
                v.activity_json as "activity_json?",
                v.user_agent as "user_agent?",
                v.ip as "ip?",
                v.host as "host?",
                v.external_ids_json as "external_ids_json?",
                v.disabled as "disabled!: bool",
                v.updated_at as "updated_at!",
                v.version as "version!"
            "# + $rest
            $(, $argument)*
        )
    };
}
pub(crate) use select_visitor;

impl VisitorRow {
    pub(crate) fn of(visitor: &Visitor) -> Result<Self, StoreError> {
        Ok(Self {
            visitor_id: visitor.id.as_str().to_owned(),
            username: visitor.username.clone(),
            ts: visitor.ts.map(Timestamp::as_millis),
            token: visitor.token.as_ref().map(|token| token.as_str().to_owned()),
            name: visitor.name.clone(),
            phones_json: json::write_some(visitor.phones.as_ref())?,
            emails_json: json::write_some(visitor.emails.as_ref())?,
            department: visitor.department.clone(),
            livechat_data_json: json::write_some(visitor.livechat_data.as_ref())?,
            manager_json: json::write_some(visitor.manager.as_ref())?,
            last_chat_json: json::write_some(visitor.last_chat.as_ref())?,
            last_agent_json: json::write_some(visitor.last_agent.as_ref())?,
            status: visitor.status.clone(),
            activity_json: json::write_some(visitor.activity.as_ref())?,
            user_agent: visitor.user_agent.clone(),
            ip: visitor.ip.clone(),
            host: visitor.host.clone(),
            external_ids_json: json::write_some(visitor.external_ids.as_ref())?,
            disabled: visitor.disabled,
            updated_at: visitor.updated_at.as_millis(),
            version: visitor.version.number(),
        })
    }

    pub(crate) fn into_visitor(self) -> Result<Visitor, StoreError> {
        let id = self.visitor_id;
        Ok(Visitor {
            username: self.username,
            ts: self.ts.map(Timestamp::from_millis),
            token: self.token.map(Into::into),
            name: self.name,
            phones: read(&id, self.phones_json.as_deref())?,
            emails: read(&id, self.emails_json.as_deref())?,
            department: self.department,
            livechat_data: read(&id, self.livechat_data_json.as_deref())?,
            manager: read(&id, self.manager_json.as_deref())?,
            last_chat: read(&id, self.last_chat_json.as_deref())?,
            last_agent: read(&id, self.last_agent_json.as_deref())?,
            status: self.status,
            activity: read(&id, self.activity_json.as_deref())?,
            user_agent: self.user_agent,
            ip: self.ip,
            host: self.host,
            external_ids: read(&id, self.external_ids_json.as_deref())?,
            disabled: self.disabled,
            updated_at: Timestamp::from_millis(self.updated_at),
            version: Version::new(self.version),
            id: id.into(),
        })
    }
}

fn read<T: serde::de::DeserializeOwned>(id: &str, text: Option<&str>) -> Result<Option<T>, StoreError> {
    json::read_some("visitor", id, text)
}
