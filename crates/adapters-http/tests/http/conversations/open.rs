//! `GET livechat/room`: what goes on, what begins, and whose it is.

use omnicontact_domain::setting::{LIVECHAT_ENABLED, REQUIRE_VERIFICATION};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{
    appear, asked, channel, close, coded, contact, id, inquiry, plain, read, room, sent, start, visitor,
    visitor_who,
};
use crate::support::{NOT_PERMITTED, TestApp};

#[tokio::test]
async fn what_is_no_visitors_open_conversation_is_refused() {
    let app = start().await;
    visitor(&app, "t1").await;
    visitor(&app, "t2").await;
    let other = room(&app, "t2").await;
    asked(&app, "").await.says(400, &plain("Match error: Missing key 'token'"));
    asked(&app, "token=t1&x=1").await.says(400, &plain("Match error: Unknown key in field x"));
    asked(&app, "token=nobody").await.says(400, &plain("invalid-token"));
    for rid in ["nowhere", id(&other)] {
        asked(&app, &format!("token=t1&rid={rid}")).await.says(400, &plain("invalid-room"));
    }
    let mine = room(&app, "t1").await;
    let admin = app.user("root", &["admin"]).await;
    close(&app, &mine, &admin).await;
    asked(&app, &format!("token=t1&rid={}", id(&mine))).await.says(400, &plain("invalid-room"));
}

#[tokio::test]
async fn a_conversation_begins_once_and_goes_on_wherever_its_visitor_comes_from() {
    let app = start().await;
    let guest = visitor(&app, "t1").await;
    let answer = asked(&app, "token=t1").await.json();
    assert_eq!(answer["newRoom"], true);
    let begun = &answer["room"];
    assert_eq!((&begun["v"]["token"], &begun["v"]["_id"]), (&json!("t1"), &guest["_id"]));
    assert_eq!((&begun["source"], &begun["fname"]), (&json!({"type": "api"}), &json!("Ada Visitor")));
    assert_eq!(
        (&begun["open"], &begun["waitingResponse"], &begun["msgs"]),
        (&json!(true), &json!(true), &json!(0))
    );
    assert_eq!(id(begun).len(), 17);
    let again = asked(&app, "token=t1").await;
    assert_eq!((&again.json()["newRoom"], &again.json()["room"]), (&json!(false), begun));
    let by_id = asked(&app, &format!("token=t1&rid={}", id(begun))).await;
    assert_eq!(by_id.body, again.body);
    let widget = app.get("/api/v1/livechat/room?token=t1").header("cookie", "rc_room_type=l; rc_is_widget=t");
    assert_eq!(widget.send().await.body, again.body);
}

#[tokio::test]
async fn the_widget_shows_itself_by_both_cookies() {
    let app = start().await;
    for (token, cookies, source) in [
        (
            "t1",
            "rc_room_type=l; rc_is_widget=t",
            json!({"type": "widget", "destination": "chat.example.org"}),
        ),
        ("t2", "rc_is_widget=t", json!({"type": "api"})),
        ("t3", "rc_room_type=c; rc_is_widget=t", json!({"type": "api"})),
    ] {
        visitor(&app, token).await;
        let call = app.get(&format!("/api/v1/livechat/room?token={token}"));
        let answer = call.header("cookie", cookies).header("host", "chat.example.org").send().await;
        assert_eq!(answer.json()["room"]["source"], source);
    }
}

#[tokio::test]
async fn nothing_begins_while_it_is_switched_off_or_nobody_is_online() {
    let app = TestApp::start().await;
    visitor(&app, "t1").await;
    let nobody = coded("Sorry, no online agents [no-agent-online]", "no-agent-online");
    asked(&app, "token=t1").await.says(400, &nobody);
    let agent = app.agent().await;
    asked(&app, "token=t1").await.says(400, &nobody);
    appear(&app, &agent).await;
    app.set(LIVECHAT_ENABLED, false).await;
    let off = coded("[error-omnichannel-is-disabled]", "error-omnichannel-is-disabled");
    asked(&app, "token=t1").await.says(400, &off);
    app.set(LIVECHAT_ENABLED, true).await;
    room(&app, "t1").await;
}

