//! Settings through the router (contract, framework 4.3).

use omnicontact_domain::audit::SubjectKind;
use omnicontact_domain::permission::{EDIT_PRIVILEGED_SETTING, VIEW_PRIVILEGED_SETTING};
use omnicontact_domain::setting::CATALOGUE;
use serde_json::{Value, json};

use crate::permissions::trail;
use crate::support::{Answer, Caller, NOT_PERMITTED, TestApp};

const SETTINGS: &str = "/api/v1/settings";
const SILENT: &str = r#"{"success":false}"#;
const DONE: &str = r#"{"success":true}"#;
const VOLUME: &str = "Accounts_Default_User_Preferences_masterVolume";

async fn read(app: &TestApp, caller: &Caller, id: &str) -> Answer {
    app.get(&format!("{SETTINGS}/{id}")).by(caller).await
}

async fn value(app: &TestApp, caller: &Caller, id: &str) -> Value {
    read(app, caller, id).await.json()["value"].clone()
}

async fn write(app: &TestApp, caller: &Caller, id: &str, body: Value) -> Answer {
    app.post(&format!("{SETTINGS}/{id}"), body.to_string()).by(caller).await
}

async fn write_many(app: &TestApp, caller: &Caller, settings: Value) -> Answer {
    app.post(SETTINGS, json!({ "settings": settings }).to_string()).by(caller).await
}

fn ids(answer: &Answer) -> Vec<String> {
    let settings = answer.json()["settings"].as_array().unwrap().clone();
    settings.iter().map(|setting| setting["_id"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn invalid(answer: &Answer, id: &str, expected: &str) {
    let expected = json!({
        "success": false,
        "error": format!("Value for setting {id} must be {expected} [error-invalid-setting-value]"),
        "errorType": "error-invalid-setting-value",
        "details": { "method": "saveSettings" },
    });
    answer.says(400, &expected.to_string());
}

#[tokio::test]
async fn every_setting_that_is_not_hidden_can_be_read_and_its_value_written_back() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    for setting in CATALOGUE {
        let answer = read(&app, &admin, setting.id).await;
        if setting.hidden {
            answer.says(400, SILENT);
            write(&app, &admin, setting.id, json!({ "value": 1 })).await.says(400, SILENT);
            continue;
        }
        assert_eq!(answer.status, 200, "{}", setting.id);
        let body = answer.json();
        let keys: Vec<_> = body.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["_id", "value", "success"], "{}", setting.id);
        write(&app, &admin, setting.id, json!({ "value": body["value"] })).await.says(200, DONE);
        assert_eq!(read(&app, &admin, setting.id).await.json(), body);
    }
    assert_eq!(trail(&app, SubjectKind::Setting).await, [], "nothing changed");
}

#[tokio::test]
async fn a_write_is_seen_by_the_next_call() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    read(&app, &admin, "Livechat_enabled")
        .await
        .says(200, r#"{"_id":"Livechat_enabled","value":true,"success":true}"#);
    write(&app, &admin, "Livechat_enabled", json!({ "value": false })).await.says(200, DONE);
    read(&app, &admin, "Livechat_enabled")
        .await
        .says(200, r#"{"_id":"Livechat_enabled","value":false,"success":true}"#);
    assert_eq!(value(&app, &admin, "Site_Url").await, "http://localhost:3000");
}

#[tokio::test]
async fn one_setting_asks_for_a_permission_on_the_route() {
    let app = TestApp::start().await;
    let guest = app.user("guest", &["guest"]).await;
    read(&app, &guest, "Site_Url").await.says(403, NOT_PERMITTED);
    read(&app, &guest, "nothing").await.says(403, NOT_PERMITTED);
    write(&app, &guest, "Site_Url", json!({ "value": "x" })).await.says(403, NOT_PERMITTED);
    app.grant(&VIEW_PRIVILEGED_SETTING, &["guest"]).await;
    app.grant(&EDIT_PRIVILEGED_SETTING, &["guest"]).await;
    write(&app, &guest, "Site_Url", json!({ "value": "x" })).await.says(200, DONE);
    assert_eq!(value(&app, &guest, "Site_Url").await, "x");
}

#[tokio::test]
async fn what_cannot_be_written_is_refused_without_a_word() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    for id in
        ["nothing", "Accounts_SystemBlockedUsernameList", "Custom_Script_Logged_In", "%20", "Site_Url%2Fx"]
    {
        read(&app, &admin, id).await.says(400, SILENT);
        write(&app, &admin, id, json!({ "value": true })).await.says(400, SILENT);
    }
    for body in [json!({}), json!({ "execute": true }), json!({ "editor": "color" }), json!({ "values": 1 })]
    {
        write(&app, &admin, "Livechat_title_color", body).await.says(400, SILENT);
    }
    assert_eq!(value(&app, &admin, "Livechat_title_color").await, "#C1272D");
}

#[tokio::test]
async fn values_are_stored_as_given_where_the_dialect_converts_them() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    for (id, given) in [
        ("Block_Multiple_Failed_Logins_Time_To_Unblock_By_Ip_In_Minutes", json!(0.05)),
        ("Accounts_CustomFields", json!("")),
        ("Accounts_CustomFields", json!("{\"a\":")),
        ("API_Default_Count", json!("25")),
        ("Livechat_enabled", json!("false")),
        ("Livechat_enabled", json!(1)),
        ("Livechat_title", json!(7)),
        ("Livechat_title", json!("Ünï ✓")),
        ("SMTP_Host", json!(null)),
        ("Livechat_hide_system_messages", json!(["uj"])),
        (VOLUME, json!("50")),
        (VOLUME, json!(0)),
        (VOLUME, json!(null)),
        (VOLUME, json!(false)),
    ] {
        write(&app, &admin, id, json!({ "value": given, "more": "is ignored" })).await.says(200, DONE);
        assert_eq!(value(&app, &admin, id).await, given, "{id}");
    }
    // ... and read as the dialect converts them.
    write(&app, &admin, "API_Default_Count", json!({ "value": "3" })).await.says(200, DONE);
    assert_eq!(ids(&app.get(SETTINGS).by(&admin).await).len(), 3);
}

