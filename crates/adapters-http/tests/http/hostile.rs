//! Input that nobody sends by accident, on every method of every route: never a 5xx, never half a record.
//!
//! Each of the generated tests sends `OMNICONTACT_HOSTILE_CASES` requests (2,000 by default) that follow from
//! `OMNICONTACT_HOSTILE_SEED` (0 by default). What fails is made smaller and shown.

mod requests;
mod values;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use axum::http::{HeaderValue, Method, StatusCode};
use omnicontact_adapters_http::route_access;
use omnicontact_domain::visitor::Visitor;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use requests::{Request, requests};
use serde_json::{Value, json};
use values::VICTIM;

use crate::support::{Answer, CONTACT, Caller, TestApp};

fn number_from(variable: &str) -> Option<u32> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// Requests to one server; the next ones go to a new one, for these may have ruined it for good.
const CASES_PER_SERVER: u32 = 250;
/// How long an answer may take, on a slow machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sender {
    Nobody,
    Administrator,
}

fn send_generated(sender: Sender) {
    let cases = number_from("OMNICONTACT_HOSTILE_CASES").unwrap_or(2_000);
    let seed = number_from("OMNICONTACT_HOSTILE_SEED").unwrap_or(0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let requests = requests();
    let mut served = BTreeSet::new();
    for server in 0..cases.div_ceil(CASES_PER_SERVER) {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&seed.to_le_bytes());
        bytes[4..8].copy_from_slice(&server.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let config =
            Config { cases: CASES_PER_SERVER.min(cases), failure_persistence: None, ..Config::default() };
        let target = runtime.block_on(Target::new(sender));
        let outcome = TestRunner::new_with_rng(config, rng).run(&requests, |request| {
            runtime.block_on(target.survives(&request)).map_err(TestCaseError::fail)
        });
        if let Err(error) = outcome {
            panic!("seed {seed}, server {server}: {error}");
        }
        served.append(&mut target.served.into_inner().unwrap());
    }
    // Requests that no handler sees would prove nothing.
    let routes = route_access().len();
    let enough = sender == Sender::Nobody || cases < 2_000 || served.len() > routes / 2;
    assert!(enough, "only {} of {routes} routes ever did what was asked: {served:?}", served.len());
}

#[test]
fn nothing_that_a_stranger_sends_breaks_a_route() {
    send_generated(Sender::Nobody);
}

#[test]
fn nothing_that_an_administrator_sends_breaks_a_route() {
    send_generated(Sender::Administrator);
}

/// A server to be attacked.
struct Target {
    app: TestApp,
    victim: Caller,
    /// Who sends; `None` for nobody.
    sender: Mutex<Option<Caller>>,
    /// The routes that did what was asked.
    served: Mutex<BTreeSet<String>>,
}

impl Target {
    async fn new(sender: Sender) -> Self {
        let app = TestApp::start().await;
        let root = app.user("root", &["admin"]).await;
        let victim = app.user("victim", &["user", "livechat-agent"]).await;
        let sender = match sender {
            Sender::Nobody => None,
            Sender::Administrator => Some(root),
        };
        Self { app, victim, sender: Mutex::new(sender), served: Mutex::default() }
    }

    async fn survives(&self, request: &Request) -> Result<(), String> {
        let answered = tokio::time::timeout(PATIENCE, self.answer(request)).await;
        let answer = answered.map_err(|_| "no answer in time")?;
        let (status, content_type) = (answer.status, answer.header("content-type"));
        let wrong = |what: &str| {
            let start: String = answer.body.chars().take(500).collect();
            Err(format!("{what}: {status} {content_type:?} {start}"))
        };
        if status.is_server_error() {
            return wrong("a server's error");
        }
        if status == StatusCode::OK {
            self.served.lock().unwrap().insert(request.operation.clone());
        }
        if content_type == Some("application/json") {
            let is_json = serde_json::from_str::<Value>(&answer.body).is_ok_and(|body| body.is_object());
            return if is_json { Ok(()) } else { wrong("an answer that is no JSON") };
        }
        let is_page = status == StatusCode::NOT_FOUND || status == StatusCode::OK;
        if is_page { Ok(()) } else { wrong("an answer without JSON") }
    }

    async fn answer(&self, request: &Request) -> Answer {
        let uri = request.uri.replace(&requests::escaped(VICTIM), &self.victim.id);
        let body = match std::str::from_utf8(&request.body) {
            Ok(text) => text.replace(VICTIM, &self.victim.id).into_bytes(),
            Err(_) => request.body.clone(),
        };
        let mut call = self.app.call(request.method.clone(), &uri).body(body);
        for (name, value) in &request.headers {
            call = call.raw_header(name, HeaderValue::from_bytes(value).unwrap());
        }
        let sender = self.sender.lock().unwrap().clone();
        let Some(sender) = sender else { return call.send().await };
        let answer = call.by(&sender).await;
        if answer.status == StatusCode::UNAUTHORIZED {
            // The session was ended. If the whole account was, the rest is sent with credentials of nobody.
            let renewed = self.app.try_token("root", "another").await;
            *self.sender.lock().unwrap() = Some(renewed.unwrap_or(sender));
        }
        answer
    }
}

#[test]
fn bodies_of_a_megabyte_break_no_route() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let target = runtime.block_on(Target::new(Sender::Administrator));
    let long = "x".repeat(1_000_000);
    for route in route_access() {
        for body in requests::with_long_texts(&route, &long) {
            let headers = vec![("content-type", b"application/json".to_vec())];
            let uri = route.path.replace(['{', '}'], "");
            let (operation, method) = (route.operation.clone(), route.method.clone());
            let request = Request { operation, method, uri, headers, body };
            let survived = runtime.block_on(target.survives(&request));
            assert_eq!(survived, Ok(()), "{} {}", route.method, route.path);
        }
    }
}