#[tokio::test]
async fn a_visitor_whom_nobody_knows_becomes_a_contact_with_one_channel() {
    let app = start().await;
    let agent = app.user("root", &["admin"]).await;
    let said = json!({"token": "t1", "name": "Ada", "email": "Ada@X.org", "phone": "4155550100"});
    let guest = visitor_who(&app, said).await;
    let first = room(&app, "t1").await;
    close(&app, &first, &agent).await;
    let second = room(&app, "t1").await;
    assert_ne!(id(&first), id(&second));
    assert_eq!(first["contactId"], second["contactId"]);
    let made = contact(&app, &second, &agent).await;
    assert_eq!((&made["name"], &made["unknown"]), (&json!("Ada"), &json!(true)));
    assert_eq!(made["emails"], json!([{"address": "ada@x.org"}]));
    assert_eq!(made["phones"], json!([{"phoneNumber": "4155550100"}]));
    let channels = made["channels"].as_array().unwrap();
    assert_eq!(channels.len(), 1);
    assert_eq!((&channels[0]["name"], &channels[0]["verified"]), (&json!("api"), &json!(false)));
    assert_eq!(channels[0]["visitor"], json!({"visitorId": guest["_id"], "source": {"type": "api"}}));
    for chat in [&made["lastChat"], &channels[0]["lastChat"]] {
        assert_eq!((&chat["_id"], &chat["ts"]), (&second["_id"], &second["ts"]));
    }
    let found = app.get("/api/v1/livechat/visitor/t1").send().await.json();
    assert_eq!(found["visitor"]["lastChat"]["_id"], second["_id"]);
}

#[tokio::test]
async fn a_prepared_contact_adopts_the_visitor_by_canonical_address_or_number() {
    let app = start().await;
    let agent = app.user("root", &["admin"]).await;
    for (token, email, phone) in [("t1", "ADA@x.org", "1"), ("t2", "other@x.org", "+49 (30) 123-456")] {
        let body = json!({"name": "Ada L.", "emails": ["Ada@X.org"], "phones": ["+4930123456"]});
        let made = sent(&app, "omnichannel/contacts", body, &agent).await.json()["contactId"].clone();
        visitor_who(&app, json!({"token": token, "name": "Ada L.", "email": email, "phone": phone})).await;
        let begun = room(&app, token).await;
        assert_eq!((&begun["contactId"], &begun["fname"]), (&made, &json!("Ada L.")));
        let adopted = contact(&app, &begun, &agent).await;
        assert_eq!((&adopted["unknown"], adopted.get("conflictingFields")), (&json!(false), None));
        assert_eq!(adopted["channels"].as_array().unwrap().len(), 1);
        assert_eq!(adopted.get("contactManager"), None);
    }
}

#[tokio::test]
async fn what_a_prepared_contact_knows_stays_and_differences_wait_for_a_decision() {
    let app = start().await;
    let agent = app.user("root", &["admin"]).await;
    let body = json!({"name": "Ada L.", "emails": ["ada@x.org"], "phones": []});
    sent(&app, "omnichannel/contacts", body, &agent).await;
    visitor_who(&app, json!({"token": "t1", "name": "Countess", "email": "ada@x.org", "phone": "7"})).await;
    let begun = room(&app, "t1").await;
    assert_eq!(begun["fname"], "Ada L.");
    let adopted = contact(&app, &begun, &agent).await;
    assert_eq!(adopted["conflictingFields"], json!([{"field": "name", "value": "Countess"}]));
    assert_eq!(adopted["emails"], json!([{"address": "ada@x.org"}]));
    assert_eq!(adopted["phones"], json!([{"phoneNumber": "7"}]));
}

