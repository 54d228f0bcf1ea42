//! Who is recognised, what is written where, and what is refused.

use std::sync::atomic::Ordering;

use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::user::{LivechatStatus, Presence, PresenceStatus, User, UserEmail};
use omnicontact_domain::visitor::{Connection, ManagerEmail};
use omnicontact_ports::mock::{MockStore, MockTransaction};

use super::*;
use crate::context::test::{NOW, context};
use crate::prepared::{agent_user, definition, department, mara_with, visitor, writing};

fn guest() -> GuestRegistration {
    GuestRegistration {
        token: "new".into(),
        name: Some("Ada".into()),
        email: Some("Ada@X.org".into()),
        phone: Some("4155550100".into()),
        connection: Connection { ip: Some("10.0.0.1".into()), ..Connection::default() },
        ..GuestRegistration::default()
    }
}

/// A transaction in which nobody is known yet.
fn empty(collects: bool) -> MockTransaction {
    let mut tx = MockTransaction::default();
    tx.custom_fields.expect_list().returning(|| Ok(vec![definition("cf1", &[]), definition("cf2", &[])]));
    tx.visitors
        .expect_lock_registration()
        .withf(|token, phone, email| {
            token.as_str() == "new" && *phone == Some("4155550100") && *email == Some("ada@x.org")
        })
        .returning(|_, _, _| Ok(()));
    tx.visitors.expect_next_guest_number().returning(|| Ok(12));
    let settings = move || SettingValues::new(vec![(COLLECT_HEADERS.to_owned(), collects.into())]);
    tx.settings.expect_find_many().returning(move |_| Ok(settings()));
    tx
}

/// Nobody manages a contact with the guest's address.
fn unmanaged(mut tx: MockTransaction) -> MockTransaction {
    tx.contacts.expect_list_managed_by_email().returning(|_, _| Ok(vec![]));
    tx
}

/// A transaction in which the visitor `v1` with the token `old` is found by one of the three ways.
fn known(by: Recognised) -> MockTransaction {
    let mut tx = empty(false);
    let found = move |way| (way == by).then(|| Visitor { token: Some("old".into()), ..visitor("v1") });
    tx.visitors.expect_find_by_token().returning(move |_| Ok(found(Recognised::ByToken)));
    tx.visitors.expect_find_by_filter().returning(move |_| Ok(found(Recognised::ByPhone)));
    tx.visitors.expect_find_by_email().returning(move |_| Ok(found(Recognised::ByEmail)));
    tx
}

