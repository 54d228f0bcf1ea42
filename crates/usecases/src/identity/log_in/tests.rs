//! What a login does to the world, on doubles. What the throttle makes of many logins in a row is asked of a
//! real store, through the router.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use omnicontact_domain::login_attempt::{AttemptOutcome, AttemptSubject, LoginAttempt};
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::user::Presence;
use omnicontact_domain::value::Value;
use omnicontact_ports::mock::{Committed, MockPasswordHasher, MockStore, MockTransaction};

use super::*;
use crate::context::test::{NOW, context};

fn user() -> User {
    User {
        username: Some("Kim.Jane".into()),
        password: Some(PasswordHash::from_stored("stored")),
        ..User::new("u1", Timestamp::from_millis(0))
    }
}

/// The world in which a login happens.
struct World {
    /// The user whom the first look-up finds.
    before: Option<User>,
    /// The user whom the transaction finds in which the login ends.
    after: Option<User>,
    /// The token that is stored, for logins with one.
    token: Option<LoginToken>,
    /// Failures that are recorded already, in the order of the questions.
    failures: Vec<u32>,
    /// What is stored of the settings of the throttle.
    settings: SettingValues,
}

impl World {
    fn of(user: Option<User>) -> Self {
        let settings = SettingValues::default();
        Self { before: user.clone(), after: user, token: None, failures: vec![], settings }
    }

    fn failures(self, failures: &[u32]) -> Self {
        Self { failures: failures.to_vec(), ..self }
    }

    /// The store, whether something was committed, and the attempts that were recorded in what was.
    fn store(self) -> (MockStore, Traces) {
        let traces = Traces::default();
        let world = Arc::new(self);
        let mut store = MockStore::new();
        let (read, answers) = (Arc::clone(&world), Arc::new(AtomicU32::new(0)));
        let asked = Arc::clone(&answers);
        store.expect_read().returning(move || {
            let mut tx = MockTransaction::default();
            read.answer(&mut tx, &asked, read.before.clone());
            Ok(Box::new(tx))
        });
        let noted = traces.clone();
        store.expect_begin().returning(move || {
            let mut tx = MockTransaction { committed: noted.committed.clone(), ..MockTransaction::default() };
            world.answer(&mut tx, &answers, world.after.clone());
            world.take(&mut tx, &noted);
            Ok(Box::new(tx))
        });
        (store, traces)
    }

    /// What every transaction finds.
    fn answer(&self, tx: &mut MockTransaction, asked: &Arc<AtomicU32>, user: Option<User>) {
        let settings = self.settings.clone();
        tx.settings.expect_find_many().returning(move |_| Ok(settings.clone()));
        let (failures, asked) = (self.failures.clone(), Arc::clone(asked));
        tx.login_attempts.expect_count_failures().returning(move |_, _, _| {
            let index = asked.fetch_add(1, Ordering::SeqCst) as usize;
            Ok(failures.get(index).copied().unwrap_or(0))
        });
        let by_name = user.clone();
        tx.users.expect_find_by_username().returning(move |_| Ok(by_name.clone()));
        let by_address = user.clone();
        tx.users.expect_find_by_email().returning(move |_| Ok(by_address.clone()));
        let by_id = user.clone();
        tx.users.expect_find().returning(move |_| Ok(by_id.clone()));
        tx.users.expect_lock().returning(move |_| Ok(user.clone()));
        tx.settings.expect_find().returning(|_| Ok(None));
        tx.settings.expect_list().returning(|| Ok(vec![]));
        let token = self.token.clone();
        tx.tokens.expect_find().returning(move |_| Ok(token.clone().map(|token| ("u1".into(), token))));
    }

    /// What the transaction may be told in which the login ends.
    fn take(&self, tx: &mut MockTransaction, traces: &Traces) {
        let offline = Presence::OFFLINE;
        tx.users
            .expect_update()
            .withf(move |user| user.last_login == Some(NOW) && user.presence == offline)
            .returning(|_| Ok(()));
        let fresh = |owner: &UserId, token: &LoginToken| {
            owner.as_str() == "u1" && token.hashed == RawToken::new("fresh-token").hashed()
        };
        tx.tokens
            .expect_add()
            .times(..=usize::from(self.token.is_none()))
            .withf(fresh)
            .returning(|_, _| Ok(()));
        tx.tokens.expect_remove_oldest_sessions().withf(|_, keep| *keep == 50).returning(|_, _| Ok(()));
        let attempts = Arc::clone(&traces.attempts);
        tx.login_attempts.expect_add().times(..=1).returning(move |attempt| {
            attempts.lock().unwrap().push(attempt.clone());
            Ok(())
        });
    }
}

