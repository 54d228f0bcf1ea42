//! Two servers on one PostgreSQL: what one takes away, the other refuses at once. Nothing is cached, so the
//! window between an answer of the one and the refusal by the other is zero: the very next request is refused,
//! and so is every request that begins after the answer, while many others are under way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Credentials, Home, Server};

/// Rounds of what costs no password hash.
const ROUNDS: usize = 200;
/// Rounds with a login.
const LOGINS: usize = 25;
/// How long nothing changes while other requests are watched.
const STATE_LASTS: Duration = Duration::from_millis(10);

const PASSWORD: &str = "correct horse Battery 9!";

/// Two servers and an administrator.
struct Nodes {
    home: Home,
    servers: [Server; 2],
    admin: Credentials,
}

impl Nodes {
    fn start() -> Self {
        let home = Home::postgres();
        let admin = home.user("root.one", &["admin"]);
        // What is asked many times a second, and logins that fail on purpose, are not what is tested here.
        let environment = [
            ("OVERWRITE_SETTING_API_Enable_Rate_Limiter", "false"),
            ("OVERWRITE_SETTING_Block_Multiple_Failed_Logins_By_Ip", "false"),
        ];
        let servers = [home.serve_with(&environment), home.serve_with(&environment)];
        Self { home, servers, admin }
    }

    /// The node that changes something in this round, and the other one.
    fn in_round(&self, round: usize) -> (&Server, &Server) {
        let [first, second] = &self.servers;
        if round.is_multiple_of(2) { (first, second) } else { (second, first) }
    }

    /// A change by the administrator.
    fn change(&self, server: &Server, path: &str, body: &Value) -> Value {
        let (status, answer) = server.post(path, Some(&self.admin), body);
        assert_eq!(status, 200, "{path} {body}: {answer}");
        answer
    }

    fn change_roles_of(&self, server: &Server, permission: &str, roles: &[&str]) {
        let body = json!({ "permissions": [{ "_id": permission, "roles": roles }] });
        self.change(server, "/api/v1/permissions.update", &body);
    }

    fn set(&self, server: &Server, setting: &str, value: impl Into<Value>) {
        let body = json!({ "value": value.into() });
        self.change(server, &format!("/api/v1/settings/{setting}"), &body);
    }

    /// A user with a password.
    fn user_with_password(&self, username: &str) -> Credentials {
        let credentials = self.home.user(username, &["livechat-agent"]);
        let data = json!({ "password": PASSWORD });
        let body = json!({ "userId": credentials.user_id, "data": data });
        self.change(&self.servers[0], "/api/v1/users.update", &body);
        credentials
    }
}

/// How long the first request after an answer took to be answered as it must.
#[derive(Default)]
struct Window {
    rounds: usize,
    worst: Duration,
}

impl Window {
    /// The first answer that another node gives after a change.
    fn first<T: PartialEq + std::fmt::Debug>(&mut self, ask: impl FnOnce() -> T, expected: &T) {
        let changed = Instant::now();
        let answer = ask();
        self.worst = self.worst.max(changed.elapsed());
        self.rounds += 1;
        assert_eq!(&answer, expected, "the first request after change {}", self.rounds);
    }

    #[expect(clippy::print_stdout, reason = "the measured window, for whoever asks for the output")]
    fn report(&self, what: &str) {
        assert!(self.rounds > 0);
        println!("{what}: {} changes, each seen by the next request, within {:?}", self.rounds, self.worst);
    }
}

fn log_in(server: &Server, username: &str) -> (u16, Value) {
    server.post("/api/v1/login", None, &json!({ "user": username, "password": PASSWORD }))
}

/// What a request was answered, and when it was under way.
struct Sighting {
    began: Instant,
    ended: Instant,
    status: u16,
}

/// From when until when which answer is the only right one.
struct Span {
    from: Instant,
    until: Instant,
    right: u16,
}

