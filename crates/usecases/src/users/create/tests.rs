//! Making users on doubles: the order of refusals, and what is stored.

use std::sync::atomic::Ordering;

use omnicontact_domain::audit::{Action, Author};
use omnicontact_domain::user::{InactiveReason, LivechatStatus};
use omnicontact_domain::value::Value;
use omnicontact_ports::mock::{Committed, MockStore, MockTransaction};

use super::*;
use crate::context::test::{NOW, context};
use crate::users::testing::{holding, person, roles, under};

fn draft() -> UserDraft {
    UserDraft {
        email: "kim@example.org".into(),
        name: "Kim".into(),
        password: PlainPassword::new("secret"),
        username: "kim.jane".into(),
        roles: None,
        active: None,
        verified: false,
        require_password_change: None,
        random_password: false,
        nickname: None,
        bio: None,
        status_text: None,
        custom_fields: None,
        extension: None,
    }
}

fn boss() -> Actor {
    holding("boss", ASKS)
}

/// What is read before anything is hashed: all roles, and whoever has the username or the address.
fn view(username: Option<User>, email: Option<User>) -> MockTransaction {
    let mut tx = MockTransaction::default();
    tx.access.expect_list_roles().returning(|| Ok(roles()));
    tx.users.expect_find_by_username().returning(move |_| Ok(username.clone()));
    tx.users.expect_find_by_email().returning(move |_| Ok(email.clone()));
    tx
}

/// A context that lets exactly one account be made.
fn storing(settings: &[(&str, Value)]) -> (Context, Committed) {
    let mut tx = MockTransaction::default();
    tx.users.expect_add().times(1).returning(|_| Ok(()));
    tx.audit
        .expect_add()
        .withf(|event| {
            let by_boss = matches!(&event.cause.author, Author::User { id, .. } if id.as_str() == "boss");
            by_boss && event.action == Action::Created
        })
        .times(1)
        .returning(|_| Ok(()));
    under(settings, Some(view(None, None)), tx)
}

async fn made(settings: &[(&str, Value)], draft: UserDraft) -> User {
    let (ctx, committed) = storing(settings);
    let seen = create_user(&ctx, &boss(), draft).await.unwrap();
    assert!(committed.load(Ordering::SeqCst));
    seen.user
}

/// Refuses a draft before anything is hashed or begun.
async fn refused(
    actor: &Actor,
    settings: &[(&str, Value)],
    view: MockTransaction,
    draft: UserDraft,
) -> String {
    let (ctx, committed) = under(settings, Some(view), MockTransaction::default());
    let ctx = Context { passwords: context(MockStore::new()).passwords, ..ctx };
    let error = create_user(&ctx, actor, draft).await.unwrap_err();
    assert!(!committed.load(Ordering::SeqCst));
    format!("{error:?}")
}

fn ids(roles: &[&str]) -> Vec<RoleId> {
    roles.iter().map(|role| RoleId::from(*role)).collect()
}

fn fields(key: &str, value: &str) -> Fields {
    [(key.to_owned(), Value::from(value))].into_iter().collect()
}

#[tokio::test]
async fn a_new_user_has_the_default_roles_and_what_was_given() {
    let user = made(&[], draft()).await;
    assert_eq!(user.roles, ids(&["user"]));
    assert_eq!((user.id.as_str(), user.username.as_deref()), ("new-user", Some("kim.jane")));
    assert_eq!(user.password, Some(PasswordHash::from_stored("new")));
    assert!(user.active && user.email_second_factor.is_some());
    assert_eq!((user.created_at, user.presence), (NOW, Presence::OFFLINE));
}

#[tokio::test]
async fn default_roles_that_do_not_exist_are_left_out_and_given_ones_replace_them() {
    let settings = [("Accounts_Registration_Users_Default_Roles", Value::from("user, admin,nothing"))];
    assert_eq!(made(&settings, draft()).await.roles, ids(&["user", "admin"]));
    let agent = made(&settings, UserDraft { roles: Some(ids(&["livechat-agent"])), ..draft() }).await;
    assert_eq!(agent.roles, ids(&["livechat-agent"]));
    assert_eq!(agent.livechat_status, Some(LivechatStatus::NotAvailable));
}

#[tokio::test]
async fn a_made_up_password_is_asked_to_be_changed() {
    let random = UserDraft { password: PlainPassword::new(""), random_password: true, ..draft() };
    assert_eq!(made(&[], random).await.require_password_change, Some(true));
}

#[tokio::test]
async fn approval_waits_unless_the_maker_says_otherwise() {
    let manual = [("Accounts_ManuallyApproveNewUsers", Value::Bool(true))];
    let waiting = made(&manual, draft()).await;
    assert_eq!((waiting.active, waiting.inactive_reason), (false, Some(InactiveReason::PendingApproval)));
    assert!(made(&manual, UserDraft { active: Some(true), ..draft() }).await.active);
    assert!(!made(&[], UserDraft { active: Some(false), ..draft() }).await.active);
}

