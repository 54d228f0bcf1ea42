//! CORS, row by row of contract, framework 1.11.

use axum::http::Method;
use omnicontact_domain::setting::{CORS_ORIGIN, ENABLE_CORS};

use crate::support::{Answer, CONTACT, TestApp};

const HEADERS: &str =
    "Origin, X-Requested-With, Content-Type, Accept, X-User-Id, X-Auth-Token, x-visitor-token, Authorization";

async fn options(app: &TestApp, name: &str, value: &str) -> Answer {
    app.call(Method::OPTIONS, CONTACT).header(name, value).send().await
}

#[track_caller]
fn says(answer: &Answer, status: u16, text: &str) {
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (status, text));
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=UTF-8"));
}

#[tokio::test]
async fn every_answer_allows_any_origin() {
    let app = TestApp::start().await;
    for path in [CONTACT, "/api/info", "/nowhere"] {
        let answer = app.get(path).send().await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.header("access-control-allow-headers"), Some(HEADERS));
    }
}

#[tokio::test]
async fn preflights_follow_the_settings() {
    let app = TestApp::start().await;
    says(&app.call(Method::OPTIONS, CONTACT).send().await, 200, "OK");
    let disabled = r#"CORS not enabled. Go to "Admin > General > REST Api" to enable it."#;
    says(&options(&app, "Origin", "https://a.example").await, 405, disabled);
    says(&options(&app, "Access-Control-Request-Method", "GET").await, 405, disabled);

    app.set(ENABLE_CORS, true).await;
    let answer = options(&app, "Origin", "https://a.example").await;
    says(&answer, 200, "OK");
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-headers"), Some(HEADERS));
    assert_eq!(answer.header("access-control-allow-methods"), Some("GET, POST, PUT, DELETE, HEAD, PATCH"));
    assert_eq!(answer.header("vary"), None);

    app.set(CORS_ORIGIN, "https://a.example, https://b.example").await;
    let answer = options(&app, "Origin", "https://b.example").await;
    says(&answer, 200, "OK");
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://b.example"));
    assert_eq!(answer.header("vary"), Some("Origin"));
    says(&options(&app, "Origin", "https://c.example").await, 403, "Invalid origin");
    says(&options(&app, "Access-Control-Request-Method", "GET").await, 403, "Invalid origin");
}
