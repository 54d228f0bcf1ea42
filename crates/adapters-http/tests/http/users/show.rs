//! `GET users.info` (contract, framework 1.9, 4.4.3 and 9, item 20).

use omnicontact_domain::permission::{VIEW_FULL_OTHER_USER_INFO, VIEW_OTHER_USER_CHANNELS};
use omnicontact_domain::value::Value as Stored;
use serde_json::{Value, json};

use super::{draft, get, keys, made, plain, post, start, with};
use crate::support::{Caller, NOT_LOGGED_IN, TestApp};

async fn info(app: &TestApp, by: &Caller, query: &str) -> Value {
    let answer = get(app, &format!("info?{query}"), by).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    answer.json()["user"].clone()
}

/// A user with everything that the API can give one.
async fn rich(app: &TestApp, root: &Caller) -> String {
    app.set("Accounts_CustomFields", r#"{"open":{"public":true},"own":{}}"#).await;
    let body = with(
        draft("kim"),
        json!({
            "nickname": "kj", "bio": "about", "statusText": "hi", "roles": ["livechat-agent"],
            "requirePasswordChange": true, "freeSwitchExtension": "1000",
            "customFields": {"open": "1", "own": "2"},
        }),
    );
    let id = made(app, root, body).await["_id"].as_str().unwrap().to_owned();
    let body = json!({"userId": id, "data": {"utcOffset": -3}});
    assert_eq!(post(app, "setPreferences", root, body).await.status.as_u16(), 200);
    id
}

const FOR_EVERYBODY: [&str; 12] = [
    "_id",
    "name",
    "username",
    "nickname",
    "status",
    "utcOffset",
    "type",
    "active",
    "bio",
    "statusText",
    "statusLivechat",
    "freeSwitchExtension",
];

#[tokio::test]
async fn everybody_sees_little_some_see_more_and_the_owner_most() {
    let (app, root) = start().await;
    let id = rich(&app, &root).await;
    let query = format!("userId={id}");
    let other = app.user("other", &["user"]).await;
    let seen = info(&app, &other, &query).await;
    assert_eq!(keys(&seen), [&FOR_EVERYBODY[..], &["customFields", "canViewAllInfo"]].concat());
    assert_eq!((&seen["customFields"], &seen["canViewAllInfo"]), (&json!({"open": "1"}), &json!(false)));

    let seen = info(&app, &root, &query).await;
    let more = ["emails", "createdAt", "requirePasswordChange", "roles", "customFields", "canViewAllInfo"];
    assert_eq!(keys(&seen), [&FOR_EVERYBODY[..], &more].concat());
    assert_eq!(
        (&seen["customFields"], &seen["canViewAllInfo"]),
        (&json!({"open": "1", "own": "2"}), &json!(true))
    );
    assert_eq!((&seen["utcOffset"], &seen["roles"]), (&json!(-3), &json!(["livechat-agent"])));

    let kim = app.token("kim", "test").await;
    let seen = info(&app, &kim, &query).await;
    let most = [&more[..5], &["services", "canViewAllInfo"]].concat();
    assert_eq!(keys(&seen), [&FOR_EVERYBODY[..], &most].concat());
    assert_eq!(seen["services"]["password"], true);
    assert_eq!(keys(&seen["services"]), ["password", "email2fa"]);
    assert_eq!(seen["services"]["email2fa"]["enabled"], true);
}

#[tokio::test]
async fn users_are_found_by_id_exact_name_address_and_extension() {
    let (app, root) = start().await;
    let id = rich(&app, &root).await;
    for query in [
        format!("userId={id}"),
        "userId=kim".to_owned(),
        "username=kim".to_owned(),
        format!("username={id}"),
        "email=KIM@rocket.chat".to_owned(),
        "freeSwitchExtension=1000".to_owned(),
    ] {
        assert_eq!(info(&app, &root, &query).await["_id"], id.as_str(), "{query}");
    }
    for query in ["username=KIM", "userId=unknown", "email=kim", "importId=i1", "freeSwitchExtension=100"] {
        plain(&get(&app, &format!("info?{query}"), &root).await, "User not found.");
    }
}

#[tokio::test]
async fn an_address_finds_others_only_for_those_who_see_them_in_full() {
    let (app, root) = start().await;
    rich(&app, &root).await;
    app.grant(&VIEW_FULL_OTHER_USER_INFO, &[]).await;
    plain(&get(&app, "info?email=kim@rocket.chat", &root).await, "User not found.");
    assert_eq!(info(&app, &root, "email=root@example.org").await["_id"], root.id.as_str());
    assert_eq!(info(&app, &root, "freeSwitchExtension=1000").await["username"], "kim");
}

#[tokio::test]
async fn rooms_are_shown_to_the_owner_and_to_those_who_may_see_them() {
    let (app, root) = start().await;
    let kim = app.user("kim", &["user"]).await;
    let own = info(&app, &kim, &format!("userId={}&includeUserRooms=true", kim.id)).await;
    assert_eq!(own["rooms"], json!([]));
    let seen = info(&app, &root, &format!("userId={}&includeUserRooms=true", kim.id)).await;
    assert_eq!(seen["rooms"], json!([]));
    app.grant(&VIEW_OTHER_USER_CHANNELS, &[]).await;
    let hidden = info(&app, &root, &format!("userId={}&includeUserRooms=true", kim.id)).await;
    assert!(hidden.get("rooms").is_none());
    assert!(info(&app, &kim, &format!("userId={}", kim.id)).await.get("rooms").is_none());
}

#[tokio::test]
async fn exactly_one_way_must_be_given() {
    let (app, root) = start().await;
    let schema = |text: String| {
        json!({"success": false, "error": text, "errorType": "error-invalid-params"}).to_string()
    };
    let names = ["userId", "username", "importId", "email", "freeSwitchExtension"];
    let missing: Vec<_> = names.iter().map(|name| format!("must have required property '{name}'")).collect();
    let none = format!("{}\n must match a schema in anyOf", missing.join("\n "));
    get(&app, "info", &root).await.says(400, &schema(none.clone()));
    get(&app, "info?fields=x", &root).await.says(400, &schema(none));
    let answer = get(&app, "info?userId=a&username=b", &root).await;
    assert!(answer.json()["error"].as_str().unwrap().starts_with("must NOT have additional properties"));
    for name in names {
        plain(&get(&app, &format!("info?{name}="), &root).await, "Invalid search query.");
    }
    let fine = get(&app, "info?username=root&fields=%7B%22name%22%3A1%7D", &root).await;
    assert_eq!(fine.status.as_u16(), 200);
}

#[tokio::test]
async fn anonymous_reading_opens_nothing() {
    let (app, _) = start().await;
    app.set("Accounts_AllowAnonymousRead", Stored::Bool(true)).await;
    app.get("/api/v1/users.info?username=root").send().await.says(401, NOT_LOGGED_IN);
}
