//! The way of a new operator and a new agent, from an empty folder.

use serde_json::json;

use crate::support::{Credentials, Home};

crate::on_both_stores!(
    the_printed_login_opens_the_directory,
    accounts_made_before_the_first_start_do_not_lock_the_operator_out,
    chris_comes_back_field_by_field,
    the_documented_refusals_are_given,
    a_restart_keeps_everything,
    the_server_ends_when_asked_to,
    secrets_and_personal_data_stay_out_of_the_logs,
);

fn the_printed_login_opens_the_directory(home: &Home) {
    let server = home.serve();
    let printed = server.printed_until("curl");
    let password = printed.lines().find_map(|line| line.trim().strip_prefix("password")).unwrap().trim();
    let admin = server.log_in("admin", password);
    let (status, me) = server.get("/api/v1/me", Some(&admin));
    assert_eq!(status, 200);
    assert_eq!((&me["username"], &me["roles"]), (&json!("admin"), &json!(["admin"])));
    assert_eq!(me["services"], json!({ "password": { "exists": true } }));

    let id = server.register(&admin, &json!({ "token": "t1", "name": "Mara Lindt" }));
    assert_eq!(server.contact(&admin, &id)["name"], "Mara Lindt");

    let (status, bye) = server.post("/api/v1/logout", Some(&admin), &json!({}));
    assert_eq!((status, bye["status"].as_str()), (200, Some("success")));
    assert_eq!(server.get("/api/v1/me", Some(&admin)).0, 401);
}

fn accounts_made_before_the_first_start_do_not_lock_the_operator_out(home: &Home) {
    home.run_well(&["demo", "--contacts", "10"]);
    home.user("agent.one", &["livechat-agent"]);
    let printed = home.serve().printed_until("curl");
    assert!(printed.contains("username  admin"), "{printed}");
    home.serve();
    let users = home.run_well(&["user", "list"]);
    assert_eq!(users.lines().filter(|line| line.contains(" admin ")).count(), 1, "{users}");
}

fn chris_comes_back_field_by_field(home: &Home) {
    home.user("kim.jane", &["livechat-agent"]);
    let agent = home.user("agent.one", &["livechat-agent"]);
    let server = home.serve();
    let id = server.register(
        &agent,
        &json!({
            "token": "434lxd7iss8yh8c4m80wh",
            "name": "Chris",
            "username": "guest-39",
            "email": "chris@example.com",
            "phone": "+91123456788",
            "contactManager": { "username": "kim.jane" },
        }),
    );
    let chris = server.contact(&agent, &id);
    let keys: Vec<&String> = chris.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "_id",
            "username",
            "ts",
            "token",
            "_updatedAt",
            "contactManager",
            "livechatData",
            "name",
            "phone",
            "visitorEmails",
        ]
    );
    let (ts, updated_at) = (chris["ts"].clone(), chris["_updatedAt"].clone());
    assert_eq!(ts.as_str().unwrap().len(), "2023-10-30T12:09:05.982Z".len());
    assert_eq!(
        chris,
        json!({
            "_id": id,
            "username": "guest-39",
            "ts": ts,
            "token": "434lxd7iss8yh8c4m80wh",
            "_updatedAt": updated_at,
            "contactManager": { "username": "kim.jane" },
            "livechatData": {},
            "name": "Chris",
            "phone": [{ "phoneNumber": "+91123456788" }],
            "visitorEmails": [{ "address": "chris@example.com" }],
        })
    );
    for query in ["email=chris%40example.com", "phone=%2B91123456788"] {
        let found = server.get(&format!("/api/v1/omnichannel/contact.search?{query}"), Some(&agent));
        assert_eq!(found, (200, json!({ "contact": chris, "success": true })));
    }
}

fn the_documented_refusals_are_given(home: &Home) {
    let agent = home.user("agent.one", &["livechat-agent"]);
    let nobody = home.user("nobody", &["user"]);
    let server = home.serve();
    let contact = "/api/v1/omnichannel/contact";
    assert_eq!(
        server.get(contact, Some(&agent)),
        (400, json!({ "success": false, "error": "Match error: Missing key 'contactId'" }))
    );
    let not_logged_in = "You must be logged in to do this.";
    let body =
        json!({ "success": false, "error": not_logged_in, "status": "error", "message": not_logged_in });
    assert_eq!(server.get(contact, None), (401, body));
    let denied = "User does not have the permissions required for this action [error-unauthorized]";
    assert_eq!(server.get(contact, Some(&nobody)), (403, json!({ "success": false, "error": denied })));
    let unknown = server.get(&format!("{contact}?contactId=nobody"), Some(&agent));
    assert_eq!(unknown, (200, json!({ "contact": null, "success": true })));
}

fn a_restart_keeps_everything(home: &Home) {
    let agent = home.user("agent.one", &["livechat-agent"]);
    let server = home.serve();
    let id = server.register(&agent, &json!({ "token": "t1", "name": "Mara", "email": "Mara@Example.org" }));
    let before = server.contact(&agent, &id);
    server.terminate();
    let server = home.serve();
    assert_eq!(server.contact(&agent, &id), before);
}

fn the_server_ends_when_asked_to(home: &Home) {
    let server = home.serve();
    assert_eq!(server.get("/livez", None).0, 200);
    assert_eq!(server.get("/readyz", None).0, 200);
    let took = server.terminate();
    assert!(took.as_secs() < 10, "{took:?}");
}

fn secrets_and_personal_data_stay_out_of_the_logs(home: &Home) {
    let agent = home.user("agent.one", &["livechat-agent"]);
    let server = home.serve();
    server.register(
        &agent,
        &json!({ "token": "SecretToken", "name": "Personal Name", "email": "mail@personal.example", "phone": "+4930999888" }),
    );
    server.get("/api/v1/omnichannel/contact.search?email=mail@personal.example", Some(&agent));
    let login = json!({ "user": "login@personal.example", "password": "PassWord" });
    server.post("/api/v1/login", None, &login);
    let impostor = Credentials { user_id: agent.user_id.clone(), token: "WrongToken".into() };
    server.get("/api/v1/me", Some(&impostor));
    std::thread::sleep(std::time::Duration::from_millis(300));
    let log = server.log();
    assert!(log.contains("/api/v1/omnichannel/contact.search"), "one line per request: {log}");
    for secret in [
        "SecretToken",
        "Personal Name",
        "personal.example",
        "4930999888",
        "PassWord",
        "WrongToken",
        &agent.token,
    ] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
