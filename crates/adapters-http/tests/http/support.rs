//! A server with an empty directory, users with tokens, requests and answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use omnicontact_adapters_http::{AddressTrust, HttpOptions, HttpState, router};
use omnicontact_adapters_system::{OsIds, SystemClock};
use omnicontact_domain::password::{PasswordDigest, PasswordHash};
use omnicontact_domain::permission::PermissionId;
use omnicontact_domain::role::RoleId;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Value;
use omnicontact_ports::{Clock, HasherBusy, PasswordHasher, PermissionRecord, Store};
use omnicontact_usecases::Context;
use omnicontact_usecases::operator::{NewUser, create_token, create_user};
use omnicontact_usecases::server::{Start, prepare};
use tower::ServiceExt as _;

use crate::place::Place;

/// The password of all users here.
pub(crate) const PASSWORD: &str = "correct horse battery staple";
/// Bytes that a body may have here.
pub(crate) const BODY_LIMIT: usize = 1 << 20;

/// A server with an empty directory.
pub(crate) struct TestApp {
    pub(crate) ctx: Arc<Context>,
    clock: Arc<TestClock>,
    router: Router,
    _place: Place,
}

/// A user with a token.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) id: String,
    pub(crate) token: String,
}

impl TestApp {
    /// A server that does not count calls: tests send many.
    pub(crate) async fn start() -> Self {
        Self::start_with(options()).await
    }

    pub(crate) async fn start_with(options: HttpOptions) -> Self {
        let place = Place::fresh();
        let store = place.open().await;
        let clock = Arc::new(TestClock::default());
        let ctx = Arc::new(Context { clock: clock.clone(), ..context(store) });
        prepare(&ctx, &Start::default()).await.unwrap();
        let router = router(HttpState::new(ctx.clone(), options));
        Self { router, ctx, clock, _place: place }
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, time: Duration) {
        self.clock.wait(time);
    }

    /// A user with these roles, and a token.
    pub(crate) async fn user(&self, username: &str, roles: &[&str]) -> Caller {
        let new = NewUser {
            username: username.to_owned(),
            name: Some(format!("Name of {username}")),
            email: Some(format!("{username}@example.org")),
            password: PasswordDigest::of(PASSWORD),
            roles: roles.iter().map(|role| RoleId::from(*role)).collect(),
        };
        create_user(&self.ctx, &new).await.unwrap();
        self.token(username, "test").await
    }

    /// One more token of a user.
    pub(crate) async fn token(&self, username: &str, name: &str) -> Caller {
        self.try_token(username, name).await.unwrap()
    }

    /// The same; `None` when there is no such user any more.
    pub(crate) async fn try_token(&self, username: &str, name: &str) -> Option<Caller> {
        let (id, token) = create_token(&self.ctx, username, name).await.ok()?;
        Some(Caller { id: id.into_string(), token: token.expose().to_owned() })
    }

    pub(crate) async fn agent(&self) -> Caller {
        self.user("kim.jane", &["user", "livechat-agent"]).await
    }