#[tokio::test]
async fn a_colour_may_say_how_it_was_chosen() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let body = json!({ "value": "#000000", "editor": "color" });
    write(&app, &admin, "Livechat_title_color", body).await.says(200, DONE);
    assert_eq!(value(&app, &admin, "Livechat_title_color").await, "#000000");
    let many = json!([{ "_id": "Livechat_title_color", "value": "red", "editor": "expression" }]);
    write_many(&app, &admin, many).await.says(200, DONE);
    let nameless = json!([{ "_id": "Livechat_title_color", "value": "blue", "editor": "" }]);
    write_many(&app, &admin, nameless).await.says(
        400,
        r#"{"success":false,"error":"must NOT have fewer than 1 characters","errorType":"invalid-params"}"#,
    );
    assert_eq!(value(&app, &admin, "Livechat_title_color").await, "red");
}

#[tokio::test]
async fn bounds_are_named_before_kinds() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let (least, most) = ("greater than or equal to 0", "less than or equal to 100");
    for (id, given, expected) in [
        (VOLUME, json!(-1), least),
        (VOLUME, json!("-1"), least),
        (VOLUME, json!(101), most),
        (VOLUME, json!("101"), most),
        (VOLUME, json!("loud"), "a number"),
        (VOLUME, json!(""), "a number"),
        (VOLUME, json!([]), "a number"),
        ("API_Default_Count", json!({}), "a number"),
        ("Livechat_enabled", json!("maybe"), "true or false"),
        ("Livechat_title", json!(["a"]), "a text"),
        ("Livechat_hide_system_messages", json!("uj"), "a list of texts"),
        ("Livechat_hide_system_messages", json!([1]), "a list of texts"),
        ("Accounts_RegistrationForm", json!("Closed"), "one of Public, Disabled, Secret URL"),
    ] {
        let before = value(&app, &admin, id).await;
        invalid(&write(&app, &admin, id, json!({ "value": given })).await, id, expected);
        invalid(&write_many(&app, &admin, json!([{ "_id": id, "value": given }])).await, id, expected);
        assert_eq!(value(&app, &admin, id).await, before, "{id}");
    }
}

#[tokio::test]
async fn several_settings_are_written_or_none() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let good = json!({ "_id": "Livechat_title", "value": "Help" });
    for (bad, status_body) in [
        (json!({ "_id": "nothing", "value": 1 }), SILENT),
        (json!({ "_id": "Merged_Contacts_Count", "value": 1 }), SILENT),
    ] {
        write_many(&app, &admin, json!([good, bad])).await.says(400, status_body);
    }
    invalid(
        &write_many(&app, &admin, json!([good, { "_id": VOLUME, "value": 200 }])).await,
        VOLUME,
        "less than or equal to 100",
    );
    assert_eq!(value(&app, &admin, "Livechat_title").await, "Rocket.Chat");
    write_many(&app, &admin, json!([good, { "_id": VOLUME, "value": 20 }])).await.says(200, DONE);
    assert_eq!(value(&app, &admin, "Livechat_title").await, "Help");
    assert_eq!(value(&app, &admin, VOLUME).await, 20);
    assert_eq!(trail(&app, SubjectKind::Setting).await.len(), 2);
}