#[tokio::test]
async fn another_source_has_a_contact_of_its_own_and_the_first_keeps_its_history() {
    let app = start().await;
    let agent = app.user("root", &["admin"]).await;
    visitor(&app, "t1").await;
    let first = room(&app, "t1").await;
    close(&app, &first, &agent).await;
    let widget = app.get("/api/v1/livechat/room?token=t1").header("cookie", "rc_room_type=l;rc_is_widget=t");
    let second = widget.send().await.json()["room"].clone();
    assert_ne!(first["contactId"], second["contactId"]);
    for (of, query, count) in
        [(&first, "", 1), (&first, "&source=api", 1), (&first, "&source=widget", 0), (&second, "", 0)]
    {
        let path =
            format!("omnichannel/contacts.history?contactId={}{query}", of["contactId"].as_str().unwrap());
        let page = read(&app, &path, &agent).await;
        assert_eq!((&page["total"], page["history"].as_array().unwrap().len()), (&json!(count), count));
        if count == 1 {
            let closed = &page["history"][0];
            assert_eq!((&closed["_id"], &closed["closer"]), (&first["_id"], &json!("user")));
            assert_eq!(
                (&closed["source"]["type"], &closed["closedBy"]["_id"]),
                (&json!("api"), &json!(agent.id))
            );
            assert!(closed["closedAt"].is_string());
        }
    }
}

#[tokio::test]
async fn of_many_who_open_at_once_one_begins_and_all_get_it() {
    let app = start().await;
    visitor(&app, "t1").await;
    let mut calls = JoinSet::new();
    for _ in 0..12 {
        calls.spawn(app.get("/api/v1/livechat/room?token=t1").send());
    }
    let answers: Vec<Value> = calls.join_all().await.into_iter().map(|answer| answer.json()).collect();
    let first = &answers[0]["room"]["_id"];
    assert!(first.is_string());
    assert!(answers.iter().all(|answer| answer["room"]["_id"] == *first));
    assert_eq!(answers.iter().filter(|answer| answer["newRoom"] == true).count(), 1);
}

#[tokio::test]
async fn what_must_be_proven_waits_outside_of_the_queue() {
    let app = start().await;
    app.set(REQUIRE_VERIFICATION, "once").await;
    let agent = app.user("root", &["admin"]).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    assert_eq!(inquiry(&app, &begun, &agent).await["status"], "verifying");
    let queue = read(&app, "livechat/inquiries.list", &agent).await;
    assert_eq!(queue["total"], 0);
}

#[tokio::test]
async fn a_new_name_of_the_contact_reaches_conversation_and_inquiry() {
    let app = start().await;
    let agent = app.user("root", &["admin"]).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let body = json!({"contactId": begun["contactId"], "name": "Ada Lovelace"});
    assert_eq!(sent(&app, "omnichannel/contacts.update", body, &agent).await.status, 200);
    assert_eq!(
        asked(&app, &format!("token=t1&rid={}", id(&begun))).await.json()["room"]["fname"],
        "Ada Lovelace"
    );
    assert_eq!(inquiry(&app, &begun, &agent).await["name"], "Ada Lovelace");
    visitor_who(&app, json!({"token": "t1", "name": "Countess"})).await;
    assert_eq!(channel(&app, &begun, &agent).await["fname"], "Countess");
    assert_eq!(inquiry(&app, &begun, &agent).await["name"], "Countess");
}