    /// States which roles hold a permission.
    pub(crate) async fn grant(&self, permission: &PermissionId, roles: &[&str]) {
        let record = PermissionRecord {
            id: permission.clone(),
            roles: roles.iter().map(|role| RoleId::from(*role)).collect(),
            updated_at: self.ctx.clock.now(),
        };
        let mut tx = self.ctx.store.begin().await.unwrap();
        tx.access().update_permission(&record).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn set(&self, setting: &str, value: impl Into<Value>) {
        let mut tx = self.ctx.store.begin().await.unwrap();
        tx.settings().update(setting, &value.into(), self.ctx.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> Call {
        Call::new(self.router.clone(), method, path)
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// POST with a JSON body.
    pub(crate) fn post(&self, path: &str, body: impl Into<String>) -> Call {
        self.call(Method::POST, path).header("content-type", "application/json").body(body.into())
    }

    /// Registers a contact and returns its id.
    pub(crate) async fn registered(&self, caller: &Caller, body: &str) -> String {
        let answer = self.post(CONTACT, body).by(caller).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.json()["contact"].as_str().unwrap().to_owned()
    }
}

pub(crate) const CONTACT: &str = "/api/v1/omnichannel/contact";
pub(crate) const SEARCH: &str = "/api/v1/omnichannel/contact.search";

/// The world over a store.
pub(crate) fn context(store: Arc<dyn Store>) -> Context {
    Context {
        store,
        clock: Arc::new(SystemClock),
        ids: Arc::new(OsIds),
        passwords: Arc::new(QuickHasher),
        root_url: "http://localhost:3000".to_owned(),
        token_secret: None,
    }
}

pub(crate) fn router_over(ctx: &Arc<Context>) -> Router {
    router(HttpState::new(ctx.clone(), options()))
}

pub(crate) fn options() -> HttpOptions {
    HttpOptions {
        body_limit: BODY_LIMIT,
        instance_id: "node-1".to_owned(),
        version: "1.2.3".to_owned(),
        address_trust: AddressTrust::default(),
        test_mode: false,
        rate_limits: false,
    }
}

/// The system's time, moved forward as tests want it.
#[derive(Default)]
struct TestClock {
    ahead_by_millis: AtomicU64,
}

impl TestClock {
    fn wait(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).unwrap();
        self.ahead_by_millis.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(Duration::from_millis(self.ahead_by_millis.load(Ordering::SeqCst)))
    }
}

/// Hashes without the cost of bcrypt; bcrypt itself is tested where it lives.
struct QuickHasher;

#[async_trait]
impl PasswordHasher for QuickHasher {
    async fn hash(&self, password: &PasswordDigest) -> Result<PasswordHash, HasherBusy> {
        Ok(PasswordHash::from_stored(format!("quick:{}", password.expose())))
    }

    async fn verify(
        &self,
        password: &PasswordDigest,
        stored: Option<PasswordHash>,
    ) -> Result<bool, HasherBusy> {
        Ok(stored.is_some_and(|stored| stored.as_str() == format!("quick:{}", password.expose())))
    }

    fn is_current(&self, _stored: &PasswordHash) -> bool {
        true
    }
}

/// A request in the making.
pub(crate) struct Call {
    router: Router,
    method: Method,
    path: String,
    headers: Vec<(String, HeaderValue)>,
    body: Body,
}

impl Call {
    pub(crate) fn new(router: Router, method: Method, path: &str) -> Self {
        Self { router, method, path: path.to_owned(), headers: Vec::new(), body: Body::empty() }
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        self.raw_header(name, HeaderValue::from_str(value).unwrap())
    }

    pub(crate) fn raw_header(mut self, name: &str, value: HeaderValue) -> Self {
        self.headers.push((name.to_owned(), value));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends the request with a user's credentials.
    pub(crate) async fn by(self, caller: &Caller) -> Answer {
        self.header("X-User-Id", &caller.id).header("X-Auth-Token", &caller.token).send().await
    }

    pub(crate) async fn send(self) -> Answer {
        let mut request = Request::builder().method(self.method).uri(self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = self.router.oneshot(request.body(self.body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Status and body, byte for byte; every JSON answer has the exact content type.
    #[track_caller]
    pub(crate) fn says(&self, status: u16, body: &str) {
        assert_eq!((self.status.as_u16(), self.body.as_str()), (status, body));
        assert_eq!(self.header("content-type"), Some("application/json"));
    }
}

pub(crate) const NOT_LOGGED_IN: &str = r#"{"success":false,"error":"You must be logged in to do this.","status":"error","message":"You must be logged in to do this."}"#;
pub(crate) const NOT_PERMITTED: &str = r#"{"success":false,"error":"User does not have the permissions required for this action [error-unauthorized]"}"#;
