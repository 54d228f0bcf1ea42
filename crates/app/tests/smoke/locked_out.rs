//! What an operator does who is locked out, or who wants to know who changed what.

use std::io::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Home, Server};

crate::on_both_stores!(
    a_user_who_is_locked_out_is_let_in_again,
    an_address_that_is_blocked_is_let_in_again,
    failed_logins_count_on_every_node_and_after_a_restart,
    roles_are_granted_and_revoked_but_not_the_last_administrator_s,
    tokens_are_listed_and_revoked,
    the_trail_tells_who_changed_what,
    many_logins_with_one_token_at_once_all_succeed,
    a_server_tidies_up,
);

const PASSWORD: &str = "correct horse battery staple";

/// Sets a user's password.
fn set_password(home: &Home, username: &str, more: &[&str]) -> String {
    let args = [&["user", "set-password", username, "--password-stdin"], more].concat();
    let mut command = home.omnicontact(&args);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a command that must fail, and returns what it said.
fn complaint(home: &Home, args: &[&str]) -> String {
    let output = home.run(args);
    assert_eq!(output.status.code(), Some(1), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn log_in(server: &Server, user: &str, password: &str) -> (u16, Value) {
    server.post("/api/v1/login", None, &json!({"user": user, "password": password}))
}

/// What a login is refused with.
fn refusal(server: &Server, user: &str, password: &str) -> String {
    let (status, answer) = log_in(server, user, password);
    assert_eq!(status, 401, "{answer}");
    answer["error"].as_str().unwrap().to_owned()
}

fn lock_out(server: &Server, user: &str) {
    for _ in 0..3 {
        assert_eq!(refusal(server, user, "wrong"), "Unauthorized");
    }
    assert_eq!(refusal(server, user, PASSWORD), "error-login-blocked-for-user");
}

const THREE_FAILURES: (&str, &str) = ("Block_Multiple_Failed_Logins_Attempts_Until_Block_by_User", "3");

fn a_user_who_is_locked_out_is_let_in_again(home: &Home) {
    home.run_well(&["user", "create", "boss", "--role", "admin"]);
    set_password(home, "boss", &[]);
    let server = home.serve_with(&[THREE_FAILURES]);
    lock_out(&server, "boss");
    let said = home.run_well(&["user", "unlock", "BOSS"]);
    assert!(said.contains("3 logins by BOSS are forgotten"), "{said}");
    let session = server.log_in("boss", PASSWORD);

    // A new password is of use at once, too, and may leave sessions as they are.
    lock_out(&server, "boss");
    let said = set_password(home, "boss", &["--keep-sessions"]);
    assert!(said.contains("go on"), "{said}");
    assert_eq!(server.get("/api/v1/me", Some(&session)).0, 200);
    server.log_in("boss", PASSWORD);

    assert!(complaint(home, &["user", "unlock", "nobody"]).contains("there is no user nobody"));
    assert_eq!(home.run(&["user", "unlock"]).status.code(), Some(2));
}

fn an_address_that_is_blocked_is_let_in_again(home: &Home) {
    home.run_well(&["user", "create", "boss", "--role", "admin"]);
    set_password(home, "boss", &[]);
    let limit = ("OVERWRITE_SETTING_Block_Multiple_Failed_Logins_Attempts_Until_Block_By_Ip", "2");
    let server = home.serve_with(&[limit]);
    for user in ["a", "b"] {
        assert_eq!(refusal(&server, user, "wrong"), "Unauthorized");
    }
    assert_eq!(refusal(&server, "boss", PASSWORD), "error-login-blocked-for-ip");
    let said = home.run_well(&["user", "unlock", "--address", "127.0.0.1"]);
    assert!(said.contains("3 logins from 127.0.0.1 are forgotten"), "{said}");
    server.log_in("boss", PASSWORD);
    assert!(complaint(home, &["user", "unlock", "--address", "home"]).contains("home is no IP address"));
}

fn failed_logins_count_on_every_node_and_after_a_restart(home: &Home) {
    home.run_well(&["user", "create", "kim"]);
    set_password(home, "kim", &[]);
    let (first, second) = (home.serve_with(&[THREE_FAILURES]), home.serve());
    assert_eq!(refusal(&first, "kim", "wrong"), "Unauthorized");
    assert_eq!(refusal(&second, "kim", "wrong"), "Unauthorized");
    assert_eq!(refusal(&first, "kim", "wrong"), "Unauthorized");
    assert_eq!(refusal(&second, "kim", PASSWORD), "error-login-blocked-for-user");
    first.kill_9();
    assert_eq!(refusal(&home.serve(), "kim", PASSWORD), "error-login-blocked-for-user");
}

fn roles_are_granted_and_revoked_but_not_the_last_administrator_s(home: &Home) {
    let boss = home.user("boss", &["admin"]);
    let kim = home.user("kim", &["user"]);
    let server = home.serve();
    let contact = "/api/v1/omnichannel/contact?contactId=x";
    assert_eq!(server.get(contact, Some(&kim)).0, 403);
    let said = home.run_well(&["role", "grant", "kim", "livechat-agent"]);
    assert_eq!(said.trim(), "kim has the role livechat-agent.");
    assert_eq!(server.get(contact, Some(&kim)).0, 200);
    let said = home.run_well(&["role", "grant", "kim", "livechat-agent"]);
    assert_eq!(said.trim(), "kim had the role already: livechat-agent.");
    home.run_well(&["role", "revoke", "kim", "livechat-agent"]);
    assert_eq!(server.get(contact, Some(&kim)).0, 403);
    let said = home.run_well(&["role", "revoke", "kim", "livechat-agent"]);
    assert_eq!(said.trim(), "kim did not have the role livechat-agent.");

    let said = complaint(home, &["role", "revoke", "boss", "admin"]);
    assert!(said.contains("boss is the last active administrator"), "{said}");
    assert_eq!(server.get("/api/v1/me", Some(&boss)).1["roles"], json!(["admin"]));
    home.run_well(&["role", "grant", "kim", "admin"]);
    home.run_well(&["role", "revoke", "boss", "admin"]);

    let said = complaint(home, &["role", "grant", "kim", "chief"]);
    assert!(said.contains("chief") && said.contains("livechat-manager"), "{said}");
    assert!(complaint(home, &["role", "grant", "nobody", "user"]).contains("there is no user nobody"));
    let roles = home.run_well(&["role", "list"]);
    assert!(roles.lines().any(|line| line.starts_with("livechat-agent") && line.ends_with("Livechat Agent")));
    assert_eq!(roles.lines().count(), 14, "{roles}");
}

fn tokens_are_listed_and_revoked(home: &Home) {
    let kim = home.user("kim", &["user"]);
    home.run_well(&["token", "create", "kim", "--name", "another"]);
    set_password(home, "kim", &["--keep-sessions"]);
    let server = home.serve();
    let session = server.log_in("kim", PASSWORD);
    let listed = home.run_well(&["token", "list", "kim"]);
    let last = &kim.token[37..];
    assert!(listed.lines().any(|line| line.contains(last) && line.ends_with("test")), "{listed}");
    assert!(listed.lines().any(|line| line.starts_with("session")), "{listed}");
    assert!(!listed.contains(&kim.token) && !listed.contains(&session.token));

    let said = home.run_well(&["token", "revoke", "kim", "test"]);
    assert_eq!(said.trim(), "The token test of kim has ended.");
    assert_eq!(server.get("/api/v1/me", Some(&kim)).0, 401);
    assert_eq!(server.get("/api/v1/me", Some(&session)).0, 200);
    let said = complaint(home, &["token", "revoke", "kim", "test"]);
    assert!(said.contains("kim has no personal access token named test"), "{said}");

    let said = home.run_well(&["token", "revoke", "kim", "--all"]);
    assert_eq!(said.trim(), "All sessions and tokens of kim have ended: 2.");
    assert_eq!(server.get("/api/v1/me", Some(&session)).0, 401);
    assert_eq!(home.run_well(&["token", "list", "kim"]).lines().count(), 1);
    for wrong in [&["token", "revoke", "kim"][..], &["token", "revoke", "kim", "test", "--all"]] {
        assert_eq!(home.run(wrong).status.code(), Some(2));
    }
}

/// The trail as programs read it.
fn trail(home: &Home, filters: &[&str]) -> Vec<Value> {
    let printed = home.run_well(&[&["audit", "--json"], filters].concat());
    printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn the_trail_tells_who_changed_what(home: &Home) {
    let kim = home.user("kim", &["user"]);
    home.run_well(&["role", "grant", "kim", "livechat-agent"]);
    let server = home.serve();
    let body = json!({"tokenName": "by-kim"});
    assert_eq!(server.post("/api/v1/users.generatePersonalAccessToken", Some(&kim), &body).0, 200);

    let of_kim = trail(home, &["--user", "kim"]);
    let told: Vec<(&Value, &Value, &Value)> = of_kim
        .iter()
        .map(|event| (&event["author"]["type"], &event["action"], &event["subject"]["type"]))
        .collect();
    let (user, operator) = (json!("user"), json!("operator"));
    let (created, updated, token) = (json!("created"), json!("updated"), json!("token"));
    assert_eq!(
        told,
        [
            (&user, &created, &token),
            (&operator, &updated, &user),
            (&operator, &created, &token),
            (&operator, &created, &user),
        ]
    );
    assert_eq!(of_kim[0]["author"]["username"], "kim");
    assert_eq!(of_kim[0]["address"], "127.0.0.1");
    assert_eq!(
        of_kim[1]["changes"],
        json!([{"key": "roles", "previous": ["user"], "current": ["user", "livechat-agent"]}])
    );
    assert!(of_kim.iter().all(|event| event["subject"]["id"] == json!(kim.user_id)));
    assert!(of_kim.iter().all(|event| event["subject"]["username"] == "kim"));

    assert_eq!(trail(home, &["--author", "kim"]), of_kim[..1]);
    assert_eq!(trail(home, &["--author", &kim.user_id]), of_kim[..1]);
    assert_eq!(trail(home, &["--author", "operator", "--user", "kim"]), of_kim[1..]);
    assert_eq!(trail(home, &["--id", &kim.user_id, "--subject", "token"]).len(), 2);
    assert_eq!(trail(home, &["--limit", "1"]).len(), 1);
    assert_eq!(trail(home, &["--since", "1h", "--user", "kim"]), of_kim);
    assert_eq!(trail(home, &["--until", "2020-01-01"]), Vec::<Value>::new());

    let table = home.run_well(&["audit", "--user", "kim", "--limit", "2"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 4, "{table}");
    assert!(lines[0].starts_with("WHEN"));
    assert!(lines[2].contains("operator") && lines[2].contains("user kim"), "{table}");
    assert!(lines[2].ends_with(r#"roles: ["user"] -> ["user","livechat-agent"]"#), "{table}");
    assert_eq!(lines[3], "These are the newest 2 of 4 changes; --limit shows more.");
    assert!(complaint(home, &["audit", "--user", "nobody"]).contains("there is no user nobody"));
    assert!(complaint(home, &["audit", "--since", "soon"]).contains("--since is \"soon\""));
}

fn many_logins_with_one_token_at_once_all_succeed(home: &Home) {
    home.run_well(&["user", "create", "kim"]);
    set_password(home, "kim", &[]);
    let servers = [home.serve(), home.serve()];
    let session = servers[0].log_in("kim", PASSWORD);
    std::thread::scope(|scope| {
        let logins: Vec<_> = (0..64)
            .map(|number: usize| {
                let (server, token) = (&servers[number % 2], &session.token);
                scope.spawn(move || server.post("/api/v1/login", None, &json!({"resume": token})).0)
            })
            .collect();
        let statuses: Vec<u16> = logins.into_iter().map(|login| login.join().unwrap()).collect();
        assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    });
}

fn a_server_tidies_up(home: &Home) {
    let server = home.serve_with(&[("OMNICONTACT_LOG", "info,omnicontact=debug")]);
    let begun = Instant::now();
    let mut log = String::new();
    while !log.contains("tidied up what had expired") {
        assert!(begun.elapsed() < Duration::from_secs(20), "{log}");
        std::thread::sleep(Duration::from_millis(20));
        log.push_str(&server.log());
    }
    assert!(server.terminate() < Duration::from_secs(5));
}