#[tokio::test]
async fn the_body_of_several_settings_is_closed() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    for (body, message) in [
        (json!({}), "must have required property 'settings'"),
        (json!({ "settings": [] }), "must NOT have fewer than 1 items"),
        (json!({ "settings": "x" }), "must be array"),
        (
            json!({ "settings": [{ "_id": "x", "value": 1 }], "more": 1 }),
            "must NOT have additional properties",
        ),
        (json!({ "settings": [{ "_id": "x" }] }), "must have required property 'value'"),
        (json!({ "settings": [{ "value": 1 }] }), "must have required property '_id'"),
        (
            json!({ "settings": [{ "_id": "x", "value": 1, "more": 1 }] }),
            "must NOT have additional properties",
        ),
    ] {
        let expected = json!({ "success": false, "error": message, "errorType": "invalid-params" });
        app.post(SETTINGS, body.to_string()).by(&admin).await.says(400, &expected.to_string());
    }
}

#[tokio::test]
async fn several_settings_ask_for_the_permission_in_the_handler() {
    let app = TestApp::start().await;
    let guest = app.user("guest", &["guest"]).await;
    let sent = json!([{ "_id": "Livechat_title", "value": "Help" }, { "_id": "nothing", "value": null }]);
    write_many(&app, &guest, sent).await.says(
        400,
        r#"{"success":false,"error":"Editing settings is not allowed [error-action-not-allowed]","errorType":"error-action-not-allowed","details":{"method":"saveSettings","settingIds":["Livechat_title","nothing"]}}"#,
    );
}

#[tokio::test]
async fn settings_come_by_id_and_page_by_page() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let first = app.get(&format!("{SETTINGS}?count=2")).by(&admin).await;
    let total = CATALOGUE.iter().filter(|setting| !setting.hidden).count();
    assert_eq!(
        ids(&first),
        ["API_Allow_Infinite_Count", "API_Apply_permission_view-outside-room_on_users-list"]
    );
    let body = first.json();
    let keys: Vec<_> = body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["settings", "count", "offset", "total", "success"]);
    assert_eq!((&body["count"], &body["offset"], &body["total"]), (&json!(2), &json!(0), &json!(total)));
    let keys: Vec<_> = body["settings"][0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["_id", "value"]);
    let query = "count=0&sort=%7B%22_id%22:-1%7D&offset=1&fields=%7B%7D&query=%7B%7D";
    let all = app.get(&format!("{SETTINGS}?{query}")).by(&admin).await;
    let mut descending: Vec<&str> =
        CATALOGUE.iter().filter(|setting| !setting.hidden).map(|setting| setting.id).rev().collect();
    descending.remove(0);
    assert_eq!(ids(&all), descending);
    let defaults = app.get(&format!("{SETTINGS}?includeDefaults=true&count=0")).by(&admin).await.json();
    for setting in defaults["settings"].as_array().unwrap() {
        assert!(setting.get("packageValue").is_some(), "{setting}");
    }
    assert_eq!(app.get(&format!("{SETTINGS}?count=1000")).by(&admin).await.json()["count"], 100);
    let by_time =
        app.get(&format!("{SETTINGS}?count=10&offset=1&sort=%7B%22_updatedAt%22:-1%7D")).by(&admin).await;
    assert_eq!((by_time.status.as_u16(), ids(&by_time).len()), (200, 10));
    app.get(&format!("{SETTINGS}?sort=%7Bbad")).by(&admin).await.says(
        400,
        r#"{"success":false,"error":"Invalid sort parameter provided: \"{bad\" [error-invalid-sort]","errorType":"error-invalid-sort","details":{"helperMethod":"parseJsonQuery"}}"#,
    );
    app.get(&format!("{SETTINGS}?more=1")).by(&admin).await.says(
        400,
        r#"{"success":false,"error":"must NOT have additional properties","errorType":"error-invalid-params"}"#,
    );
}

