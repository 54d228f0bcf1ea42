//! `GET users.list` (contract, framework 1.9 and 4.4.3).

use omnicontact_domain::permission::{VIEW_D_ROOM, VIEW_FULL_OTHER_USER_INFO, VIEW_OUTSIDE_ROOM};
use serde_json::{Value, json};

use super::{get, keys, post, start};
use crate::support::{Caller, NOT_PERMITTED, TestApp};

const REFUSED: &str = r#"{"success":false,"error":"unauthorized"}"#;

async fn list(app: &TestApp, by: &Caller, query: &str) -> Value {
    let answer = get(app, &format!("list?{query}"), by).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    answer.json()
}

fn names(list: &Value) -> Vec<&str> {
    list["users"].as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_list_is_by_username_and_says_how_long_it_is() {
    let (app, root) = start().await;
    for username in ["zoe", "Anna", "kim"] {
        app.user(username, &["user"]).await;
    }
    let all = list(&app, &root, "").await;
    assert_eq!(names(&all), ["Anna", "kim", "rocket.cat", "root", "zoe"]);
    assert_eq!(keys(&all), ["users", "count", "offset", "total", "success"]);
    let part = list(&app, &root, "count=2&offset=1").await;
    assert_eq!(names(&part), ["kim", "rocket.cat"]);
    assert_eq!((&part["count"], &part["offset"], &part["total"]), (&json!(2), &json!(1), &json!(5)));
}

#[tokio::test]
async fn what_is_shown_depends_on_the_permission() {
    let (app, root) = start().await;
    let kim = app.user("Kim", &["user"]).await;
    let full = list(&app, &root, "email=KIM@example.org").await;
    let shown = ["_id", "username", "name", "emails", "roles", "status", "active", "type", "nameInsensitive"];
    assert_eq!(keys(&full["users"][0]), shown);
    assert_eq!(full["users"][0]["nameInsensitive"], "name of kim");
    let little = list(&app, &kim, "").await;
    let shown = ["_id", "username", "name", "status", "active", "type", "nameInsensitive"];
    assert_eq!(keys(&little["users"][0]), shown);
}

#[tokio::test]
async fn an_address_is_looked_for_whole_and_only_by_those_who_see_addresses() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    assert_eq!(names(&list(&app, &root, "email=kim@example.org").await), ["kim"]);
    let none = list(&app, &root, "email=kim@").await;
    assert_eq!((&none["users"], &none["count"], &none["total"]), (&json!([]), &json!(0), &json!(0)));
    get(&app, "list?email=kim@example.org", &kim).await.says(403, REFUSED);
    app.grant(&VIEW_FULL_OTHER_USER_INFO, &[]).await;
    get(&app, "list?email=kim@example.org", &root).await.says(403, REFUSED);
}

#[tokio::test]
async fn lists_are_ordered_by_whatever_is_known() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    app.user("zoe", &["user"]).await;
    post(&app, "setStatus", &kim, json!({"status": "online"})).await;
    post(&app, "update", &root, json!({"userId": kim.id, "data": {"name": "ZZ"}})).await;
    for (sort, first) in [
        (r#"{"username":-1}"#, "zoe"),
        (r#"{"name":-1}"#, "kim"),
        (r#"{"status":-1,"username":1}"#, "kim"),
        (r#"{"type":1,"username":1}"#, "rocket.cat"),
        (r#"{"_updatedAt":-1}"#, "kim"),
        (r#"{"shoe":1}"#, "kim"),
        (r#"{"shoe":1,"name":1}"#, "root"),
    ] {
        let sort = sort.replace('{', "%7B").replace('}', "%7D").replace('"', "%22");
        let sorted = list(&app, &root, &format!("fields=x&query=y&sort={sort}")).await;
        let found = names(&sorted);
        assert_eq!(found.len(), 4);
        assert_eq!(found[0], first, "{sort} {found:?}");
    }
    let answer = get(&app, "list?sort=%7Bbad", &root).await;
    let body = json!({
        "success": false,
        "error": "Invalid sort parameter provided: \"{bad\" [error-invalid-sort]",
        "errorType": "error-invalid-sort",
        "details": {"helperMethod": "parseJsonQuery"},
    });
    answer.says(400, &body.to_string());
    let answer = get(&app, "list?shoe=1", &root).await;
    assert_eq!(answer.json()["errorType"], "error-invalid-params");
}

#[tokio::test]
async fn a_setting_asks_for_one_more_permission() {
    let (app, root) = start().await;
    app.set("API_Apply_permission_view-outside-room_on_users-list", true).await;
    list(&app, &root, "").await;
    app.grant(&VIEW_OUTSIDE_ROOM, &[]).await;
    get(&app, "list", &root).await.says(403, REFUSED);
    app.grant(&VIEW_D_ROOM, &[]).await;
    get(&app, "list", &root).await.says(403, NOT_PERMITTED);
}
