//! What an update does to the world.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use omnicontact_domain::contact::ConflictingField;
use omnicontact_domain::text::NAME_LIMIT;
use omnicontact_domain::version::Version;
use omnicontact_ports::StoreError;
use omnicontact_ports::mock::{MockStore, MockTransaction};

use super::*;
use crate::context::test::{NOW, context, holding, nobody};
use crate::prepared::{agent_user, definition, mara, mara_with, writing};

fn renamed() -> ContactUpdate {
    ContactUpdate { name: Some("Mara Lindt".into()), ..ContactUpdate::default() }
}

fn stored(contact: Option<Contact>) -> MockTransaction {
    let mut tx = MockTransaction::default();
    tx.contacts.expect_lock().times(1).returning(move |_| Ok(contact.clone()));
    tx
}

async fn update(tx: MockTransaction, sent: ContactUpdate) -> (Result<Contact, EditError>, bool) {
    let (store, committed) = writing(vec![tx]);
    let answer =
        update_contact(&context(store), &holding(&[UPDATE_LIVECHAT_CONTACT]), &"c1".into(), sent).await;
    (answer, committed.load(Ordering::SeqCst))
}

#[tokio::test]
async fn whoever_may_not_causes_no_transaction() {
    let refused = update_contact(&context(MockStore::new()), &nobody(), &"c1".into(), renamed()).await;
    assert!(matches!(refused, Err(EditError::Denied(_))));
}

#[tokio::test]
async fn too_much_causes_no_transaction() {
    let sent = ContactUpdate { name: Some("x".repeat(NAME_LIMIT + 1)), ..ContactUpdate::default() };
    let actor = holding(&[UPDATE_LIVECHAT_CONTACT]);
    let refused = update_contact(&context(MockStore::new()), &actor, &"c1".into(), sent).await;
    assert!(matches!(refused, Err(EditError::OutOfBounds(_))));
}

#[tokio::test]
async fn an_unknown_or_erased_contact_is_not_found_before_anything_else() {
    let mut erased = mara();
    erased.erase(NOW);
    for contact in [None, Some(erased)] {
        let sent = ContactUpdate { manager: Some(ManagerChange::of("invalid")), ..ContactUpdate::default() };
        let (answer, committed) = update(stored(contact), sent).await;
        assert!(matches!(answer, Err(EditError::NotFound)) && !committed);
    }
}

#[tokio::test]
async fn a_new_name_goes_to_the_conversations() {
    let mut tx = stored(Some(mara_with(&["v2", "v1"])));
    tx.contacts
        .expect_update()
        .withf(|contact| contact.name.as_deref() == Some("Mara Lindt") && contact.updated_at == NOW)
        .times(1)
        .returning(|_| Ok(()));
    tx.conversations
        .expect_rename()
        .withf(|contact, visitors, name, now| {
            contact.as_str() == "c1"
                && *visitors == ["v1".into(), "v2".into()]
                && name == "Mara Lindt"
                && *now == NOW
        })
        .times(1)
        .returning(|_, _, _, _| Ok(()));
    let (answer, committed) = update(tx, renamed()).await;
    assert_eq!(answer.unwrap().name.as_deref(), Some("Mara Lindt"));
    assert!(committed);
}

#[tokio::test]
async fn the_same_name_renames_nothing() {
    let mut tx = stored(Some(mara()));
    tx.contacts.expect_update().times(1).returning(|_| Ok(()));
    let (answer, committed) = update(tx, ContactUpdate { name: mara().name, ..renamed() }).await;
    assert!(answer.is_ok() && committed);
}

#[tokio::test]
async fn nothing_sent_writes_nothing() {
    let unknown = Contact { unknown: true, ..mara() };
    let (answer, committed) = update(stored(Some(unknown.clone())), ContactUpdate::default()).await;
    assert_eq!(answer.unwrap(), unknown);
    assert!(!committed);
}

#[tokio::test]
async fn an_empty_name_is_refused_after_all_other_checks() {
    let mut tx = stored(Some(mara()));
    tx.custom_fields.expect_list().times(1).returning(|| Ok(vec![]));
    let sent = ContactUpdate {
        name: Some(String::new()),
        custom_fields: Some(Fields::default()),
        ..ContactUpdate::default()
    };
    let (answer, committed) = update(tx, sent).await;
    assert!(matches!(answer, Err(EditError::EmptyName(_))) && !committed);
}

