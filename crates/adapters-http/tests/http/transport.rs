//! What holds of every answer: types, headers, unknown paths, HEAD, sizes (contract, framework 1.1 to 1.4).

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::Method;
use http_body_util::channel::Channel;
use omnicontact_adapters_http::route_access;

use crate::support::{BODY_LIMIT, CONTACT, NOT_LOGGED_IN, TestApp};

const TOO_LARGE: &str = r#"{"success":false,"error":"The request body is larger than 1048576 bytes [error-request-too-large]","errorType":"error-request-too-large"}"#;

#[tokio::test]
async fn unknown_paths_and_wrong_verbs_are_not_found() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    for (method, path) in [
        (Method::POST, "/"),
        (Method::GET, "/api/v1/nowhere"),
        (Method::GET, "/api/v1/me/"),
        (Method::GET, "/api/v1/Me"),
        (Method::GET, "//api/v1/me"),
        (Method::DELETE, CONTACT),
        (Method::PUT, CONTACT),
        (Method::PATCH, "/api/v1/me"),
        (Method::GET, "/api/v1/login"),
        (Method::HEAD, "/api/v1/nowhere"),
    ] {
        let answer = app.call(method.clone(), path).by(&agent).await;
        assert_eq!(answer.status.as_u16(), 404, "{method} {path}");
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=UTF-8"));
        assert_eq!(answer.header("allow"), None, "{method} {path}");
        if method != Method::HEAD {
            assert_eq!(answer.body, "404 Not Found");
        }
    }
}

#[tokio::test]
async fn server_wide_headers_are_in_every_answer() {
    let app = TestApp::start().await;
    for path in [CONTACT, "/livez", "/nowhere", "/api/info"] {
        for method in [Method::GET, Method::POST, Method::OPTIONS] {
            let answer = app.call(method, path).send().await;
            assert_eq!(answer.header("x-instance-id"), Some("node-1"));
            assert_eq!(answer.header("x-xss-protection"), Some("1"));
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(answer.header("x-request-id").map(str::len), Some(17));
        }
    }
}

#[tokio::test]
async fn a_harmless_request_id_is_kept() {
    let app = TestApp::start().await;
    let with = |id: &str| app.get("/livez").header("x-request-id", id);
    assert_eq!(with("proxy-1.2_3").send().await.header("x-request-id"), Some("proxy-1.2_3"));
    for odd in ["", "a b", "\"; drop", &"x".repeat(65)] {
        assert_ne!(with(odd).send().await.header("x-request-id"), Some(odd));
    }
}

#[tokio::test]
async fn handlers_forbid_caching_and_what_stands_before_them_says_nothing() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let user = app.user("nobody", &["user"]).await;
    let cached = |answer: &crate::support::Answer| {
        (answer.header("cache-control") == Some("no-store"), answer.header("pragma") == Some("no-cache"))
    };
    let found = format!("{CONTACT}?contactId=x");
    assert_eq!(cached(&app.get(&found).by(&agent).await), (true, true));
    assert_eq!(cached(&app.get(CONTACT).by(&agent).await), (true, true), "Match errors come from handlers");
    assert_eq!(cached(&app.get(&found).send().await), (false, false));
    assert_eq!(cached(&app.get(&found).by(&user).await), (false, false));
    assert_eq!(cached(&app.post(CONTACT, "x".repeat(BODY_LIMIT + 1)).by(&agent).await), (false, false));
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    for route in route_access().iter().filter(|route| route.method == Method::GET) {
        if route.path.ends_with("logout") {
            continue;
        }
        let path = format!("{}?contactId=x", route.path);
        let get = app.get(&path).by(&agent).await;
        let head = app.call(Method::HEAD, &path).by(&agent).await;
        assert_eq!((head.status, head.header("content-type")), (get.status, get.header("content-type")));
        assert_eq!(head.body, "", "{path}");
    }
}

#[tokio::test]
async fn a_body_may_have_a_mebibyte_and_not_a_byte_more() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let padded = |size: usize| {
        let head = r#"{"token":"t","name":"n","customFields":{"x":""#;
        format!("{head}{}\"}}}}", "y".repeat(size - head.len() - 3))
    };
    let fits = app.post(CONTACT, padded(BODY_LIMIT)).by(&agent).await;
    assert!(fits.body.contains("longer than 10000 characters"), "{}", fits.body);
    app.post(CONTACT, padded(BODY_LIMIT + 1)).by(&agent).await.says(413, TOO_LARGE);
    app.post("/api/v1/login", padded(BODY_LIMIT + 1)).send().await.says(413, TOO_LARGE);
    let announced = app.post(CONTACT, "{}").header("content-length", "9999999999999999999999");
    assert_eq!(announced.by(&agent).await.status.as_u16(), 400);
    app.post(CONTACT, "{}").header("content-length", "2000000").by(&agent).await.says(413, TOO_LARGE);
}

#[tokio::test]
async fn the_size_is_watched_while_the_body_streams_in() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(1);
    let sending = tokio::spawn(async move {
        // The body never ends; it is the server that has to stop.
        while sender.send_data(Bytes::from(vec![b' '; 1 << 16])).await.is_ok() {}
    });
    app.post(CONTACT, "").body(Body::new(body)).by(&agent).await.says(413, TOO_LARGE);
    sending.await.unwrap();
}

#[tokio::test]
async fn a_stranger_is_refused_before_the_body_is_read() {
    let app = TestApp::start().await;
    let (_sender, body) = Channel::<Bytes, Infallible>::new(1);
    app.post(CONTACT, "").body(Body::new(body)).send().await.says(401, NOT_LOGGED_IN);
}