/// Allows and forbids something on alternating nodes, while both answer a stream of requests. Each request that
/// begins after a change was answered, and ends before the next change begins, must know of it.
fn to_and_fro(
    nodes: &Nodes,
    what: &str,
    change: impl Fn(&Server, bool),
    ask: impl Fn(&Server) -> u16 + Sync,
) {
    let ended = AtomicBool::new(false);
    let mut window = Window::default();
    let mut spans = Vec::new();
    let sightings: Vec<Sighting> = std::thread::scope(|scope| {
        let streams = nodes.servers.each_ref().map(|server| {
            let (ask, ended) = (&ask, &ended);
            scope.spawn(move || {
                let mut seen = Vec::new();
                while !ended.load(Ordering::Relaxed) {
                    let began = Instant::now();
                    let status = ask(server);
                    seen.push(Sighting { began, ended: Instant::now(), status });
                }
                seen
            })
        });
        let ends = EndsOnDrop(&ended);
        for round in 0..ROUNDS {
            let (here, there) = nodes.in_round(round);
            for (allowed, right) in [(true, 200), (false, 403)] {
                change(here, allowed);
                let from = Instant::now();
                window.first(|| ask(there), &right);
                // For the other requests to meet this state, too.
                std::thread::sleep(STATE_LASTS);
                spans.push(Span { from, until: Instant::now(), right });
            }
        }
        drop(ends);
        streams.into_iter().flat_map(|stream| stream.join().unwrap()).collect()
    });
    window.report(what);
    let judged = judge(&spans, &sightings);
    assert!(judged > ROUNDS, "only {judged} requests were under way in one state: too few to prove anything");
}

/// Ends the streams of requests, also when an assertion fails.
struct EndsOnDrop<'a>(&'a AtomicBool);

impl Drop for EndsOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Compares what was seen with the only right answer; how often there was one.
fn judge(spans: &[Span], sightings: &[Sighting]) -> usize {
    let mut judged = 0;
    for Sighting { began, ended, status } in sightings {
        let after = spans.partition_point(|span| span.from <= *began);
        let Some(span) = after.checked_sub(1).map(|index| &spans[index]) else { continue };
        if *ended <= span.until {
            judged += 1;
            assert_eq!(*status, span.right, "a request that began {:?} after the answer", *began - span.from);
        }
    }
    judged
}

#[test]
fn a_permission_taken_away_is_refused_by_the_other_node() {
    let nodes = Nodes::start();
    let agent = nodes.home.user("agent.one", &["livechat-agent"]);
    let change = |server: &Server, allowed: bool| {
        let roles: &[&str] = if allowed { &["admin", "livechat-agent"] } else { &["admin"] };
        nodes.change_roles_of(server, "view-l-room", roles);
    };
    to_and_fro(&nodes, "a permission", change, |server| read_nobody(server, &agent));
}

#[test]
fn a_role_taken_from_a_user_is_refused_by_the_other_node() {
    let nodes = Nodes::start();
    let agent = nodes.home.user("agent.one", &["user"]);
    let change = |server: &Server, allowed: bool| {
        let body = json!({ "roleId": "livechat-agent", "username": "agent.one" });
        let path = if allowed { "roles.addUserToRole" } else { "roles.removeUserFromRole" };
        nodes.change(server, &format!("/api/v1/{path}"), &body);
    };
    to_and_fro(&nodes, "a role", change, |server| read_nobody(server, &agent));
}

#[test]
fn a_list_of_roles_without_the_right_one_is_refused_by_the_other_node() {
    let nodes = Nodes::start();
    let agent = nodes.home.user("agent.one", &["user"]);
    let change = |server: &Server, allowed: bool| {
        let roles: &[&str] = if allowed { &["user", "livechat-agent"] } else { &["user"] };
        let body = json!({ "userId": agent.user_id, "data": { "roles": roles } });
        nodes.change(server, "/api/v1/users.update", &body);
    };
    to_and_fro(&nodes, "roles of an update", change, |server| read_nobody(server, &agent));
}

#[test]
fn a_setting_binds_the_other_node_at_once() {
    let nodes = Nodes::start();
    let mut window = Window::default();
    for round in 0..ROUNDS {
        let (here, there) = nodes.in_round(round);
        let most = 3 + round % 7;
        nodes.set(here, "API_Upper_Count_Limit", most);
        window.first(|| there.get("/api/v1/settings.public?count=50", None).1["count"].clone(), &json!(most));
    }
    window.report("a setting");
}

