//! Counting, on a clock that the tests move.

use std::net::Ipv6Addr;

use omnicontact_domain::setting::RATE_LIMIT_REGISTER;
use omnicontact_domain::value::Value;

use super::window::MAX_ADDRESSES;
use super::*;

const ROUTE: (&str, &Method) = ("/things/{_id}", &Method::GET);

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000 + millis)
}

fn address(number: u128) -> IpAddr {
    Ipv6Addr::from(number).into()
}

const TEN: Allowance = Allowance { calls: 10, millis: 60_000 };

#[test]
fn ten_calls_pass_and_the_eleventh_fails_until_the_window_ends() {
    let limits = RateLimits::default();
    let count = |millis| limits.count(ROUTE, Some(address(1)), TEN, at(millis));
    for call in 0..10 {
        let counted = count(call * 100);
        let expected = Counted {
            refused: false,
            limit: 10,
            remaining: 9 - u32::try_from(call).unwrap(),
            resets_at: at(60_000),
        };
        assert_eq!(counted, expected, "{call}");
    }
    let eleventh = count(17_001);
    assert_eq!(eleventh, Counted { refused: true, limit: 10, remaining: 0, resets_at: at(60_000) });
    assert_eq!(eleventh.seconds_to_wait(at(17_001)), 43);
    assert!(count(59_999).refused);
    assert_eq!(count(60_000), Counted { refused: false, limit: 10, remaining: 9, resets_at: at(120_000) });
}

#[test]
fn addresses_are_counted_apart_in_windows_that_begin_together() {
    let limits = RateLimits::default();
    for _ in 0..10 {
        limits.count(ROUTE, Some(address(1)), TEN, at(0));
    }
    let other = limits.count(ROUTE, Some(address(2)), TEN, at(50_000));
    assert_eq!((other.refused, other.remaining, other.resets_at), (false, 9, at(60_000)));
    assert!(!limits.count(ROUTE, None, TEN, at(50_000)).refused);
}

#[test]
fn routes_and_methods_are_counted_apart_but_head_is_get() {
    let limits = RateLimits::default();
    let one = Allowance { calls: 1, millis: 60_000 };
    let refused = |path, method: &Method| limits.count((path, method), Some(address(1)), one, at(0)).refused;
    assert!(!refused("/a", &Method::GET));
    assert!(!refused("/a", &Method::POST));
    assert!(!refused("/b", &Method::GET));
    assert!(refused("/a", &Method::HEAD));
    assert!(refused("/a", &Method::GET));
}

#[test]
fn a_changed_setting_holds_for_the_next_call() {
    let limits = RateLimits::default();
    let count =
        |calls, millis, now| limits.count(ROUTE, Some(address(1)), Allowance { calls, millis }, at(now));
    assert!(!count(1, 60_000, 0).refused);
    assert!(count(1, 60_000, 1).refused);
    assert!(!count(2, 60_000, 2).refused);
    assert!(count(2, 60_000, 3).refused);
    assert_eq!(
        count(2, 1_000, 2_000),
        Counted { refused: false, limit: 2, remaining: 1, resets_at: at(3_000) }
    );
}

#[test]
fn a_clock_that_is_set_back_begins_a_new_window() {
    let limits = RateLimits::default();
    limits.count(ROUTE, Some(address(1)), TEN, at(0));
    assert_eq!(limits.count(ROUTE, Some(address(1)), TEN, at(-500_000)).resets_at, at(-440_000));
}

#[test]
fn many_addresses_share_counters_and_take_no_more_memory() {
    let limits = RateLimits::default();
    let one = Allowance { calls: 1, millis: 60_000 };
    let refused = |number| limits.count(ROUTE, Some(address(number)), one, at(0)).refused;
    for number in 0..MAX_ADDRESSES as u128 {
        assert!(!refused(number));
    }
    let strangers = (0..100_000).map(|number| 1_000_000 + number);
    let passed = strangers.filter(|number| !refused(*number)).count();
    assert!((900..=1_024).contains(&passed), "{passed} of 1,024 counters");
    assert!(refused(0), "who was known before is still told apart");
    assert!(!limits.count(ROUTE, Some(address(0)), one, at(60_000)).refused, "the next window begins empty");
}

#[test]
fn the_settings_decide_and_odd_ones_are_their_defaults() {
    let stored = |id: &str, value: Value| SettingValues::new(vec![(id.to_owned(), value)]);
    let none = SettingValues::default();
    let allowance = |calls, millis| Some(Allowance { calls, millis });
    let off = stored(ENABLE_RATE_LIMITER, Value::Bool(false));
    let register = Limit::SettingPerMinute(RATE_LIMIT_REGISTER);
    for (limit, settings, expected) in [
        (Limit::Default, &none, allowance(600, 60_000)),
        (Limit::Default, &stored(RATE_LIMIT_CALLS, Value::Number(10.9)), allowance(10, 60_000)),
        (Limit::Default, &stored(RATE_LIMIT_TIME, Value::Number(500.0)), allowance(600, 500)),
        (Limit::Default, &stored(RATE_LIMIT_CALLS, Value::Number(0.0)), allowance(600, 60_000)),
        (Limit::Default, &stored(RATE_LIMIT_CALLS, Value::Number(-1.0)), allowance(600, 60_000)),
        (Limit::Default, &stored(RATE_LIMIT_CALLS, Value::from("many")), allowance(600, 60_000)),
        (Limit::Default, &stored(RATE_LIMIT_CALLS, Value::Number(1e300)), allowance(u32::MAX, 60_000)),
        (Limit::Default, &stored(RATE_LIMIT_TIME, Value::Number(1e300)), allowance(600, 3_200_000_000_000)),
        (Limit::PerMinute(5), &none, allowance(5, 60_000)),
        (register, &none, allowance(1, 60_000)),
        (register, &stored(RATE_LIMIT_REGISTER, Value::Number(3.0)), allowance(3, 60_000)),
        (Limit::Unlimited, &none, None),
        (Limit::Default, &off, None),
        (Limit::PerMinute(5), &off, None),
        (register, &off, None),
    ] {
        assert_eq!(limit.allowance(settings), expected, "{limit:?} {settings:?}");
    }
}

#[test]
fn every_setting_that_decides_is_asked_for() {
    assert_eq!(Limit::Default.settings(), [ENABLE_RATE_LIMITER, RATE_LIMIT_CALLS, RATE_LIMIT_TIME]);
    assert_eq!(Limit::PerMinute(5).settings(), [ENABLE_RATE_LIMITER]);
    assert_eq!(Limit::SettingPerMinute("x").settings(), [ENABLE_RATE_LIMITER, "x"]);
    assert!(Limit::Unlimited.settings().is_empty());
}
