//! A store that is away, read-only, slow or broken: what clients see, and what the log says.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::body::{Body, Bytes};
use axum::http::Method;
use http_body_util::channel::Channel;
use omnicontact_domain::contact::Contact;
use omnicontact_domain::email::EmailKey;
use omnicontact_domain::id::{ContactId, UserId, VisitorId};
use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::phone::PhoneKey;
use omnicontact_domain::policy::Grants;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::setting::SettingValues;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::{LoginToken, RawToken, TokenKind};
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::{Lookups, Session, SessionQuestion, Store, StoreError, Transaction};
use tracing::field::{Field, Visit};

use crate::support::{Answer, CONTACT, Call, Caller, context, router_over};

const UNAVAILABLE: &str = r#"{"success":false,"error":"Service Unavailable"}"#;
const INTERNAL: &str = r#"{"success":false,"error":"Internal server error"}"#;

const HEALTHY: u8 = 0;
const AWAY: u8 = 1;
const READ_ONLY: u8 = 2;
const SLOW: u8 = 3;
const BROKEN: u8 = 4;
const PANICS: u8 = 5;

/// A store without content that has the trouble it is told to have.
#[derive(Default)]
struct Troubled(AtomicU8);

impl Troubled {
    fn has(&self, trouble: u8) {
        self.0.store(trouble, Ordering::SeqCst);
    }

    async fn answer<T>(&self, fine: T) -> Result<T, StoreError> {
        match self.0.load(Ordering::SeqCst) {
            AWAY => Err(StoreError::Unavailable("password=hunter2 refused".into())),
            SLOW => std::future::pending().await,
            _ => Ok(fine),
        }
    }
}

#[async_trait]
impl Lookups for Troubled {
    async fn find_session(&self, question: SessionQuestion) -> Result<Option<Session>, StoreError> {
        let mut grants = Grants::default();
        grants.insert(VIEW_L_ROOM, vec![RoleId::from("admin")]);
        let token = LoginToken {
            hashed: question.key.token,
            created_at: Timestamp::from_millis(0),
            kind: TokenKind::Personal {
                name: "t".into(),
                last_token_part: "t".into(),
                bypass_two_factor: false,
            },
        };
        let session = Session {
            user_id: UserId::from("u1"),
            username: Some("kim.jane".into()),
            roles: vec![RoleId::from("admin")],
            token,
            settings: SettingValues::default(),
            grants,
            prefetched: None,
        };
        self.answer(Some(session)).await
    }

    async fn find_visitor(&self, _: &VisitorId) -> Result<Option<Visitor>, StoreError> {
        match self.0.load(Ordering::SeqCst) {
            BROKEN => Err(StoreError::Backend("a cause".into())),
            PANICS => panic!("the store panics"),
            _ => self.answer(None).await,
        }
    }

    async fn find_sessions(&self, questions: &[SessionQuestion]) -> Result<Vec<Option<Session>>, StoreError> {
        let mut answers = Vec::new();
        for question in questions {
            answers.push(self.find_session(question.clone()).await?);
        }
        Ok(answers)
    }

    async fn find_visitors(&self, ids: &[VisitorId]) -> Result<Vec<Option<Visitor>>, StoreError> {
        let mut answers = Vec::new();
        for id in ids {
            answers.push(self.find_visitor(id).await?);
        }
        Ok(answers)
    }

    async fn find_settings(&self, _: &[&'static str]) -> Result<SettingValues, StoreError> {
        self.answer(SettingValues::default()).await
    }

    async fn find_contact(&self, _: &ContactId) -> Result<Option<Contact>, StoreError> {
        self.answer(None).await
    }

    async fn find_contacts(&self, ids: &[ContactId]) -> Result<Vec<Option<Contact>>, StoreError> {
        self.answer(vec![None; ids.len()]).await
    }

    async fn knows_email(&self, _: &EmailKey) -> Result<bool, StoreError> {
        self.answer(false).await
    }

    async fn knows_phone(&self, _: &[PhoneKey]) -> Result<bool, StoreError> {
        self.answer(false).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.answer(()).await
    }
}

#[async_trait]
impl Store for Troubled {
    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreError> {
        Err(StoreError::ReadOnly("the disk is full".into()))
    }

    async fn read(&self) -> Result<Box<dyn Transaction>, StoreError> {
        Err(StoreError::Unavailable("no transactions here".into()))
    }

    async fn close(&self) {}
}

struct Server {
    store: Arc<Troubled>,
    router: axum::Router,
}

impl Server {
    fn start() -> Self {
        let store = Arc::new(Troubled::default());
        let router = router_over(&Arc::new(context(store.clone())));
        Self { store, router }
    }

    fn call(&self, method: Method, path: &str) -> Call {
        Call::new(self.router.clone(), method, path)
    }