#[tokio::test]
async fn a_new_name_reaches_the_agent_who_serves_and_what_is_closed_only_from_the_contact() {
    let app = start().await;
    let agent = super::online_agent(&app).await;
    let admin = app.user("root", &["admin"]).await;
    let guest = visitor(&app, "t1").await;
    let first = room(&app, "t1").await;
    close(&app, &first, &admin).await;
    let begun = room(&app, "t1").await;
    super::take(&app, &begun, &agent).await;
    let own = async || {
        let path = format!("subscriptions.getOne?roomId={}", id(&begun));
        read(&app, &path, &agent).await["subscription"].clone()
    };
    let body = json!({"contactId": begun["contactId"], "name": "Ada Lovelace"});
    assert_eq!(sent(&app, "omnichannel/contacts.update", body, &admin).await.status, 200);
    let renamed = own().await;
    let name = json!("Ada Lovelace");
    assert_eq!((&renamed["name"], &renamed["fname"], &renamed["v"]["_id"]), (&name, &name, &guest["_id"]));
    assert_eq!(channel(&app, &first, &admin).await["fname"], name, "open or closed");
    visitor_who(&app, json!({"token": "t1", "name": "Countess"})).await;
    let renamed = own().await;
    assert_eq!((&renamed["name"], &renamed["fname"]), (&json!("Countess"), &json!("Countess")));
    assert_eq!(channel(&app, &first, &admin).await["fname"], name, "open ones only");
}

#[tokio::test]
async fn a_contact_takes_over_what_agents_said_of_the_visitor() {
    let app = start().await;
    let (agent, admin) = (app.agent().await, app.user("root", &["admin"]).await);
    let said = json!({"token": "t1", "name": "Ada", "contactManager": {"username": "kim.jane"}});
    app.registered(&agent, &said.to_string()).await;
    let begun = room(&app, "t1").await;
    let made = contact(&app, &begun, &admin).await;
    assert_eq!((&made["name"], &made["contactManager"]), (&json!("Ada"), &json!(agent.id)));
    assert_eq!((made.get("emails"), made.get("phones")), (None, None));
}

#[tokio::test]
async fn a_prepared_contact_keeps_its_manager_and_its_conflicts_until_they_are_decided() {
    let app = start().await;
    let (agent, admin) = (app.agent().await, app.user("root", &["admin"]).await);
    let body =
        json!({"name": "Ada L.", "emails": ["ada@x.org"], "phones": ["1"], "contactManager": agent.id});
    let made = sent(&app, "omnichannel/contacts", body, &admin).await.json()["contactId"].clone();
    visitor_who(&app, json!({"token": "t1", "name": "Countess", "email": "ada@x.org", "phone": "1"})).await;
    let begun = room(&app, "t1").await;
    assert_eq!((&begun["contactId"], &begun["fname"]), (&made, &json!("Ada L.")));
    let conflicts = json!([{"field": "name", "value": "Countess"}]);
    let known = contact(&app, &begun, &admin).await;
    assert_eq!((&known["contactManager"], &known["conflictingFields"]), (&json!(agent.id), &conflicts));
    let body = json!({"contactId": made, "name": "Ada Lovelace"});
    assert_eq!(sent(&app, "omnichannel/contacts.update", body, &admin).await.status, 200);
    assert_eq!(contact(&app, &begun, &admin).await["conflictingFields"], conflicts);
    let path = format!("omnichannel/contacts.channels?contactId={}", made.as_str().unwrap());
    let listed = read(&app, &path, &admin).await["channels"].clone();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["name"]), (1, &json!("api")));
    assert_eq!((&listed[0]["lastChat"]["_id"], &listed[0]["blocked"]), (&begun["_id"], &json!(false)));
}

#[tokio::test]
async fn managers_see_which_conversations_of_a_visitor_are_open() {
    let app = start().await;
    let (manager, agent) = (app.user("root", &["admin"]).await, app.agent().await);
    visitor(&app, "t1").await;
    app.get("/api/v1/livechat/visitor/t1/room").by(&agent).await.says(403, NOT_PERMITTED);
    assert_eq!(read(&app, "livechat/visitor/nobody/room", &manager).await["rooms"], json!([]));
    assert_eq!(read(&app, "livechat/visitor/t1/room", &manager).await["rooms"], json!([]));
    let begun = room(&app, "t1").await;
    let open = read(&app, "livechat/visitor/t1/room", &manager).await;
    assert_eq!(open["rooms"], json!([{"_id": begun["_id"], "t": "l", "cl": false}]));
    close(&app, &begun, &manager).await;
    assert_eq!(read(&app, "livechat/visitor/t1/room", &manager).await["rooms"], json!([]));
}
