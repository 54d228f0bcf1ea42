//! The row of a user with its addresses and roles, and its way to and from the entity.

use omnicontact_domain::password::PasswordHash;
use omnicontact_domain::text::{fold, index_key};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::{
    EmailSecondFactor, FormerPresence, InactiveReason, LivechatStatus, Presence, PresenceSource,
    PresenceStatus, User, UserEmail, UserKind,
};
use omnicontact_domain::version::Version;
use omnicontact_ports::{OnlineAgent, StoreError};
use serde::{Deserialize, Serialize};

use crate::error::corrupt;
use crate::json;

pub(crate) struct UserRow {
    pub(crate) user_id: String,
    pub(crate) username: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) nickname: Option<String>,
    pub(crate) bio: Option<String>,
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) status_default: Option<String>,
    pub(crate) status_text: Option<String>,
    pub(crate) status_source: Option<String>,
    pub(crate) status_expires_at: Option<i64>,
    pub(crate) status_former_json: Option<String>,
    pub(crate) livechat_status: Option<String>,
    pub(crate) active: bool,
    pub(crate) inactive_reason: Option<String>,
    pub(crate) registration_reason: Option<String>,
    pub(crate) password_hash: Option<String>,
    pub(crate) require_password_change: Option<bool>,
    pub(crate) require_password_change_reason: Option<String>,
    pub(crate) email_second_factor: Option<bool>,
    pub(crate) email_second_factor_changed_at: Option<i64>,
    pub(crate) preferences_json: String,
    pub(crate) language: Option<String>,
    pub(crate) utc_offset: Option<f64>,
    pub(crate) custom_fields_json: Option<String>,
    pub(crate) agent_settings_json: Option<String>,
    pub(crate) extension: Option<String>,
    pub(crate) last_login: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) version: i64,
    pub(crate) emails_json: String,
    pub(crate) roles_json: String,
}

/// A checked query for rows of users `u`; the rest of the statement is given.
macro_rules! select_user {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            UserRow,
            r#"select
                u.user_id as "user_id!",
                u.username as "username?",
                u.name as "name?",
                u.nickname as "nickname?",
                u.bio as "bio?",
                u.kind as "kind!",
                u.status as "status!",
                u.status_default as "status_default?",
                u.status_text as "status_text?",
                u.status_source as "status_source?",
                u.status_expires_at as "status_expires_at?",
                u.status_former_json as "status_former_json?",
                u.livechat_status as "livechat_status?",
                u.active as "active!: bool",
                u.inactive_reason as "inactive_reason?",
                u.registration_reason as "registration_reason?",
                u.password_hash as "password_hash?",
                u.require_password_change as "require_password_change?: bool",
                u.require_password_change_reason as "require_password_change_reason?",
                u.email_second_factor as "email_second_factor?: bool",
                u.email_second_factor_changed_at as "email_second_factor_changed_at?",
                u.preferences_json as "preferences_json!",
                u.language as "language?",
                u.utc_offset as "utc_offset?",
                u.custom_fields_json as "custom_fields_json?",
                u.agent_settings_json as "agent_settings_json?",
                u.extension as "extension?",
                u.last_login as "last_login?",
                u.created_at as "created_at!",
                u.updated_at as "updated_at!",
                u.version as "version!",
                (
                    select json_group_array(json_array(e.address, e.verified) order by e.position)
                    from user_emails e
                    where e.user_id = u.user_id
                ) as "emails_json!: String",
                (
                    select json_group_array(r.role_id order by r.position)
                    from user_roles r
                    where r.user_id = u.user_id
                ) as "roles_json!: String"
            "# + $rest
            $(, $argument)*
        )
    };
}
pub(crate) use select_user;

/// The value that a word of the row of user `id` stands for.
fn word<T>(id: &str, what: &str, text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
    parse(text).ok_or_else(|| corrupt("user", id, format!("unknown {what} {text}")))
}