    async fn contact(&self) -> Answer {
        let caller = Caller { id: "u1".into(), token: "secret-token".into() };
        self.call(Method::GET, &format!("{CONTACT}?contactId=mara@example.org")).by(&caller).await
    }
}

#[tokio::test]
async fn a_store_that_is_away_is_503_and_the_server_lives_on() {
    let server = Server::start();
    server.store.has(AWAY);
    server.contact().await.says(503, UNAVAILABLE);
    server.call(Method::GET, "/livez").send().await.says(200, r#"{"status":"ok"}"#);
    server.call(Method::GET, "/readyz").send().await.says(503, r#"{"status":"unavailable"}"#);
    let preflight = server.call(Method::OPTIONS, CONTACT).header("origin", "https://a.example").send().await;
    preflight.says(503, UNAVAILABLE);
    let login = server.call(Method::POST, "/api/v1/login").header("content-type", "application/json");
    login.body(r#"{"user":"kim","password":"p"}"#).send().await.says(503, UNAVAILABLE);

    server.store.has(HEALTHY);
    server.contact().await.says(200, r#"{"contact":null,"success":true}"#);
    server.call(Method::GET, "/readyz").send().await.says(200, r#"{"status":"ok"}"#);
}

#[tokio::test]
async fn a_store_that_cannot_be_written_is_503() {
    let server = Server::start();
    server.store.has(READ_ONLY);
    let caller = Caller { id: "u1".into(), token: "t".into() };
    let register = server.call(Method::POST, CONTACT).header("content-type", "application/json");
    register.body(r#"{"token":"t","name":"n"}"#).by(&caller).await.says(503, UNAVAILABLE);
    server.contact().await.says(200, r#"{"contact":null,"success":true}"#);
}

#[tokio::test]
async fn a_broken_store_is_500_without_a_word_about_it() {
    let server = Server::start();
    server.store.has(BROKEN);
    server.contact().await.says(500, INTERNAL);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_answer_in_time_is_not_ready() {
    let server = Server::start();
    server.store.has(SLOW);
    server.call(Method::GET, "/readyz").send().await.says(503, r#"{"status":"unavailable"}"#);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_is_given_up() {
    let server = Server::start();
    let (_sender, body) = Channel::<Bytes, Infallible>::new(1);
    let login = server.call(Method::POST, "/api/v1/login").body(Body::new(body));
    login.send().await.says(400, r#"{"success":false,"error":"The request body is incomplete"}"#);
}

#[tokio::test]
async fn a_panic_is_a_500_in_plain_text_and_the_server_lives_on() {
    let server = Server::start();
    server.store.has(PANICS);
    let answer = server.contact().await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (500, "Internal Server Error"));
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=UTF-8"));
    assert!(answer.header("x-request-id").is_some());
    server.store.has(HEALTHY);
    server.contact().await.says(200, r#"{"contact":null,"success":true}"#);
}

#[tokio::test]
async fn an_outage_is_logged_once_when_it_begins_and_once_when_it_is_over() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let server = Server::start();
    for _ in 0..2 {
        server.store.has(AWAY);
        for _ in 0..5 {
            server.contact().await;
        }
        server.store.has(HEALTHY);
        for _ in 0..5 {
            server.contact().await;
        }
    }
    let lines = log.lines();
    let count = |text: &str| lines.iter().filter(|line| line.contains(text)).count();
    assert_eq!(count("an outage of the store begins"), 2, "{lines:#?}");
    assert_eq!(count("the store answers again"), 2, "{lines:#?}");
    assert!(
        lines[0].contains("the store cannot be reached: "),
        "the chain of causes is logged: {}",
        lines[0]
    );
    assert!(lines[0].contains("request_id="));
}

#[tokio::test]
async fn requests_are_logged_one_line_each_without_personal_words() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let server = Server::start();
    server.contact().await;
    server.call(Method::GET, "/nowhere?who=mara@example.org").send().await;
    let lines = log.lines();
    assert_eq!(lines.len(), 2, "{lines:#?}");
    for part in [
        "http INFO",
        "method=GET",
        "route=\"/api/v1/omnichannel/contact\"",
        "status=200",
        "duration_ms=",
        "user_id=\"u1\"",
        "request_id=",
    ] {
        assert!(lines[0].contains(part), "{part} is not in {}", lines[0]);
    }
    assert!(lines[1].contains("status=404") && lines[1].contains("route=\"none\""), "{}", lines[1]);
    let token = RawToken::new("secret-token");
    for line in &lines {
        for word in ["mara", "contactId", "who=", token.expose(), token.hashed().as_str()] {
            assert!(!line.contains(word), "{word} is in {line}");
        }
    }
}

/// Keeps what is logged on this thread.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "http" || metadata.target().starts_with("omnicontact")
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = Line(format!("{} {}", event.metadata().target(), event.metadata().level()));
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        use std::fmt::Write as _;
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}
