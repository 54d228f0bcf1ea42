//! `livechat/inquiries.*` (contract, conversations 4.8).

use omnicontact_domain::permission::VIEW_L_ROOM;
use omnicontact_domain::setting::{BLOCK_UNKNOWN_CONTACTS, BLOCK_UNVERIFIED_CONTACTS};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{
    channel, close, coded, id, inquiry, missing, online_agent, plain, read, room, said, sent, start, take,
    visitor,
};
use crate::support::{Caller, NOT_PERMITTED, TestApp};

async fn taken(app: &TestApp, body: Value, by: &Caller) -> crate::support::Answer {
    sent(app, "livechat/inquiries.take", body, by).await
}

async fn given_back(app: &TestApp, room: &str, by: &Caller) -> crate::support::Answer {
    sent(app, "livechat/inquiries.returnAsInquiry", json!({"roomId": room}), by).await
}

#[tokio::test]
async fn the_queue_is_listed_for_managers_and_for_agents() {
    let app = start().await;
    let (admin, agent) = (app.user("root", &["admin"]).await, app.agent().await);
    app.get("/api/v1/livechat/inquiries.list").by(&agent).await.says(403, NOT_PERMITTED);
    for token in ["t1", "t2", "t3"] {
        app.wait(std::time::Duration::from_secs(1));
        visitor(&app, token).await;
        room(&app, token).await;
    }
    for path in ["livechat/inquiries.list?count=2", "livechat/inquiries.queuedForUser?count=2"] {
        let page = read(&app, path, &admin).await;
        assert_eq!((&page["count"], &page["offset"], &page["total"]), (&json!(2), &json!(0), &json!(3)));
        let inquiries = page["inquiries"].as_array().unwrap();
        assert!(inquiries[0]["ts"].as_str() < inquiries[1]["ts"].as_str());
        for listed in inquiries {
            let keys: Vec<_> = listed.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(keys, ["_id", "rid", "name", "ts", "status"]);
            assert_eq!(listed["status"], "queued");
        }
    }
    let nowhere = read(&app, "livechat/inquiries.list?department=nowhere", &admin).await;
    assert_eq!((&nowhere["inquiries"], &nowhere["total"]), (&json!([]), &json!(0)));
    app.grant(&VIEW_L_ROOM, &[]).await;
    app.get("/api/v1/livechat/inquiries.queuedForUser").by(&admin).await.says(403, NOT_PERMITTED);
}

#[tokio::test]
async fn nobody_works_on_the_queue_without_the_permission() {
    let app = start().await;
    let agent = online_agent(&app).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let waiting = inquiry(&app, &begun, &agent).await;
    app.grant(&VIEW_L_ROOM, &[]).await;
    let shown = format!("/api/v1/livechat/inquiries.getOne?roomId={}", id(&begun));
    app.get(&shown).by(&agent).await.says(403, NOT_PERMITTED);
    taken(&app, json!({"inquiryId": id(&waiting)}), &agent).await.says(403, NOT_PERMITTED);
    given_back(&app, id(&begun), &agent).await.says(403, NOT_PERMITTED);
    app.get("/api/v1/livechat/inquiries.queuedForUser").by(&agent).await.says(403, NOT_PERMITTED);
}

