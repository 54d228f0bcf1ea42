//! `GET omnichannel/contact`: the endpoint that everything began with.

use omnicontact_domain::contact::LastChat;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::{Fields, Value};
use omnicontact_domain::visitor::{LastAgent, Visitor, VisitorManager};

use crate::support::{CONTACT, NOT_LOGGED_IN, NOT_PERMITTED, TestApp};

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// The visitor of the contract's example.
fn chris() -> Visitor {
    let id = "653f9ce1a2f73c7460e18e82".into();
    let token = "434lxd7iss8yh8c4m80wh".into();
    let visitor = Visitor::new(id, "guest-39".into(), token, at("2023-10-30T12:09:05.982Z"));
    Visitor {
        updated_at: at("2023-10-30T13:43:22.044Z"),
        manager: Some(VisitorManager {
            user_id: None,
            username: "kim.jane".into(),
            name: None,
            emails: None,
        }),
        livechat_data: Some(Fields::default()),
        name: Some("Chris".into()),
        phones: Some(vec!["+91123456788".into()]),
        emails: Some(vec!["chris@example.com".into()]),
        ..visitor
    }
}

async fn store(app: &TestApp, visitor: &Visitor) {
    let mut tx = app.ctx.store.begin().await.unwrap();
    tx.visitors().add(visitor).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_answers_of_the_documentation() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let user = app.user("nobody", &["user"]).await;
    store(&app, &chris()).await;
    let path = format!("{CONTACT}?contactId=653f9ce1a2f73c7460e18e82");
    app.get(&path).by(&agent).await.says(
        200,
        r#"{"contact":{"_id":"653f9ce1a2f73c7460e18e82","username":"guest-39","ts":"2023-10-30T12:09:05.982Z","token":"434lxd7iss8yh8c4m80wh","_updatedAt":"2023-10-30T13:43:22.044Z","contactManager":{"username":"kim.jane"},"livechatData":{},"name":"Chris","phone":[{"phoneNumber":"+91123456788"}],"visitorEmails":[{"address":"chris@example.com"}]},"success":true}"#,
    );
    app.get(CONTACT)
        .by(&agent)
        .await
        .says(400, r#"{"success":false,"error":"Match error: Missing key 'contactId'"}"#);
    app.get(&path).send().await.says(401, NOT_LOGGED_IN);
    app.get(&path).by(&user).await.says(403, NOT_PERMITTED);
}

#[tokio::test]
async fn everything_stored_is_shown() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let ts = at("2024-01-02T03:04:05.006Z");
    let identity: Fields = [("appId".to_owned(), Value::from("a1"))].into_iter().collect();
    let visitor = Visitor {
        manager: Some(VisitorManager {
            user_id: Some("u1".into()),
            username: "kim.jane".into(),
            name: Some("Kim".into()),
            emails: None,
        }),
        department: Some("d1".into()),
        last_chat: Some(LastChat { room_id: "room1".into(), ts }),
        last_agent: Some(LastAgent { agent_id: "u1".into(), username: "kim.jane".into(), ts }),
        status: Some("online".into()),
        activity: Some(vec!["2024-01".into()]),
        user_agent: Some("agent".into()),
        ip: Some("::1".into()),
        host: Some("example.org".into()),
        external_ids: Some(vec![Value::Fields(identity)]),
        ..chris()
    };
    store(&app, &visitor).await;
    let answer = app.get(&format!("{CONTACT}?contactId={}", visitor.id)).by(&agent).await;
    let contact = &answer.json()["contact"];
    assert_eq!(
        contact["contactManager"],
        serde_json::json!({"_id": "u1", "username": "kim.jane", "name": "Kim"})
    );
    let rest = r#""department":"d1","lastChat":{"_id":"room1","ts":"2024-01-02T03:04:05.006Z"},"lastAgent":{"agentId":"u1","username":"kim.jane","ts":"2024-01-02T03:04:05.006Z"},"status":"online","activity":["2024-01"],"userAgent":"agent","ip":"::1","host":"example.org","externalIds":[{"appId":"a1"}]},"success":true}"#;
    assert!(answer.body.ends_with(rest), "{}", answer.body);
}

#[tokio::test]
async fn nobody_and_erased_visitors_are_null() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let erased = Visitor { disabled: true, ..chris() };
    store(&app, &erased).await;
    for id in ["", "653f9ce1a2f73c7460e18e82", "unknown", "%F0%9F%A6%80", "%zz"] {
        let answer = app.get(&format!("{CONTACT}?contactId={id}")).by(&agent).await;
        answer.says(200, r#"{"contact":null,"success":true}"#);
    }
}

#[tokio::test]
async fn what_does_not_match_is_refused() {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    for (query, text) in [
        ("", "Missing key 'contactId'"),
        ("?", "Missing key 'contactId'"),
        ("?text=x", "Unknown key in field text"),
        ("?contactId=a&text=x", "Unknown key in field text"),
        ("?contactId=a&contactId=b", "Expected string, got object in field contactId"),
        ("?contactId[]=a", "Expected string, got object in field contactId"),
        ("?contactId[x]=a", "Expected string, got object in field contactId"),
    ] {
        let answer = app.get(&format!("{CONTACT}{query}")).by(&agent).await;
        answer.says(400, &format!(r#"{{"success":false,"error":"Match error: {text}"}}"#));
    }
    let many = vec!["contactId=a"; 501].join("&");
    app.get(&format!("{CONTACT}?{many}"))
        .by(&agent)
        .await
        .says(400, r#"{"success":false,"error":"Invalid query parameters"}"#);
    app.get(&format!("{CONTACT}?contactId=a%00")).by(&agent).await.says(
        400,
        r#"{"success":false,"error":"The value of field contactId holds a NUL character [error-invalid-params]","errorType":"error-invalid-params"}"#,
    );
}
