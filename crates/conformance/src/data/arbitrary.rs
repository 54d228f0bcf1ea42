//! Arbitrary records, the same ones at every run. Texts hold every character but U+0000, which is refused
//! before the store.

mod audit;
mod user;

use omnicontact_domain::contact::{
    Association, Channel, ConflictingField, Contact, LastChat, Source, Verification,
};
use omnicontact_domain::custom_field::{CustomField, Scope};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::{HashedToken, LoginToken, TokenKind};
use omnicontact_domain::value::{Fields, Value};
use omnicontact_domain::version::Version;
use omnicontact_domain::visitor::{LastAgent, ManagerEmail, Visitor, VisitorManager};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

pub use self::audit::audit_event;
pub use self::user::user;

/// How many records a law tries.
const SAMPLES: u16 = 96;

/// Samples, each with its number, from which laws make what must be one of a kind.
///
/// # Panics
/// When the strategy gives up.
pub fn samples<S: Strategy>(strategy: &S) -> Vec<(u16, S::Value)> {
    let mut runner = TestRunner::deterministic();
    (0..SAMPLES).map(|number| (number, strategy.new_tree(&mut runner).unwrap().current())).collect()
}

/// A text, also an empty one, often with characters that engines and JSON treat specially.
pub fn text() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        3 => "[^\\x00]{0,20}",
        1 => "[ '\"\\\\%_;?$:{}\\[\\],\\x01\\n\\r\\t\u{7f}\u{2028}\u{feff}İßΣ\u{1f600}\u{10ffff}]{0,12}",
        1 => "[a-z]{1,8}",
    ]
}

fn texts() -> impl Strategy<Value = Option<Vec<String>>> {
    of(vec(text(), 0..4))
}

fn time() -> impl Strategy<Value = Timestamp> {
    (Timestamp::MIN.as_millis()..=Timestamp::MAX.as_millis()).prop_map(Timestamp::from_millis)
}

fn version() -> impl Strategy<Value = Version> {
    (1..i64::MAX).prop_map(Version::new)
}

/// A value as JSON knows it, nested. Every finite double must come back exactly: a store that reads its JSON
/// with `serde_json` needs the feature `float_roundtrip`.
pub fn value() -> impl Strategy<Value = Value> {
    let number = prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number.prop_map(Value::Number),
        any::<i32>().prop_map(|whole| Value::Number(f64::from(whole))),
        text().prop_map(Value::Text),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::List),
            vec((text(), inner), 0..4).prop_map(|pairs| Value::Fields(pairs.into_iter().collect())),
        ]
    })
}

/// Named values in an order that is not that of their names.
pub fn fields() -> impl Strategy<Value = Fields> {
    vec((text(), value()), 0..4).prop_map(|pairs| pairs.into_iter().collect())
}

fn last_chat() -> impl Strategy<Value = LastChat> {
    (text(), time()).prop_map(|(room_id, ts)| LastChat { room_id: room_id.into(), ts })
}

fn source() -> impl Strategy<Value = Source> {
    (text(), of(text()), of(text()), of(text()), of(text()), of(text()), of(text())).prop_map(
        |(kind, id, alias, label, sidebar_icon, default_icon, destination)| Source {
            kind,
            id,
            alias,
            label,
            sidebar_icon,
            default_icon,
            destination,
        },
    )
}

fn channel() -> impl Strategy<Value = Channel> {
    let association = (text(), text(), of(text())).prop_map(|(visitor, source_type, source_id)| {
        Association { visitor_id: visitor.into(), source_type, source_id }
    });
    let verification = (text(), text(), time()).prop_map(|(field, value, verified_at)| Verification {
        field,
        value,
        verified_at,
    });
    (text(), association, any::<bool>(), any::<bool>(), of(verification), source(), of(last_chat())).prop_map(
        |(name, visitor, blocked, verified, verification, details, last_chat)| Channel {
            name,
            visitor,
            blocked,
            verified,
            verification,
            details,
            last_chat,
        },
    )
}

