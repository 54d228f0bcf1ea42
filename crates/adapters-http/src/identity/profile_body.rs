//! An account as its owner sees it: `GET me`, and `data.me` of a login (contract, framework 2.6). What is not
//! stored is absent. The password never leaves the server.

use omnicontact_domain::id::UserId;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::{LivechatStatus, UserEmail};
use omnicontact_domain::value::{Fields, Value};
use omnicontact_usecases::identity::Profile;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use utoipa::ToSchema;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileBody {
    /// Who it is.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    id: UserId,
    /// The display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// The login name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    username: Option<String>,
    /// Another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    nickname: Option<String>,
    /// E-mail addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emails: Vec<AddressBody>,
    /// The presence that is shown.
    status: String,
    /// The presence that the user chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status_default: Option<String>,
    /// What the user says about the presence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status_text: Option<String>,
    /// What the user says about the own person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bio: Option<String>,
    /// Hours that the user's clock is ahead of UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = f64)]
    utc_offset: Option<Value>,
    /// The language that the user chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    language: Option<String>,
    /// The roles.
    #[schema(value_type = Vec<String>)]
    roles: Vec<RoleId>,
    /// Whether the user may log in.
    active: bool,
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
    /// Whether an agent takes conversations: `available` or `not-available`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status_livechat: Option<&'static str>,
    /// When the account was last written.
    #[serde(rename = "_updatedAt")]
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// The first verified e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    email: Option<String>,
    /// Settings of the account.
    settings: SettingsBody,
    /// Where the user's picture would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    avatar_url: Option<String>,
    /// Whether the account belongs to another provider.
    #[serde(rename = "isOAuthUser")]
    is_oauth_user: bool,
    /// How the user logs in.
    services: ServicesBody,
}

/// An e-mail address of an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddressBody {
    /// The address.
    address: String,
    /// Whether the user proved to own it.
    verified: bool,
}

/// Settings of an account.
#[derive(Debug, Serialize, ToSchema)]
struct SettingsBody {
    /// Always empty.
    #[schema(value_type = Object)]
    profile: Fields,
    /// The server's defaults overlaid with the user's own.
    #[schema(value_type = Object)]
    preferences: Fields,
    /// Always empty.
    #[schema(value_type = Object)]
    calendar: Fields,
}

/// How a user logs in.
#[derive(Debug, Serialize, ToSchema)]
struct ServicesBody {
    /// With a password.
    password: PasswordBody,
    /// With a second factor by e-mail; only where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    email2fa: Option<SecondFactorBody>,
}

/// What is said of a second factor.
#[derive(Debug, Serialize, ToSchema)]
struct SecondFactorBody {
    /// Always `true`.
    enabled: bool,
}

/// What is said of a password.
#[derive(Debug, Serialize, ToSchema)]
struct PasswordBody {
    /// Whether there is one.
    exists: bool,
}

/// What `encodeURIComponent` leaves as it is.
const NAME: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

impl From<Profile> for ProfileBody {
    fn from(Profile { user, preferences, site_url }: Profile) -> Self {
        let avatar_of = |name: &String| {
            format!("{}/avatar/{}", site_url.trim_end_matches('/'), utf8_percent_encode(name, NAME))
        };
        let (profile, calendar) = (Fields::default(), Fields::default());
        Self {
            email: user.verified_email().map(str::to_owned),
            avatar_url: user.username.as_ref().map(avatar_of),
            services: ServicesBody {
                password: PasswordBody { exists: user.password.is_some() },
                email2fa: user
                    .email_second_factor
                    .filter(|factor| factor.enabled)
                    .map(|_| SecondFactorBody { enabled: true }),
            },
            settings: SettingsBody { profile, preferences, calendar },
            is_oauth_user: false,
            id: user.id,
            name: user.name,
            username: user.username,
            nickname: user.nickname,
            emails: user.emails.into_iter().map(AddressBody::from).collect(),
            status: user.presence.shown.as_str().to_owned(),
            status_default: user.presence.chosen.map(|chosen| chosen.as_str().to_owned()),
            status_text: user.presence.text,
            bio: user.bio,
            utc_offset: user.utc_offset.map(Value::Number),
            language: user.language,
            roles: user.roles,
            active: user.active,
            custom_fields: user.custom_fields,
            require_password_change: user.require_password_change,
            require_password_change_reason: user.require_password_change_reason,
            status_livechat: user.livechat_status.map(LivechatStatus::as_str),
            updated_at: user.updated_at,
        }
    }
}

impl From<UserEmail> for AddressBody {
    fn from(UserEmail { address, verified }: UserEmail) -> Self {
        Self { address, verified }
    }
}
