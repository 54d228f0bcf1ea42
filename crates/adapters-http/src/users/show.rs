//! `GET users.info` (contract, framework 4.4.3).

use axum::http::Method;
use omnicontact_domain::id::UserId;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::{EmailSecondFactor, LivechatStatus, User};
use omnicontact_domain::value::{Fields, Value};
use omnicontact_usecases::users::SeenUser;
use omnicontact_usecases::users::show::{self, UserInfo, UserQuery};
use serde::Serialize;
use utoipa::ToSchema;

use crate::description::{Access, Description, Envelope, ErrorDoc, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::identity::AddressBody;
use crate::path::NoPath;
use crate::schema::parameters;

parameters! {
    /// Which user.
    any of pub(crate) struct InfoQuery: AjvTyped {
        /// By id or exact username.
        "userId" user_id: Option<String>,
        /// By exact username or id.
        "username" username: Option<String>,
        /// By the id of an import: finds nobody.
        "importId" import_id: Option<String>,
        /// By e-mail address, in whatever case.
        "email" email: Option<String>,
        /// By the extension of the telephone.
        "freeSwitchExtension" extension: Option<String>,
    } with {
        /// `true` adds the rooms of the user, of which there are none.
        "includeUserRooms" include_user_rooms: Option<String>,
        /// Accepted and ignored.
        #[expect(dead_code, reason = "answers are not projected")]
        "fields" fields: Option<String>,
    }
}

/// A user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InfoBody {
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
    /// The presence that is shown.
    status: &'static str,
    /// Hours that the user's clock is ahead of UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = f64)]
    utc_offset: Option<Value>,
    /// What kind of account it is: `user`, `bot` or `app`.
    r#type: &'static str,
    /// Whether the user may log in.
    active: bool,
    /// What the user says about the own person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bio: Option<String>,
    /// What the user gave as the reason for registering.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
    /// What the user says about the presence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status_text: Option<String>,
    /// Whether an agent takes conversations: `available` or `not-available`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    status_livechat: Option<&'static str>,
    /// The extension of the telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    free_switch_extension: Option<String>,
    /// What only those see who see the user in full, and the user.
    #[serde(flatten)]
    in_full: Option<InFullBody>,
    /// Custom values; those that are public for whoever does not see the user in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    custom_fields: Option<Fields>,
    /// How the user logs in; only the user sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    services: Option<OwnServicesBody>,
    /// Whether the caller sees the user in full.
    can_view_all_info: bool,
    /// The rooms of the user; always empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    rooms: Option<[String; 0]>,
}

/// What only few see of a user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InFullBody {
    /// E-mail addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emails: Vec<AddressBody>,
    /// When the account was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When the user last logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime)]
    last_login: Option<Timestamp>,
    /// Whether the user is asked for a new password.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    require_password_change: Option<bool>,
    /// The roles.
    #[schema(value_type = Vec<String>)]
    roles: Vec<RoleId>,
}

/// How the caller logs in.
#[derive(Debug, Serialize, ToSchema)]
struct OwnServicesBody {
    /// Whether there is a password.
    password: bool,
    /// The second factor by e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    email2fa: Option<SecondFactorBody>,
}

/// A second factor.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SecondFactorBody {
    /// Whether it is on.
    enabled: bool,
    /// When it was switched.
    #[schema(value_type = String, format = DateTime)]
    changed_at: Timestamp,
}

/// An answer with a user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InfoAnswer {
    /// The user.
    user: InfoBody,
}

impl InfoBody {
    fn of(UserInfo { seen, is_own, rooms_are_seen }: UserInfo, rooms_are_wanted: bool) -> Self {
        let SeenUser { user, in_full } = seen;
        let services = is_own.then(|| OwnServicesBody::of(&user));
        let full = in_full.then(|| InFullBody {
            emails: user.emails.into_iter().map(AddressBody::from).collect(),
            created_at: user.created_at,
            last_login: user.last_login,
            require_password_change: user.require_password_change,
            roles: user.roles,
        });
        Self {
            id: user.id,
            name: user.name,
            username: user.username,
            nickname: user.nickname,
            status: user.presence.shown.as_str(),
            utc_offset: user.utc_offset.map(Value::Number),
            r#type: user.kind.as_str(),
            active: user.active,
            bio: user.bio,
            reason: user.registration_reason,
            status_text: user.presence.text,
            status_livechat: user.livechat_status.map(LivechatStatus::as_str),
            free_switch_extension: user.extension,
            in_full: full,
            custom_fields: user.custom_fields,
            services,
            can_view_all_info: in_full,
            rooms: (rooms_are_wanted && rooms_are_seen).then_some([]),
        }
    }
}

impl OwnServicesBody {
    fn of(user: &User) -> Self {
        let factor = |factor: EmailSecondFactor| SecondFactorBody {
            enabled: factor.enabled,
            changed_at: factor.changed_at,
        };
        Self { password: user.password.is_some(), email2fa: user.email_second_factor.map(factor) }
    }
}

impl InfoQuery {
    /// Exactly one of the alternatives is there; an empty text finds nobody.
    fn query(self) -> UserQuery {
        let by_name = self.user_id.or(self.username).map(UserQuery::IdOrUsername);
        by_name
            .or_else(|| self.import_id.map(UserQuery::ImportId))
            .or_else(|| self.email.map(UserQuery::Email))
            .or_else(|| self.extension.map(UserQuery::Extension))
            .unwrap_or_else(|| UserQuery::IdOrUsername(String::new()))
    }
}

/// See a user.
pub(crate) struct ShowUser;

impl Endpoint for ShowUser {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = InfoQuery;
    type Output = InfoAnswer;

    const DESCRIPTION: Description<SignedIn> = Description {
        methods: &[Method::GET],
        path: "/api/v1/users.info",
        operation: "show_user",
        summary: "See a user",
        access: Access::signed_in(show::ASKS),
        limit: Limit::Default,
        envelope: Envelope::Success,
        errors: &[
            ErrorDoc { status: 400, text: "Invalid search query." },
            ErrorDoc { status: 400, text: "User not found." },
        ],
    };

    async fn handle(call: Call<SignedIn>, query: InfoQuery) -> Result<InfoAnswer, ApiError> {
        let rooms_are_wanted = query.include_user_rooms.as_deref() == Some("true");
        let info = show::show_user(call.ctx(), &call.caller.actor, &query.query()).await?;
        Ok(InfoAnswer { user: InfoBody::of(info, rooms_are_wanted) })
    }
}