#[tokio::test]
async fn an_inquiry_is_shown_in_full_and_null_where_there_is_none() {
    let app = start().await;
    let agent = app.agent().await;
    app.get("/api/v1/livechat/inquiries.getOne").by(&agent).await.says(400, &missing("roomId"));
    let none = app.get("/api/v1/livechat/inquiries.getOne?roomId=nowhere").by(&agent).await;
    none.says(200, r#"{"inquiry":null,"success":true}"#);
    let guest = visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let shown = inquiry(&app, &begun, &agent).await;
    let expected = json!({
        "_id": shown["_id"], "rid": begun["_id"], "name": "Ada Visitor", "ts": begun["ts"], "message": "",
        "status": "queued", "v": {"_id": guest["_id"], "username": guest["username"], "status": "online"},
        "t": "l", "source": {"type": "api"}, "priorityWeight": 99, "estimatedWaitingTimeQueue": 9_999_999,
        "queuedAt": begun["ts"], "_updatedAt": begun["ts"],
    });
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn what_may_not_be_taken_stays_in_the_queue() {
    let app = start().await;
    let agent = online_agent(&app).await;
    let offline = app.user("lee", &["livechat-agent"]).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let waiting = inquiry(&app, &begun, &agent).await;
    let invalid = coded("must be string [invalid-params]", "invalid-params");
    for odd in [json!({"inquiryId": {"a": 1}}), json!({"inquiryId": []})] {
        taken(&app, odd, &agent).await.says(400, &invalid);
    }
    let nobody = json!({"inquiryId": "nowhere", "userId": "nobody"});
    taken(&app, nobody, &agent).await.says(400, &plain("The user is invalid"));
    let nowhere = json!({"inquiryId": "nowhere"});
    taken(&app, nowhere, &agent)
        .await
        .says(400, &coded("Inquiry not found [error-not-found]", "error-not-found"));
    let wanted = json!({"inquiryId": id(&waiting)});
    let not_online = coded(
        "Agent status is offline or Omnichannel service is not active [error-agent-status-service-offline]",
        "error-agent-status-service-offline",
    );
    taken(&app, wanted.clone(), &offline).await.says(400, &not_online);
    app.set(BLOCK_UNKNOWN_CONTACTS, true).await;
    let unknown = coded("[error-unknown-contact]", "error-unknown-contact");
    taken(&app, wanted.clone(), &agent).await.says(400, &unknown);
    app.set(BLOCK_UNKNOWN_CONTACTS, false).await;
    app.set(BLOCK_UNVERIFIED_CONTACTS, true).await;
    let unverified = coded("[error-unverified-contact]", "error-unverified-contact");
    taken(&app, wanted.clone(), &agent).await.says(400, &unverified);
    app.set(BLOCK_UNVERIFIED_CONTACTS, false).await;
    taken(&app, wanted.clone(), &agent).await.says(200, r#"{"success":true}"#);
    let again = coded("Inquiry already taken [error-inquiry-taken]", "error-inquiry-taken");
    taken(&app, wanted, &agent).await.says(400, &again);
}

#[tokio::test]
async fn a_taken_conversation_has_an_agent_and_its_inquiry_stays() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let agent = online_agent(&app).await;
    let guest = visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let waiting = inquiry(&app, &begun, &admin).await;
    let body = json!({"inquiryId": id(&waiting), "userId": agent.id, "options": {"clientAction": true}});
    taken(&app, body, &admin).await.says(200, r#"{"success":true}"#);
    let served = channel(&app, &begun, &agent).await;
    assert_eq!((&served["servedBy"]["_id"], &served["usersCount"]), (&json!(agent.id), &json!(2)));
    assert_eq!((served.get("queuedAt"), served.get("lastMessage")), (None, None));
    let stays = inquiry(&app, &begun, &admin).await;
    assert_eq!((&stays["_id"], &stays["status"]), (&waiting["_id"], &json!("taken")));
    assert!(stays["takenAt"].is_string() && stays.get("queuedAt").is_none());
    let own = read(&app, &format!("subscriptions.getOne?roomId={}", id(&begun)), &agent).await;
    let own = &own["subscription"];
    assert_eq!((&own["name"], &own["fname"]), (&json!("Ada Visitor"), &json!("Ada Visitor")));
    assert_eq!((&own["v"]["_id"], &own["u"]["_id"]), (&guest["_id"], &json!(agent.id)));
    assert_eq!((own["v"].get("token"), &own["unread"], &own["open"]), (None, &json!(1), &json!(true)));
    let queue = read(&app, "livechat/inquiries.list", &admin).await;
    assert_eq!(queue["total"], 0);
}

#[tokio::test]
async fn of_many_agents_who_take_one_conversation_one_gets_it() {
    let app = start().await;
    let mut agents = Vec::new();
    for index in 0..6 {
        let agent = app.user(&format!("agent-{index}"), &["livechat-agent"]).await;
        super::appear(&app, &agent).await;
        agents.push(agent);
    }
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let waiting = inquiry(&app, &begun, &agents[0]).await;
    let body = json!({"inquiryId": id(&waiting)}).to_string();
    let mut calls = JoinSet::new();
    for agent in agents.clone() {
        let call = app.post("/api/v1/livechat/inquiries.take", body.clone());
        calls.spawn(async move { (call.by(&agent).await.status, agent.id) });
    }
    let answers = calls.join_all().await;
    let winners: Vec<_> = answers.iter().filter(|(status, _)| status.is_success()).collect();
    assert_eq!(winners.len(), 1, "{answers:?}");
    let admin = app.user("root", &["admin"]).await;
    let served = channel(&app, &begun, &admin).await;
    assert_eq!((&served["servedBy"]["_id"], &served["usersCount"]), (&json!(winners[0].1), &json!(2)));
}

#[tokio::test]
async fn what_is_given_back_waits_again_with_what_was_said_last() {
    let app = start().await;
    let agent = online_agent(&app).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    for nowhere in ["nowhere", "GENERAL"] {
        given_back(&app, nowhere, &agent).await.says(400, &plain("error-room-not-found"));
    }
    given_back(&app, id(&begun), &agent).await.says(200, r#"{"result":false,"success":true}"#);
    let waiting = inquiry(&app, &begun, &agent).await;
    take(&app, &begun, &agent).await;
    assert_eq!(said(&app, "t1", &begun, "still there?").await.status, 200);
    assert_eq!(channel(&app, &begun, &agent).await["lastMessage"]["msg"], "still there?");
    given_back(&app, id(&begun), &agent).await.says(200, r#"{"result":true,"success":true}"#);
    let again = inquiry(&app, &begun, &agent).await;
    assert_eq!((&again["_id"], &again["status"]), (&waiting["_id"], &json!("queued")));
    assert_eq!(again["lastMessage"]["msg"], "still there?");
    assert_eq!(channel(&app, &begun, &agent).await.get("servedBy"), None);
    let own = read(&app, &format!("subscriptions.getOne?roomId={}", id(&begun)), &agent).await;
    assert_eq!(own["subscription"], Value::Null);
    let queue = read(&app, "livechat/inquiries.queuedForUser", &agent).await;
    assert_eq!(queue["inquiries"][0]["_id"], waiting["_id"]);
    let admin = app.user("root", &["admin"]).await;
    close(&app, &begun, &admin).await;
    given_back(&app, id(&begun), &agent).await.says(400, &plain("room-closed"));
}
