//! `POST omnichannel/contacts.block` and `contacts.unblock` (contract, contacts 7.9, 7.10; 10, Block).

use omnicontact_domain::contact::Source;
use omnicontact_domain::permission::{BLOCK_LIVECHAT_CONTACT, UNBLOCK_LIVECHAT_CONTACT};
use serde_json::{Value, json};

use super::{api, invalid, is_refused_without, path, plain, shown, start, stored, with_channel};

fn channel(visitor: &str, source: &Value) -> String {
    json!({"visitor": {"visitorId": visitor, "source": source}}).to_string()
}

#[tokio::test]
async fn a_channel_is_blocked_and_unblocked_again_and_again() {
    let (app, admin, _) = start().await;
    stored(&app, with_channel(&app, "c1", api())).await;
    let body = channel("visitor-of-c1", &json!({"type": "api"}));
    for (name, blocked) in [("block", true), ("block", true), ("unblock", false), ("unblock", false)] {
        app.post(&path(name), body.clone()).by(&admin).await.says(200, r#"{"success":true}"#);
        let contact = shown(&app, &admin, "c1").await;
        let channels = contact["channels"].as_array().unwrap();
        assert_eq!((channels.len(), &channels[0]["blocked"]), (1, &json!(blocked)));
    }
}

#[tokio::test]
async fn the_source_id_counts_where_it_is_given() {
    let (app, admin, _) = start().await;
    stored(
        &app,
        with_channel(&app, "c1", Source { kind: "email".into(), id: Some("inbox".into()), ..api() }),
    )
    .await;
    for (source, status) in [
        (json!({"type": "email", "id": "inbox", "more": 1}), 200),
        (json!({"type": "email", "id": ""}), 200),
        (json!({"type": "email", "id": null}), 200),
        (json!({"type": "email"}), 200),
        (json!({"type": "email", "id": "other"}), 400),
        (json!({"type": "sms"}), 400),
    ] {
        let answer = app.post(&path("block"), channel("visitor-of-c1", &source)).by(&admin).await;
        assert_eq!(answer.status.as_u16(), status, "{source}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let (app, admin, _) = start().await;
    stored(&app, with_channel(&app, "c1", api())).await;
    for name in ["block", "unblock"] {
        for body in
            [channel("invalid", &json!({"type": "api"})), channel("visitor-of-c1", &json!({"type": "sms"}))]
        {
            app.post(&path(name), body).by(&admin).await.says(400, &plain("error-contact-not-found"));
        }
        for (body, text) in [
            (json!({}), "must have required property 'visitor'"),
            (json!({"visitor": {}}), "must have required property 'visitorId'"),
            (json!({"visitor": {"visitorId": "v"}}), "must have required property 'source'"),
            (json!({"visitor": {"visitorId": "v", "source": {}}}), "must have required property 'type'"),
            (json!({"visitor": "v"}), "must be object"),
            (json!({"visitor": {"visitorId": [], "source": {"type": "api"}}}), "must be string"),
            (json!({"visitor": {}, "more": 1}), "must NOT have additional properties"),
        ] {
            app.post(&path(name), body.to_string()).by(&admin).await.says(400, &invalid(text));
        }
    }
}

#[tokio::test]
async fn a_channel_without_its_visitor_can_only_be_unblocked() {
    let (app, admin, _) = start().await;
    let mut tx = app.ctx.store.begin().await.unwrap();
    tx.contacts().add(&with_channel(&app, "c1", api())).await.unwrap();
    tx.commit().await.unwrap();
    let body = channel("visitor-of-c1", &json!({"type": "api"}));
    let answer = app.post(&path("block"), body.clone()).by(&admin).await;
    answer.says(400, &plain("error-visitor-not-found"));
    assert_eq!(shown(&app, &admin, "c1").await["channels"][0]["blocked"], false, "nothing was written");
    app.post(&path("unblock"), body).by(&admin).await.says(200, r#"{"success":true}"#);
}

#[tokio::test]
async fn nobody_blocks_without_the_permission() {
    let (app, admin, _) = start().await;
    is_refused_without(&app, &BLOCK_LIVECHAT_CONTACT, app.post(&path("block"), "{}"), &admin).await;
    is_refused_without(&app, &UNBLOCK_LIVECHAT_CONTACT, app.post(&path("unblock"), "{}"), &admin).await;
}