async fn register(tx: MockTransaction, guest: GuestRegistration) -> (Result<Visitor, GuestError>, bool) {
    let (store, committed) = writing(vec![unmanaged(tx)]);
    let answer = register_guest(&context(store), guest).await;
    (answer, committed.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_blank_token_causes_no_transaction() {
    let blank = GuestRegistration { token: " ".into(), ..guest() };
    let refused = register_guest(&context(MockStore::new()), blank).await;
    assert!(matches!(refused, Err(GuestError::Invalid(_))));
}

#[tokio::test]
async fn a_department_that_nobody_made_is_refused() {
    let mut tx = MockTransaction::default();
    tx.departments.expect_find().returning(|_| Ok(None));
    tx.departments.expect_find_by_name().returning(|_| Ok(None));
    let wanting = GuestRegistration { department: Some("sales".into()), ..guest() };
    let (refused, committed) = register(tx, wanting).await;
    assert!(matches!(refused, Err(GuestError::UnknownDepartment)) && !committed);
}

#[tokio::test]
async fn a_department_is_kept_by_its_id_however_it_was_named() {
    for (named, by_id) in [("d1", true), ("Sales", false)] {
        let mut tx = empty(false);
        tx.departments.expect_find().returning(move |_| Ok(by_id.then(|| department("d1"))));
        tx.departments.expect_find_by_name().returning(|_| Ok(Some(department("d1"))));
        tx.visitors.expect_find_by_token().returning(|_| Ok(None));
        tx.visitors.expect_find_by_filter().returning(|_| Ok(None));
        tx.visitors.expect_find_by_email().returning(|_| Ok(None));
        tx.visitors.expect_add().times(1).returning(|_| Ok(()));
        let wanting = GuestRegistration { department: Some(named.into()), ..guest() };
        let (answer, committed) = register(tx, wanting).await;
        assert_eq!(answer.unwrap().department.as_deref(), Some("d1"), "{named}");
        assert!(committed);
    }
}

#[tokio::test]
async fn nobody_known_makes_a_guest_whose_address_is_kept_where_it_may_be() {
    for (collects, ip) in [(true, Some("10.0.0.1")), (false, None)] {
        let mut tx = empty(collects);
        tx.visitors.expect_find_by_token().returning(|_| Ok(None));
        tx.visitors.expect_find_by_filter().returning(|_| Ok(None));
        tx.visitors.expect_find_by_email().returning(|_| Ok(None));
        tx.visitors.expect_add().times(1).returning(|_| Ok(()));
        let (answer, committed) = register(tx, guest()).await;
        let made = answer.unwrap();
        assert_eq!((made.id.as_str(), made.username.as_deref()), ("new-record", Some("guest-12")));
        assert_eq!((made.ts, made.ip.as_deref(), made.status.as_deref()), (Some(NOW), ip, Some("online")));
        assert!(committed);
    }
}

/// Kim, `u1`, who manages contacts.
fn manager() -> User {
    let presence = Presence { shown: PresenceStatus::Online, ..Presence::OFFLINE };
    let email = UserEmail { address: "kim@x.org".into(), verified: true };
    User {
        username: Some("kim".into()),
        name: Some("Kim".into()),
        emails: vec![email],
        livechat_status: Some(LivechatStatus::Available),
        presence,
        ..agent_user("u1")
    }
}

#[tokio::test]
async fn the_manager_of_the_contact_with_the_address_is_named_while_online_and_an_agent() {
    let offline = || User { presence: Presence::OFFLINE, ..manager() };
    let nameless = || User { name: None, ..manager() };
    let no_agent = || User { roles: vec![], ..manager() };
    for (address, first, then, is_named) in [
        ("ada@x.org", Some(manager()), manager(), true),
        ("ada@x.org", Some(offline()), manager(), false),
        ("ada@x.org", Some(nameless()), manager(), false),
        ("ada@x.org", None, manager(), false),
        ("ada@x.org", Some(manager()), no_agent(), false),
        ("ADA@x.org", Some(manager()), manager(), false),
    ] {
        let mut tx = known(Recognised::ByToken);
        tx.contacts.expect_list_ids_by_visitor().returning(|_| Ok(vec![]));
        let managed = Contact {
            manager: Some("u1".into()),
            emails: Some(vec![address.to_owned()]),
            ..mara_with(&["v9"])
        };
        tx.contacts
            .expect_list_managed_by_email()
            .withf(|key, _| *key == EmailKey::of("ada@x.org"))
            .returning(move |_, _| Ok(vec![managed.clone()]));
        tx.users.expect_find().returning(move |_| Ok(first.clone()));
        tx.users.expect_lock().returning(move |_| Ok(Some(then.clone())));
        tx.visitors.expect_update().times(1).returning(|_| Ok(()));
        tx.conversations.expect_rename_open().returning(|_, _, _| Ok(()));
        let (answer, _) = register(tx, guest()).await;
        let expected = VisitorManager {
            user_id: Some("u1".into()),
            username: "kim".into(),
            name: Some("Kim".into()),
            emails: Some(vec![ManagerEmail { address: "kim@x.org".into(), verified: true }]),
        };
        assert_eq!(answer.unwrap().manager, is_named.then_some(expected), "{address}");
    }
}

#[tokio::test]
async fn a_wanted_id_that_is_taken_is_refused() {
    let mut tx = empty(false);
    tx.visitors.expect_find_by_token().returning(|_| Ok(None));
    tx.visitors.expect_find_by_filter().returning(|_| Ok(None));
    tx.visitors.expect_find_by_email().returning(|_| Ok(None));
    tx.visitors.expect_add().returning(|_| Err(StoreError::Conflict(Constraint::Id)));
    let (answer, committed) = register(tx, GuestRegistration { id: Some("v1".into()), ..guest() }).await;
    assert!(matches!(answer, Err(GuestError::IdTaken)) && !committed);
}

#[tokio::test]
async fn the_token_comes_before_the_number_and_the_number_before_the_address() {
    for (by, token) in
        [(Recognised::ByToken, "new"), (Recognised::ByPhone, "old"), (Recognised::ByEmail, "new")]
    {
        let mut tx = known(by);
        tx.contacts.expect_list_ids_by_visitor().returning(|_| Ok(vec![]));
        tx.visitors.expect_update().times(1).returning(|_| Ok(()));
        tx.conversations
            .expect_rename_open()
            .withf(|visitor, name, _| visitor.as_str() == "v1" && name == "Ada")
            .times(1)
            .returning(|_, _, _| Ok(()));
        let (answer, committed) = register(tx, guest()).await;
        assert_eq!(answer.unwrap().token, Some(token.into()), "{by:?}");
        assert!(committed);
    }
}

#[tokio::test]
async fn contacts_take_over_what_the_visitor_says_and_keep_what_differs_for_a_decision() {
    let mut tx = known(Recognised::ByToken);
    tx.contacts.expect_list_ids_by_visitor().returning(|_| Ok(vec!["c1".into()]));
    let mut contact = mara_with(&["v1"]);
    contact.custom_fields = Some([("cf1".to_owned(), "kept".into())].into_iter().collect());
    tx.contacts.expect_lock().returning(move |_| Ok(Some(contact.clone())));
    tx.contacts
        .expect_update()
        .withf(|contact| {
            let conflicts: Vec<_> = contact
                .conflicting_fields
                .iter()
                .flatten()
                .map(|conflict| (conflict.field.as_str(), conflict.value.as_text().unwrap_or_default()))
                .collect();
            let values = contact.custom_fields.as_ref().unwrap();
            let value = |field| values.get(field).and_then(|value| value.as_text());
            conflicts == [("name", "Ada"), ("customFields.cf1", "said")]
                && (value("cf1"), value("cf2")) == (Some("kept"), Some("said"))
                && contact.emails.as_ref().is_some_and(|emails| emails.len() == 2)
        })
        .times(1)
        .returning(|_| Ok(()));
    tx.visitors.expect_update().times(1).returning(|_| Ok(()));
    tx.conversations.expect_rename_open().returning(|_, _, _| Ok(()));
    let sent = |field: &str| Assignment { field: field.into(), value: "said".into(), overwrite: false };
    let guest = GuestRegistration { custom_fields: vec![sent("cf1"), sent("cf2")], ..guest() };
    let (answer, committed) = register(tx, guest).await;
    let data = answer.unwrap().livechat_data.unwrap();
    assert_eq!(data.get("cf1").and_then(|value| value.as_text()), Some("said"));
    assert!(committed);
}

#[tokio::test]
async fn missing_required_values_leave_nothing_behind() {
    let mut tx = MockTransaction::default();
    tx.custom_fields
        .expect_list()
        .returning(|| Ok(vec![definition("cf1", &[("required", true.into())]), definition("cf2", &[])]));
    let sent = Assignment { field: "cf2".into(), value: "x".into(), overwrite: true };
    let (answer, committed) = register(tx, GuestRegistration { custom_fields: vec![sent], ..guest() }).await;
    assert!(matches!(answer, Err(GuestError::Missing(missing)) if missing.0 == ["cf1".into()]));
    assert!(!committed);
}