/// A contact; its id is left to the law.
pub fn contact() -> impl Strategy<Value = Contact> {
    let conflict = (text(), value()).prop_map(|(field, value)| ConflictingField { field, value });
    let person = (of(text()), texts(), texts(), of(text()), of(vec(conflict, 0..3)), of(fields()));
    let history = (vec(channel(), 0..3), of(last_chat()), texts(), texts());
    let marks = (any::<bool>(), of(any::<bool>()), any::<bool>(), time(), time(), version());
    (person, history, marks).prop_map(|(person, history, marks)| {
        let (name, emails, phones, manager, conflicting_fields, custom_fields) = person;
        let (channels, last_chat, import_ids, activity) = history;
        let (unknown, pre_registration, enabled, created_at, updated_at, version) = marks;
        Contact {
            name,
            emails,
            phones,
            manager: manager.map(Into::into),
            unknown,
            conflicting_fields,
            custom_fields,
            channels,
            last_chat,
            import_ids,
            activity,
            pre_registration,
            enabled,
            created_at,
            updated_at,
            version,
            ..super::contact("")
        }
    })
}

/// A visitor; its id and, for one that has a token, the token are left to the law.
pub fn visitor() -> impl Strategy<Value = Visitor> {
    let emails = (text(), any::<bool>()).prop_map(|(address, verified)| ManagerEmail { address, verified });
    let emails = of(vec(emails, 0..3));
    let manager = (of(text()), text(), of(text()), emails).prop_map(|(user_id, username, name, emails)| {
        VisitorManager { user_id: user_id.map(Into::into), username, name, emails }
    });
    let last_agent = (text(), text(), time()).prop_map(|(agent_id, username, ts)| LastAgent {
        agent_id: agent_id.into(),
        username,
        ts,
    });
    let person = (of(text()), of(time()), of(text()), of(text()), texts(), texts(), of(fields()));
    let work = (of(text()), of(manager), of(last_chat()), of(last_agent), of(text()), texts());
    let machine = (of(text()), of(text()), of(text()), of(vec(value(), 0..3)));
    let marks = (any::<bool>(), time(), version());
    (person, work, machine, marks).prop_map(|(person, work, machine, marks)| {
        let (username, ts, token, name, phones, emails, livechat_data) = person;
        let (department, manager, last_chat, last_agent, status, activity) = work;
        let (user_agent, ip, host, external_ids) = machine;
        let (disabled, updated_at, version) = marks;
        Visitor {
            id: "".into(),
            username,
            ts,
            token: token.map(Into::into),
            name,
            phones,
            emails,
            department,
            livechat_data,
            manager,
            last_chat,
            last_agent,
            status,
            activity,
            user_agent,
            ip,
            host,
            external_ids,
            disabled,
            updated_at,
            version,
        }
    })
}

/// A login token; its hash and name are left to the law.
pub fn token() -> impl Strategy<Value = LoginToken> {
    let personal = (text(), text(), any::<bool>()).prop_map(|(name, last_token_part, bypass_two_factor)| {
        TokenKind::Personal { name, last_token_part, bypass_two_factor }
    });
    (time(), prop_oneof![Just(TokenKind::Session), personal]).prop_map(|(created_at, kind)| LoginToken {
        hashed: HashedToken::from_stored(""),
        created_at,
        kind,
    })
}

/// The definition of a custom field; its id is left to the law.
pub fn custom_field() -> impl Strategy<Value = CustomField> {
    let scope = prop_oneof![Just(Scope::Visitor), Just(Scope::Room)];
    (text(), scope, text(), fields(), time(), version()).prop_map(
        |(label, scope, visibility, other, updated_at, version)| CustomField {
            id: "".into(),
            label,
            scope,
            visibility,
            other,
            updated_at,
            version,
        },
    )
}
