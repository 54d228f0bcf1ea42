//! What managing tokens does to the world, on doubles.

use std::sync::atomic::Ordering;
use std::time::Duration;

use mockall::Sequence;
use omnicontact_domain::audit::{Action, Cause, Change, SubjectKind};
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::shared_secret::SharedSecret;
use omnicontact_domain::value::Value;
use omnicontact_ports::Constraint;
use omnicontact_ports::mock::{Committed, MockStore, MockTransaction};

use super::*;
use crate::context::test::{NOW, context, holding, nobody};

const DAY: Duration = Duration::from_hours(24);

fn shown() -> RawToken {
    RawToken::new("shown")
}

/// The session whose token was shown.
fn session() -> LoginToken {
    LoginToken { hashed: shown().hashed(), created_at: NOW.minus(DAY), kind: TokenKind::Session }
}

fn ci() -> LoginToken {
    let kind =
        TokenKind::Personal { name: "ci".into(), last_token_part: "-token".into(), bypass_two_factor: true };
    LoginToken { hashed: RawToken::new("old-token").hashed(), created_at: NOW.minus(DAY), kind }
}

fn boss() -> Actor {
    holding(&[CREATE_PERSONAL_ACCESS_TOKENS, LOGOUT_OTHER_USER, USER_GENERATE_ACCESS_TOKEN])
}

/// A transaction in which the boss's account and session are stored, and which must note this.
fn stored(noted: Option<(Action, Vec<Change>)>) -> MockTransaction {
    let mut tx = MockTransaction::default();
    tx.users.expect_lock().returning(|id| Ok(Some(User::new(id.as_str(), NOW.minus(DAY)))));
    tx.tokens.expect_find().returning(|_| Ok(Some(("boss-1".into(), session()))));
    tx.settings.expect_find_many().returning(|_| Ok(SettingValues::default()));
    if let Some((action, changes)) = noted {
        tx.audit
            .expect_add()
            .withf(move |event| {
                event.cause == Cause::from(&boss())
                    && (event.action, event.subject_kind) == (action, SubjectKind::Token)
                    && event.changes == changes
            })
            .times(1)
            .returning(|_| Ok(()));
    }
    tx
}

/// The account must be written, by its version, before its tokens are.
fn touching(tx: &mut MockTransaction) -> Sequence {
    let mut order = Sequence::new();
    tx.users
        .expect_update()
        .withf(|user| user.updated_at == NOW)
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Ok(()));
    order
}

fn over(tx: MockTransaction) -> (Context, Committed) {
    let committed = tx.committed.clone();
    let mut store = MockStore::new();
    store.expect_begin().return_once(move || Ok(Box::new(tx)));
    (context(store), committed)
}

fn new(name: &str) -> NewPersonalToken {
    NewPersonalToken { name: name.to_owned(), bypass_two_factor: true }
}

#[tokio::test]
async fn whoever_may_not_causes_no_transaction() {
    let denied = |result: Result<(), TokenError>| assert!(matches!(result, Err(TokenError::Denied(_))));
    let (mut ctx, actor) = (context(MockStore::new()), nobody());
    denied(generate_personal_token(&ctx, &actor, &shown(), &new("ci")).await.map(|_| ()));
    denied(regenerate_personal_token(&ctx, &actor, &shown(), "ci").await.map(|_| ()));
    denied(remove_personal_token(&ctx, &actor, &shown(), "ci").await);
    denied(list_personal_tokens(&ctx, &actor).await.map(|_| ()));
    denied(log_out_user(&ctx, &actor, &"boss-1".into()).await);
    ctx.token_secret = SharedSecret::new("secret");
    let request = SessionRequest { user: "boss-1".into(), secret: "secret".into() };
    denied(create_session_for_user(&ctx, &actor, &request).await.map(|_| ()));
}

#[tokio::test]
async fn nobody_makes_sessions_for_users_without_the_operator_s_secret() {
    for configured in ["", "secret"] {
        for given in ["", "wrong"] {
            let mut ctx = context(MockStore::new());
            ctx.token_secret = SharedSecret::new(configured);
            let request = SessionRequest { user: "boss-1".into(), secret: given.into() };
            let refused = create_session_for_user(&ctx, &boss(), &request).await;
            assert!(matches!(refused, Err(TokenError::NotAllowed)), "{configured} {given}");
        }
    }
}

