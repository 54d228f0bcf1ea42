//! The rule by example, and against the contract's own words over random histories.

use proptest::prelude::*;

use super::*;
use crate::login_attempt::{AttemptOutcome, LoginAttempt};
use crate::setting;
use crate::value::Value;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const MINUTE: Duration = Duration::from_mins(1);
const HOME: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.2";

fn throttle(stored: &[(&str, Value)]) -> LoginThrottle {
    let stored = stored.iter().map(|(id, value)| ((*id).to_owned(), value.clone())).collect();
    LoginThrottle::of(&SettingValues::new(stored))
}

fn attempt(outcome: AttemptOutcome, ago: Duration, address: &str, username: &str) -> LoginAttempt {
    LoginAttempt {
        id: String::new(),
        at: NOW.minus(ago),
        outcome,
        address: Some(address.to_owned()),
        username: Some(FoldedUsername::of(username)),
        user_id: None,
    }
}

fn failure(ago: Duration, address: &str, username: &str) -> LoginAttempt {
    attempt(AttemptOutcome::Failed, ago, address, username)
}

fn concerns(attempt: &LoginAttempt, subject: &AttemptSubject) -> bool {
    match subject {
        AttemptSubject::Address(address) => attempt.address.as_ref() == Some(address),
        AttemptSubject::Username(username) => attempt.username.as_ref() == Some(username),
    }
}

/// What a store answers.
fn count(history: &[LoginAttempt], question: &Question) -> u32 {
    let of_subject = || history.iter().filter(|attempt| concerns(attempt, &question.subject));
    let successes = of_subject().filter(|attempt| attempt.outcome == AttemptOutcome::Succeeded);
    let last_success = successes.map(|attempt| attempt.at).max().unwrap_or(Timestamp::MIN);
    let failures = of_subject().filter(|attempt| {
        attempt.outcome == AttemptOutcome::Failed && attempt.at > question.after && attempt.at > last_success
    });
    u32::try_from(failures.count()).unwrap().min(question.enough)
}

/// What becomes of a login by that name from that address after this history.
fn blocked(
    throttle: &LoginThrottle,
    history: &[LoginAttempt],
    address: Option<&str>,
    username: Option<&str>,
) -> Option<LoginBlock> {
    let questions = throttle.questions(&LoginOrigin::new(address, username), NOW);
    questions.iter().find(|question| question.blocks(count(history, question))).map(|question| question.block)
}

fn kim(throttle: &LoginThrottle, history: &[LoginAttempt]) -> Option<LoginBlock> {
    blocked(throttle, history, Some(HOME), Some("kim"))
}

#[test]
fn the_settings_exist_and_are_of_the_kind_that_is_read() {
    use setting::SettingKind::{Boolean, Int, Text};
    let kinds = SETTINGS.map(|id| setting::find(id).unwrap().kind);
    assert_eq!(kinds, [Boolean, Boolean, Boolean, Int, Int, Int, Int, Text]);
}

#[test]
fn the_tenth_failure_of_a_user_and_the_fiftieth_of_an_address_block_for_five_minutes() {
    let rule = throttle(&[]);
    let failures = |count: usize, ago, name: &str| vec![failure(ago, HOME, name); count];
    assert_eq!(kim(&rule, &failures(9, MINUTE, "kim")), None);
    assert_eq!(kim(&rule, &failures(10, MINUTE, "KIM")), Some(LoginBlock::Username));
    assert_eq!(kim(&rule, &failures(49, MINUTE, "lee")), None);
    assert_eq!(kim(&rule, &failures(50, MINUTE, "lee")), Some(LoginBlock::Address));
    assert_eq!(
        kim(&rule, &failures(50, MINUTE, "kim")),
        Some(LoginBlock::Address),
        "the address comes first"
    );
    assert_eq!(rule.memory(), 5 * MINUTE);
}

#[test]
fn a_failure_counts_until_it_is_older_than_the_time_to_unblock() {
    let rule = throttle(&[(USER_LIMIT, Value::Number(1.0)), (USER_MINUTES, Value::Number(0.05))]);
    for (ago, expected) in [(3_000, Some(LoginBlock::Username)), (3_001, None)] {
        assert_eq!(kim(&rule, &[failure(Duration::from_millis(ago), HOME, "kim")]), expected, "{ago}");
    }
}