#[test]
fn a_personal_token_that_was_removed_is_refused_by_the_other_node() {
    let nodes = Nodes::start();
    let owner = nodes.home.user("agent.one", &["admin"]);
    let mut window = Window::default();
    for round in 0..ROUNDS {
        let (here, there) = nodes.in_round(round);
        let named = json!({ "tokenName": format!("token {round}") });
        let post = |path: &str| here.post(&format!("/api/v1/users.{path}"), Some(&owner), &named);
        let (status, made) = post("generatePersonalAccessToken");
        assert_eq!(status, 200, "{made}");
        let token = Credentials { token: made["token"].as_str().unwrap().to_owned(), ..owner.clone() };
        window.first(|| who(there, &token), &200);
        assert_eq!(post("removePersonalAccessToken").0, 200);
        window.first(|| who(there, &token), &401);
    }
    window.report("a personal token");
}

#[test]
fn sessions_that_were_ended_are_refused_by_the_other_node() {
    let nodes = Nodes::start();
    nodes.user_with_password("agent.one");
    let mut window = Window::default();
    for round in 0..LOGINS {
        let (here, there) = nodes.in_round(round);
        let [kept, other] = [here, there].map(|server| server.log_in("agent.one", PASSWORD));
        window.first(|| who(here, &other), &200);
        let (status, answer) = here.post("/api/v1/users.logoutOtherClients", Some(&kept), &json!({}));
        assert_eq!(status, 200, "{answer}");
        window.first(|| who(there, &other), &401);
        assert_eq!(who(there, &kept), 200);
        nodes.change(here, "/api/v1/users.logout", &json!({ "userId": kept.user_id }));
        window.first(|| who(there, &kept), &401);
    }
    window.report("sessions");
}

#[test]
fn a_deactivated_user_is_refused_by_the_other_node() {
    let nodes = Nodes::start();
    let user_id = nodes.user_with_password("agent.one").user_id;
    let set_active = |server: &Server, active: bool| {
        let body = json!({ "userId": user_id, "activeStatus": active, "confirmRelinquish": true });
        nodes.change(server, "/api/v1/users.setActiveStatus", &body);
    };
    let mut window = Window::default();
    for round in 0..LOGINS {
        let (here, there) = nodes.in_round(round);
        let session = there.log_in("agent.one", PASSWORD);
        window.first(|| who(there, &session), &200);
        set_active(here, false);
        window.first(|| who(there, &session), &401);
        let (status, refused) = log_in(there, "agent.one");
        assert_eq!((status, &refused["error"]), (401, &json!("error-user-is-not-activated")));
        set_active(here, true);
        window.first(|| log_in(there, "agent.one").0, &200);
    }
    window.report("an account");
}

#[test]
fn failed_logins_are_counted_over_both_nodes() {
    let nodes = Nodes::start();
    nodes.user_with_password("agent.one");
    let limit = "Block_Multiple_Failed_Logins_Attempts_Until_Block_by_User";
    nodes.set(&nodes.servers[0], limit, 4);
    for round in 0..4 {
        let (here, _) = nodes.in_round(round);
        let wrong = json!({ "user": "agent.one", "password": "wrong" });
        let (status, answer) = here.post("/api/v1/login", None, &wrong);
        assert_eq!((status, &answer["error"]), (401, &json!("Unauthorized")), "attempt {round}");
    }
    let mut window = Window::default();
    for round in 0..LOGINS {
        let (here, there) = nodes.in_round(round);
        for server in [here, there] {
            let (status, answer) = log_in(server, "agent.one");
            assert_eq!((status, &answer["error"]), (401, &json!("error-login-blocked-for-user")));
        }
        // A success would forget the failures, so the higher limit is tried with a wrong password.
        nodes.set(here, limit, 1_000);
        let wrong = json!({ "user": "agent.one", "password": "wrong" });
        let attempt = || there.post("/api/v1/login", None, &wrong).1["error"].clone();
        window.first(attempt, &json!("Unauthorized"));
        nodes.set(there, limit, 4);
        window.first(|| log_in(here, "agent.one").1["error"].clone(), &json!("error-login-blocked-for-user"));
    }
    window.report("the limit of failed logins");
    nodes.set(&nodes.servers[0], limit, 1_000);
    for server in &nodes.servers {
        assert_eq!(log_in(server, "agent.one").0, 200);
    }
}

/// A question that needs `view-l-room`.
fn read_nobody(server: &Server, who: &Credentials) -> u16 {
    server.get("/api/v1/omnichannel/contact?contactId=nobody", Some(who)).0
}

/// A question that needs nothing but a valid token.
fn who(server: &Server, credentials: &Credentials) -> u16 {
    server.get("/api/v1/me", Some(credentials)).0
}