#[tokio::test]
async fn custom_values_are_stored_where_they_are_defined() {
    let defined = [("Accounts_CustomFields", Value::from(r#"{"plan":{"type":"text","maxLength":4}}"#))];
    let gold = UserDraft { custom_fields: Some(fields("plan", "gold")), ..draft() };
    assert_eq!(made(&defined, gold.clone()).await.custom_fields, gold.custom_fields);
    assert_eq!(made(&[], gold).await.custom_fields, None, "nothing is defined");
}

#[tokio::test]
async fn the_first_fault_in_the_order_of_the_wire_is_told() {
    let admin = Some(ids(&["admin"]));
    let good = draft();
    // Each draft has its own fault and all that come after it.
    let faulty = UserDraft { email: "nobody".into(), nickname: Some("n".repeat(121)), ..good };
    let reserved = UserDraft { username: "all".into(), ..faulty };
    let no_password = UserDraft { password: PlainPassword::new(""), ..reserved };
    let odd_name = UserDraft { username: "a b".into(), ..no_password };
    let blank_username = UserDraft { username: " ".into(), ..odd_name.clone() };
    let blank_name = UserDraft { name: " ".into(), ..blank_username.clone() };
    let administrator = UserDraft { roles: admin, ..blank_name.clone() };
    let unknown_role = UserDraft { roles: Some(ids(&["admin", "boss"])), ..blank_name.clone() };
    let clerk = holding("clerk", &[CREATE_USER]);
    for (draft, fault) in [
        (unknown_role, "UnknownRole"),
        (administrator, "Edit(Administrator)"),
        (blank_name, "Blank(Name)"),
        (blank_username, "Blank(Username)"),
        (odd_name, r#"InvalidUsername { username: "a b" }"#),
    ] {
        assert_eq!(refused(&clerk, &[], view(None, None), draft).await, fault);
    }
    let faulty = || UserDraft { email: "nobody".into(), nickname: Some("n".repeat(121)), ..draft() };
    let no_password = || UserDraft { password: PlainPassword::new(""), ..faulty() };
    let other = || Some(person("other", &[]));
    let first = [
        (view(None, None), UserDraft { username: "all".into(), ..no_password() }, "Blank(Password)"),
        (
            view(other(), other()),
            UserDraft { username: "all".into(), ..faulty() },
            r#"ReservedUsername { username: "all" }"#,
        ),
        (view(other(), other()), faulty(), r#"Taken { what: "kim.jane" }"#),
    ];
    let then = [
        (view(None, other()), faulty(), r#"Taken { what: "nobody" }"#),
        (view(None, None), faulty(), r#"Address { address: "nobody", why: Form }"#),
        (view(None, None), UserDraft { email: "a@b".into(), ..faulty() }, "Profile(Nickname)"),
    ];
    for (view, draft, fault) in first.into_iter().chain(then) {
        assert_eq!(refused(&clerk, &[], view, draft).await, fault);
    }
}

#[tokio::test]
async fn name_and_custom_values_are_looked_at_before_the_permission() {
    let nobody = holding("nobody", &[]);
    let broken = [("Accounts_CustomFields", Value::from("{"))];
    let defined = [("Accounts_CustomFields", Value::from(r#"{"plan":{"maxLength":4}}"#))];
    let wrong = || UserDraft { custom_fields: Some(fields("plan", "silver")), ..draft() };
    let nothing = MockTransaction::default;
    let named = UserDraft { name: "<Kim>".into(), ..wrong() };
    assert_eq!(refused(&nobody, &broken, nothing(), named).await, "NameCharacters");
    let no_json = refused(&nobody, &broken, nothing(), wrong()).await;
    assert_eq!(no_json, "CustomFieldDefinitions(InvalidUserFields)");
    let too_long = refused(&nobody, &defined, nothing(), wrong()).await;
    assert_eq!(too_long, r#"CustomField(TooLong { key: "plan", limit: 4.0 })"#);
    assert_eq!(refused(&nobody, &broken, nothing(), draft()).await, "MayNotCreate");
}

#[tokio::test]
async fn somebody_who_was_faster_is_told_and_nothing_is_committed() {
    for (constraint, fault) in [
        (Constraint::Username, r#"Taken { what: "kim.jane" }"#),
        (Constraint::UserEmail, r#"Taken { what: "kim@example.org" }"#),
        (Constraint::Reference, "UnknownRole"),
    ] {
        let mut tx = MockTransaction::default();
        tx.users.expect_add().returning(move |_| Err(StoreError::Conflict(constraint)));
        let (ctx, committed) = under(&[], Some(view(None, None)), tx);
        let error = create_user(&ctx, &boss(), draft()).await.unwrap_err();
        assert_eq!(format!("{error:?}"), fault);
        assert!(!committed.load(Ordering::SeqCst));
    }
}
