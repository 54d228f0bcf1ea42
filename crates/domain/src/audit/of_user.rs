//! What is written into the trail about a user: values of rights and flags, and of everything else only that it
//! changed. Presence, last logins and times of writing are no changes: they would bury what matters.

use super::Change;
use crate::role::RoleId;
use crate::user::{InactiveReason, User};
use crate::value::Value;

/// What changed between two states of a user, by the names of the wire.
///
/// ```
/// use omnicontact_domain::audit::{Change, user_changes};
/// use omnicontact_domain::time::Timestamp;
/// use omnicontact_domain::user::User;
/// use omnicontact_domain::value::Value;
/// let before = User::new("u1", Timestamp::from_millis(0));
/// let after = User { active: false, bio: Some("private".into()), ..before.clone() };
/// assert_eq!(
///     user_changes(&before, &after),
///     [Change::of("bio"), Change::from_to("active", Value::Bool(true), Value::Bool(false))]
/// );
/// ```
#[must_use]
pub fn user_changes(before: &User, after: &User) -> Vec<Change> {
    let private =
        PRIVATE.iter().filter(|(_, differs)| differs(before, after)).map(|(key, _)| Change::of(key));
    let open = rights(before).into_iter().zip(rights(after)).filter(|(before, after)| before != after);
    private.chain(open.map(|((key, before), (_, after))| Change::from_to(key, before, after))).collect()
}

/// What is said of a user who was just made.
#[must_use]
pub fn user_made(user: &User) -> Vec<Change> {
    said(user).map(|(key, value)| Change::from_to(key, None, value)).collect()
}

/// What is said of a user who was just removed.
#[must_use]
pub fn user_removed(user: &User) -> Vec<Change> {
    said(user).map(|(key, value)| Change::from_to(key, value, None)).collect()
}

type Differs = fn(&User, &User) -> bool;

/// What people are told only the name of.
const PRIVATE: [(&str, Differs); 14] = [
    ("username", |a, b| a.username != b.username),
    ("name", |a, b| a.name != b.name),
    ("nickname", |a, b| a.nickname != b.nickname),
    ("bio", |a, b| a.bio != b.bio),
    ("emails", |a, b| a.emails != b.emails),
    ("password", |a, b| a.password != b.password),
    ("reason", |a, b| a.registration_reason != b.registration_reason),
    ("requirePasswordChangeReason", |a, b| {
        a.require_password_change_reason != b.require_password_change_reason
    }),
    ("settings.preferences", |a, b| a.preferences != b.preferences),
    ("language", |a, b| a.language != b.language),
    ("utcOffset", |a, b| a.utc_offset != b.utc_offset),
    ("customFields", |a, b| a.custom_fields != b.custom_fields),
    ("freeSwitchExtension", |a, b| a.extension != b.extension),
    ("livechat", |a, b| a.agent_settings != b.agent_settings),
];

/// What people are told the values of.
fn rights(user: &User) -> [(&'static str, Option<Value>); 6] {
    let roles = user.roles.iter().map(RoleId::as_str).map(Value::from).collect();
    [
        ("roles", Some(Value::List(roles))),
        ("active", Some(Value::Bool(user.active))),
        ("inactiveReason", user.inactive_reason.map(InactiveReason::as_str).map(Value::from)),
        ("type", Some(Value::from(user.kind.as_str()))),
        ("requirePasswordChange", user.require_password_change.map(Value::Bool)),
        ("services.email2fa.enabled", user.email_second_factor.map(|factor| Value::Bool(factor.enabled))),
    ]
}

fn said(user: &User) -> impl Iterator<Item = (&'static str, Value)> {
    rights(user).into_iter().filter_map(|(key, value)| Some((key, value?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::PasswordHash;
    use crate::time::Timestamp;
    use crate::user::{EmailSecondFactor, LivechatStatus, Presence, PresenceStatus, UserEmail, UserKind};
    use crate::value::Fields;
    use crate::version::Version;

    const THEN: Timestamp = Timestamp::from_millis(0);
    const NOW: Timestamp = Timestamp::from_millis(1);

    fn kim() -> User {
        User {
            username: Some("kim.jane".into()),
            emails: vec![UserEmail { address: "kim@example.org".into(), verified: false }],
            roles: vec![RoleId::from("user")],
            ..User::new("u1", THEN)
        }
    }

    /// A user of whom everything is other than of `kim`.
    fn other() -> User {
        User {
            id: "u1".into(),
            username: Some("secret-1".into()),
            name: Some("secret-2".into()),
            nickname: Some("secret-3".into()),
            bio: Some("secret-4".into()),
            emails: vec![UserEmail { address: "secret-5".into(), verified: false }],
            kind: UserKind::Bot,
            presence: Presence {
                shown: PresenceStatus::Away,
                text: Some("secret-6".into()),
                ..Presence::OFFLINE
            },
            livechat_status: Some(LivechatStatus::Available),
            agent_settings: Some(Fields::default()),
            active: false,
            inactive_reason: Some(InactiveReason::IdleTooLong),
            registration_reason: Some("secret-7".into()),
            roles: vec![RoleId::from("admin"), RoleId::from("user")],
            password: Some(PasswordHash::from_stored("secret-8")),
            require_password_change: Some(true),
            require_password_change_reason: Some("secret-9".into()),
            email_second_factor: Some(EmailSecondFactor { enabled: true, changed_at: NOW }),
            preferences: [("secret".to_owned(), Value::from("secret-10"))].into_iter().collect(),
            language: Some("secret-11".into()),
            utc_offset: Some(3.0),
            custom_fields: Some(Fields::default()),
            extension: Some("secret-12".into()),
            last_login: Some(NOW),
            created_at: THEN,
            updated_at: NOW,
            version: Version::FIRST,
        }
    }

    fn keys(changes: &[Change]) -> Vec<&str> {
        changes.iter().map(|change| change.key.as_str()).collect()
    }

    #[test]
    fn everything_that_matters_is_named_and_nothing_personal_is_told() {
        let changes = user_changes(&kim(), &other());
        let expected: Vec<&str> =
            PRIVATE.iter().map(|(key, _)| *key).chain(rights(&kim()).map(|(key, _)| key)).collect();
        assert_eq!(keys(&changes), expected);
        let told = format!("{changes:?}");
        assert!(!told.contains("secret-") && !told.contains("example.org"), "{told}");
        let roles = changes.iter().find(|change| change.key == "roles").unwrap();
        assert_eq!(roles.previous, Some(Value::List(vec!["user".into()])));
        assert_eq!(roles.current, Some(Value::List(vec!["admin".into(), "user".into()])));
    }

    #[test]
    fn presence_logins_and_times_are_no_changes() {
        let later = User {
            presence: Presence { shown: PresenceStatus::Online, ..Presence::OFFLINE },
            livechat_status: Some(LivechatStatus::Available),
            last_login: Some(NOW),
            updated_at: NOW,
            ..kim()
        };
        assert_eq!(user_changes(&kim(), &later), []);
    }

    #[test]
    fn who_is_made_or_removed_is_described_by_rights_alone() {
        let made = user_made(&kim());
        assert_eq!(keys(&made), ["roles", "active", "type"]);
        assert!(made.iter().all(|change| change.previous.is_none() && change.current.is_some()));
        let removed = user_removed(&other());
        assert_eq!(removed.len(), 6);
        assert!(removed.iter().all(|change| change.previous.is_some() && change.current.is_none()));
    }
}
