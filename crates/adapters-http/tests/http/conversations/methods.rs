//! `POST method.call/:method` (contract, conversations 0.6 and 2.9).

use omnicontact_domain::permission::{MANAGE_LIVECHAT_AGENTS, VIEW_L_ROOM, VIEW_LIVECHAT_MANAGER};
use serde_json::{Value, json};

use super::{channel, close, coded, id, inquiry, missing, online_agent, read, room, sent, start, visitor};
use crate::support::{Caller, TestApp};

/// Calls a method and returns the message of the answer.
async fn call(app: &TestApp, method: &str, params: Value, by: &Caller) -> Value {
    let message = json!({"msg": "method", "id": "7", "method": method, "params": params}).to_string();
    let answer = sent(app, &format!("method.call/{method}"), json!({"message": message}), by).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = answer.json();
    assert_eq!((&answer["success"], answer.as_object().unwrap().len()), (&json!(true), 2));
    let message: Value = serde_json::from_str(answer["message"].as_str().unwrap()).unwrap();
    assert_eq!((&message["msg"], &message["id"]), (&json!("result"), &json!("7")));
    assert_ne!(message.get("result").is_some(), message.get("error").is_some(), "{message}");
    message
}

async fn refused(app: &TestApp, method: &str, params: Value, by: &Caller) -> Value {
    let error = call(app, method, params, by).await["error"].clone();
    assert_eq!(error["errorType"], "Meteor.Error");
    let code = error["error"].as_str().map_or_else(|| error["error"].to_string(), str::to_owned);
    let reason = error["reason"].as_str().map_or_else(String::new, |reason| format!("{reason} "));
    assert_eq!(error["message"], format!("{reason}[{code}]"));
    error["error"].clone()
}

#[tokio::test]
async fn a_message_is_the_callers_and_its_times_are_dates() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    // Not subscribed, and nobody serves it: an administrator may all the same.
    let params = json!([{"rid": begun["_id"], "msg": "hello", "_id": "m1", "extra": 1}]);
    let message = call(&app, "sendMessage", params.clone(), &admin).await["result"].clone();
    let ts = message["ts"].clone();
    assert!(ts["$date"].is_i64() && ts == message["_updatedAt"], "{message}");
    let expected = json!({
        "_id": "m1", "rid": begun["_id"], "msg": "hello", "ts": ts, "_updatedAt": ts,
        "u": {"_id": admin.id, "username": "root", "name": "Name of root"},
    });
    assert_eq!(message, expected);
    let seen = channel(&app, &begun, &admin).await;
    assert_eq!(
        (&seen["lastMessage"]["_id"], &seen["responseBy"]["username"]),
        (&json!("m1"), &json!("root"))
    );
    assert_eq!(refused(&app, "sendMessage", params, &admin).await, "error-invalid-message-id");
    let elsewhere = json!([{"rid": "nowhere", "msg": "hello"}]);
    assert_eq!(refused(&app, "sendMessage", elsewhere, &admin).await, "error-invalid-room");
    for nothing in [json!([]), json!([null]), json!([{"msg": "hello"}]), json!(["x"])] {
        assert_eq!(refused(&app, "sendMessage", nothing, &admin).await, 400);
    }
    let nul = json!([{"rid": begun["_id"], "msg": "a\u{0}b"}]);
    assert_eq!(refused(&app, "sendMessage", nul, &admin).await, "error-invalid-params");
    close(&app, &begun, &admin).await;
    let late = json!([{"rid": begun["_id"], "msg": "hello"}]);
    assert_eq!(refused(&app, "sendMessage", late, &admin).await, "room-closed");
}

#[tokio::test]
async fn an_agent_takes_and_returns_a_conversation() {
    let app = start().await;
    let agent = online_agent(&app).await;
    let other = app.user("other", &["livechat-agent"]).await;
    let user = app.user("mere", &["user"]).await;
    visitor(&app, "t1").await;
    let begun = room(&app, "t1").await;
    let waiting = id(&inquiry(&app, &begun, &agent).await).to_owned();
    let take = |id: &str| json!([id, {"clientAction": true}]);
    assert_eq!(refused(&app, "livechat:takeInquiry", take(&waiting), &user).await, "error-not-allowed");
    assert_eq!(refused(&app, "livechat:takeInquiry", take("nothing"), &agent).await, "error-not-found");
    let offline = refused(&app, "livechat:takeInquiry", take(&waiting), &other).await;
    assert_eq!(offline, "error-agent-status-service-offline");
    assert_eq!(call(&app, "livechat:takeInquiry", take(&waiting), &agent).await["result"], true);
    assert_eq!(channel(&app, &begun, &agent).await["servedBy"]["_id"], json!(agent.id));
    assert_eq!(refused(&app, "livechat:takeInquiry", take(&waiting), &agent).await, "error-inquiry-taken");
    let back = |rid: &Value| json!([rid, null]);
    let method = "livechat:returnAsInquiry";
    assert_eq!(refused(&app, method, back(&begun["_id"]), &user).await, "error-not-allowed");
    assert_eq!(call(&app, method, back(&begun["_id"]), &agent).await["result"], true);
    assert_eq!(call(&app, method, back(&begun["_id"]), &agent).await["result"], false);
    assert_eq!(refused(&app, method, back(&json!("nowhere")), &agent).await, "error-room-not-found");
    let unknown = json!([begun["_id"], "nowhere"]);
    assert_eq!(call(&app, "livechat:takeInquiry", take(&waiting), &agent).await["result"], true);
    assert_eq!(refused(&app, method, unknown, &agent).await, "error-department-not-found");
    assert_eq!(inquiry(&app, &begun, &agent).await["status"], "taken");
}

