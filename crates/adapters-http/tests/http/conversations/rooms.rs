//! `rooms.info`, `channels.info`, `subscriptions.getOne` and `livechat/rooms`.

use omnicontact_domain::permission::VIEW_LIVECHAT_ROOMS;
use serde_json::{Value, json};

use super::{close, coded, id, online_agent, plain, read, room, start, take, visitor, visitor_who};
use crate::support::{Caller, TestApp};

fn no_match() -> String {
    coded(
        "The required \"roomId\" or \"roomName\" param provided does not match any channel [error-room-not-found]",
        "error-room-not-found",
    )
}

#[tokio::test]
async fn a_conversation_is_shown_to_whoever_may_read_it() {
    let app = start().await;
    let (agent, other) = (online_agent(&app).await, app.user("lee", &["livechat-agent"]).await);
    let admin = app.user("root", &["admin"]).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let info = |name: &str| format!("/api/v1/{name}.info?roomId={}", id(&begun));
    for name in ["rooms", "channels"] {
        let path = format!("/api/v1/{name}.info");
        let none = coded(
            "The parameter \"roomId\" or \"roomName\" is required [error-roomid-param-not-provided]",
            "error-roomid-param-not-provided",
        );
        app.get(&path).by(&agent).await.says(400, &none);
        for query in ["roomId=nowhere", "roomName=Ada Visitor"] {
            let query = query.replace(' ', "%20");
            app.get(&format!("{path}?{query}")).by(&agent).await.says(400, &no_match());
        }
        assert_eq!(app.get(&info(name)).by(&other).await.status, 200, "queued in public");
    }
    take(&app, &begun, &agent).await;
    app.get(&info("rooms")).by(&other).await.says(400, &coded("not-allowed", "Not Allowed"));
    app.get(&info("channels")).by(&other).await.says(400, &no_match());
    let shown = app.get(&info("rooms")).by(&agent).await.json()["room"].clone();
    assert_eq!((&shown["_id"], &shown["contactId"]), (&begun["_id"], &begun["contactId"]));
    assert_eq!(shown["v"].get("token"), None);
    close(&app, &begun, &agent).await;
    assert_eq!(app.get(&info("rooms")).by(&agent).await.status, 200, "whoever served it");
    app.get(&info("rooms")).by(&other).await.says(400, &coded("not-allowed", "Not Allowed"));
    assert_eq!(app.get(&info("rooms")).by(&admin).await.status, 200);
}

/// The ids that a list has.
async fn listed(app: &TestApp, query: &str, by: &Caller) -> Vec<String> {
    let page = read(app, &format!("livechat/rooms?{query}"), by).await;
    let rooms = page["rooms"].as_array().unwrap();
    assert_eq!((&page["count"], &page["total"]), (&json!(rooms.len()), &json!(rooms.len())), "{query}");
    rooms.iter().map(|room| id(room).to_owned()).collect()
}

#[tokio::test]
async fn conversations_are_listed_by_what_they_are() {
    let app = start().await;
    let (agent, admin) = (online_agent(&app).await, app.user("root", &["admin"]).await);
    let mut begun: Vec<Value> = Vec::new();
    for (token, name) in [("t1", "Ada"), ("t2", "Grace"), ("t3", "Mara")] {
        app.wait(std::time::Duration::from_secs(1));
        visitor_who(&app, json!({"token": token, "name": name})).await;
        begun.push(room(&app, token).await);
    }
    let [queued, served, closed] = [&begun[0], &begun[1], &begun[2]].map(|room| id(room).to_owned());
    take(&app, &begun[1], &agent).await;
    take(&app, &begun[2], &agent).await;
    let body = json!({"rid": &closed, "comment": "bye", "tags": ["late"]});
    super::sent(&app, "livechat/room.closeByUser", body, &admin).await.says(200, r#"{"success":true}"#);
    let agents = format!("agents[]={}", agent.id);
    let span = |key: &str, start: &Value| {
        let text = json!({ "start": start }).to_string();
        format!("{key}={}", text.replace('{', "%7B").replace('}', "%7D").replace('"', "%22"))
    };
    for (query, expected) in [
        (String::new(), vec![&closed, &served, &queued]),
        ("sort=%7B%22ts%22:1%7D".to_owned(), vec![&queued, &served, &closed]),
        ("open=true".to_owned(), vec![&served]),
        ("open=false".to_owned(), vec![&closed]),
        ("queued=true".to_owned(), vec![&queued]),
        ("onhold=true".to_owned(), vec![]),
        (agents.clone(), vec![&closed, &served]),
        ("roomName=a".to_owned(), vec![&closed, &served, &queued]),
        ("roomName=%22Ada%22".to_owned(), vec![&queued]),
        ("roomName=%22ada%22".to_owned(), vec![]),
        ("tags[]=late&tags[]=x".to_owned(), vec![&closed]),
        ("departmentId=d1".to_owned(), vec![]),
        (span("createdAt", &begun[1]["ts"]), vec![&closed, &served]),
        (span("closedAt", &begun[0]["ts"]), vec![&closed]),
        ("customFields=%7B%22x%22:%22y%22%7D".to_owned(), vec![]),
    ] {
        assert_eq!(listed(&app, &query, &admin).await.iter().collect::<Vec<_>>(), expected, "{query}");
    }
    let refused = r#"{"success":false,"error":"unauthorized"}"#;
    app.get("/api/v1/livechat/rooms").by(&agent).await.says(403, refused);
    assert_eq!(listed(&app, &agents, &agent).await, [closed, served]);
    app.grant(&VIEW_LIVECHAT_ROOMS, &[]).await;
    app.get("/api/v1/livechat/rooms").by(&admin).await.says(403, refused);
}

#[tokio::test]
async fn dates_and_custom_values_that_are_none_are_named() {
    let app = start().await;
    let (agent, admin) = (app.agent().await, app.user("root", &["admin"]).await);
    for (query, text) in [
        (
            r"createdAt=%7B%22start%22:%22x%22%7D",
            "The \"createdAt.start\" query parameter must be a valid date.",
        ),
        (r"closedAt=%7B%22end%22:%22x%22%7D", "The \"closedAt.end\" query parameter must be a valid date."),
    ] {
        app.get(&format!("/api/v1/livechat/rooms?{query}")).by(&agent).await.says(400, &plain(text));
    }
    for odd in ["[]", "null", "1", "%7B"] {
        let path = format!("/api/v1/livechat/rooms?customFields={odd}");
        let text = "The \"customFields\" query parameter must be a valid JSON.";
        app.get(&path).by(&admin).await.says(400, &plain(text));
    }
}