#[tokio::test]
async fn without_the_permission_only_public_settings_are_seen() {
    let app = TestApp::start().await;
    let guest = app.user("guest", &["guest"]).await;
    let seen = ids(&app.get(&format!("{SETTINGS}?count=0")).by(&guest).await);
    let public: Vec<&str> =
        CATALOGUE.iter().filter(|setting| setting.public).map(|setting| setting.id).collect();
    assert_eq!(seen, public);
}

#[tokio::test]
async fn public_settings_are_for_everybody() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    let public = async |query: &str| app.get(&format!("{SETTINGS}.public{query}")).send().await;
    assert_eq!(ids(&public("?count=5").await).len(), 5);
    write(&app, &admin, "Livechat_title", json!({ "value": "Help" })).await;
    public("?_id=Site_Url,Livechat_title,SMTP_Password,Accounts_SystemBlockedUsernameList,10").await.says(
        200,
        r#"{"settings":[{"_id":"Livechat_title","value":"Help"},{"_id":"Site_Url","value":"http://localhost:3000"}],"count":2,"offset":0,"total":2,"success":true}"#,
    );
    public("?_id=10").await.says(200, r#"{"settings":[],"count":0,"offset":0,"total":0,"success":true}"#);
    let pages: Vec<String> = ids(&public("?count=0").await);
    assert_eq!(pages.len(), CATALOGUE.iter().filter(|setting| setting.public).count());
    assert_eq!(ids(&public("?_id=&count=3").await), pages[..3]);
    public("?includeDefaults=true").await.says(
        400,
        r#"{"success":false,"error":"must NOT have additional properties","errorType":"error-invalid-params"}"#,
    );
}

#[tokio::test]
async fn a_secret_is_read_whole_and_masked_in_the_trail() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    assert_eq!(value(&app, &admin, "Accounts_RegistrationForm_SecretURL").await.as_str().unwrap().len(), 17);
    write(&app, &admin, "SMTP_Password", json!({ "value": "correct horse" })).await.says(200, DONE);
    assert_eq!(value(&app, &admin, "SMTP_Password").await, "correct horse");
    let event = trail(&app, SubjectKind::Setting).await.pop().unwrap();
    assert_eq!(event.subject_id, "SMTP_Password");
    assert_eq!(
        serde_json::to_value(&event.changes).unwrap(),
        json!([{ "key": "value", "previous": "", "current": "cor**********" }])
    );
}

#[tokio::test]
async fn there_are_no_other_providers_of_accounts() {
    let app = TestApp::start().await;
    app.get("/api/v1/service.configurations?")
        .send()
        .await
        .says(200, r#"{"configurations":[],"success":true}"#);
    app.get("/api/v1/settings.oauth").send().await.says(200, r#"{"services":[],"success":true}"#);
}

/// Values that nobody should write must not keep an administrator from writing others.
#[tokio::test]
async fn odd_values_do_not_lock_anybody_out() {
    let app = TestApp::start().await;
    let admin = app.user("root", &["admin"]).await;
    for (id, odd) in [
        ("UTF8_User_Names_Validation", json!("(")),
        ("UTF8_User_Names_Validation", json!("(a+)+$")),
        ("Accounts_CustomFields", json!("no json")),
        ("API_Default_Count", json!(-5)),
        ("API_Upper_Count_Limit", json!(0)),
        ("API_Enable_Rate_Limiter_Limit_Calls_Default", json!(0)),
        ("API_Enable_Rate_Limiter_Limit_Time_Default", json!(-1)),
        ("Accounts_LoginExpiration", json!(-1)),
        ("Site_Url", json!("no address")),
        ("Block_Multiple_Failed_Logins_Attempts_Until_Block_by_User", json!(-3)),
        ("Block_Multiple_Failed_Logins_Ip_Whitelist", json!(",,,")),
        ("API_CORS_Origin", json!("\n")),
    ] {
        write(&app, &admin, id, json!({ "value": odd })).await.says(200, DONE);
        let login = json!({ "user": "root", "password": crate::support::PASSWORD });
        let login = app.post("/api/v1/login", login.to_string()).send().await;
        assert_eq!(login.status, 200, "{id}: {}", login.body);
        assert_eq!(app.get("/api/v1/me").by(&admin).await.status, 200, "{id}");
        assert_eq!(app.get(SETTINGS).by(&admin).await.status, 200, "{id}");
        write(&app, &admin, id, json!({ "value": odd })).await.says(200, DONE);
    }
}
