//! What every endpoint gets from the pipeline, on endpoints made for these tests and a store that answers as
//! told.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Method, Request};
use http_body_util::BodyExt as _;
use omnicontact_domain::permission::{API_BYPASS_RATE_LIMIT, PermissionId, VIEW_L_ROOM, VIEW_STATISTICS};
use omnicontact_domain::policy::{Grants, Requirement};
use omnicontact_domain::role::RoleId;
use omnicontact_domain::setting::{DEFAULT_COUNT, SettingValues};
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::token::{LoginToken, TokenKind};
use omnicontact_domain::value::Value;
use omnicontact_domain::visitor::Visitor;
use omnicontact_ports::mock::{MockClock, MockIdSource, MockPasswordHasher, MockStore};
use omnicontact_ports::{Prefetch, Prefetched, Session, SessionQuestion};
use omnicontact_usecases::Context;
use serde::Serialize;
use tower::ServiceExt as _;
use utoipa::ToSchema;

use crate::description::{Access, Anyone, Description, Envelope, Limit, SignedIn};
use crate::endpoint::{Call, Endpoint};
use crate::error::ApiError;
use crate::paging::Paged as _;
use crate::path::{NoPath, path_parameters};
use crate::routes::{Route, router_of, table};
use crate::schema::{NoParameters, parameters};
use crate::state::{HttpOptions, HttpState};

path_parameters! {
    /// Which thing.
    struct ThingPath {
        /// What it is.
        "kind" kind: String,
        /// Which one it is.
        "_id" id: String,
    }
}

const REQUIRES: Requirement = Requirement::All(&[VIEW_L_ROOM]);
const ASKS: &[PermissionId] = &[VIEW_STATISTICS];

/// What a probe learnt of its call.
#[derive(Debug, Serialize, ToSchema)]
struct Learnt {
    words: Vec<String>,
}

fn learnt(words: &[&str]) -> Learnt {
    Learnt { words: words.iter().map(|word| (*word).to_owned()).collect() }
}

const fn described<C>(path: &'static str, access: Access<C>) -> Description<C> {
    Description {
        methods: &[Method::GET],
        path,
        operation: "probe",
        summary: "Probe",
        access,
        limit: Limit::Default,
        envelope: Envelope::Bare,
        errors: &[],
    }
}

/// Answers what stands in its path and whether the caller holds what it asks about.
struct Thing;

impl Endpoint for Thing {
    type Caller = SignedIn;
    type Path = ThingPath;
    type Input = NoParameters;
    type Output = Learnt;

    const DESCRIPTION: Description<SignedIn> =
        described("/things/{kind}/{_id}", Access::requires(REQUIRES).asking(ASKS));

    async fn handle(call: Call<SignedIn, ThingPath>, _: NoParameters) -> Result<Learnt, ApiError> {
        let actor = &call.caller.actor;
        let holds = actor.holds(&VIEW_STATISTICS).to_string();
        let address = actor.address.as_deref().unwrap_or("nowhere");
        Ok(learnt(&[&call.path.kind, &call.path.id, &holds, address]))
    }
}

/// Answers the token of whoever calls, if somebody does, and from where.
struct Open;

impl Endpoint for Open {
    type Caller = Anyone;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = Learnt;

    const DESCRIPTION: Description<Anyone> = described("/open", Access::anyone(&[]));

    async fn handle(call: Call<Anyone>, _: NoParameters) -> Result<Learnt, ApiError> {
        let token = call.caller.0.as_ref().map_or("none", |caller| caller.token.expose());
        Ok(learnt(&[token, call.address().unwrap_or("nowhere")]))
    }
}

/// For accounts with a username.
struct Named;

impl Endpoint for Named {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = Learnt;

    const DESCRIPTION: Description<SignedIn> = described("/named", Access::signed_in(ASKS));

    async fn handle(_: Call<SignedIn>, _: NoParameters) -> Result<Learnt, ApiError> {
        Ok(learnt(&[]))
    }
}

/// For all accounts.
struct Nameless;

impl Endpoint for Nameless {
    type Caller = SignedIn;
    type Path = NoPath;
    type Input = NoParameters;
    type Output = Learnt;

    const DESCRIPTION: Description<SignedIn> =
        described("/nameless", Access::SIGNED_IN.even_without_username());

    async fn handle(_: Call<SignedIn>, _: NoParameters) -> Result<Learnt, ApiError> {
        Ok(learnt(&[]))
    }
}

parameters! {
    /// Which items.
    paged struct ItemQuery: AjvTyped {}
}

/// Answers the page that is asked for.
struct Items;