#[test]
fn a_success_resets_its_user_everywhere_and_its_address_for_everybody() {
    let rule = throttle(&[(USER_LIMIT, Value::Number(2.0)), (ADDRESS_LIMIT, Value::Number(2.0))]);
    let mut history = vec![failure(2 * MINUTE, HOME, "kim"), failure(2 * MINUTE, HOME, "kim")];
    assert_eq!(kim(&rule, &history), Some(LoginBlock::Address));
    history.push(attempt(AttemptOutcome::Succeeded, MINUTE, HOME, "lee"));
    assert_eq!(kim(&rule, &history), Some(LoginBlock::Username), "lee is somebody else, but at home, too");
    history.push(attempt(AttemptOutcome::Succeeded, MINUTE, ELSEWHERE, "kim"));
    assert_eq!(kim(&rule, &history), None);
    history.push(failure(Duration::ZERO, HOME, "kim"));
    assert_eq!(kim(&rule, &history), None, "one is not two");
}

#[test]
fn a_login_by_something_else_is_blocked_by_its_address_only() {
    let rule = throttle(&[(USER_LIMIT, Value::Number(1.0)), (ADDRESS_LIMIT, Value::Number(3.0))]);
    let history = [failure(MINUTE, HOME, "kim"), failure(MINUTE, HOME, "kim")];
    assert_eq!(kim(&rule, &history), Some(LoginBlock::Username));
    assert_eq!(blocked(&rule, &history, Some(HOME), None), None);
    let history = vec![failure(MINUTE, HOME, "kim"); 3];
    assert_eq!(blocked(&rule, &history, Some(HOME), None), Some(LoginBlock::Address));
    assert_eq!(blocked(&rule, &history, None, None), None);
}

#[test]
fn switches_and_senseless_numbers_block_nobody() {
    let history = vec![failure(Duration::ZERO, HOME, "kim"); 100];
    let both_off = throttle(&[(BY_USER, false.into()), (BY_ADDRESS, false.into())]);
    assert_eq!(kim(&both_off, &history), None);
    assert!(both_off.counts_failure(None), "only the check is off");
    let off = throttle(&[(ENABLED, false.into())]);
    assert_eq!(kim(&off, &history), None);
    assert!(!off.counts_failure(None));
    for number in [0.0, -1.0] {
        for settings in [[USER_LIMIT, ADDRESS_LIMIT], [USER_MINUTES, ADDRESS_MINUTES]] {
            let rule = throttle(&settings.map(|id| (id, Value::Number(number))));
            assert_eq!(kim(&rule, &history), None, "{settings:?} {number}");
        }
    }
}

#[test]
fn numbers_of_any_size_are_taken() {
    let history = [failure(MINUTE, HOME, "kim"), failure(MINUTE, HOME, "kim")];
    let with = |limit, minutes| {
        throttle(&[(USER_LIMIT, Value::Number(limit)), (USER_MINUTES, Value::Number(minutes))])
    };
    assert_eq!(kim(&with(1.5, 1e300), &history), Some(LoginBlock::Username));
    assert_eq!(kim(&with(2.5, 5.0), &history), None);
    assert_eq!(kim(&with(1e300, 5.0), &history), None);
    assert_eq!(kim(&with(0.5, 1e-300), &[failure(Duration::ZERO, HOME, "kim")]), Some(LoginBlock::Username));
}

#[test]
fn addresses_of_the_white_list_are_not_asked_but_their_users_are() {
    let list = "10.0.0.1, 192.0.2.1 ,,2001:DB8::0:1";
    let rule = throttle(&[(WHITE_LIST, list.into()), (USER_LIMIT, Value::Number(60.0))]);
    for address in [HOME, "::ffff:192.0.2.1", "2001:db8::1"] {
        let history = vec![failure(Duration::ZERO, address, "lee"); 100];
        assert_eq!(blocked(&rule, &history, Some(address), Some("kim")), None, "{address}");
        assert_eq!(
            blocked(&rule, &history, Some(address), Some("lee")),
            Some(LoginBlock::Username),
            "{address}"
        );
    }
    let history = vec![failure(Duration::ZERO, ELSEWHERE, "lee"); 100];
    assert_eq!(blocked(&rule, &history, Some(ELSEWHERE), None), Some(LoginBlock::Address));
    assert!(rule.counts_failure(None), "failures of these addresses are kept");
}