/// Values for single fields.
fn odd_values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1.5e300),
        json!([]),
        json!([[["x"]]]),
        json!({}),
        json!({"$regex": ".*"}),
        json!({"__proto__": {"x": 1}}),
        json!("\u{0}"),
        json!(["a", "\u{0}"]),
        json!({"\u{0}": 1}),
        json!("\u{202e}\u{feff}\u{fffd}\u{10ffff}"),
        json!("e\u{301}\u{200d}👩‍👩‍👧"),
        json!("' or 1=1; drop table visitors; --"),
        json!("x".repeat(10_000)),
        json!("👾".repeat(2_500)),
    ]
}

/// Whole bodies. Each that could be valid carries the token that the test looks for afterwards.
fn odd_bodies(token: &str) -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = Vec::new();
    let fields = [
        "token",
        "name",
        "email",
        "phone",
        "username",
        "customFields",
        "contactManager",
        "_id",
        "user",
        "password",
        "resume",
    ];
    for field in fields {
        for value in odd_values() {
            let mut body = json!({"token": token, "name": "n"});
            body[field] = value;
            bodies.push(body.to_string().into_bytes());
        }
    }
    let deep = |depth: usize| {
        format!(
            "{{\"token\":\"{token}\",\"name\":\"n\",\"customFields\":{{\"a\":{}{}}}}}",
            "[".repeat(depth),
            "]".repeat(depth)
        )
    };
    bodies.extend([deep(100).into_bytes(), deep(100_000).into_bytes()]);
    bodies.push(format!(r#"{{"token":1,"token":"{token}","name":"n","name":"m"}}"#).into_bytes());
    bodies.push(format!(r#"{{"token":"{token}","name":"\ud800"}}"#).into_bytes());
    bodies.push([b"{\"token\":\"", token.as_bytes(), b"\",\"name\":\"\xff\xfe\"}"].concat());
    bodies.push(vec![b' '; 2 << 20]);
    bodies.push(
        json!({"token": token, "name": "n", "customFields": many_keys(2_000)}).to_string().into_bytes(),
    );
    bodies.extend([b"".to_vec(), b"[".to_vec(), b"\0\0\0".to_vec(), b"1e999".to_vec()]);
    bodies
}

fn many_keys(count: usize) -> Value {
    (0..count).map(|index| (format!("k{index}"), json!("v"))).collect::<serde_json::Map<_, _>>().into()
}

#[tokio::test]
async fn a_refused_contact_changes_nothing() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let stored = async || {
        let mut tx = app.ctx.store.read().await.unwrap();
        tx.visitors().find_by_token(&"t".into()).await.unwrap()
    };
    for body in odd_bodies("t") {
        let before = stored().await;
        let call = app.call(Method::POST, CONTACT).header("content-type", "application/json").body(body);
        let answer = call.by(&agent).await;
        let after = stored().await;
        if answer.status.as_u16() == 200 {
            let complete = |visitor: &Visitor| visitor.name.is_some() && visitor.livechat_data.is_some();
            assert!(after.is_none_or(|visitor| complete(&visitor)), "{}", answer.body);
        } else {
            assert_eq!(before, after, "{}", answer.body);
        }
    }
}