/// What a login left behind.
#[derive(Clone, Default)]
struct Traces {
    committed: Committed,
    attempts: Arc<Mutex<Vec<LoginAttempt>>>,
}

impl Traces {
    /// The one attempt that was recorded and committed.
    #[track_caller]
    fn attempt(&self) -> LoginAttempt {
        assert!(self.committed.load(Ordering::SeqCst));
        let attempts = self.attempts.lock().unwrap();
        let [attempt] = &attempts[..] else { panic!("{attempts:?}") };
        attempt.clone()
    }

    #[track_caller]
    fn nothing(&self) {
        assert!(!self.committed.load(Ordering::SeqCst));
        assert!(self.attempts.lock().unwrap().is_empty());
    }
}

/// A context whose hasher is asked so many times, and says this of any password.
fn hashing(store: MockStore, times: usize, right: bool, current: bool) -> Context {
    let mut passwords = MockPasswordHasher::new();
    passwords.expect_verify().times(times).returning(move |_, stored| Ok(right && stored.is_some()));
    passwords.expect_is_current().returning(move |_| current);
    passwords.expect_hash().returning(|_| Ok(PasswordHash::from_stored("renewed")));
    Context { passwords: Arc::new(passwords), ..context(store) }
}

fn by_name(name: LoginName) -> LoginRequest {
    LoginRequest::Password { name, password: Some(PasswordDigest::of("secret")) }
}

fn request() -> LoginRequest {
    by_name(LoginName::Username("kim.jane".into()))
}

const HOME: Option<&str> = Some("192.0.2.1");

#[tokio::test]
async fn a_right_password_opens_a_session_with_a_fresh_token_and_is_recorded() {
    let (store, traces) = World::of(Some(user())).store();
    let logged_in = log_in(&hashing(store, 1, true, true), &request(), HOME).await.unwrap();
    assert_eq!(logged_in.token.expose(), "fresh-token");
    assert_eq!(logged_in.profile.user.last_login, Some(NOW));
    let attempt = traces.attempt();
    assert_eq!(
        (attempt.outcome, attempt.at, attempt.address.as_deref()),
        (AttemptOutcome::Succeeded, NOW, HOME)
    );
    assert_eq!(attempt.username.unwrap().as_str(), "kim.jane");
    assert_eq!(attempt.user_id.unwrap().as_str(), "u1");
}

#[tokio::test]
async fn wrong_passwords_and_unknown_users_are_hashed_refused_and_recorded_alike() {
    for found in [Some(user()), None, Some(User { password: None, ..user() })] {
        let (store, traces) = World::of(found.clone()).store();
        // The double demands that the password is verified exactly once in every case.
        let refused = log_in(&hashing(store, 1, false, true), &request(), HOME).await;
        assert!(matches!(refused, Err(LoginError::Unauthorized)));
        let attempt = traces.attempt();
        assert_eq!((attempt.outcome, attempt.address.as_deref()), (AttemptOutcome::Failed, HOME));
        assert_eq!(attempt.username.unwrap().as_str(), "kim.jane");
        assert_eq!(attempt.user_id.is_some(), found.is_some());
    }
}

#[tokio::test]
async fn a_failed_login_by_address_counts_against_the_account_s_username() {
    let request = by_name(LoginName::Email("kim@example.org".into()));
    let (store, traces) = World::of(Some(user())).store();
    let refused = log_in(&hashing(store, 1, false, true), &request, HOME).await;
    assert!(matches!(refused, Err(LoginError::Unauthorized)));
    assert_eq!(traces.attempt().username.unwrap().as_str(), "kim.jane");

    let (store, traces) = World::of(None).store();
    let refused = log_in(&hashing(store, 1, false, true), &request, HOME).await;
    assert!(matches!(refused, Err(LoginError::Unauthorized)));
    assert_eq!((traces.attempt().username, traces.attempt().user_id), (None, None));
}

