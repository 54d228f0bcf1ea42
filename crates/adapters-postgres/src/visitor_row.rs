//! A row of `visitors`.

use omnicontact_domain::time::Timestamp;
use omnicontact_domain::version::Version;
use omnicontact_domain::visitor::{Visitor, VisitorKeys, VisitorTexts};
use omnicontact_ports::StoreError;

use crate::json;
use crate::sessions::Texts;

/// A row of `visitors`.
#[derive(Debug, sqlx::FromRow)]
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
    pub(crate) disabled: bool,
    pub(crate) updated_at: i64,
    pub(crate) version: i64,
}

/// The columns of `visitors` (as `v`) that make a [`VisitorRow`], before a `from` clause.
macro_rules! select_visitor {
    ($tail:tt $(, $argument:expr)*) => {
        sqlx::query_as!(
            $crate::visitor_row::VisitorRow,
            "select
                v.visitor_id,
                v.username,
                v.ts,
                v.token,
                v.name,
                v.phones_json,
                v.emails_json,
                v.department,
                v.livechat_data_json,
                v.manager_json,
                v.last_chat_json,
                v.last_agent_json,
                v.status,
                v.activity_json,
                v.user_agent,
                v.ip,
                v.host,
                v.external_ids_json,
                v.disabled,
                v.updated_at,
                v.version
            " + $tail
            $(, $argument)*
        )
    };
}
pub(crate) use select_visitor;

impl VisitorRow {
    /// The row of a visitor.
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

    /// The row whose other columns these texts are, in the order of the fields; `None` where they make no row.
    pub(crate) fn from_texts(visitor_id: String, texts: &mut Texts) -> Option<Self> {
        Some(Self {
            visitor_id,
            username: texts.text(),
            ts: texts.parsed(),
            token: texts.text(),
            name: texts.text(),
            phones_json: texts.text(),
            emails_json: texts.text(),
            department: texts.text(),
            livechat_data_json: texts.text(),
            manager_json: texts.text(),
            last_chat_json: texts.text(),
            last_agent_json: texts.text(),
            status: texts.text(),
            activity_json: texts.text(),
            user_agent: texts.text(),
            ip: texts.text(),
            host: texts.text(),
            external_ids_json: texts.text(),
            disabled: texts.parsed()?,
            updated_at: texts.parsed()?,
            version: texts.parsed()?,
        })
    }

    /// The visitor of the row.
    pub(crate) fn into_visitor(self) -> Result<Visitor, StoreError> {
        let id = self.visitor_id;
        Ok(Visitor {
            username: self.username,
            ts: self.ts.map(Timestamp::from_millis),
            token: self.token.map(Into::into),
            name: self.name,
            phones: json::read_some("visitor", &id, self.phones_json.as_deref())?,
            emails: json::read_some("visitor", &id, self.emails_json.as_deref())?,
            department: self.department,
            livechat_data: json::read_some("visitor", &id, self.livechat_data_json.as_deref())?,
            manager: json::read_some("visitor", &id, self.manager_json.as_deref())?,
            last_chat: json::read_some("visitor", &id, self.last_chat_json.as_deref())?,
            last_agent: json::read_some("visitor", &id, self.last_agent_json.as_deref())?,
            status: self.status,
            activity: json::read_some("visitor", &id, self.activity_json.as_deref())?,
            user_agent: self.user_agent,
            ip: self.ip,
            host: self.host,
            external_ids: json::read_some("visitor", &id, self.external_ids_json.as_deref())?,
            disabled: self.disabled,
            updated_at: Timestamp::from_millis(self.updated_at),
            version: Version::new(self.version),
            id: id.into(),
        })
    }
}

/// A visitor as it was read: a version's content never changes, so neither do its keys.
#[derive(Debug)]
pub(crate) struct ReadVisitor {
    pub(crate) id: String,
    pub(crate) version: i64,
    pub(crate) keys: VisitorKeys,
    pub(crate) texts: Option<VisitorTexts>,
}

impl ReadVisitor {
    pub(crate) fn of(visitor: &Visitor) -> Self {
        Self {
            id: visitor.id.as_str().to_owned(),
            version: visitor.version.number(),
            keys: VisitorKeys::of(visitor),
            texts: VisitorTexts::of(visitor),
        }
    }
}
