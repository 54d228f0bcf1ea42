//! What a start writes, on doubles.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use omnicontact_domain::audit::{Action, AuditEvent};
use omnicontact_domain::password::PasswordHash;
use omnicontact_domain::user::UserKind;
use omnicontact_ports::mock::{MockPasswordHasher, MockStore, MockTransaction};

use super::*;
use crate::context::test::{NOW, context};

fn somebody() -> User {
    account("u1".into(), &test_administrator(), None, NOW)
}

/// A transaction that takes the catalogues and, of settings, exactly those that `expect` prepares.
fn catalogues(expect: impl FnOnce(&mut MockTransaction)) -> MockTransaction {
    let mut tx = MockTransaction::default();
    tx.access.expect_add_roles().returning(|_| Ok(()));
    tx.access.expect_add_permissions().returning(|_| Ok(()));
    tx.users.expect_find().returning(|_| Ok(Some(User::own_bot(NOW))));
    expect(&mut tx);
    tx
}

/// A store whose transactions come from `begin`, and in which those who read see these holders of the role `admin`.
fn store(users: Vec<User>, begin: impl Fn() -> MockTransaction + Send + Sync + 'static) -> MockStore {
    let mut store = MockStore::new();
    store.expect_begin().returning(move || Ok(Box::new(begin())));
    store.expect_read().returning(move || {
        let mut tx = MockTransaction::default();
        let found = users.first().cloned();
        tx.users.expect_find_by_role().returning(move |_| Ok(found.clone()));
        Ok(Box::new(tx))
    });
    store
}

fn hashing(store: MockStore) -> Context {
    let mut passwords = MockPasswordHasher::new();
    passwords.expect_hash().returning(|_| Ok(PasswordHash::from_stored("hash")));
    Context { passwords: Arc::new(passwords), ..context(store) }
}

fn pair(id: &str, text: &str) -> (String, String) {
    (id.to_owned(), text.to_owned())
}

#[tokio::test]
async fn initial_values_give_way_to_stored_ones_and_forced_values_do_not() {
    let store = store(vec![], || {
        catalogues(|tx| {
            tx.settings.expect_find().returning(|_| Ok(Some(Value::Bool(true))));
            tx.settings
                .expect_update()
                .withf(|id, value, _| id == "API_Enable_Rate_Limiter" && *value == Value::Bool(false))
                .times(1)
                .returning(|_, _, _| Ok(None));
            tx.audit
                .expect_add()
                .withf(|event| event.cause == Cause::SERVER && event.subject_id == "API_Enable_Rate_Limiter")
                .times(1)
                .returning(|_| Ok(()));
        })
    });
    let start = Start {
        initial_settings: vec![pair("Livechat_enabled", "false")],
        forced_settings: vec![pair("API_Enable_Rate_Limiter", "false"), pair("Nothing", "1")],
        ..Start::default()
    };
    let started = prepare(&context(store), &start).await.unwrap();
    assert_eq!(started.unknown_settings, ["Nothing"]);
}

#[tokio::test]
async fn a_forced_value_that_holds_already_is_no_event() {
    let store = store(vec![], || {
        catalogues(|tx| {
            tx.settings.expect_find().returning(|_| Ok(Some(Value::Null)));
            // The double of the audit trail expects nothing and would panic.
            tx.settings.expect_update().times(1).returning(|_, value, _| Ok(Some(value.clone())));
        })
    });
    let start = Start { forced_settings: vec![pair("API_Enable_Rate_Limiter", "false")], ..Start::default() };
    prepare(&context(store), &start).await.unwrap();
}

#[tokio::test]
async fn a_setting_that_cannot_be_read_stops_the_start_before_anything_is_written() {
    let start = Start { forced_settings: vec![pair("Accounts_LoginExpiration", "soon")], ..Start::default() };
    let stopped = prepare(&context(MockStore::new()), &start).await;
    assert!(matches!(stopped, Err(StartError::Setting(error)) if error.id == "Accounts_LoginExpiration"));
}

#[tokio::test]
async fn secrets_without_a_value_are_made_up_once() {
    let store = store(vec![], || {
        catalogues(|tx| {
            tx.settings.expect_find().returning(|_| Ok(None));
            tx.settings
                .expect_update()
                .withf(|id, value, _| {
                    id == "Accounts_RegistrationForm_SecretURL" && *value == Value::from("new-user")
                })
                .times(1)
                .returning(|_, _, _| Ok(None));
        })
    });
    prepare(&context(store), &Start::default()).await.unwrap();
}

