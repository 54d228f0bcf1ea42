//! How often one may call (contract, framework 1.10), through the router and under the stored settings.

use std::time::Duration;

use axum::http::Method;
use omnicontact_adapters_http::HttpOptions;
use omnicontact_domain::permission::API_BYPASS_RATE_LIMIT;
use omnicontact_domain::value::Value;

use crate::support::{Answer, CONTACT, NOT_LOGGED_IN, NOT_PERMITTED, SEARCH, TestApp, options};

const CALLS: &str = "API_Enable_Rate_Limiter_Limit_Calls_Default";
const TIME: &str = "API_Enable_Rate_Limiter_Limit_Time_Default";

async fn limited() -> TestApp {
    TestApp::start_with(HttpOptions { rate_limits: true, ..options() }).await
}

/// Limit and remaining calls, as an answer's headers say; the end of the window must be told, too.
fn told(answer: &Answer) -> Option<(&str, &str)> {
    let limit = answer.header("x-ratelimit-limit")?;
    assert!(answer.header("x-ratelimit-reset").unwrap().parse::<i64>().unwrap() > 1_600_000_000_000);
    Some((limit, answer.header("x-ratelimit-remaining").unwrap()))
}

#[tokio::test]
async fn six_hundred_calls_in_a_minute_are_allowed_by_default() {
    let app = limited().await;
    let agent = app.agent().await;
    assert_eq!(told(&app.get("/api/v1/me").by(&agent).await), Some(("600", "599")));
    assert_eq!(told(&app.get("/api/v1/me").by(&agent).await), Some(("600", "598")));
    assert_eq!(told(&app.get(&format!("{CONTACT}?contactId=x")).by(&agent).await), Some(("600", "599")));
}

#[tokio::test]
async fn one_call_too_many_is_refused_until_the_window_ends() {
    let app = limited().await;
    let agent = app.agent().await;
    app.set(CALLS, Value::Number(2.0)).await;
    app.set(TIME, Value::Number(20_000.0)).await;
    for remaining in ["1", "0"] {
        let answer = app.get(&format!("{CONTACT}?contactId=x")).by(&agent).await;
        assert_eq!((answer.status.as_u16(), told(&answer)), (200, Some(("2", remaining))));
    }
    let answer = app.get(CONTACT).by(&agent).await;
    // Some of the 20 seconds may have passed on a slow machine.
    let says = |seconds: u32| {
        format!(
            r#"{{"success":false,"error":"Error, too many requests. Please slow down. You must wait {seconds} seconds before trying this endpoint again. [error-too-many-requests]"}}"#
        )
    };
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (429, Some("application/json")));
    assert!((5..=20).any(|seconds| answer.body == says(seconds)), "{}", answer.body);
    assert_eq!(told(&answer), Some(("2", "0")));
    assert_eq!(answer.header("cache-control"), None);
    app.wait(Duration::from_secs(21));
    assert_eq!(app.get(CONTACT).by(&agent).await.status.as_u16(), 400, "parameters come after the limit");
}

#[tokio::test]
async fn only_calls_that_may_be_made_are_counted_and_failures_of_theirs_too() {
    let app = limited().await;
    let agent = app.agent().await;
    let user = app.user("powerless", &["user"]).await;
    app.set(CALLS, Value::Number(1.0)).await;
    for _ in 0..3 {
        let answer = app.get(CONTACT).send().await;
        answer.says(401, NOT_LOGGED_IN);
        assert_eq!(told(&answer), None);
        let answer = app.get(CONTACT).by(&user).await;
        answer.says(403, NOT_PERMITTED);
        assert_eq!(told(&answer), None);
    }
    let answer = app.get(CONTACT).by(&agent).await;
    assert_eq!((answer.status.as_u16(), told(&answer)), (400, Some(("1", "0"))));
    assert_eq!(app.get(CONTACT).by(&agent).await.status.as_u16(), 429);
}

#[tokio::test]
async fn addresses_routes_and_methods_are_counted_apart() {
    let app = limited().await;
    let agent = app.agent().await;
    app.set(CALLS, Value::Number(1.0)).await;
    let calls = [
        (Method::GET, CONTACT, "203.0.113.1"),
        (Method::POST, CONTACT, "203.0.113.1"),
        (Method::GET, SEARCH, "203.0.113.1"),
        (Method::GET, CONTACT, "203.0.113.2"),
    ];
    for (limited, (method, path, address)) in
        [false, true].iter().flat_map(|limited| calls.iter().map(move |call| (limited, call)))
    {
        let answer = app.call(method.clone(), path).header("X-Real-IP", address).by(&agent).await;
        assert_eq!(answer.status.as_u16() == 429, *limited, "{method} {path} {address}");
    }
}

#[tokio::test]
async fn whoever_may_call_as_often_as_they_like_is_not_counted() {
    let app = limited().await;
    let bot = app.user("bot", &["bot"]).await;
    app.set(CALLS, Value::Number(1.0)).await;
    for _ in 0..3 {
        let answer = app.get("/api/v1/me").by(&bot).await;
        assert_eq!((answer.status.as_u16(), told(&answer)), (200, None));
        let login = app.post("/api/v1/login", "{}").by(&bot).await;
        assert_eq!((login.status.as_u16(), told(&login)), (401, None));
    }
    app.grant(&API_BYPASS_RATE_LIMIT, &[]).await;
    assert_eq!(told(&app.get("/api/v1/me").by(&bot).await), Some(("1", "0")));
    assert_eq!(app.get("/api/v1/me").by(&bot).await.status.as_u16(), 429);
}

#[tokio::test]
async fn a_changed_setting_holds_for_the_next_call_of_strangers_too() {
    let app = limited().await;
    let login = async || app.post("/api/v1/login", "{}").send().await;
    app.set(CALLS, Value::Number(1.0)).await;
    assert_eq!(told(&login().await), Some(("1", "0")));
    assert_eq!(login().await.status.as_u16(), 429);
    app.set(CALLS, Value::Number(2.0)).await;
    assert_eq!(told(&login().await), Some(("2", "0")));
    assert_eq!(login().await.status.as_u16(), 429);
    app.set("API_Enable_Rate_Limiter", false).await;
    let answer = login().await;
    assert_eq!((answer.status.as_u16(), told(&answer)), (401, None));
}

#[tokio::test]
async fn probes_and_documents_are_not_limited_and_a_server_may_count_nothing_at_all() {
    let app = limited().await;
    app.set(CALLS, Value::Number(1.0)).await;
    for path in ["/livez", "/readyz", "/api/openapi.json"] {
        for _ in 0..3 {
            let answer = app.get(path).send().await;
            assert_eq!((answer.status.as_u16(), told(&answer)), (200, None), "{path}");
        }
    }
    let app = TestApp::start().await;
    app.set(CALLS, Value::Number(1.0)).await;
    for _ in 0..3 {
        assert_eq!(told(&app.get("/api/info").send().await), None);
    }
}
