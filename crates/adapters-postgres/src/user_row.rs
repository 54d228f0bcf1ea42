//! A row of `users` with its addresses and roles.

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

/// A row of `users`, with the rows of `user_emails` and `user_roles` in their order.
#[derive(Debug, sqlx::FromRow)]
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
    pub(crate) addresses: Vec<String>,
    pub(crate) verified: Vec<bool>,
    pub(crate) roles: Vec<String>,
}

/// The columns of `users` (as `u`) and of what belongs to them that make a [`UserRow`], before a `from` clause.
macro_rules! select_user {
    ($tail:tt $(, $argument:expr)*) => {
        sqlx::query_as!(
            $crate::user_row::UserRow,
            r#"select
                u.user_id,
                u.username,
                u.name,
                u.nickname,
                u.bio,
                u.kind,
                u.status,
                u.status_default,
                u.status_text,
                u.status_source,
                u.status_expires_at,
                u.status_former_json,
                u.livechat_status,
                u.active,
                u.inactive_reason,
                u.registration_reason,
                u.password_hash,
                u.require_password_change,
                u.require_password_change_reason,
                u.email_second_factor,
                u.email_second_factor_changed_at,
                u.preferences_json,
                u.language,
                u.utc_offset,
                u.custom_fields_json,
                u.agent_settings_json,
                u.extension,
                u.last_login,
                u.created_at,
                u.updated_at,
                u.version,
                array(
                    select e.address
                    from user_emails e
                    where e.user_id = u.user_id
                    order by e.position
                ) as "addresses!",
                array(
                    select e.verified
                    from user_emails e
                    where e.user_id = u.user_id
                    order by e.position
                ) as "verified!",
                array(
                    select r.role_id
                    from user_roles r
                    where r.user_id = u.user_id
                    order by r.position
                ) as "roles!"
            "# + $tail
            $(, $argument)*
        )
    };
}
pub(crate) use select_user;

/// What comes back when a presence expires, as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FormerDocument {
    status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status_default: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status_text: Option<String>,
}

impl FormerDocument {
    fn of(former: &FormerPresence) -> Self {
        Self {
            status: former.shown.as_str().to_owned(),
            status_default: former.chosen.map(|status| status.as_str().to_owned()),
            status_text: former.text.clone(),
        }
    }

    fn into_presence(self, id: &str) -> Result<FormerPresence, StoreError> {
        Ok(FormerPresence {
            shown: known("presence", id, &self.status, PresenceStatus::parse)?,
            chosen: known_some("presence", id, self.status_default.as_deref(), PresenceStatus::parse)?,
            text: self.status_text,
        })
    }
}

impl UserRow {
    /// The row of a user.
    pub(crate) fn of(user: &User) -> Result<Self, StoreError> {
        let presence = &user.presence;
        let name_of = |status: PresenceStatus| status.as_str().to_owned();
        let former = presence.former.as_ref().map(FormerDocument::of);
        Ok(Self {
            user_id: user.id.as_str().to_owned(),
            username: user.username.clone(),
            name: user.name.clone(),
            nickname: user.nickname.clone(),
            bio: user.bio.clone(),
            kind: user.kind.as_str().to_owned(),
            status: name_of(presence.shown),
            status_default: presence.chosen.map(name_of),
            status_text: presence.text.clone(),
            status_source: presence.source.map(|source| source.as_str().to_owned()),
            status_expires_at: presence.expires_at.map(Timestamp::as_millis),
            status_former_json: json::write_some(former.as_ref())?,
            livechat_status: user.livechat_status.map(|status| status.as_str().to_owned()),
            active: user.active,
            inactive_reason: user.inactive_reason.map(|reason| reason.as_str().to_owned()),
            registration_reason: user.registration_reason.clone(),
            password_hash: user.password.as_ref().map(|hash| hash.as_str().to_owned()),
            require_password_change: user.require_password_change,
            require_password_change_reason: user.require_password_change_reason.clone(),
            email_second_factor: user.email_second_factor.map(|factor| factor.enabled),
            email_second_factor_changed_at: user
                .email_second_factor
                .map(|factor| factor.changed_at.as_millis()),
            preferences_json: json::write(&user.preferences)?,
            language: user.language.clone(),
            utc_offset: user.utc_offset,
            custom_fields_json: json::write_some(user.custom_fields.as_ref())?,
            agent_settings_json: json::write_some(user.agent_settings.as_ref())?,
            extension: user.extension.clone(),
            last_login: user.last_login.map(Timestamp::as_millis),
            created_at: user.created_at.as_millis(),
            updated_at: user.updated_at.as_millis(),
            version: user.version.number(),
            addresses: user.emails.iter().map(|email| email.address.clone()).collect(),
            verified: user.emails.iter().map(|email| email.verified).collect(),
            roles: user.roles.iter().map(|role| role.as_str().to_owned()).collect(),
        })
    }

