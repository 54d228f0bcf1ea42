//! `GET /api/info` (contract, framework 4.6) and the health of the server.

use crate::support::{Caller, TestApp};

#[tokio::test]
async fn strangers_see_two_numbers() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let garbage = Caller { id: agent.id.clone(), token: "garbage".into() };
    let short = r#"{"version":"8.6","success":true}"#;
    app.get("/api/info?").send().await.says(200, short);
    app.get("/api/info").by(&agent).await.says(200, short);
    app.get("/api/info").by(&garbage).await.says(200, short);
}

#[tokio::test]
async fn those_who_may_see_statistics_see_all() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    app.get("/api/info").by(&admin).await.says(
        200,
        r#"{"version":"8.6.1","info":{"version":"8.6.1","build":{"name":"omnicontact","version":"1.2.3"},"commit":{},"marketplaceApiVersion":"1.0.0"},"success":true}"#,
    );
}

#[tokio::test]
async fn a_healthy_server_says_so() {
    let app = TestApp::start().await;
    for path in ["/livez", "/readyz"] {
        app.get(path).send().await.says(200, r#"{"status":"ok"}"#);
    }
}