impl Endpoint for Items {
    type Caller = Anyone;
    type Path = NoPath;
    type Input = ItemQuery;
    type Output = Learnt;

    const DESCRIPTION: Description<Anyone> = described("/items", Access::anyone(&[]));

    async fn handle(call: Call<Anyone>, query: ItemQuery) -> Result<Learnt, ApiError> {
        let page = call.page(&query);
        let order = query.order()?.by(|key| Some(key.to_owned()));
        Ok(learnt(&[&format!("{:?} from {} by {order:?}", page.limit, page.offset)]))
    }
}

type Asked = Arc<Mutex<Vec<PermissionId>>>;

/// A store that knows one agent, and notes which permissions it is asked about.
fn store(username: Option<&'static str>, asked: &Asked) -> MockStore {
    let mut store = sessions(username, asked);
    store.expect_find_settings().returning(|_| Ok(page_of_seven()));
    store
}

/// A store that is asked for sessions, and what belongs to them, and for nothing else.
fn sessions(username: Option<&'static str>, asked: &Asked) -> MockStore {
    let asked = asked.clone();
    let mut store = MockStore::new();
    store.expect_find_session().returning(move |question| {
        let SessionQuestion { key, permissions, settings, prefetch } = question;
        asked.lock().unwrap().extend_from_slice(&permissions);
        let mut grants = Grants::default();
        for permission in permissions {
            grants.insert(permission, vec![RoleId::from("agent")]);
        }
        Ok(Some(Session {
            user_id: key.user_id,
            username: username.map(str::to_owned),
            roles: vec![RoleId::from("agent")],
            token: LoginToken { hashed: key.token, created_at: NOW, kind: TokenKind::Session },
            settings: if settings.contains(&DEFAULT_COUNT) {
                page_of_seven()
            } else {
                SettingValues::default()
            },
            grants,
            prefetched: prefetch.map(found),
        }))
    });
    store
}

/// All visitors are there, and all addresses and numbers are known; there are no contacts.
fn found(prefetch: Prefetch) -> Prefetched {
    match prefetch {
        Prefetch::Visitor(id) => {
            let visitor = Visitor::new(id.clone(), "guest-1".into(), "t1".into(), NOW);
            Prefetched::Visitor(id, Some(Box::new(visitor)))
        }
        Prefetch::Contact(id) => Prefetched::Contact(id, None),
        Prefetch::Email(key) => Prefetched::Email(key, true),
        Prefetch::Phone(key) => Prefetched::Phone(key, true),
    }
}

fn page_of_seven() -> SettingValues {
    SettingValues::new(vec![(DEFAULT_COUNT.to_owned(), Value::Number(7.0))])
}

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn state(store: MockStore) -> HttpState {
    let mut clock = MockClock::new();
    clock.expect_now().return_const(NOW);
    let mut ids = MockIdSource::new();
    ids.expect_random_id().return_const("request-1");
    let ctx = Context {
        store: Arc::new(store),
        clock: Arc::new(clock),
        ids: Arc::new(ids),
        passwords: Arc::new(MockPasswordHasher::new()),
        root_url: String::new(),
        token_secret: None,
    };
    HttpState::new(Arc::new(ctx), HttpOptions::default())
}

async fn call(store: MockStore, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let table = vec![
        Route::of::<Thing>(),
        Route::of::<Open>(),
        Route::of::<Named>(),
        Route::of::<Nameless>(),
        Route::of::<Items>(),
    ];
    call_one_of(table, store, path, headers).await
}

