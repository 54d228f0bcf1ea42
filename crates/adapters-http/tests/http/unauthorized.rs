//! Every method of every route, taken from the router's own table, called by nobody, by a user without any
//! power, and by one with exactly what the route requires.

use std::path::Path;

use axum::http::StatusCode;
use omnicontact_adapters_http::{RouteAccess, Rule, route_access};

use crate::support::{Answer, Caller, NOT_LOGGED_IN, NOT_PERMITTED, TestApp};

async fn call(app: &TestApp, route: &RouteAccess, caller: Option<&Caller>) -> Answer {
    let call = app.call(route.method.clone(), route.path);
    match caller {
        Some(caller) => call.by(caller).await,
        None => call.send().await,
    }
}

#[tokio::test]
async fn nobody_is_let_in_where_somebody_is_required() {
    let app = TestApp::start().await;
    for route in route_access() {
        let answer = call(&app, &route, None).await;
        match route.rule {
            Rule::SignedIn | Rule::Requires(_) => answer.says(401, NOT_LOGGED_IN),
            Rule::Public | Rule::Anyone(_) => assert_ne!(answer.body, NOT_LOGGED_IN, "{}", route.path),
        }
    }
}

#[tokio::test]
async fn credentials_that_are_not_good_are_as_good_as_none() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let other = app.user("other", &["admin"]).await;
    let with = |id: &str, token: &str| Caller { id: id.into(), token: token.into() };
    let bad = [with(&other.id, &agent.token), with("nobody", &agent.token), with(&agent.id, "garbage")];
    for route in route_access() {
        for caller in &bad {
            let answer = call(&app, &route, Some(caller)).await;
            match route.rule {
                Rule::SignedIn | Rule::Requires(_) => answer.says(401, NOT_LOGGED_IN),
                Rule::Public | Rule::Anyone(_) => assert_ne!(answer.body, NOT_LOGGED_IN, "{}", route.path),
            }
        }
        for (name, value) in [("X-User-Id", &agent.id), ("X-Auth-Token", &agent.token)] {
            let answer = app.call(route.method.clone(), route.path).header(name, value).send().await;
            match route.rule {
                Rule::SignedIn | Rule::Requires(_) => answer.says(401, NOT_LOGGED_IN),
                Rule::Public | Rule::Anyone(_) => assert_ne!(answer.body, NOT_LOGGED_IN, "{}", route.path),
            }
        }
    }
}

#[tokio::test]
async fn a_user_without_power_is_let_in_only_where_none_is_required() {
    let app = TestApp::start().await;
    app.user("powerless", &[]).await;
    for (index, route) in route_access().iter().enumerate() {
        let caller = app.token("powerless", &format!("token {index}")).await;
        let answer = call(&app, route, Some(&caller)).await;
        match route.rule {
            Rule::Requires(_) => answer.says(403, NOT_PERMITTED),
            Rule::Public | Rule::Anyone(_) | Rule::SignedIn => {
                assert_ne!(answer.body, NOT_LOGGED_IN, "{}", route.path);
                assert_ne!(answer.body, NOT_PERMITTED, "{}", route.path);
            }
        }
    }
}

#[tokio::test]
async fn whoever_holds_exactly_what_is_required_is_let_in() {
    let app = TestApp::start().await;
    app.user("guest", &["guest"]).await;
    for (index, route) in route_access().iter().enumerate() {
        if let Rule::Requires(requirement) = &route.rule {
            for permission in requirement.permissions() {
                app.grant(permission, &["guest"]).await;
            }
        }
        // Who may list which conversations is decided by what is asked for.
        if route.path == "/api/v1/livechat/rooms" {
            for permission in route.asks {
                app.grant(permission, &["guest"]).await;
            }
        }
        let caller = app.token("guest", &format!("token {index}")).await;
        let answer = call(&app, route, Some(&caller)).await;
        assert_ne!(answer.body, NOT_LOGGED_IN, "{}", route.path);
        assert_ne!(answer.status, StatusCode::FORBIDDEN, "{}", route.path);
    }
}

#[tokio::test]
async fn a_permission_taken_away_is_gone_with_the_next_call() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    for route in route_access() {
        let Rule::Requires(requirement) = &route.rule else { continue };
        assert_ne!(call(&app, &route, Some(&admin)).await.status, StatusCode::FORBIDDEN);
        for permission in requirement.permissions() {
            app.grant(permission, &[]).await;
        }
        call(&app, &route, Some(&admin)).await.says(403, NOT_PERMITTED);
        for permission in requirement.permissions() {
            app.grant(permission, &["admin"]).await;
        }
        assert_ne!(call(&app, &route, Some(&admin)).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn credentials_and_permission_come_before_parameters() {
    let app = TestApp::start().await;
    let powerless = app.user("powerless", &[]).await;
    for route in route_access() {
        let Rule::Requires(_) = route.rule else { continue };
        let path = format!("{}?no=such&parameter[]=1", route.path);
        app.call(route.method.clone(), &path).send().await.says(401, NOT_LOGGED_IN);
        app.call(route.method.clone(), &path).by(&powerless).await.says(403, NOT_PERMITTED);
    }
}

/// The tests above go through the table; this one sees to it that the table is the only way in.
#[test]
fn there_is_no_way_onto_the_router_but_the_table() {
    fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { files(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let ways = [
        "Router::",
        ".route(",
        ".route_service(",
        ".nest(",
        ".nest_service(",
        ".merge(",
        "fallback_service(",
    ];
    for file in found {
        let text = std::fs::read_to_string(&file).unwrap();
        for way in ways.iter().filter(|way| text.contains(**way)) {
            let allowed = file.ends_with("src/routes.rs") && matches!(*way, "Router::" | ".route(");
            let grows_queries = file.ends_with("query_string.rs") || file.ends_with("query_string/tree.rs");
            assert!(allowed || (grows_queries && *way == ".merge("), "{way} in {}", file.display());
        }
    }
}