#[tokio::test]
async fn what_is_no_login_is_a_failed_one_without_any_hashing() {
    let name = LoginName::Username("kim.jane".into());
    for request in [LoginRequest::Password { name, password: None }, LoginRequest::Unrecognised] {
        let (store, traces) = World::of(Some(user())).store();
        let refused = log_in(&hashing(store, 0, true, true), &request, HOME).await;
        assert!(matches!(refused, Err(LoginError::Unauthorized)));
        assert_eq!(traces.attempt().outcome, AttemptOutcome::Failed);
    }
}

#[tokio::test]
async fn a_password_that_changes_during_the_login_is_refused() {
    let changed = User { password: Some(PasswordHash::from_stored("other")), ..user() };
    for after in [Some(changed), None, Some(User { password: None, ..user() })] {
        let (store, traces) = World { after, ..World::of(Some(user())) }.store();
        let refused = log_in(&hashing(store, 1, true, true), &request(), HOME).await;
        assert!(matches!(refused, Err(LoginError::Unauthorized)));
        assert_eq!(traces.attempt().outcome, AttemptOutcome::Failed);
    }
}

#[tokio::test]
async fn a_deactivated_user_is_told_so_only_with_the_right_password() {
    let deactivated = || World::of(Some(User { active: false, ..user() }));
    let (store, traces) = deactivated().store();
    let refused = log_in(&hashing(store, 1, true, true), &request(), HOME).await;
    assert!(matches!(refused, Err(LoginError::Refused(LoginRefusal::NotActivated))));
    assert_eq!(traces.attempt().outcome, AttemptOutcome::Failed, "this counts as a failure, too");
    let (store, _) = deactivated().store();
    let refused = log_in(&hashing(store, 1, false, true), &request(), HOME).await;
    assert!(matches!(refused, Err(LoginError::Unauthorized)));
}

#[tokio::test]
async fn a_hash_of_another_cost_is_renewed() {
    let (store, _) = World::of(Some(user())).store();
    let logged_in = log_in(&hashing(store, 1, true, false), &request(), HOME).await.unwrap();
    assert_eq!(logged_in.profile.user.password, Some(PasswordHash::from_stored("renewed")));
}

#[tokio::test]
async fn a_blocked_username_is_refused_before_anything_is_hashed_and_not_recorded() {
    let (store, traces) = World::of(Some(user())).failures(&[49, 10]).store();
    let refused = log_in(&hashing(store, 0, true, true), &request(), HOME).await;
    assert!(matches!(refused, Err(LoginError::Blocked(LoginBlock::Username))));
    traces.nothing();
}

#[tokio::test]
async fn a_blocked_address_is_refused_before_anything_is_hashed_and_recorded() {
    let resume = LoginRequest::Resume(RawToken::new("x"));
    for request in [request(), by_name(LoginName::Email("k@x".into())), resume, LoginRequest::Unrecognised] {
        let (store, traces) = World::of(Some(user())).failures(&[50, 10]).store();
        let refused = log_in(&hashing(store, 0, true, true), &request, HOME).await;
        assert!(matches!(refused, Err(LoginError::Blocked(LoginBlock::Address))));
        assert_eq!(traces.attempt().outcome, AttemptOutcome::Failed);
    }
}

#[tokio::test]
async fn of_many_guesses_at_once_those_that_end_late_are_blocked_right_or_wrong() {
    for right in [true, false] {
        // Nobody is blocked at first; when the password is verified, others have failed meanwhile.
        let (store, traces) = World::of(Some(user())).failures(&[0, 0, 0, 10]).store();
        let refused = log_in(&hashing(store, 1, right, true), &request(), HOME).await;
        assert!(matches!(refused, Err(LoginError::Blocked(LoginBlock::Username))));
        traces.nothing();
        let (store, traces) = World::of(Some(user())).failures(&[0, 0, 50]).store();
        let refused = log_in(&hashing(store, 1, right, true), &request(), HOME).await;
        assert!(matches!(refused, Err(LoginError::Blocked(LoginBlock::Address))));
        assert_eq!(traces.attempt().outcome, AttemptOutcome::Failed);
    }
}