#[tokio::test]
async fn a_manager_is_looked_up_only_where_one_is_named() {
    for (sent, found, expected) in
        [("agent-1", true, Some("agent-1".into())), ("", false, None), ("invalid", false, None)]
    {
        let mut tx = stored(Some(mara()));
        tx.users.expect_find().returning(move |id| Ok(found.then(|| agent_user(id.as_str()))));
        tx.contacts.expect_update().returning(|_| Ok(()));
        let update =
            update(tx, ContactUpdate { manager: Some(ManagerChange::of(sent)), ..ContactUpdate::default() });
        match update.await {
            (Ok(contact), true) => assert_eq!(contact.manager, expected),
            (Err(EditError::ManagerNotFound), false) => assert_eq!(sent, "invalid"),
            unexpected => panic!("{unexpected:?}"),
        }
    }
}

#[tokio::test]
async fn custom_values_are_replaced_by_the_legacy_rule_and_unchecked_when_not_sent() {
    let legacy: Fields = [("cf2".to_owned(), "456".into())].into_iter().collect();
    let with_values = Contact { custom_fields: Some(legacy), ..mara() };
    let required = || Ok(vec![definition("cf1", &[("required", true.into())])]);

    let mut tx = stored(Some(with_values.clone()));
    tx.custom_fields.expect_list().returning(required);
    tx.contacts.expect_update().times(1).returning(|_| Ok(()));
    let given = [("cf1".to_owned(), "1".into()), ("cf2".to_owned(), "789".into())].into_iter().collect();
    let (answer, _) =
        update(tx, ContactUpdate { custom_fields: Some(given), ..ContactUpdate::default() }).await;
    let values = answer.unwrap().custom_fields.unwrap();
    assert_eq!(values.get("cf1"), Some(&"1".into()));
    assert_eq!(values.get("cf2"), Some(&"456".into()));

    // No definition is read when no value was sent.
    let mut tx = stored(Some(with_values));
    tx.contacts.expect_update().times(1).returning(|_| Ok(()));
    let (answer, _) = update(tx, ContactUpdate { phones: Some(vec![]), ..ContactUpdate::default() }).await;
    assert!(answer.is_ok());
}

#[tokio::test]
async fn wiped_conflicts_are_counted() {
    let conflicts = vec![ConflictingField::name("M."), ConflictingField::name("N.")];
    for (conflicting_fields, counted) in [(Some(conflicts), 1), (Some(vec![]), 0), (None, 0)] {
        let mut tx = stored(Some(Contact { conflicting_fields, ..mara() }));
        tx.contacts.expect_update().times(1).returning(|_| Ok(()));
        tx.settings
            .expect_increase()
            .withf(|id, by, now| id == RESOLVED_CONFLICTS_COUNT && *by == 2 && *now == NOW)
            .times(counted)
            .returning(|_, _, _| Ok(()));
        let (answer, committed) =
            update(tx, ContactUpdate { wipe_conflicts: true, ..ContactUpdate::default() }).await;
        assert!(answer.is_ok() && committed);
    }
}

#[tokio::test]
async fn a_stale_update_is_done_again_on_the_contact_as_it_is_then() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let attempt = |version: i64| {
        let seen = Arc::clone(&seen);
        let mut tx = stored(Some(Contact { version: Version::new(version), ..mara() }));
        tx.contacts.expect_update().returning(move |contact| {
            seen.lock().unwrap().push(contact.version.number());
            if contact.version == Version::new(1) { Err(StoreError::Stale) } else { Ok(()) }
        });
        tx.conversations.expect_rename().returning(|_, _, _, _| Ok(()));
        tx
    };
    let (store, committed) = writing(vec![attempt(1), attempt(2)]);
    let actor = holding(&[UPDATE_LIVECHAT_CONTACT]);
    update_contact(&context(store), &actor, &"c1".into(), renamed()).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [1, 2]);
    assert!(committed.load(Ordering::SeqCst));
}
