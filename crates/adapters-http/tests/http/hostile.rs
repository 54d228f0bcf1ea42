//! Input that nobody sends by accident, on every method of every route: never a 5xx, never half a record.

use axum::http::Method;
use omnicontact_adapters_http::{RouteAccess, route_access};
use omnicontact_domain::visitor::Visitor;
use serde_json::{Value, json};

use crate::support::{CONTACT, Call, Caller, TestApp};

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

fn odd_queries() -> Vec<String> {
    let mut queries: Vec<String> = [
        "contactId=a&contactId=b",
        "contactId[]=a",
        "contactId[a]=b",
        "contactId[__proto__]=x",
        "contactId",
        "contactId=%00",
        "contactId=%zz",
        "contactId=%ff%fe",
        "contactId=%ed%a0%80",
        "contactId=%F0%9F%91%BE",
        "__proto__[x]=1",
        "constructor[prototype][x]=1",
        "email=%00",
        "phone=%00",
        "custom=%00",
        "custom=[[[[",
        "custom={%22a%22:{}}",
        "custom={%22%5cu0000%22:%22x%22}",
        "custom=%22x%22",
        "custom=1e999",
        "&&&==&=&",
        "a[b][c][d][e][f][g]=1",
        "[]=1",
        "[[[]]]=1",
        "email[$ne]=x",
        "email=' or 1=1; --",
    ]
    .map(|query| query.replace(' ', "%20"))
    .into();
    queries.push(format!("contactId={}", "x".repeat(10_000)));
    queries.push(format!("email={0}&phone={0}", "x".repeat(10_000)));
    queries.push(format!("custom={}", "[".repeat(10_000)));
    queries.push(vec!["contactId=a"; 2_000].join("&"));
    queries
}

/// Sends as an administrator, who gets furthest. Where a call ends the session, each needs one of its own.
async fn send(app: &TestApp, route: &RouteAccess, root: &Caller, count: usize, call: Call) {
    let answer = if route.operation.starts_with("log_out") {
        call.by(&app.token("root", &format!("token {count}")).await).await
    } else {
        call.by(root).await
    };
    let name = format!("{} {} ({count})", route.method, route.path);
    assert!(answer.status.as_u16() < 500, "{name}: {} {}", answer.status, answer.body);
    assert!(answer.body != "404 Not Found" || !route.path.starts_with("/api"), "{name}");
}

#[tokio::test]
async fn no_query_breaks_a_route() {
    let app = TestApp::start().await;
    let root = app.user("root", &["admin"]).await;
    let mut count = 0;
    for route in route_access() {
        for query in odd_queries() {
            count += 1;
            let call = app.call(route.method.clone(), &format!("{}?{query}", route.path));
            send(&app, &route, &root, count, call).await;
        }
    }
}

#[tokio::test]
async fn no_body_breaks_a_route() {
    let app = TestApp::start().await;
    let root = app.user("root", &["admin"]).await;
    let mut count = 0;
    for route in route_access().iter().filter(|route| route.method != Method::GET) {
        let forms = ["application/json", "application/x-www-form-urlencoded", "text/plain"];
        for content_type in forms.map(Some).into_iter().chain([None]) {
            for body in odd_bodies("t") {
                count += 1;
                let mut call = app.call(route.method.clone(), route.path).body(body);
                if let Some(content_type) = content_type {
                    call = call.header("content-type", content_type);
                }
                send(&app, route, &root, count, call).await;
            }
        }
    }
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
