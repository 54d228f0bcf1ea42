//! An account as it is answered to whoever made or changed it (contract, framework 1.9 and 4.4.1). What is not
//! stored is absent, and so is what the caller may not see. Passwords and tokens never leave the server.

use omnicontact_domain::id::UserId;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::{InactiveReason, LivechatStatus, PresenceSource, PresenceStatus, User};
use omnicontact_domain::value::{Fields, Value};
use omnicontact_usecases::users::SeenUser;
use serde::Serialize;
use utoipa::ToSchema;

use crate::identity::AddressBody;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserBody {
    /// Who it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: UserId,
    /// When the account was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime)]
    created_at: Option<Timestamp>,
    /// The login name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// E-mail addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emails: Vec<AddressBody>,
    /// What kind of account it is: `user`, `bot` or `app`.
    r#type: &'static str,
    /// The presence that is shown.
    status: &'static str,
    /// Whether the user may log in.
    active: bool,
    /// The roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<String>)]
    roles: Option<Vec<RoleId>>,
    /// Settings of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    settings: Option<OwnSettingsBody>,
    /// When the account was last written.
    #[serde(rename = "_updatedAt", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime)]
    updated_at: Option<Timestamp>,
    /// Another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    nickname: Option<String>,
    /// What the user says about the own person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bio: Option<String>,
    /// What the user says about the presence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status_text: Option<String>,
    /// The presence that the user chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status_default: Option<&'static str>,
    /// Who set the presence: `internal`, `manual` or `external`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status_source: Option<&'static str>,
    /// Until when the presence holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime)]
    status_expires_at: Option<Timestamp>,
    /// Whether an agent takes conversations: `available` or `not-available`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status_livechat: Option<&'static str>,
    /// When the user last logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime)]
    last_login: Option<Timestamp>,
    /// Hours that the user's clock is ahead of UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = f64)]
    utc_offset: Option<Value>,
    /// The language that the user chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    language: Option<String>,
    /// Custom values.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    custom_fields: Option<Fields>,
    /// Whether the user is asked for a new password.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    require_password_change: Option<bool>,
    /// Why the user is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    require_password_change_reason: Option<String>,
    /// Why the user may not log in: `deactivated`, `pending_approval` or `idle_too_long`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    inactive_reason: Option<&'static str>,
    /// What the user gave as the reason for registering.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
    /// The extension of the telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    free_switch_extension: Option<String>,
}

/// Settings of an account.
#[derive(Debug, Serialize, ToSchema)]
struct OwnSettingsBody {
    /// The preferences that the user set.
    #[serde(skip_serializing_if = "Fields::is_empty")]
    #[schema(value_type = Object)]
    preferences: Fields,
}

/// An answer with an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserAnswer {
    /// The account.
    user: UserBody,
}

impl From<SeenUser> for UserAnswer {
    fn from(seen: SeenUser) -> Self {
        Self { user: seen.into() }
    }
}

impl From<SeenUser> for UserBody {
    fn from(SeenUser { user, in_full }: SeenUser) -> Self {
        let User { presence, .. } = user;
        Self {
            id: user.id,
            created_at: in_full.then_some(user.created_at),
            username: user.username,
            name: user.name,
            emails: user.emails.into_iter().filter(|_| in_full).map(AddressBody::from).collect(),
            r#type: user.kind.as_str(),
            status: presence.shown.as_str(),
            active: user.active,
            roles: in_full.then_some(user.roles),
            settings: in_full.then_some(OwnSettingsBody { preferences: user.preferences }),
            updated_at: in_full.then_some(user.updated_at),
            nickname: user.nickname,
            bio: user.bio,
            status_text: presence.text,
            status_default: presence.chosen.filter(|_| in_full).map(PresenceStatus::as_str),
            status_source: presence.source.map(PresenceSource::as_str),
            status_expires_at: presence.expires_at,
            status_livechat: user.livechat_status.map(LivechatStatus::as_str),
            last_login: user.last_login.filter(|_| in_full),
            utc_offset: user.utc_offset.map(Value::Number),
            language: user.language,
            custom_fields: user.custom_fields,
            require_password_change: user.require_password_change.filter(|_| in_full),
            require_password_change_reason: user.require_password_change_reason.filter(|_| in_full),
            inactive_reason: user.inactive_reason.map(InactiveReason::as_str),
            reason: user.registration_reason,
            free_switch_extension: user.extension,
        }
    }
}
