//! The root page and the runtime configuration (contract, framework 1.15).

use axum::http::Method;

use crate::support::TestApp;

/// The address of the script that the root page names.
async fn script_address(app: &TestApp) -> String {
    let page = app.get("/").send().await;
    assert_eq!(page.status.as_u16(), 200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let at = page.body.find("meteor_runtime_config.js?hash=").unwrap();
    let (address, _) = page.body[at..].split_once('"').unwrap();
    format!("/{address}")
}

#[tokio::test]
async fn the_page_names_a_script_with_the_public_address() {
    let app = TestApp::start().await;
    let script = app.get(&script_address(&app).await).send().await;
    assert_eq!(script.status.as_u16(), 200);
    assert_eq!(script.header("content-type"), Some("application/javascript; charset=UTF-8"));
    assert_eq!(script.header("cache-control"), Some("public, max-age=3600"));
    assert!(script.body.contains("__meteor_runtime_config__"));
    assert!(script.body.contains(r#""ROOT_URL":"http://localhost:3000""#));
}

#[tokio::test]
async fn both_follow_the_setting_at_once() {
    let app = TestApp::start().await;
    let old = script_address(&app).await;
    app.set("Site_Url", "http://new-url:3000").await;
    let new = script_address(&app).await;
    assert_ne!(old, new);
    assert_eq!(app.get(&old).send().await.status.as_u16(), 404);
    assert!(app.get(&new).send().await.body.contains("http://new-url:3000"));
    app.set("Site_Url", "http://localhost:3000").await;
    assert_eq!(script_address(&app).await, old);
}

#[tokio::test]
async fn another_hash_is_not_found() {
    let app = TestApp::start().await;
    let right = script_address(&app).await;
    let path = "/meteor_runtime_config.js";
    for odd in [
        path.to_owned(),
        format!("{path}?hash="),
        format!("{path}?hash=0"),
        format!("{right}0"),
        format!("{path}?hash[]=x"),
    ] {
        let answer = app.get(&odd).send().await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (404, "404 Not Found"), "{odd}");
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=UTF-8"));
    }
    assert_eq!(app.call(Method::POST, &right).send().await.status.as_u16(), 404);
}
