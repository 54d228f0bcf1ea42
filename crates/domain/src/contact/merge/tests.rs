//! Examples and laws of merging.

use proptest::prelude::*;

use super::*;
use crate::contact::{CONFLICTS_LIMIT, NewContact, Source, Verification};
use crate::visitor::Visitor;

const THEN: Timestamp = Timestamp::from_millis(0);
const NOW: Timestamp = Timestamp::from_millis(9);
const MODES: [ConflictMode; 3] = [ConflictMode::Overwrite, ConflictMode::Conflict, ConflictMode::Ignore];

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn values(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text))).collect()
}

fn channel(visitor: &str, kind: &str) -> Channel {
    Channel::new(visitor.into(), Source { kind: kind.into(), ..Source::default() })
}

fn chat(room: &str, millis: i64) -> LastChat {
    LastChat { room_id: room.into(), ts: Timestamp::from_millis(millis) }
}

fn mara() -> Contact {
    let new = NewContact {
        name: "Mara".into(),
        emails: texts(&["Mara@x.org"]),
        phones: texts(&["+49 30 123456"]),
        manager: Some("agent-1".into()),
        custom_fields: values(&[("plan", "gold")]),
    };
    Contact::prepared("c1".into(), new, THEN)
}

fn said() -> Incoming {
    Incoming {
        names: texts(&["M. Lindt", "Mara", "Lindt"]),
        managers: vec!["agent-2".into()],
        emails: texts(&["mara@X.ORG", "m@work.example"]),
        phones: texts(&["+4930123456", "+4930999999"]),
        custom_fields: values(&[("plan", "free"), ("region", "north")]),
        channels: vec![channel("v1", "api")],
        ..Incoming::default()
    }
}

fn conflicts(contact: &Contact) -> Vec<(&str, &str)> {
    let all = contact.conflicting_fields.iter().flatten();
    all.map(|conflict| (conflict.field.as_str(), conflict.value.as_text().unwrap())).collect()
}

#[test]
fn a_known_contact_keeps_its_values_and_records_names_and_managers() {
    let mut contact = mara();
    assert!(contact.merge(&said(), ConflictMode::of_target(&contact), NOW));
    assert_eq!(contact.name.as_deref(), Some("Mara"));
    assert_eq!(contact.manager, Some("agent-1".into()));
    assert_eq!(contact.custom_fields, Some(values(&[("plan", "gold"), ("region", "north")])));
    assert_eq!(conflicts(&contact), [("name", "M. Lindt"), ("name", "Lindt"), ("manager", "agent-2")]);
}

#[test]
fn the_latest_word_counts_for_an_unknown_contact() {
    let mut contact = Contact { unknown: true, ..mara() };
    assert!(contact.merge(&said(), ConflictMode::of_target(&contact), NOW));
    assert_eq!(contact.name.as_deref(), Some("M. Lindt"));
    assert_eq!(contact.manager, Some("agent-2".into()));
    assert_eq!(contact.custom_fields, Some(values(&[("plan", "free"), ("region", "north")])));
    assert_eq!(contact.conflicting_fields, None);
}

#[test]
fn to_ignore_is_to_fill_gaps_only() {
    let mut contact = Contact { manager: None, ..mara() };
    assert!(contact.merge(&said(), ConflictMode::Ignore, NOW));
    assert_eq!(contact.name.as_deref(), Some("Mara"));
    assert_eq!(contact.manager, Some("agent-2".into()));
    assert_eq!(contact.custom_fields, Some(values(&[("plan", "gold"), ("region", "north")])));
    assert_eq!(contact.conflicting_fields, None);
}

#[test]
fn lists_are_united_by_canonical_key_in_every_mode() {
    for mode in MODES {
        let mut contact = mara();
        contact.merge(&said(), mode, NOW);
        assert_eq!(contact.emails, Some(texts(&["Mara@x.org", "m@work.example"])));
        assert_eq!(contact.phones, Some(texts(&["+49 30 123456", "+4930999999"])));
        assert_eq!(contact.channels, [channel("v1", "api")]);
        assert_eq!(contact.pre_registration, Some(false));
        assert_eq!((contact.updated_at, contact.created_at), (NOW, THEN));
    }
}

#[test]
fn of_several_names_the_first_is_set_where_there_is_none() {
    for name in [None, Some(String::new())] {
        let mut contact = Contact { name, ..mara() };
        contact.merge(&said(), ConflictMode::Conflict, NOW);
        assert_eq!(contact.name.as_deref(), Some("M. Lindt"));
        assert_eq!(conflicts(&contact), [("name", "Mara"), ("name", "Lindt"), ("manager", "agent-2")]);
    }
}

