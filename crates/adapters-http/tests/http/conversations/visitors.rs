//! A visitor's conversations as agents see them, and `livechat/visitor.status`.

use omnicontact_domain::permission::VIEW_L_ROOM;
use serde_json::{Value, json};

use super::{
    appear, channel, close, coded, id, inquiry, missing, online_agent, plain, read, room, said, sent, start,
    take, visitor, visitor_who,
};
use crate::support::{Caller, NOT_PERMITTED, TestApp};

async fn chats(app: &TestApp, beside: &Value, visitor: &str, query: &str, by: &Caller) -> Value {
    let path = format!("livechat/visitors.searchChats/room/{}/visitor/{visitor}?{query}", id(beside));
    read(app, &path, by).await
}

fn ids(page: &Value) -> Vec<&str> {
    let history = page["history"].as_array().unwrap();
    assert_eq!((&page["count"], &page["total"]), (&json!(history.len()), &json!(history.len())));
    history.iter().map(id).collect()
}

#[tokio::test]
async fn a_visitors_conversations_are_found_by_state_source_and_words() {
    let app = start().await;
    let agent = online_agent(&app).await;
    let admin = app.user("root", &["admin"]).await;
    let guest = visitor(&app, "t1").await;
    let mut begun = Vec::new();
    for (is_taken, is_closed, text) in
        [(true, true, "Hello world"), (false, true, "good bye"), (true, false, "what now")]
    {
        app.wait(std::time::Duration::from_secs(1));
        let next = room(&app, "t1").await;
        assert_eq!(said(&app, "t1", &next, text).await.status, 200);
        if is_taken {
            take(&app, &next, &agent).await;
        }
        if is_closed {
            close(&app, &next, &admin).await;
        }
        begun.push(next);
    }
    let [first, second, third] = [&begun[0], &begun[1], &begun[2]].map(id);
    for (query, expected) in [
        ("closedChatsOnly=false&servedChatsOnly=false", vec![third, second, first]),
        ("closedChatsOnly=true&servedChatsOnly=false", vec![second, first]),
        ("closedChatsOnly=false&servedChatsOnly=true", vec![third, first]),
        ("source=api&servedChatsOnly=true", vec![third, first]),
        ("source=widget", vec![]),
        ("searchText=Hello", vec![first]),
        ("searchText=hello", vec![]),
    ] {
        assert_eq!(ids(&chats(&app, &begun[0], id(&guest), query, &admin).await), expected, "{query}");
    }
    let found = chats(&app, &begun[0], id(&guest), "", &admin).await;
    let (open, closed) = (&found["history"][0], &found["history"][1]);
    assert_eq!((open.get("closedAt"), open.get("closingMessage")), (None, None));
    assert_eq!((closed.get("servedBy"), &closed["closingMessage"]["msg"]), (None, &json!("bye")));
    assert_eq!(open["v"].get("token"), None);
    assert_eq!(ids(&chats(&app, &begun[0], "123", "", &admin).await), Vec::<&str>::new());
    let path = format!("livechat/visitors.chatHistory/room/{first}/visitor/{}?count=2", id(&guest));
    let whole = read(&app, &path, &admin).await;
    assert_eq!((&whole["count"], &whole["offset"], &whole["total"]), (&json!(2), &json!(0), &json!(3)));
    assert_eq!((&whole["history"][0]["_id"], &whole["history"][0]["t"]), (&json!(third), &json!("l")));
}