#[tokio::test]
async fn an_administrator_is_made_only_where_nobody_holds_the_role() {
    for (users, made) in [(vec![], true), (vec![somebody()], false)] {
        let count = AtomicU32::new(0);
        let begin = move || {
            if count.fetch_add(1, Ordering::SeqCst) == 0 {
                return catalogues(|tx| {
                    tx.settings.expect_find().returning(|_| Ok(Some(Value::Null)));
                });
            }
            let mut tx = MockTransaction::default();
            tx.access.expect_lock_role().returning(|_| Ok(None));
            tx.users.expect_find_by_role().returning(|_| Ok(None));
            tx.users.expect_add().times(1).withf(|user| user.has_role(ADMIN)).returning(|_| Ok(()));
            let made = |event: &AuditEvent| event.action == Action::Created && event.cause == Cause::SERVER;
            tx.audit.expect_add().times(1).withf(made).returning(|_| Ok(()));
            tx
        };
        let start = Start { administrator: Some(test_administrator()), ..Start::default() };
        let started = prepare(&hashing(store(users, begin)), &start).await.unwrap();
        assert_eq!(started.administrator_made, made);
    }
}

#[tokio::test]
async fn a_node_that_was_slower_makes_no_second_administrator() {
    let count = AtomicU32::new(0);
    let begin = move || {
        if count.fetch_add(1, Ordering::SeqCst) == 0 {
            return catalogues(|tx| {
                tx.settings.expect_find().returning(|_| Ok(Some(Value::Null)));
            });
        }
        let mut tx = MockTransaction::default();
        tx.access.expect_lock_role().returning(|_| Ok(None));
        tx.users.expect_find_by_role().returning(|_| Ok(None));
        tx.users.expect_add().returning(|_| Err(StoreError::Conflict(Constraint::Username)));
        tx
    };
    let start = Start { administrator: Some(test_administrator()), ..Start::default() };
    let started = prepare(&hashing(store(vec![], begin)), &start).await.unwrap();
    assert!(!started.administrator_made);
}

#[tokio::test]
async fn the_own_bot_is_made_once_and_noted() {
    let store = store(vec![], || {
        let mut tx = MockTransaction::default();
        tx.access.expect_add_roles().returning(|_| Ok(()));
        tx.access.expect_add_permissions().returning(|_| Ok(()));
        tx.settings.expect_find().returning(|_| Ok(Some(Value::Null)));
        tx.users.expect_find().withf(|id| id.as_str() == "rocket.cat").returning(|_| Ok(None));
        tx.users
            .expect_add()
            .withf(|bot| bot.kind == UserKind::Bot && bot.has_role("bot") && bot.password.is_none())
            .times(1)
            .returning(|_| Ok(()));
        tx.audit.expect_add().withf(|event| event.subject_id == "rocket.cat").times(1).returning(|_| Ok(()));
        tx
    });
    assert!(!prepare(&context(store), &Start::default()).await.unwrap().is_administered);
}

#[tokio::test]
async fn a_person_who_is_called_like_the_bot_keeps_the_name() {
    let store = store(vec![somebody()], || {
        let mut tx = MockTransaction::default();
        tx.access.expect_add_roles().returning(|_| Ok(()));
        tx.access.expect_add_permissions().returning(|_| Ok(()));
        tx.settings.expect_find().returning(|_| Ok(Some(Value::Null)));
        tx.users.expect_find().returning(|_| Ok(None));
        tx.users.expect_add().returning(|_| Err(StoreError::Conflict(Constraint::Username)));
        tx
    });
    assert!(prepare(&context(store), &Start::default()).await.unwrap().is_administered);
}

#[tokio::test]
async fn the_test_administrator_is_made_anew_without_sessions_and_failed_logins() {
    let count = AtomicU32::new(0);
    let begin = move || {
        if count.fetch_add(1, Ordering::SeqCst) == 0 {
            return catalogues(|tx| {
                tx.settings.expect_find().returning(|_| Ok(Some(Value::Null)));
            });
        }
        let mut tx = MockTransaction::default();
        tx.users.expect_find_by_username().returning(|_| Ok(Some(somebody())));
        tx.users.expect_remove().withf(|id| *id == somebody().id).times(1).returning(|_| Ok(()));
        tx.login_attempts
            .expect_remove()
            .withf(|subject| {
                let name = FoldedUsername::of("rocketchat.internal.admin.test");
                *subject == AttemptSubject::Username(name)
            })
            .times(1)
            .returning(|_| Ok(10));
        tx.users
            .expect_add()
            .withf(|user| user.id.as_str() == "rocketchat.internal.admin.test" && user.has_role(ADMIN))
            .times(1)
            .returning(|_| Ok(()));
        tx.audit.expect_add().times(2).returning(|_| Ok(()));
        tx
    };
    let start = Start { test_administrator: Some(test_administrator()), ..Start::default() };
    prepare(&hashing(store(vec![somebody()], begin)), &start).await.unwrap();
}