#[test]
fn a_username_names_only_who_has_no_name() {
    let guest = Incoming { fallback_name: Some("guest-2".into()), ..Incoming::default() };
    for mode in MODES {
        let mut named = mara();
        assert!(!named.merge(&guest, mode, NOW));
        assert_eq!(named, mara());
        let mut nameless = Contact { name: None, ..mara() };
        nameless.merge(&guest, mode, NOW);
        assert_eq!(nameless.name.as_deref(), Some("guest-2"));
    }
}

#[test]
fn nothing_said_writes_nothing() {
    for mode in MODES {
        let bare = Contact { emails: None, phones: None, custom_fields: None, name: None, ..mara() };
        let mut contact = bare.clone();
        assert!(!contact.merge(&Incoming::default(), mode, NOW));
        assert_eq!(contact, bare);
    }
}

#[test]
fn a_known_channel_keeps_what_blocked_or_proved_it() {
    let proof = Verification { field: "email".into(), value: "a@x".into(), verified_at: THEN };
    let known = Channel { last_chat: Some(chat("old", 1)), ..channel("v1", "api") };
    let other = Channel {
        blocked: true,
        verified: true,
        verification: Some(proof.clone()),
        last_chat: Some(chat("new", 2)),
        ..channel("v1", "api")
    };
    let mut contact = Contact { channels: vec![channel("v0", "sms"), known], ..mara() };
    contact.merge(
        &Incoming { channels: vec![other.clone()], ..Incoming::default() },
        ConflictMode::Ignore,
        NOW,
    );
    assert_eq!(contact.channels, [channel("v0", "sms"), other]);
}

#[test]
fn activity_and_the_last_conversation_are_the_newest() {
    let months =
        |range: std::ops::RangeInclusive<u32>| range.map(|month| format!("2025-{month:02}")).collect();
    let mut contact = Contact { activity: Some(months(2..=9)), last_chat: Some(chat("r5", 5)), ..mara() };
    let said = Incoming {
        activity: [months(7..=12), texts(&["2026-01", "2025-01"])].concat(),
        last_chat: Some(chat("r4", 4)),
        ..Incoming::default()
    };
    contact.merge(&said, ConflictMode::Conflict, NOW);
    assert_eq!(contact.activity, Some([months(2..=12), texts(&["2026-01"])].concat()));
    assert_eq!(contact.last_chat, Some(chat("r5", 5)));
}

#[test]
fn open_conflicts_of_a_merged_contact_wait_on() {
    let mut other = Contact { id: "c2".into(), name: Some("Lindt".into()), manager: None, ..mara() };
    other.conflicting_fields = Some(vec![
        ConflictingField::name("Mara"),
        ConflictingField::name("M."),
        ConflictingField::custom("plan", "gold".into()),
        ConflictingField::custom("plan", "free".into()),
        ConflictingField::manager(&"agent-1".into()),
    ]);
    let mut contact = mara();
    contact.merge(&Incoming::from_contact(&other), ConflictMode::Conflict, NOW);
    assert_eq!(conflicts(&contact), [("name", "Lindt"), ("name", "M."), ("customFields.plan", "free")]);
}

#[test]
fn what_a_visitor_says_is_its_name_or_else_its_username() {
    let mut visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), THEN);
    visitor.emails = Some(texts(&[" Ada@X.org ", "no-address"]));
    visitor.phones = Some(texts(&["", "123"]));
    let unnamed = Incoming::from_visitor(&visitor, None, Fields::default(), None);
    assert_eq!((unnamed.names, unnamed.fallback_name), (vec![], Some("guest-2".into())));
    assert_eq!((unnamed.emails, unnamed.phones), (texts(&["ada@x.org"]), texts(&["123"])));
    visitor.name = Some("Ada".into());
    let named = Incoming::from_visitor(&visitor, None, Fields::default(), None);
    assert_eq!((named.names, named.fallback_name), (texts(&["Ada"]), None));
}

#[test]
fn there_is_an_end_to_conflicts() {
    let many: Vec<String> = (0..=CONFLICTS_LIMIT).map(|number| format!("Name {number}")).collect();
    let mut contact = mara();
    contact.merge(&Incoming { names: many, ..Incoming::default() }, ConflictMode::Conflict, NOW);
    assert_eq!(contact.open_conflicts(), CONFLICTS_LIMIT);
}

