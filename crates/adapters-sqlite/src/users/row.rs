//! The row of a user with its addresses and roles, and its way to and from the entity.

use omnicontact_domain::password::PasswordHash;
use omnicontact_domain::text::fold;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::{User, UserEmail, UserKind};
use omnicontact_domain::version::Version;
use omnicontact_ports::StoreError;

use crate::error::corrupt;
use crate::json;

pub(crate) struct UserRow {
    pub(crate) user_id: String,
    pub(crate) username: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) status_default: Option<String>,
    pub(crate) active: bool,
    pub(crate) password_hash: Option<String>,
    pub(crate) preferences_json: String,
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
                u.kind as "kind!",
                u.status as "status!",
                u.status_default as "status_default?",
                u.active as "active!: bool",
                u.password_hash as "password_hash?",
                u.preferences_json as "preferences_json!",
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

impl UserRow {
    pub(crate) fn into_user(self) -> Result<User, StoreError> {
        let id = self.user_id;
        let Some(kind) = UserKind::parse(&self.kind) else {
            return Err(corrupt("user", &id, format!("unknown kind {}", self.kind)));
        };
        let emails: Vec<(String, u8)> = json::read("user", &id, &self.emails_json)?;
        Ok(User {
            username: self.username,
            name: self.name,
            emails: emails
                .into_iter()
                .map(|(address, verified)| UserEmail { address, verified: verified != 0 })
                .collect(),
            kind,
            status: self.status,
            status_default: self.status_default,
            active: self.active,
            roles: json::read("user", &id, &self.roles_json)?,
            password: self.password_hash.map(PasswordHash::from_stored),
            preferences: json::read("user", &id, &self.preferences_json)?,
            last_login: self.last_login.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(self.created_at),
            updated_at: Timestamp::from_millis(self.updated_at),
            version: Version::new(self.version),
            id: id.into(),
        })
    }
}

/// What of a user is stored in another form than the entity's.
pub(crate) struct WrittenUser<'a> {
    pub(crate) id: &'a str,
    pub(crate) username_key: Option<String>,
    pub(crate) kind: &'static str,
    pub(crate) password_hash: Option<&'a str>,
    pub(crate) preferences_json: String,
    pub(crate) last_login: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) version: i64,
}

impl<'a> WrittenUser<'a> {
    pub(crate) fn of(user: &'a User) -> Result<Self, StoreError> {
        Ok(Self {
            id: user.id.as_str(),
            username_key: user.username.as_deref().map(fold),
            kind: user.kind.as_str(),
            password_hash: user.password.as_ref().map(PasswordHash::as_str),
            preferences_json: json::write(&user.preferences)?,
            last_login: user.last_login.map(Timestamp::as_millis),
            created_at: user.created_at.as_millis(),
            updated_at: user.updated_at.as_millis(),
            version: user.version.number(),
        })
    }
}