/// The same for a word that may be absent.
fn some_word<T>(
    id: &str,
    what: &str,
    text: Option<&String>,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    text.map(|text| word(id, what, text, parse)).transpose()
}

impl UserRow {
    pub(crate) fn into_user(self) -> Result<User, StoreError> {
        let id = self.user_id.as_str();
        let emails: Vec<(String, u8)> = json::read("user", id, &self.emails_json)?;
        Ok(User {
            presence: self.presence()?,
            kind: word(id, "kind", &self.kind, UserKind::parse)?,
            livechat_status: some_word(
                id,
                "livechat status",
                self.livechat_status.as_ref(),
                LivechatStatus::parse,
            )?,
            inactive_reason: some_word(
                id,
                "inactive reason",
                self.inactive_reason.as_ref(),
                InactiveReason::parse,
            )?,
            email_second_factor: self.email_second_factor()?,
            emails: emails
                .into_iter()
                .map(|(address, verified)| UserEmail { address, verified: verified != 0 })
                .collect(),
            roles: json::read("user", id, &self.roles_json)?,
            preferences: json::read("user", id, &self.preferences_json)?,
            custom_fields: json::read_some("user", id, self.custom_fields_json.as_deref())?,
            agent_settings: json::read_some("user", id, self.agent_settings_json.as_deref())?,
            username: self.username,
            name: self.name,
            nickname: self.nickname,
            bio: self.bio,
            active: self.active,
            registration_reason: self.registration_reason,
            password: self.password_hash.map(PasswordHash::from_stored),
            require_password_change: self.require_password_change,
            require_password_change_reason: self.require_password_change_reason,
            language: self.language,
            utc_offset: self.utc_offset,
            extension: self.extension,
            last_login: self.last_login.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(self.created_at),
            updated_at: Timestamp::from_millis(self.updated_at),
            version: Version::new(self.version),
            id: self.user_id.into(),
        })
    }

    fn presence(&self) -> Result<Presence, StoreError> {
        let id = self.user_id.as_str();
        let chosen = some_word(id, "status", self.status_default.as_ref(), PresenceStatus::parse)?;
        Ok(Presence {
            chosen,
            text: self.status_text.clone(),
            source: some_word(id, "status source", self.status_source.as_ref(), PresenceSource::parse)?,
            ..shown(id, &self.status, self.status_expires_at, self.status_former_json.as_deref())?
        })
    }

    fn email_second_factor(&self) -> Result<Option<EmailSecondFactor>, StoreError> {
        match (self.email_second_factor, self.email_second_factor_changed_at) {
            (None, None) => Ok(None),
            (Some(enabled), Some(changed_at)) => {
                Ok(Some(EmailSecondFactor { enabled, changed_at: Timestamp::from_millis(changed_at) }))
            }
            (_, _) => Err(corrupt("user", &self.user_id, "half a second factor")),
        }
    }
}

/// What is shown of the presence of user `id`, until when, and what comes back then.
fn shown(
    id: &str,
    status: &str,
    expires_at: Option<i64>,
    former_json: Option<&str>,
) -> Result<Presence, StoreError> {
    let status_of = |text: &str| word(id, "status", text, PresenceStatus::parse);
    let former: Option<FormerRow> = json::read_some("user", id, former_json)?;
    let former = former.map(|former| {
        Ok(FormerPresence {
            shown: status_of(&former.status)?,
            chosen: former.status_default.as_deref().map(status_of).transpose()?,
            text: former.status_text,
        })
    });
    Ok(Presence {
        shown: status_of(status)?,
        expires_at: expires_at.map(Timestamp::from_millis),
        former: former.transpose()?,
        ..Presence::OFFLINE
    })
}

/// What decides whether a user who takes conversations is online.
pub(crate) struct AgentRow {
    pub(crate) user_id: String,
    pub(crate) username: Option<String>,
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) status_expires_at: Option<i64>,
    pub(crate) status_former_json: Option<String>,
    pub(crate) roles_json: String,
    pub(crate) last_routed_at: Option<i64>,
}