#[tokio::test]
async fn a_personal_token_is_stored_hashed_after_its_account_was_written() {
    let changes = vec![
        Change::from_to("name", None, Value::from("ci")),
        Change::from_to("bypassTwoFactor", None, Value::Bool(true)),
    ];
    let mut tx = stored(Some((Action::Created, changes)));
    let mut order = touching(&mut tx);
    tx.tokens.expect_find_by_name().returning(|_, _| Ok(None));
    tx.tokens
        .expect_add()
        .withf(|owner, token| {
            let named = matches!(
                &token.kind,
                TokenKind::Personal { name, last_token_part, bypass_two_factor: true }
                    if name == "ci" && last_token_part == "-token"
            );
            owner.as_str() == "boss-1" && named && token.hashed == RawToken::new("fresh-token").hashed()
        })
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _| Ok(()));
    let (ctx, committed) = over(tx);
    let secret = generate_personal_token(&ctx, &boss(), &shown(), &new("ci")).await.unwrap();
    assert_eq!(secret.expose(), "fresh-token");
    assert!(committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_name_that_is_taken_makes_no_token() {
    let mut tx = stored(None);
    tx.tokens.expect_find_by_name().returning(|_, _| Ok(Some(ci())));
    let (ctx, committed) = over(tx);
    let refused = generate_personal_token(&ctx, &boss(), &shown(), &new("ci")).await;
    assert!(matches!(refused, Err(TokenError::NameTaken)));
    assert!(!committed.load(Ordering::SeqCst));

    let mut tx = stored(None);
    touching(&mut tx);
    tx.tokens.expect_find_by_name().returning(|_, _| Ok(None));
    tx.tokens.expect_add().returning(|_, _| Err(StoreError::Conflict(Constraint::LoginToken)));
    let (ctx, committed) = over(tx);
    let refused = generate_personal_token(&ctx, &boss(), &shown(), &new("ci")).await;
    assert!(matches!(refused, Err(TokenError::NameTaken)));
    assert!(!committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_name_that_cannot_be_stored_causes_no_transaction() {
    let ctx = context(MockStore::new());
    for name in ["a\0".to_owned(), "x".repeat(513)] {
        let refused = generate_personal_token(&ctx, &boss(), &shown(), &new(&name)).await;
        assert!(matches!(refused, Err(TokenError::Name(_))));
    }
}

#[tokio::test]
async fn an_account_or_token_that_ended_meanwhile_gets_nothing() {
    let ended = || {
        let mut gone = MockTransaction::default();
        gone.users.expect_lock().returning(|id| Ok(Some(User::new(id.as_str(), NOW))));
        gone.tokens.expect_find().returning(|_| Ok(None));
        let mut inactive = MockTransaction::default();
        inactive
            .users
            .expect_lock()
            .returning(|id| Ok(Some(User { active: false, ..User::new(id.as_str(), NOW) })));
        inactive.tokens.expect_find().returning(|_| Ok(Some(("boss-1".into(), session()))));
        let mut removed = MockTransaction::default();
        removed.users.expect_lock().returning(|_| Ok(None));
        removed.tokens.expect_find().returning(|_| Ok(None));
        let mut foreign = MockTransaction::default();
        foreign.users.expect_lock().returning(|id| Ok(Some(User::new(id.as_str(), NOW))));
        foreign.tokens.expect_find().returning(|_| Ok(Some(("other".into(), session()))));
        [gone, inactive, removed, foreign].map(over)
    };
    let refused = |result: Result<(), TokenError>| assert!(matches!(result, Err(TokenError::Ended)));
    for (ctx, _) in ended() {
        refused(generate_personal_token(&ctx, &boss(), &shown(), &new("ci")).await.map(|_| ()));
    }
    for (ctx, _) in ended() {
        refused(regenerate_personal_token(&ctx, &boss(), &shown(), "ci").await.map(|_| ()));
    }
    for (ctx, _) in ended() {
        refused(remove_personal_token(&ctx, &boss(), &shown(), "ci").await);
    }
    for (ctx, _) in ended() {
        refused(log_out_other_clients(&ctx, &boss(), &shown()).await.map(|_| ()));
    }
    for (ctx, _) in ended() {
        refused(remove_other_tokens(&ctx, &boss(), &shown()).await);
    }
}

#[tokio::test]
async fn a_regenerated_token_has_a_new_secret_and_keeps_the_rest() {
    let same = || Some(Value::from("ci"));
    let changes = vec![Change::from_to("name", same(), same()), Change::of("token")];
    let mut tx = stored(Some((Action::Updated, changes)));
    let mut order = touching(&mut tx);
    tx.tokens.expect_find_by_name().withf(|_, name| name == "ci").returning(|_, _| Ok(Some(ci())));
    tx.tokens
        .expect_remove()
        .withf(|_, token| *token == ci().hashed)
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _| Ok(()));
    tx.tokens
        .expect_add()
        .withf(|_, token| matches!(&token.kind, TokenKind::Personal { bypass_two_factor: true, .. }))
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _| Ok(()));
    let (ctx, committed) = over(tx);
    let secret = regenerate_personal_token(&ctx, &boss(), &shown(), "ci").await.unwrap();
    assert_eq!(secret.expose(), "fresh-token");
    assert!(committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn what_has_no_such_name_is_neither_regenerated_nor_removed() {
    let unknown = || {
        let mut tx = stored(None);
        tx.tokens.expect_find_by_name().returning(|_, _| Ok(None));
        over(tx)
    };
    let (ctx, committed) = unknown();
    let refused = regenerate_personal_token(&ctx, &boss(), &shown(), "ci").await;
    assert!(matches!(refused, Err(TokenError::UnknownName)));
    assert!(!committed.load(Ordering::SeqCst));
    let (ctx, committed) = unknown();
    let refused = remove_personal_token(&ctx, &boss(), &shown(), "ci").await;
    assert!(matches!(refused, Err(TokenError::UnknownName)));
    assert!(!committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_removed_token_is_named_in_the_trail() {
    let changes = vec![Change::from_to("name", Value::from("ci"), None)];
    let mut tx = stored(Some((Action::Removed, changes)));
    let mut order = touching(&mut tx);
    tx.tokens.expect_find_by_name().returning(|_, _| Ok(Some(ci())));
    tx.tokens
        .expect_remove()
        .withf(|_, token| *token == ci().hashed)
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _| Ok(()));
    let (ctx, committed) = over(tx);
    remove_personal_token(&ctx, &boss(), &shown(), "ci").await.unwrap();
    assert!(committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn the_shown_session_goes_on_until_its_end_when_the_others_are_ended() {
    let mut tx = stored(Some((Action::Removed, vec![Change::of("otherSessions")])));
    let mut order = touching(&mut tx);
    tx.tokens
        .expect_remove_other_sessions()
        .withf(|owner, kept| owner.as_str() == "boss-1" && *kept == shown().hashed())
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _| Ok(()));
    let (ctx, committed) = over(tx);
    let kept = log_out_other_clients(&ctx, &boss(), &shown()).await.unwrap();
    assert_eq!(kept.expires_at, Some(NOW.plus(89 * DAY)));
    assert!(committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn removing_other_tokens_keeps_the_shown_one() {
    let changes = vec![Change::of("otherSessions"), Change::of("otherPersonalAccessTokens")];
    let mut tx = stored(Some((Action::Removed, changes)));
    let mut order = touching(&mut tx);
    tx.tokens
        .expect_remove_others()
        .withf(|owner, kept| owner.as_str() == "boss-1" && *kept == shown().hashed())
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _| Ok(()));
    let (ctx, committed) = over(tx);
    remove_other_tokens(&ctx, &boss(), &shown()).await.unwrap();
    assert!(committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn everything_of_a_user_is_ended_also_without_permission_if_it_is_the_own() {
    for (actor, user) in [(boss(), "other"), (nobody(), "user-1")] {
        let mut tx = MockTransaction::default();
        tx.users.expect_lock().returning(|id| Ok(Some(User::new(id.as_str(), NOW))));
        let mut order = touching(&mut tx);
        tx.tokens
            .expect_remove_all()
            .withf(move |owner| owner.as_str() == user)
            .times(1)
            .in_sequence(&mut order)
            .returning(|_| Ok(()));
        tx.audit.expect_add().withf(move |event| event.subject_id == user).times(1).returning(|_| Ok(()));
        let (ctx, committed) = over(tx);
        log_out_user(&ctx, &actor, &user.into()).await.unwrap();
        assert!(committed.load(Ordering::SeqCst));
    }
    let mut tx = MockTransaction::default();
    tx.users.expect_lock().returning(|_| Ok(None));
    let (ctx, committed) = over(tx);
    let refused = log_out_user(&ctx, &boss(), &"nobody".into()).await;
    assert!(matches!(refused, Err(TokenError::UnknownUser)));
    assert!(!committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_session_for_a_user_is_like_one_of_a_login() {
    let mut tx = stored(Some((Action::Created, vec![Change::of("session")])));
    let mut order = touching(&mut tx);
    tx.tokens
        .expect_add()
        .withf(|owner, token| owner.as_str() == "other" && token.kind == TokenKind::Session)
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _| Ok(()));
    tx.tokens.expect_remove_oldest_sessions().withf(|_, keep| *keep == 50).times(1).returning(|_, _| Ok(()));
    let (mut ctx, committed) = over(tx);
    ctx.token_secret = SharedSecret::new("secret");
    let request = SessionRequest { user: "other".into(), secret: "secret".into() };
    let token = create_session_for_user(&ctx, &boss(), &request).await.unwrap();
    assert_eq!(token.expose(), "fresh-token");
    assert!(committed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn no_session_is_made_for_somebody_who_is_deactivated() {
    for found in [None, Some(User { active: false, ..User::new("other", NOW) })] {
        let mut tx = MockTransaction::default();
        tx.users.expect_lock().returning(move |_| Ok(found.clone()));
        let (mut ctx, committed) = over(tx);
        ctx.token_secret = SharedSecret::new("secret");
        let request = SessionRequest { user: "other".into(), secret: "secret".into() };
        let refused = create_session_for_user(&ctx, &boss(), &request).await;
        assert!(matches!(refused, Err(TokenError::UnknownUser)));
        assert!(!committed.load(Ordering::SeqCst));
    }
}
