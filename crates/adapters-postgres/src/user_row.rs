//! A row of `users` with its addresses and roles.

use omnicontact_domain::password::PasswordHash;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::{User, UserEmail, UserKind};
use omnicontact_domain::version::Version;
use omnicontact_ports::StoreError;

use crate::error::corrupt;
use crate::json;

/// A row of `users`, with the rows of `user_emails` and `user_roles` in their order.
#[derive(Debug)]
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
                u.kind,
                u.status,
                u.status_default,
                u.active,
                u.password_hash,
                u.preferences_json,
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

impl UserRow {
    /// The row of a user.
    pub(crate) fn of(user: &User) -> Result<Self, StoreError> {
        Ok(Self {
            user_id: user.id.as_str().to_owned(),
            username: user.username.clone(),
            name: user.name.clone(),
            kind: user.kind.as_str().to_owned(),
            status: user.status.clone(),
            status_default: user.status_default.clone(),
            active: user.active,
            password_hash: user.password.as_ref().map(|hash| hash.as_str().to_owned()),
            preferences_json: json::write(&user.preferences)?,
            last_login: user.last_login.map(Timestamp::as_millis),
            created_at: user.created_at.as_millis(),
            updated_at: user.updated_at.as_millis(),
            version: user.version.number(),
            addresses: user.emails.iter().map(|email| email.address.clone()).collect(),
            verified: user.emails.iter().map(|email| email.verified).collect(),
            roles: user.roles.iter().map(|role| role.as_str().to_owned()).collect(),
        })
    }

    /// The user of the row.
    pub(crate) fn into_user(self) -> Result<User, StoreError> {
        let id = self.user_id;
        let Some(kind) = UserKind::parse(&self.kind) else {
            return Err(corrupt("user", &id, format!("no such kind: {}", self.kind)));
        };
        Ok(User {
            username: self.username,
            name: self.name,
            emails: self
                .addresses
                .into_iter()
                .zip(self.verified)
                .map(|(address, verified)| UserEmail { address, verified })
                .collect(),
            kind,
            status: self.status,
            status_default: self.status_default,
            active: self.active,
            roles: self.roles.into_iter().map(Into::into).collect(),
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