fn incoming() -> impl Strategy<Value = Incoming> {
    let names = prop::collection::vec("[A-C]?", 0..3);
    let managers = prop::collection::vec("[a-b]", 0..3);
    let emails = prop::collection::vec("[a-bA-B]@x", 0..4);
    let phones = prop::collection::vec(r"(\+49 ?30 ?12345[0-3]|[0-3]| |x)", 0..4);
    let custom = prop::collection::vec(("[a-c]", "[x-z]?"), 0..3);
    let channels = prop::collection::vec(("[v-w]", "(api|sms)", any::<bool>()), 0..3);
    let months = prop::collection::vec("202[4-5]-0[1-9]", 0..14);
    let last = prop::option::of(0_i64..5);
    let open = prop::collection::vec("[A-C]", 0..2);
    let fallback = prop::option::of("guest-[0-1]");
    ((names, fallback, managers, emails, phones), (custom, channels, months, last, open)).prop_map(
        |((names, fallback_name, managers, emails, phones), (custom, channels, activity, last, open))| {
            let channel = |(visitor, kind, blocked): (String, String, bool)| Channel {
                blocked,
                ..channel(&visitor, &kind)
            };
            Incoming {
                names,
                fallback_name,
                managers: managers.into_iter().map(Into::into).collect(),
                emails,
                phones,
                custom_fields: custom.into_iter().map(|(name, text)| (name, text.into())).collect(),
                channels: channels.into_iter().map(channel).collect(),
                activity,
                last_chat: last.map(|millis| chat("r", millis)),
                import_ids: vec![],
                conflicts: open.iter().map(|name| ConflictingField::name(name)).collect(),
            }
        },
    )
}

/// Contacts as they arise: by what was said of them before.
fn contact() -> impl Strategy<Value = Contact> {
    (incoming(), any::<bool>(), any::<bool>()).prop_map(|(said, unknown, bare)| {
        let start = if bare { Contact { name: None, emails: None, ..mara() } } else { mara() };
        let mut contact = Contact { unknown, ..start };
        contact.merge(&said, ConflictMode::Conflict, THEN);
        contact
    })
}

fn mode() -> impl Strategy<Value = ConflictMode> {
    prop::sample::select(MODES.to_vec())
}

proptest! {
    #[test]
    fn merging_twice_changes_nothing_more(contact in contact(), said in incoming(), mode in mode()) {
        let mut once = contact;
        once.merge(&said, mode, NOW);
        let mut twice = once.clone();
        prop_assert!(!twice.merge(&said, mode, Timestamp::from_millis(99)));
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn no_address_number_or_channel_is_lost(before in contact(), said in incoming(), mode in mode()) {
        let mut after = before.clone();
        after.merge(&said, mode, NOW);
        for address in before.emails.iter().flatten() {
            prop_assert!(after.emails.iter().flatten().any(|kept| kept == address));
        }
        for number in before.phones.iter().flatten() {
            prop_assert!(after.phones.iter().flatten().any(|kept| kept == number));
        }
        for address in &said.emails {
            prop_assert!(after.email_keys().contains(&EmailKey::of(address)));
        }
        for number in &said.phones {
            prop_assert!(after.phones.iter().flatten().any(|kept| PhoneKey::of(kept) == PhoneKey::of(number)));
        }
        for channel in before.channels.iter().chain(&said.channels) {
            let kept = after.channels.iter().find(|kept| kept.visitor.is_same_channel(&channel.visitor));
            prop_assert!(kept.is_some_and(|kept| kept.blocked || !channel.blocked));
        }
    }

    #[test]
    fn a_known_contact_never_loses_a_value(before in contact(), said in incoming()) {
        let mut after = before.clone();
        after.merge(&said, ConflictMode::Conflict, NOW);
        if before.name.as_ref().is_some_and(|name| !name.is_empty()) {
            prop_assert_eq!(&after.name, &before.name);
        }
        prop_assert_eq!(&after.manager, &before.manager);
        for name in said.names.iter().filter(|name| !name.is_empty()) {
            let recorded = ConflictingField::name(name);
            let kept = after.name.as_ref() == Some(name)
                || after.conflicting_fields.iter().flatten().any(|conflict| *conflict == recorded);
            prop_assert!(kept);
        }
        // What was recorded stays recorded, in order, and nothing is recorded early.
        let recorded = before.open_conflicts();
        prop_assert_eq!(
            after.conflicting_fields.as_deref().unwrap_or_default().get(..recorded),
            before.conflicting_fields.as_deref().or(Some(&[]))
        );
        prop_assert!(after.conflicting_fields.as_deref() != Some(&[]));
    }

    #[test]
    fn the_modes_differ_in_single_values_only(before in contact(), said in incoming()) {
        let merged = MODES.map(|mode| {
            let mut after = before.clone();
            after.merge(&said, mode, NOW);
            (after.emails, after.phones, after.channels, after.activity, after.last_chat, after.pre_registration)
        });
        prop_assert!(merged[0] == merged[1] && merged[1] == merged[2]);
    }
}
