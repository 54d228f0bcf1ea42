//! Registering on doubles: the order of refusals, the first administrator, and what is stored.

use std::sync::atomic::Ordering;

use omnicontact_domain::user::{InactiveReason, RegistrationRefusal};
use omnicontact_domain::value::Value;
use omnicontact_ports::mock::{MockStore, MockTransaction};

use super::*;
use crate::context::test::context;
use crate::users::testing::{holding, person, roles, under};

fn form() -> RegistrationForm {
    RegistrationForm {
        username: "user1".into(),
        email: " Email@Domain.com ".into(),
        password: PlainPassword::new("R0ck3t.ch@tP@ssw0rd1234.!"),
        name: Some("User".into()),
        secret: None,
        reason: Some("because".into()),
        custom_fields: None,
    }
}

/// What is read before anything is hashed.
fn view(username: Option<User>, email: Option<User>, administrator: bool) -> MockTransaction {
    let mut tx = MockTransaction::default();
    tx.access.expect_list_roles().returning(|| Ok(roles()));
    tx.users.expect_find_by_username().returning(move |_| Ok(username.clone()));
    tx.users.expect_find_by_email().returning(move |_| Ok(email.clone()));
    tx.users.expect_find_by_role().returning(move |_| Ok(administrator.then(|| person("root", &[ADMIN]))));
    tx
}

/// A transaction that stores one account.
fn storing() -> MockTransaction {
    let mut tx = MockTransaction::default();
    tx.users.expect_add().times(1).returning(|_| Ok(()));
    tx.audit
        .expect_add()
        .withf(|event| {
            event.cause.author == Author::Anonymous && event.cause.address.as_deref() == Some("192.0.2.1")
        })
        .times(1)
        .returning(|_| Ok(()));
    tx
}

async fn register(ctx: &Context, form: RegistrationForm) -> Result<SeenUser, RegisterUserError> {
    register_user(ctx, None, Some("192.0.2.1".into()), form).await
}

async fn refused(settings: &[(&str, Value)], view: MockTransaction, form: RegistrationForm) -> String {
    let (ctx, committed) = under(settings, Some(view), MockTransaction::default());
    let ctx = Context { passwords: context(MockStore::new()).passwords, ..ctx };
    let error = register(&ctx, form).await.unwrap_err();
    assert!(!committed.load(Ordering::SeqCst));
    format!("{error:?}")
}

#[tokio::test]
async fn whoever_registers_becomes_a_user() {
    let (ctx, committed) = under(&[], Some(view(None, None, true)), storing());
    let seen = register(&ctx, form()).await.unwrap();
    assert!(committed.load(Ordering::SeqCst) && !seen.in_full);
    assert_eq!(seen.user.roles, [RoleId::from("user")]);
    assert_eq!(seen.user.emails[0].address, "email@domain.com");
    assert!(seen.user.active && !seen.user.emails[0].verified);
    assert_eq!(seen.user.registration_reason.as_deref(), Some("because"));
}

#[tokio::test]
async fn the_first_becomes_administrator_and_whoever_was_slower_does_not() {
    let manual = [("Accounts_ManuallyApproveNewUsers", Value::Bool(true))];
    for (faster, roles, active) in [(None, &["user", ADMIN][..], true), (Some(()), &["user"], false)] {
        let mut tx = storing();
        tx.access.expect_lock_role().times(1).returning(|_| Ok(None));
        tx.users.expect_find_by_role().returning(move |_| Ok(faster.map(|()| person("root", &[ADMIN]))));
        let (ctx, _) = under(&manual, Some(view(None, None, false)), tx);
        let user = register(&ctx, form()).await.unwrap().user;
        assert_eq!(user.roles.iter().map(RoleId::as_str).collect::<Vec<_>>(), roles);
        assert_eq!(user.active, active, "there is nobody who could approve the first");
        assert_eq!(user.inactive_reason, (!active).then_some(InactiveReason::PendingApproval));
    }
}

#[tokio::test]
async fn whoever_is_logged_in_causes_no_look_up() {
    let refused = register_user(&context(MockStore::new()), Some(&holding("kim", &[])), None, form()).await;
    assert!(matches!(refused, Err(RegisterUserError::LoggedIn)));
}

#[tokio::test]
async fn the_first_fault_in_the_order_of_the_wire_is_told() {
    let other = || Some(person("other", &[]));
    let free = || view(None, None, true);
    let disabled = ("Accounts_RegistrationForm", Value::from("Disabled"));
    let secret = ("Accounts_RegistrationForm", Value::from("Secret URL"));
    let domains = ("Accounts_AllowedDomainsList", Value::from("example.org"));
    let defined = ("Accounts_CustomFields", Value::from(r#"{"plan":{"required":true}}"#));
    let all_wrong = || RegistrationForm {
        password: PlainPassword::new("x"),
        custom_fields: Some(Fields::default()),
        ..form()
    };
    let custom_wrong = || RegistrationForm { custom_fields: Some(Fields::default()), ..form() };
    let named = |username: &str| RegistrationForm { username: username.into(), ..all_wrong() };
    let marked = RegistrationForm { name: Some("<b>".into()), ..named("a b") };
    let settings = [disabled, domains.clone(), defined.clone()];
    assert_eq!(refused(&settings, free(), marked).await, "NameCharacters");
    assert_eq!(refused(&settings, view(other(), other(), true), named("a b")).await, "InvalidUsername");
    assert_eq!(refused(&settings, view(None, other(), true), named("admin")).await, "UsernameTaken");
    assert_eq!(refused(&settings, view(other(), other(), true), named("other")).await, "UsernameTaken");
    assert_eq!(refused(&settings, view(None, other(), true), named("free")).await, "EmailTaken");
    assert!(refused(&settings, free(), named("free")).await.starts_with("Password(PasswordFaults(["));
    assert_eq!(refused(&settings, free(), custom_wrong()).await, "Refused(Disabled)");
    let asks = [secret, domains.clone(), defined.clone()];
    let wrong = format!("Refused({:?})", RegistrationRefusal::Secret);
    assert_eq!(refused(&asks, free(), custom_wrong()).await, wrong);
    let listed = refused(&[domains, defined.clone()], free(), custom_wrong()).await;
    assert_eq!(listed, r#"Address { address: "email@domain.com", why: DomainNotAllowed }"#);
    assert_eq!(refused(&[defined], free(), custom_wrong()).await, r#"CustomField(Required { key: "plan" })"#);
}

#[tokio::test]
async fn somebody_who_was_faster_is_told_and_nothing_is_committed() {
    for (constraint, fault) in
        [(Constraint::Username, "UsernameTaken"), (Constraint::UserEmail, "EmailTaken")]
    {
        let mut tx = MockTransaction::default();
        tx.users.expect_add().returning(move |_| Err(StoreError::Conflict(constraint)));
        let (ctx, committed) = under(&[], Some(view(None, None, true)), tx);
        let error = register(&ctx, form()).await.unwrap_err();
        assert_eq!(format!("{error:?}"), fault);
        assert!(!committed.load(Ordering::SeqCst));
    }
}
