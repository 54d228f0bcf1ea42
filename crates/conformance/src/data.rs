//! Records for laws: the plainest ones by hand, here; arbitrary ones in `data/arbitrary.rs`.

pub mod arbitrary;
pub mod conversations;

use omnicontact_domain::contact::{Association, Channel, Contact, Source};
use omnicontact_domain::custom_field::{CustomField, Definition, Scope};
use omnicontact_domain::id::{ContactId, VisitorId};
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::role::{RoleId, RoleScope};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::{HashedToken, LoginToken, TokenKind};
use omnicontact_domain::user::{User, UserEmail};
use omnicontact_domain::value::Value;
use omnicontact_domain::version::Version;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{PermissionRecord, RoleRecord, VisitorFilter};

/// A time that is as good as any other.
pub const NOW: Timestamp = Timestamp::from_millis(1_760_000_000_123);

/// That many milliseconds after [`NOW`].
#[must_use]
pub const fn later(millis: i64) -> Timestamp {
    Timestamp::from_millis(NOW.as_millis() + millis)
}

/// Owned texts.
#[must_use]
pub fn texts(given: &[&str]) -> Option<Vec<String>> {
    Some(given.iter().map(|text| (*text).to_owned()).collect())
}

/// A visitor with an id and a token.
#[must_use]
pub fn visitor(id: &str, token: &str) -> Visitor {
    Visitor::new(id.into(), format!("guest-{id}"), token.into(), NOW)
}

/// A visitor with an e-mail address, first seen that many milliseconds after [`NOW`].
#[must_use]
pub fn visitor_with_email(id: &str, address: &str, seen: i64) -> Visitor {
    Visitor { emails: texts(&[address]), ts: Some(later(seen)), ..visitor(id, &format!("token of {id}")) }
}

/// A visitor with custom values.
#[must_use]
pub fn visitor_with_values(id: &str, values: &[(&str, &str)]) -> Visitor {
    let values = values.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))).collect();
    Visitor { livechat_data: Some(values), ..visitor(id, &format!("token of {id}")) }
}

/// What is left of a visitor after erasure.
#[must_use]
pub fn erased(visitor: &Visitor) -> Visitor {
    Visitor {
        username: None,
        ts: None,
        token: None,
        disabled: true,
        version: visitor.version,
        ..self::visitor(visitor.id.as_str(), "")
    }
}

/// A filter by custom values; the texts are folded here.
#[must_use]
pub fn custom_filter(conditions: &[(&str, &str)]) -> VisitorFilter {
    let fold = |(key, text): &(&str, &str)| ((*key).to_owned(), omnicontact_domain::text::fold(text));
    VisitorFilter { custom: conditions.iter().map(fold).collect(), ..VisitorFilter::default() }
}

/// A contact without addresses.
#[must_use]
pub fn contact(id: &str) -> Contact {
    Contact {
        id: ContactId::from(id),
        name: Some(format!("Contact {id}")),
        emails: None,
        phones: None,
        manager: None,
        unknown: false,
        conflicting_fields: None,
        custom_fields: None,
        channels: vec![],
        last_chat: None,
        import_ids: None,
        activity: None,
        pre_registration: None,
        enabled: true,
        created_at: NOW,
        updated_at: NOW,
        version: Version::FIRST,
    }
}

/// A channel of a visitor on a widget.
#[must_use]
pub fn channel(visitor: &VisitorId) -> Channel {
    let source = Source { kind: "widget".into(), ..Source::default() };
    Channel {
        name: source.kind.clone(),
        visitor: Association {
            visitor_id: visitor.clone(),
            source_type: source.kind.clone(),
            source_id: None,
        },
        blocked: false,
        verified: false,
        verification: None,
        details: source,
        last_chat: None,
    }
}

/// A user with a username and no roles.
#[must_use]
pub fn user(id: &str, username: &str) -> User {
    User { username: Some(username.to_owned()), ..User::new(id, NOW) }
}

/// A verified address of a user.
#[must_use]
pub fn user_email(address: &str) -> UserEmail {
    UserEmail { address: address.to_owned(), verified: true }
}

/// A session token.
#[must_use]
pub fn session(hashed: &str, created_at: Timestamp) -> LoginToken {
    LoginToken { hashed: HashedToken::from_stored(hashed), created_at, kind: TokenKind::Session }
}

/// A personal token.
#[must_use]
pub fn personal(hashed: &str, name: &str) -> LoginToken {
    let kind = TokenKind::Personal {
        name: name.to_owned(),
        last_token_part: "abcdef".to_owned(),
        bypass_two_factor: false,
    };
    LoginToken { hashed: HashedToken::from_stored(hashed), created_at: NOW, kind }
}

/// Ids of roles.
#[must_use]
pub fn role_ids(ids: &[&str]) -> Vec<RoleId> {
    ids.iter().map(|id| RoleId::from(*id)).collect()
}

/// A role.
#[must_use]
pub fn role(id: &str) -> RoleRecord {
    RoleRecord {
        id: id.into(),
        name: format!("Role {id}"),
        scope: RoleScope::Users,
        description: String::new(),
        protected: false,
        mandatory_two_factor: false,
        updated_at: NOW,
    }
}

/// A permission that these roles hold.
#[must_use]
pub fn permission(id: &str, roles: &[&str]) -> PermissionRecord {
    PermissionRecord { id: PermissionId::from(id.to_owned()), roles: role_ids(roles), updated_at: NOW }
}

/// The definition of a custom field.
#[must_use]
pub fn custom_field(id: &str) -> CustomField {
    let definition = Definition {
        label: format!("Label of {id}"),
        scope: Scope::Visitor,
        visibility: "visible".into(),
        other: [("searchable".to_owned(), true.into())].into_iter().collect(),
    };
    CustomField::define(id.into(), definition, NOW)
}

/// Ids whose order tells a binary order from one by language, by case, or by UTF-16 units.
pub const IDS_IN_DISORDER: [&str; 14] =
    ["b", "B", "a", "ä", "Z", "é", "aa", "a b", "a-b", "10", "9", "_", "\u{ff5e}", "\u{1f600}"];

/// The same ids by their bytes.
#[must_use]
pub fn ids_by_bytes() -> Vec<String> {
    let mut ids = IDS_IN_DISORDER.map(str::to_owned).to_vec();
    ids.sort();
    ids
}