impl AgentRow {
    /// The agent, if online at that time.
    pub(crate) fn into_online(
        self,
        idle_counts: bool,
        now: Timestamp,
    ) -> Result<Option<OnlineAgent>, StoreError> {
        let id = self.user_id.as_str();
        let agent = User {
            kind: word(id, "kind", &self.kind, UserKind::parse)?,
            presence: shown(id, &self.status, self.status_expires_at, self.status_former_json.as_deref())?,
            livechat_status: Some(LivechatStatus::Available),
            roles: json::read("user", id, &self.roles_json)?,
            ..User::new(id, now)
        };
        if !agent.at(now).agent_state().is_online(idle_counts) {
            return Ok(None);
        }
        let last_routed = self.last_routed_at.map(Timestamp::from_millis);
        Ok(Some(OnlineAgent { id: self.user_id.into(), username: self.username, last_routed }))
    }
}

/// The presence that comes back, as a document.
#[derive(Serialize, Deserialize)]
struct FormerRow {
    status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status_default: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status_text: Option<String>,
}

impl FormerRow {
    fn of(former: &FormerPresence) -> Self {
        Self {
            status: former.shown.as_str().to_owned(),
            status_default: former.chosen.map(|status| status.as_str().to_owned()),
            status_text: former.text.clone(),
        }
    }
}

/// What of a user is stored in another form than the entity's.
pub(crate) struct WrittenUser<'a> {
    pub(crate) id: &'a str,
    pub(crate) username_key: Option<String>,
    pub(crate) name_key: Option<String>,
    pub(crate) kind: &'static str,
    pub(crate) status: &'static str,
    pub(crate) status_default: Option<&'static str>,
    pub(crate) status_source: Option<&'static str>,
    pub(crate) status_expires_at: Option<i64>,
    pub(crate) status_former_json: Option<String>,
    pub(crate) livechat_status: Option<&'static str>,
    pub(crate) inactive_reason: Option<&'static str>,
    pub(crate) password_hash: Option<&'a str>,
    pub(crate) email_second_factor: Option<bool>,
    pub(crate) email_second_factor_changed_at: Option<i64>,
    pub(crate) preferences_json: String,
    pub(crate) custom_fields_json: Option<String>,
    pub(crate) agent_settings_json: Option<String>,
    pub(crate) last_login: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) version: i64,
}

impl<'a> WrittenUser<'a> {
    pub(crate) fn of(user: &'a User) -> Result<Self, StoreError> {
        let presence = &user.presence;
        Ok(Self {
            id: user.id.as_str(),
            username_key: user.username.as_deref().map(fold),
            name_key: user.name.as_deref().map(index_key),
            kind: user.kind.as_str(),
            status: presence.shown.as_str(),
            status_default: presence.chosen.map(PresenceStatus::as_str),
            status_source: presence.source.map(PresenceSource::as_str),
            status_expires_at: presence.expires_at.map(Timestamp::as_millis),
            status_former_json: json::write_some(presence.former.as_ref().map(FormerRow::of).as_ref())?,
            livechat_status: user.livechat_status.map(LivechatStatus::as_str),
            inactive_reason: user.inactive_reason.map(InactiveReason::as_str),
            password_hash: user.password.as_ref().map(PasswordHash::as_str),
            email_second_factor: user.email_second_factor.map(|factor| factor.enabled),
            email_second_factor_changed_at: user
                .email_second_factor
                .map(|factor| factor.changed_at.as_millis()),
            preferences_json: json::write(&user.preferences)?,
            custom_fields_json: json::write_some(user.custom_fields.as_ref())?,
            agent_settings_json: json::write_some(user.agent_settings.as_ref())?,
            last_login: user.last_login.map(Timestamp::as_millis),
            created_at: user.created_at.as_millis(),
            updated_at: user.updated_at.as_millis(),
            version: user.version.number(),
        })
    }
}