    /// The username as it is compared.
    pub(crate) fn username_key(&self) -> Option<String> {
        self.username.as_deref().map(fold)
    }

    /// The display name as users are ordered by it.
    pub(crate) fn name_key(&self) -> Option<String> {
        self.name.as_deref().map(index_key)
    }

    /// The user of the row.
    pub(crate) fn into_user(self) -> Result<User, StoreError> {
        let presence = self.presence()?;
        let email_second_factor = self.email_second_factor()?;
        let id = self.user_id;
        Ok(User {
            username: self.username,
            name: self.name,
            nickname: self.nickname,
            bio: self.bio,
            emails: self
                .addresses
                .into_iter()
                .zip(self.verified)
                .map(|(address, verified)| UserEmail { address, verified })
                .collect(),
            kind: known("kind", &id, &self.kind, UserKind::parse)?,
            presence,
            livechat_status: known_some(
                "livechat status",
                &id,
                self.livechat_status.as_deref(),
                LivechatStatus::parse,
            )?,
            active: self.active,
            inactive_reason: known_some(
                "reason of inactivity",
                &id,
                self.inactive_reason.as_deref(),
                InactiveReason::parse,
            )?,
            registration_reason: self.registration_reason,
            roles: self.roles.into_iter().map(Into::into).collect(),
            password: self.password_hash.map(PasswordHash::from_stored),
            require_password_change: self.require_password_change,
            require_password_change_reason: self.require_password_change_reason,
            email_second_factor,
            preferences: json::read("user", &id, &self.preferences_json)?,
            language: self.language,
            utc_offset: self.utc_offset,
            custom_fields: json::read_some("user", &id, self.custom_fields_json.as_deref())?,
            agent_settings: json::read_some("user", &id, self.agent_settings_json.as_deref())?,
            extension: self.extension,
            last_login: self.last_login.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(self.created_at),
            updated_at: Timestamp::from_millis(self.updated_at),
            version: Version::new(self.version),
            id: id.into(),
        })
    }

    fn presence(&self) -> Result<Presence, StoreError> {
        let id = self.user_id.as_str();
        Ok(Presence {
            chosen: known_some("presence", id, self.status_default.as_deref(), PresenceStatus::parse)?,
            text: self.status_text.clone(),
            source: known_some("source", id, self.status_source.as_deref(), PresenceSource::parse)?,
            ..shown(id, &self.status, self.status_expires_at, self.status_former_json.as_deref())?
        })
    }

    fn email_second_factor(&self) -> Result<Option<EmailSecondFactor>, StoreError> {
        match (self.email_second_factor, self.email_second_factor_changed_at) {
            (None, None) => Ok(None),
            (Some(enabled), Some(changed_at)) => {
                Ok(Some(EmailSecondFactor { enabled, changed_at: Timestamp::from_millis(changed_at) }))
            }
            _ => Err(corrupt("user", &self.user_id, "half a second factor")),
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
    let former: Option<FormerDocument> = json::read_some("user", id, former_json)?;
    Ok(Presence {
        shown: known("presence", id, status, PresenceStatus::parse)?,
        expires_at: expires_at.map(Timestamp::from_millis),
        former: former.map(|former| former.into_presence(id)).transpose()?,
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
    pub(crate) roles: Vec<String>,
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
            kind: known("kind", id, &self.kind, UserKind::parse)?,
            presence: shown(id, &self.status, self.status_expires_at, self.status_former_json.as_deref())?,
            livechat_status: Some(LivechatStatus::Available),
            roles: self.roles.into_iter().map(Into::into).collect(),
            ..User::new(id, now)
        };
        if !agent.at(now).agent_state().is_online(idle_counts) {
            return Ok(None);
        }
        let last_routed = self.last_routed_at.map(Timestamp::from_millis);
        Ok(Some(OnlineAgent { id: self.user_id.into(), username: self.username, last_routed }))
    }
}

/// The value of that name in the row of user `id`.
fn known<T>(
    what: &str,
    id: &str,
    name: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, StoreError> {
    parse(name).ok_or_else(|| corrupt("user", id, format!("no such {what}: {name}")))
}

fn known_some<T>(
    what: &str,
    id: &str,
    name: Option<&str>,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    name.map(|name| known(what, id, name, parse)).transpose()
}