#[test]
fn only_the_username_s_own_block_is_not_counted() {
    let rule = throttle(&[]);
    assert!(rule.counts_failure(None));
    assert!(rule.counts_failure(Some(LoginBlock::Address)));
    assert!(!rule.counts_failure(Some(LoginBlock::Username)));
}

#[test]
fn what_cannot_be_an_address_or_a_username_is_not_counted() {
    for odd in ["", "unknown", "1.2.3", &"9".repeat(10_000)] {
        assert_eq!(LoginOrigin::new(Some(odd), None), LoginOrigin::default());
    }
    for odd in ["a\0".to_owned(), "x".repeat(513)] {
        assert_eq!(LoginOrigin::new(None, Some(&odd)), LoginOrigin::default());
    }
}

fn histories() -> impl Strategy<Value = Vec<LoginAttempt>> {
    let one =
        (0..400_u64, prop::bool::ANY, 0..2_usize, 0..3_usize).prop_map(|(ago, failed, address, user)| {
            let outcome = if failed { AttemptOutcome::Failed } else { AttemptOutcome::Succeeded };
            let (address, user) = ([HOME, ELSEWHERE][address], ["kim", "lee", "mo"][user]);
            attempt(outcome, Duration::from_secs(ago), address, user)
        });
    prop::collection::vec(one, 0..40)
}

proptest! {
    /// The contract's sentence: blocked if and only if the failures recorded since the later of the beginning of
    /// the window and the last success reach the limit; the address comes first.
    #[test]
    fn the_rule_is_what_the_contract_says(
        history in histories(),
        user_limit in 0..5_u32, address_limit in 0..5_u32,
        user_minutes in 0.001..8.0_f64, address_minutes in 0.001..8.0_f64,
    ) {
        let rule = throttle(&[
            (USER_LIMIT, Value::Number(user_limit.into())),
            (ADDRESS_LIMIT, Value::Number(address_limit.into())),
            (USER_MINUTES, Value::Number(user_minutes)),
            (ADDRESS_MINUTES, Value::Number(address_minutes)),
        ]);
        let is_blocked = |subject: &AttemptSubject, limit: u32, minutes: f64| {
            let mine = || history.iter().filter(|attempt| concerns(attempt, subject));
            let last_success = mine().filter(|a| a.outcome == AttemptOutcome::Succeeded).map(|a| a.at).max();
            let window = NOW.minus(Duration::from_secs_f64(minutes * 60.0));
            let failures = mine().filter(|a| {
                a.outcome == AttemptOutcome::Failed && a.at >= window && last_success.is_none_or(|at| a.at > at)
            });
            limit > 0 && failures.count() >= limit as usize
        };
        let expected = if is_blocked(&AttemptSubject::Address(HOME.into()), address_limit, address_minutes) {
            Some(LoginBlock::Address)
        } else if is_blocked(&AttemptSubject::Username(FoldedUsername::of("kim")), user_limit, user_minutes) {
            Some(LoginBlock::Username)
        } else {
            None
        };
        prop_assert_eq!(kim(&rule, &history), expected);
    }

    #[test]
    fn after_a_success_just_now_nobody_is_blocked_there(history in histories()) {
        let rule = throttle(&[(USER_LIMIT, Value::Number(1.0)), (ADDRESS_LIMIT, Value::Number(1.0))]);
        let mut history = history;
        history.push(attempt(AttemptOutcome::Succeeded, Duration::ZERO, HOME, "kim"));
        prop_assert_eq!(kim(&rule, &history), None);
    }

    #[test]
    fn what_is_older_than_the_memory_changes_nothing(history in histories()) {
        let rule = throttle(&[(USER_LIMIT, Value::Number(2.0)), (ADDRESS_LIMIT, Value::Number(3.0))]);
        let recent: Vec<_> =
            history.iter().filter(|attempt| attempt.at >= NOW.minus(rule.memory())).cloned().collect();
        prop_assert_eq!(kim(&rule, &history), kim(&rule, &recent));
    }
}