async fn call_one_of(
    table: Vec<Route>,
    store: MockStore,
    path: &str,
    headers: &[(&str, &str)],
) -> (u16, String) {
    let request =
        headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    let request = request.body(Body::empty()).unwrap();
    let response = router_of(table, state(store)).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

const AGENT: [(&str, &str); 3] =
    [("X-User-Id", "u1"), ("X-Auth-Token", "secret"), ("X-Real-IP", "203.0.113.7")];

#[tokio::test]
async fn the_path_arrives_decoded_and_the_actor_knows_from_where_it_acts() {
    for (path, words) in [
        ("/things/agent/u1", r#"["agent","u1","true","203.0.113.7"]"#),
        ("/things/a%2Fb/%C3%A9%20x?kind=no", r#"["a/b","é x","true","203.0.113.7"]"#),
    ] {
        let answer = call(store(Some("kim.jane"), &Asked::default()), path, &AGENT).await;
        assert_eq!(answer, (200, format!(r#"{{"words":{words}}}"#)), "{path}");
    }
}

#[tokio::test]
async fn a_path_that_lacks_a_segment_is_not_found() {
    for path in ["/things/agent", "/things/agent/", "/things//u1", "/things/agent/u1/", "/things/agent/u1/x"]
    {
        let answer = call(store(Some("kim.jane"), &Asked::default()), path, &AGENT).await;
        assert_eq!(answer, (404, "404 Not Found".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn nul_in_a_path_is_refused_by_name_and_only_to_those_who_may() {
    let refused = r#"{"success":false,"error":"The value of field _id holds a NUL character [error-invalid-params]","errorType":"error-invalid-params"}"#;
    let answer = call(store(Some("kim.jane"), &Asked::default()), "/things/agent/%00", &AGENT).await;
    assert_eq!(answer, (400, refused.to_owned()));
    assert_eq!(call(MockStore::new(), "/things/agent/%00", &[]).await.0, 401);
}

#[tokio::test]
async fn the_store_is_asked_about_the_rule_and_about_what_the_handler_asks() {
    for (path, permissions) in [
        ("/things/agent/u1", vec![VIEW_L_ROOM, VIEW_STATISTICS, API_BYPASS_RATE_LIMIT]),
        ("/named", vec![VIEW_STATISTICS, API_BYPASS_RATE_LIMIT]),
        ("/nameless", vec![API_BYPASS_RATE_LIMIT]),
    ] {
        let asked = Asked::default();
        assert_eq!(call(store(Some("kim.jane"), &asked), path, &AGENT).await.0, 200, "{path}");
        assert_eq!(*asked.lock().unwrap(), permissions, "{path}");
    }
}

#[tokio::test]
async fn an_open_endpoint_learns_the_token_and_the_address() {
    let answer = call(store(Some("kim.jane"), &Asked::default()), "/open", &AGENT).await;
    assert_eq!(answer, (200, r#"{"words":["secret","203.0.113.7"]}"#.to_owned()));
    let answer = call(store(None, &Asked::default()), "/open", &[]).await;
    assert_eq!(answer, (200, r#"{"words":["none","nowhere"]}"#.to_owned()));
}

#[tokio::test]
async fn an_account_without_a_username_is_let_in_only_where_that_is_said() {
    let answer = call(store(None, &Asked::default()), "/named", &AGENT).await;
    assert_eq!(answer, (500, "Internal Server Error".to_owned()));
    for path in ["/nameless", "/open"] {
        assert_eq!(call(store(None, &Asked::default()), path, &AGENT).await.0, 200, "{path}");
    }
}

#[tokio::test]
async fn a_page_follows_the_settings_for_callers_and_for_strangers() {
    for headers in [&AGENT[..], &[]] {
        for (path, page) in [
            ("/items", "Some(7) from 0 by []"),
            ("/items?count=500&offset=3", "Some(100) from 3 by []"),
            ("/items?count=0&sort={%22a%22:-1}", r#"None from 0 by [(\"a\", Descending)]"#),
        ] {
            let answer = call(store(Some("kim.jane"), &Asked::default()), path, headers).await;
            assert_eq!(answer, (200, format!(r#"{{"words":["{page}"]}}"#)), "{path}");
        }
    }
    let answer = call(store(Some("kim.jane"), &Asked::default()), "/items?sort={name:1}", &[]).await;
    let refused = r#"{"success":false,"error":"Invalid sort parameter provided: \"{name:1}\" [error-invalid-sort]","errorType":"error-invalid-sort","details":{"helperMethod":"parseJsonQuery"}}"#;
    assert_eq!(answer, (400, refused.to_owned()));
}

#[tokio::test]
async fn one_question_is_enough_for_one_record() {
    for (path, status, part) in [
        ("/api/v1/omnichannel/contact?contactId=v1", 200, r#""_id":"v1""#),
        ("/api/v1/livechat/visitors.info?visitorId=v1", 200, r#""_id":"v1""#),
        ("/api/v1/omnichannel/contacts.get?contactId=c1", 404, "Resource not found"),
        ("/api/v1/omnichannel/contacts.checkExistence?contactId=c1", 200, r#""exists":false"#),
        ("/api/v1/omnichannel/contacts.checkExistence?email=Mara@x.org", 200, r#""exists":true"#),
        ("/api/v1/omnichannel/contacts.checkExistence?phone=%2B49%2030%2012", 200, r#""exists":true"#),
    ] {
        let store = sessions(Some("kim.jane"), &Asked::default());
        let answer = call_one_of(table(), store, path, &AGENT).await;
        assert!(answer.0 == status && answer.1.contains(part), "{path}: {answer:?}");
    }
}
