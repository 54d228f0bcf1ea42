//! Examples and laws of updates.

use proptest::prelude::*;

use super::*;
use crate::contact::{ConflictingField, NewContact};
use crate::text::{KEY_LIMIT, NAME_LIMIT, TextError};

const LATER: Timestamp = Timestamp::from_millis(9);

fn stored() -> Contact {
    let new = NewContact {
        name: "Mara".into(),
        emails: vec!["a@x".into()],
        phones: vec!["1".into()],
        manager: Some("agent-1".into()),
        custom_fields: [("plan".to_owned(), "gold".into())].into_iter().collect(),
    };
    Contact {
        unknown: true,
        conflicting_fields: Some(vec![ConflictingField::name("M."), ConflictingField::name("N.")]),
        ..Contact::prepared("c1".into(), new, Timestamp::from_millis(0))
    }
}

fn update(contact: &mut Contact, sent: ContactUpdate) -> Updated {
    contact.update(sent, LATER).unwrap()
}

#[test]
fn an_empty_update_writes_nothing() {
    let mut contact = stored();
    assert_eq!(update(&mut contact, ContactUpdate::default()), Updated { renamed: false, wiped: 0 });
    assert_eq!(contact, stored());
}

#[test]
fn whatever_is_written_makes_the_contact_known() {
    let mut contact = stored();
    let same_name = ContactUpdate { name: Some("Mara".into()), ..ContactUpdate::default() };
    assert!(!update(&mut contact, same_name).renamed);
    assert_eq!(contact, Contact { unknown: false, updated_at: LATER, ..stored() });
}

#[test]
fn lists_and_values_are_replaced_as_a_whole() {
    let mut contact = stored();
    let sent = ContactUpdate {
        emails: Some(vec![]),
        phones: Some(vec!["2".into(), "3".into()]),
        custom_fields: Some(Fields::default()),
        ..ContactUpdate::default()
    };
    update(&mut contact, sent);
    assert_eq!(contact.emails, Some(vec![]));
    assert_eq!(contact.phones, Some(vec!["2".to_owned(), "3".to_owned()]));
    assert_eq!(contact.custom_fields, Some(Fields::default()));
    assert_eq!(contact.open_conflicts(), 2);
}

#[test]
fn a_manager_is_set_or_cleared() {
    let mut contact = stored();
    for (sent, expected) in [("agent-2", Some("agent-2".into())), ("", None)] {
        let sent = ContactUpdate { manager: Some(ManagerChange::of(sent)), ..ContactUpdate::default() };
        update(&mut contact, sent);
        assert_eq!(contact.manager, expected);
    }
}

#[test]
fn wiped_conflicts_are_counted_and_never_appear_early() {
    let wipe = || ContactUpdate { wipe_conflicts: true, ..ContactUpdate::default() };
    let mut contact = stored();
    assert_eq!(update(&mut contact, wipe()).wiped, 2);
    assert_eq!(contact.conflicting_fields, Some(vec![]));
    assert_eq!(update(&mut contact, wipe()).wiped, 0);
    let mut never = Contact { conflicting_fields: None, ..stored() };
    assert_eq!(update(&mut never, wipe()).wiped, 0);
    assert_eq!((never.conflicting_fields, never.unknown), (None, false));
}

#[test]
fn an_empty_name_is_refused_and_changes_nothing() {
    let mut contact = stored();
    let sent = ContactUpdate { name: Some(String::new()), emails: Some(vec![]), ..ContactUpdate::default() };
    assert_eq!(contact.update(sent, LATER), Err(EmptyName));
    assert_eq!(contact, stored());
}

#[test]
fn what_is_sent_has_bounds() {
    let long = |field, limit| Err(TextError::TooLong { field, limit }.into());
    let name = ContactUpdate { name: Some("x".repeat(NAME_LIMIT + 1)), ..ContactUpdate::default() };
    assert_eq!(name.check_bounds(), long("name", NAME_LIMIT));
    let emails = ContactUpdate { emails: Some(vec!["x".repeat(KEY_LIMIT + 1)]), ..ContactUpdate::default() };
    assert_eq!(emails.check_bounds(), long("emails", KEY_LIMIT));
    assert_eq!(ContactUpdate::default().check_bounds(), Ok(()));
}

fn sent() -> impl Strategy<Value = ContactUpdate> {
    let texts = || prop::option::of(prop::collection::vec("[a-c]", 0..3));
    let values = prop::option::of(prop::collection::vec(("[a-c]", "[x-z]"), 0..3)).prop_map(|values| {
        values.map(|pairs| pairs.into_iter().map(|(name, text)| (name, text.into())).collect())
    });
    let manager = prop::option::of("[a-b]?").prop_map(|id| id.as_deref().map(ManagerChange::of));
    (prop::option::of("[a-c]"), texts(), texts(), values, manager, any::<bool>()).prop_map(
        |(name, emails, phones, custom_fields, manager, wipe_conflicts)| ContactUpdate {
            name,
            emails,
            phones,
            custom_fields,
            manager,
            wipe_conflicts,
        },
    )
}

proptest! {
    #[test]
    fn what_was_not_sent_stays_untouched(sent in sent()) {
        let mut contact = stored();
        update(&mut contact, sent.clone());
        let mut expected = stored();
        if !sent.is_empty() {
            expected.unknown = false;
            expected.updated_at = LATER;
        }
        expected.name = sent.name.or(expected.name);
        expected.emails = sent.emails.or(expected.emails);
        expected.phones = sent.phones.or(expected.phones);
        expected.custom_fields = sent.custom_fields.or(expected.custom_fields);
        if let Some(change) = sent.manager {
            expected.manager = change.user().cloned();
        }
        if sent.wipe_conflicts {
            expected.conflicting_fields = Some(vec![]);
        }
        prop_assert_eq!(contact, expected);
    }

    #[test]
    fn two_updates_of_different_fields_lose_nothing(one in sent(), other in sent()) {
        // The second says nothing of what the first said.
        let other = ContactUpdate {
            name: other.name.filter(|_| one.name.is_none()),
            emails: other.emails.filter(|_| one.emails.is_none()),
            phones: other.phones.filter(|_| one.phones.is_none()),
            custom_fields: other.custom_fields.filter(|_| one.custom_fields.is_none()),
            manager: other.manager.filter(|_| one.manager.is_none()),
            wipe_conflicts: other.wipe_conflicts,
        };
        let (mut forth, mut back) = (stored(), stored());
        update(&mut forth, one.clone());
        update(&mut forth, other.clone());
        update(&mut back, other);
        update(&mut back, one);
        prop_assert_eq!(forth, back);
    }
}
