//! Several at once: what must be one of a kind is, and an administrator remains.

use std::sync::Arc;

use omnicontact_domain::page::Page;
use omnicontact_domain::role::{ADMIN, RoleId};
use omnicontact_ports::UserFilter;
use serde_json::json;

use super::{GOOD, draft, post, start, with};
use crate::support::TestApp;

/// Active administrators.
async fn administrators(app: &TestApp) -> u64 {
    let filter = UserFilter { roles: vec![RoleId::from(ADMIN)], active: Some(true), ..UserFilter::default() };
    let mut view = app.ctx.store.read().await.unwrap();
    view.users().list_page(&filter, &[], Page::ALL).await.unwrap().total
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_make_one_username_at_once_one_is_told() {
    let (app, root) = start().await;
    let app = Arc::new(app);
    for round in 0..5 {
        let make = |email: String| {
            let (app, root) = (Arc::clone(&app), root.clone());
            let body = with(draft(&format!("kim{round}")), json!({"email": email}));
            tokio::spawn(async move { post(&app, "create", &root, body).await.status.as_u16() })
        };
        let (one, other) = (make(format!("a{round}@x.org")), make(format!("b{round}@x.org")));
        let mut statuses = [one.await.unwrap(), other.await.unwrap()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_take_the_last_power_from_each_other_one_is_refused() {
    for route in ["update", "setActiveStatus", "delete"] {
        let (app, root) = start().await;
        let boss = app.user("boss", &["admin"]).await;
        let app = Arc::new(app);
        let body = |id: &str| match route {
            "update" => json!({"userId": id, "data": {"roles": ["user"]}}),
            "delete" => json!({"userId": id}),
            _ => json!({"userId": id, "activeStatus": false}),
        };
        let tasks = [(root.clone(), boss.clone()), (boss, root)].map(|(by, of)| {
            let (app, body) = (Arc::clone(&app), body(&of.id));
            tokio::spawn(async move { post(&app, route, &by, body).await.status.as_u16() })
        });
        for task in tasks {
            // Whoever lost the account or the power before asking is refused, too.
            assert!([200, 400, 401, 403].contains(&task.await.unwrap()), "{route}");
        }
        assert_eq!(administrators(&app).await, 1, "{route}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_register_first_exactly_one_becomes_administrator() {
    let app = TestApp::start().await;
    app.set("API_Enable_Rate_Limiter", false).await;
    let app = Arc::new(app);
    let tasks: Vec<_> = (0..6)
        .map(|number| {
            let app = Arc::clone(&app);
            let body = json!({
                "username": format!("user{number}"), "email": format!("user{number}@x.org"), "pass": GOOD,
            });
            tokio::spawn(async move {
                app.post("/api/v1/users.register", body.to_string()).send().await.status.as_u16()
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 200);
    }
    assert_eq!(administrators(&app).await, 1);
}