#[tokio::test]
async fn nothing_is_counted_while_counting_is_off_but_a_success_resets_still() {
    let off =
        || SettingValues::new(vec![("Block_Multiple_Failed_Logins_Enabled".into(), Value::Bool(false))]);
    let (store, traces) = World { settings: off(), ..World::of(Some(user())) }.failures(&[99, 99]).store();
    let refused = log_in(&hashing(store, 1, false, true), &request(), HOME).await;
    assert!(matches!(refused, Err(LoginError::Unauthorized)));
    traces.nothing();
    let (store, traces) = World { settings: off(), ..World::of(Some(user())) }.store();
    log_in(&hashing(store, 1, true, true), &request(), HOME).await.unwrap();
    assert_eq!(traces.attempt().outcome, AttemptOutcome::Succeeded);
}

#[tokio::test]
async fn the_address_is_asked_first_then_the_given_username() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let subjects = Arc::clone(&asked);
    let mut store = MockStore::new();
    store.expect_read().returning(move || {
        let mut tx = MockTransaction::default();
        tx.settings.expect_find_many().returning(|_| Ok(SettingValues::default()));
        let subjects = Arc::clone(&subjects);
        tx.login_attempts.expect_count_failures().returning(move |subject, after, enough| {
            subjects.lock().unwrap().push((subject.clone(), after, enough));
            Ok(if matches!(subject, AttemptSubject::Username(_)) { 10 } else { 0 })
        });
        Ok(Box::new(tx))
    });
    let refused = log_in(&hashing(store, 0, true, true), &request(), Some("::ffff:192.0.2.1")).await;
    assert!(matches!(refused, Err(LoginError::Blocked(LoginBlock::Username))));
    let LoginOrigin { address, username } = LoginOrigin::new(HOME, Some("kim.jane"));
    let after = Timestamp::from_millis(NOW.as_millis() - 300_001);
    assert_eq!(
        *asked.lock().unwrap(),
        [
            (AttemptSubject::Address(address.unwrap()), after, 50),
            (AttemptSubject::Username(username.unwrap()), after, 10),
        ]
    );
}

fn session(age_in_days: i64) -> LoginToken {
    let created_at = Timestamp::from_millis(NOW.as_millis() - age_in_days * 86_400_000);
    LoginToken { hashed: RawToken::new("old").hashed(), created_at, kind: TokenKind::Session }
}

#[tokio::test]
async fn a_token_that_is_alive_stays_the_token() {
    let (store, traces) = World { token: Some(session(89)), ..World::of(Some(user())) }.store();
    let resume = LoginRequest::Resume(RawToken::new("old"));
    let logged_in = log_in(&hashing(store, 0, false, true), &resume, HOME).await.unwrap();
    assert_eq!(logged_in.token.expose(), "old");
    assert_eq!(traces.attempt().outcome, AttemptOutcome::Succeeded);
}

#[tokio::test]
async fn an_unknown_or_expired_token_counts_against_the_address_only() {
    for token in [None, Some(session(90))] {
        let (store, traces) = World { token, ..World::of(Some(user())) }.store();
        let resume = LoginRequest::Resume(RawToken::new("old"));
        let refused = log_in(&hashing(store, 0, true, true), &resume, HOME).await;
        assert!(matches!(refused, Err(LoginError::Unauthorized)));
        let attempt = traces.attempt();
        assert_eq!((attempt.outcome, attempt.address.as_deref()), (AttemptOutcome::Failed, HOME));
        assert_eq!((attempt.username, attempt.user_id), (None, None));
    }
}

#[tokio::test]
async fn a_login_that_finds_no_place_in_the_queue_is_no_failed_one() {
    let (store, traces) = World::of(Some(user())).store();
    let mut passwords = MockPasswordHasher::new();
    passwords.expect_verify().returning(|_, _| Err(HasherBusy));
    let ctx = Context { passwords: Arc::new(passwords), ..context(store) };
    let refused = log_in(&ctx, &request(), HOME).await;
    assert!(matches!(refused, Err(LoginError::Busy(HasherBusy))));
    traces.nothing();
}