#[tokio::test]
async fn one_must_be_able_to_read_the_conversation_beside() {
    let app = start().await;
    let agent = online_agent(&app).await;
    let other = app.user("lee", &["livechat-agent"]).await;
    let guest = visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    take(&app, &begun, &agent).await;
    for name in ["chatHistory", "searchChats"] {
        let path =
            |room: &str| format!("/api/v1/livechat/visitors.{name}/room/{room}/visitor/{}", id(&guest));
        app.get(&path("nowhere")).by(&agent).await.says(400, &plain("invalid-room"));
        app.get(&path(id(&begun))).by(&other).await.says(400, &plain("error-not-allowed"));
        assert_eq!(app.get(&path(id(&begun))).by(&agent).await.status, 200);
    }
    let pages = |room: &str| format!("/api/v1/livechat/visitors.pagesVisited/{room}");
    app.get(&pages("nowhere")).by(&agent).await.says(400, &plain("invalid-room"));
    let none = r#"{"pages":[],"count":0,"offset":0,"total":0,"success":true}"#;
    app.get(&pages(id(&begun))).by(&agent).await.says(200, none);
    app.grant(&VIEW_L_ROOM, &[]).await;
    app.get(&pages(id(&begun))).by(&agent).await.says(403, NOT_PERMITTED);
    for name in ["chatHistory", "searchChats"] {
        let path = format!("/api/v1/livechat/visitors.{name}/room/{}/visitor/{}", id(&begun), id(&guest));
        app.get(&path).by(&agent).await.says(403, NOT_PERMITTED);
    }
}

#[tokio::test]
async fn conversation_and_inquiry_show_whether_the_visitor_is_there() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    visitor(&app, "t1").await;
    let set = async |body: Value| app.post("/api/v1/livechat/visitor.status", body.to_string()).send().await;
    assert_eq!(app.post("/api/v1/livechat/visitor.status", "").send().await.status, 400);
    set(json!({"token": "t1"})).await.says(400, &missing("status"));
    set(json!({"status": "away"})).await.says(400, &missing("token"));
    let unknown = coded("[invalid-token]", "invalid-token");
    set(json!({"token": "nobody", "status": "away"})).await.says(400, &unknown);
    let done = r#"{"token":"t1","status":"away","success":true}"#;
    set(json!({"token": "t1", "status": "away"})).await.says(200, done);
    let begun = room(&app, "t1").await;
    assert_eq!(begun["v"]["status"], "online");
    set(json!({"token": "t1", "status": "away"})).await.says(200, done);
    assert_eq!(channel(&app, &begun, &admin).await["v"]["status"], "away");
    assert_eq!(inquiry(&app, &begun, &admin).await["v"]["status"], "away");
}

#[tokio::test]
async fn a_visitor_knows_the_manager_of_the_contact_with_its_address_who_is_online() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let agent = app.agent().await;
    let prepared = json!({"name": "Ada", "emails": ["ada@x.org"], "phones": [], "contactManager": agent.id});
    assert_eq!(sent(&app, "omnichannel/contacts", prepared, &admin).await.status, 200);
    let said = |token: &str, email: &str| json!({"token": token, "name": "Ada", "email": email});
    let offline = visitor_who(&app, said("t1", "ada@x.org")).await;
    assert_eq!(offline.get("contactManager"), None);
    appear(&app, &agent).await;
    assert_eq!(visitor_who(&app, said("t2", "eve@x.org")).await.get("contactManager"), None);
    let managed = visitor_who(&app, said("t1", "Ada@X.org")).await;
    let expected = json!({
        "_id": agent.id, "username": "kim.jane", "name": "Name of kim.jane",
        "emails": [{"address": "kim.jane@example.org", "verified": managed["contactManager"]["emails"][0]["verified"]}],
    });
    assert_eq!(managed["contactManager"], expected);
    assert!(expected["emails"][0]["verified"].is_boolean());
    let path = format!("/api/v1/livechat/users/agent/{}", agent.id);
    assert_eq!(app.call(axum::http::Method::DELETE, &path).by(&admin).await.status, 200);
    let found = app.get("/api/v1/livechat/visitor/t1").send().await.json();
    assert_eq!(found["visitor"].get("contactManager"), None);
}

#[tokio::test]
async fn an_address_that_is_none_is_kept_by_the_visitor_alone() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let odd = visitor_who(&app, json!({"token": "t1", "email": "nonsense"})).await;
    assert_eq!(odd["visitorEmails"], json!([{"address": "nonsense"}]));
    assert_eq!(super::contact(&app, &begun, &admin).await.get("emails"), None);
}