#[tokio::test]
async fn what_is_said_of_an_agent_is_saved() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let agent = app.agent().await;
    let params = |id: &str| json!([id, {"maxNumberSimultaneousChat": "5"}, []]);
    assert_eq!(call(&app, "livechat:saveAgentInfo", params(&agent.id), &admin).await["result"], true);
    let shown = read(&app, &format!("livechat/users/agent/{}", agent.id), &admin).await;
    assert_eq!(shown["user"]["livechat"], json!({"maxNumberSimultaneousChat": "5"}));
    let refusal = refused(&app, "livechat:saveAgentInfo", params(&admin.id), &admin).await;
    assert_eq!(refusal, "error-user-is-not-agent");
    app.grant(&MANAGE_LIVECHAT_AGENTS, &[]).await;
    let refusal = refused(&app, "livechat:saveAgentInfo", params(&agent.id), &admin).await;
    assert_eq!(refusal, "error-not-allowed");
}

#[tokio::test]
async fn custom_fields_are_made_changed_and_removed() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    let (save, remove) = ("livechat:saveCustomField", "livechat:removeCustomField");
    let data = |field: &str, label: &str| {
        json!({
            "field": field, "label": label, "scope": "visitor", "visibility": "visible", "regexp": "",
            "searchable": true, "type": "input", "required": false, "defaultValue": "0", "options": "a,b",
            "public": true,
        })
    };
    let made = call(&app, save, json!([null, data("plan", "Plan")]), &admin).await["result"].clone();
    assert_eq!(
        (&made["_id"], &made["label"], &made["public"]),
        (&json!("plan"), &json!("Plan"), &json!(true))
    );
    assert!(made["_updatedAt"]["$date"].is_i64(), "{made}");
    let again = refused(&app, save, json!([null, data("plan", "Plan")]), &admin).await;
    assert_eq!(again, "error-custom-field-name-already-exists");
    let changed = call(&app, save, json!(["plan", data("plan", "Tariff")]), &admin).await["result"].clone();
    assert_eq!(changed["label"], "Tariff");
    for (params, expected) in [
        (json!([null, data("a b", "x")]), json!("error-invalid-custom-field-name")),
        (json!(["other", data("other", "x")]), json!("error-invalid-custom-field")),
        (json!([null, {"field": "x"}]), json!(400)),
        (json!([null]), json!(400)),
    ] {
        assert_eq!(refused(&app, save, params, &admin).await, expected);
    }
    app.grant(&VIEW_LIVECHAT_MANAGER, &[]).await;
    assert_eq!(refused(&app, save, json!([null, data("b", "x")]), &admin).await, "error-not-allowed");
    assert_eq!(refused(&app, remove, json!(["plan"]), &admin).await, "error-not-allowed");
    app.grant(&VIEW_LIVECHAT_MANAGER, &["admin"]).await;
    app.grant(&VIEW_L_ROOM, &["admin"]).await;
    assert_eq!(read(&app, "livechat/custom-fields", &admin).await["total"], 1);
    let gone = call(&app, remove, json!(["plan"]), &admin).await["result"].clone();
    assert_eq!(gone, json!({"acknowledged": true, "deletedCount": 1}));
    assert_eq!(refused(&app, remove, json!(["plan"]), &admin).await, "error-invalid-custom-field");
    assert_eq!(read(&app, "livechat/custom-fields", &admin).await["total"], 0);
}

#[tokio::test]
async fn a_method_that_nobody_knows_is_not_found_and_what_is_no_call_is_refused() {
    let app = start().await;
    let user = app.user("mere", &["user"]).await;
    let error = call(&app, "UserPresence:away", json!([]), &user).await["error"].clone();
    let expected = json!({
        "error": 404, "reason": "Method 'UserPresence:away' not found",
        "message": "Method 'UserPresence:away' not found [404]", "errorType": "Meteor.Error",
    });
    assert_eq!(error, expected);
    let no_call = coded(
        "The value of field message is no call of that method [error-invalid-params]",
        "error-invalid-params",
    );
    for text in ["", "x", "[]", r#"{"msg":"ping"}"#, r#"{"msg":"method","method":"other"}"#] {
        sent(&app, "method.call/sendMessage", json!({"message": text}), &user).await.says(400, &no_call);
    }
    sent(&app, "method.call/sendMessage", json!({}), &user).await.says(400, &missing("message"));
    let unknown = json!({"message": json!({"msg": "method", "method": "x"}).to_string()});
    let answer = app.post("/api/v1/method.call/x", unknown.to_string()).send().await;
    assert_eq!(answer.status, 401);
}
