//! The other commands.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::json;

use crate::support::Home;

crate::on_both_stores!(
    passwords_are_set_and_end_sessions,
    users_are_listed_with_their_roles,
    a_demo_directory_is_filled_twice_the_same,
    migrate_prepares_an_empty_database,
);

fn passwords_are_set_and_end_sessions(home: &Home) {
    let token = home.user("kim.jane", &["livechat-agent"]);
    let server = home.serve();
    assert_eq!(server.get("/api/v1/me", Some(&token)).0, 200);
    let mut command = home.omnicontact(&["user", "set-password", "kim.jane", "--password-stdin"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"correct horse\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && !String::from_utf8_lossy(&output.stdout).contains("correct horse"));
    assert_eq!(server.get("/api/v1/me", Some(&token)).0, 401);
    let session = server.log_in("KIM.JANE", "correct horse");
    assert_eq!(server.get("/api/v1/me", Some(&session)).1["username"], "kim.jane");
}

fn users_are_listed_with_their_roles(home: &Home) {
    home.user("kim.jane", &["livechat-agent", "livechat-manager"]);
    let users = home.run_well(&["user", "list"]);
    let line = users.lines().find(|line| line.contains("kim.jane")).unwrap();
    assert!(line.contains("livechat-agent,livechat-manager"), "{line}");
}

fn a_demo_directory_is_filled_twice_the_same(home: &Home) {
    let first = home.run_well(&["demo", "--contacts", "1200"]);
    assert!(first.contains("1200 people added"), "{first}");
    let again = home.run_well(&["demo", "--contacts", "1300"]);
    assert!(again.contains("100 people added"), "{again}");
    let agent = home.user("agent.one", &["livechat-agent"]);
    let server = home.serve();
    let (status, found) =
        server.get("/api/v1/omnichannel/contact.search?custom=%7B%22plan%22%3A%22GOL%22%7D", Some(&agent));
    assert_eq!(status, 200);
    assert_eq!(found["contact"]["livechatData"]["plan"], "gold");
    let email = found["contact"]["visitorEmails"][0]["address"].as_str().unwrap();
    let (_, by_email) =
        server.get(&format!("/api/v1/omnichannel/contact.search?email={email}"), Some(&agent));
    assert_eq!(by_email, found);
}

fn migrate_prepares_an_empty_database(home: &Home) {
    home.run_well(&["migrate"]);
    home.run_well(&["migrate"]);
    let server = home.serve();
    assert_eq!(server.get("/readyz", None), (200, json!({ "status": "ok" })));
}
