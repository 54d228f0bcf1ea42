//! `GET omnichannel/contacts.get` and `contacts.channels` (contract, contacts 7.4, 7.8; 10, Get, Channels).

use omnicontact_domain::contact::{Channel, LastChat, Source};
use omnicontact_domain::permission::VIEW_LIVECHAT_CONTACT;
use omnicontact_domain::time::Timestamp;
use serde_json::json;

use super::{api, invalid, is_refused_without, mara, path, plain, shown, start, stored, with_channel};

#[tokio::test]
async fn a_contact_is_shown_with_its_channels() {
    let (app, admin, _) = start().await;
    let chat = LastChat { room_id: "room1".into(), ts: Timestamp::from_millis(1_770_000_000_000) };
    let mut contact = with_channel(&app, "c1", api());
    contact.channels[0].last_chat = Some(chat.clone());
    contact.last_chat = Some(chat);
    stored(&app, contact).await;
    let contact = shown(&app, &admin, "c1").await;
    let chat = json!({"_id": "room1", "ts": "2026-02-02T02:40:00.000Z"});
    assert_eq!(contact["lastChat"], chat);
    let visitor = json!({"visitorId": "visitor-of-c1", "source": {"type": "api"}});
    let channel = json!({
        "name": "api", "visitor": visitor, "blocked": false, "verified": false, "details": {"type": "api"},
        "lastChat": chat,
    });
    assert_eq!(contact["channels"], json!([channel]));
    for absent in ["contactManager", "conflictingFields", "importIds", "activity", "enabled", "version"] {
        assert!(contact.get(absent).is_none(), "{absent}");
    }
    let answer = app.get(&format!("{}?contactId=c1", path("channels"))).by(&admin).await;
    answer.says(200, &json!({"channels": [channel], "success": true}).to_string());
}

#[tokio::test]
async fn of_each_name_the_channel_that_was_used_last_is_listed() {
    let (app, admin, _) = start().await;
    let mut contact =
        with_channel(&app, "c1", Source { kind: "app".into(), label: Some("Telegram".into()), ..api() });
    for (visitor, kind, ts) in [("v2", "api", None), ("v3", "api", Some(5)), ("v4", "api", Some(3))] {
        let mut channel = Channel::new(visitor.into(), Source { kind: kind.into(), ..Source::default() });
        channel.last_chat = ts.map(|ts| LastChat { room_id: "r".into(), ts: Timestamp::from_millis(ts) });
        contact.channels.push(channel);
    }
    stored(&app, contact).await;
    let answer = app.get(&format!("{}?contactId=c1", path("channels"))).by(&admin).await;
    let listed: Vec<_> = answer.json()["channels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["visitor"]["visitorId"].clone())
        .collect();
    assert_eq!(listed, ["visitor-of-c1", "v3"]);
}

#[tokio::test]
async fn nobody_has_no_channels_and_is_not_found() {
    let (app, admin, _) = start().await;
    let id = mara(&app, &admin).await;
    let none = json!({"channels": [], "success": true}).to_string();
    for nobody in [id.as_str(), "invalid", ""] {
        app.get(&format!("{}?contactId={nobody}", path("channels"))).by(&admin).await.says(200, &none);
    }
    let answer = app.get(&format!("{}?contactId=invalid", path("get"))).by(&admin).await;
    answer.says(404, &plain("Resource not found"));
}

#[tokio::test]
async fn the_schema_says_what_is_wrong() {
    let (app, admin, _) = start().await;
    let missing = "must have required property 'contactId'";
    let blank = r#"must pass "isNotEmpty" keyword validation"#;
    let additional = "must NOT have additional properties";
    for (query, text) in [
        ("get", missing),
        ("get?other=x", missing),
        ("get?contactId=", blank),
        ("get?contactId=%20%20", blank),
        ("get?contactId=c&x=1", additional),
        ("get?contactId=a&contactId=b", "must be string"),
        ("channels", missing),
        ("channels?contactId=c&x=1", additional),
    ] {
        app.get(&path(query)).by(&admin).await.says(400, &invalid(text));
    }
}

#[tokio::test]
async fn nobody_reads_contacts_without_the_permission() {
    let (app, admin, _) = start().await;
    for name in ["get", "channels"] {
        let call = app.get(&format!("{}?contactId=c1", path(name)));
        is_refused_without(&app, &VIEW_LIVECHAT_CONTACT, call, &admin).await;
    }
}
