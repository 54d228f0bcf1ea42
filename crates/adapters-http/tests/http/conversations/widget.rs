//! What visitors are told of agents, and widgets of everything: `GET livechat/agent.info/:rid/:token`,
//! `livechat/agent.next/:token`, `livechat/config` (contract, conversations 3.9 and 3.10).

use omnicontact_domain::setting::{
    ACCEPT_WITHOUT_AGENTS, ASK_FOR_CONSENT, CONSENT_TEXT, FORM_ASKS_EMAIL, FORM_ASKS_NAME, FORM_MESSAGE,
    LIMIT_MESSAGES, LIVECHAT_ENABLED, MESSAGE_LIMIT, OFFLINE_FORM, REGISTRATION_FORM, ROUTING_METHOD,
    SHOW_AGENT_EMAIL, SHOW_AGENT_INFO, VISITORS_CLOSE,
};
use omnicontact_domain::value::Value as Stored;
use serde_json::{Value, json};

use super::{id, online_agent, plain, room, sent, start, take, visitor, visitor_who};
use crate::support::{Answer, TestApp};

async fn public(app: &TestApp, path: &str) -> Answer {
    app.get(&format!("/api/v1/livechat/{path}")).send().await
}

async fn config(app: &TestApp, query: &str) -> Value {
    let answer = public(app, &format!("config{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["config"].clone()
}

#[tokio::test]
async fn the_visitor_sees_who_serves_as_far_as_settings_allow() {
    let app = start().await;
    let agent = online_agent(&app).await;
    visitor(&app, "t1").await;
    visitor(&app, "t2").await;
    let begun = room(&app, "t1").await;
    let info = |token: &str| format!("agent.info/{}/{token}", id(&begun));
    public(&app, &info("t1")).await.says(400, &plain("invalid-agent"));
    public(&app, &info("nobody")).await.says(400, &plain("invalid-token"));
    public(&app, &info("t2")).await.says(400, &plain("invalid-room"));
    take(&app, &begun, &agent).await;
    let shown = public(&app, &info("t1")).await.json();
    let expected = json!({
        "_id": agent.id, "username": "kim.jane", "name": "Name of kim.jane", "status": "online",
        "emails": [{"address": "kim.jane@example.org", "verified": shown["agent"]["emails"][0]["verified"]}],
    });
    assert_eq!(shown["agent"], expected);
    assert_eq!(config(&app, "?token=t1").await["agent"], expected);
    app.set(SHOW_AGENT_EMAIL, false).await;
    assert_eq!(public(&app, &info("t1")).await.json()["agent"].get("emails"), None);
    app.set(SHOW_AGENT_INFO, false).await;
    let hidden = json!({"agent": {"hiddenInfo": true}, "success": true});
    assert_eq!(public(&app, &info("t1")).await.json(), hidden);
    assert_eq!(config(&app, "?token=t1").await["settings"]["agentHiddenInfo"], true);
}

#[tokio::test]
async fn the_next_agent_is_who_would_be_chosen_now() {
    let app = start().await;
    visitor(&app, "t1").await;
    let agent = online_agent(&app).await;
    let nobody = json!({"success": true});
    assert_eq!(public(&app, "agent.next/t1").await.json(), nobody);
    app.set(ROUTING_METHOD, "Auto_Selection").await;
    for _ in 0..2 {
        assert_eq!(public(&app, "agent.next/t1").await.json()["agent"]["_id"], json!(agent.id));
    }
    public(&app, "agent.next/nobody").await.says(400, &plain("invalid-token"));
    assert_eq!(room(&app, "t1").await["servedBy"]["_id"], json!(agent.id));
    assert_eq!(public(&app, "agent.next/t1").await.json(), nobody);
}

#[tokio::test]
async fn a_widget_is_told_the_settings_and_where_its_visitor_stands() {
    let app = start().await;
    app.set(ACCEPT_WITHOUT_AGENTS, false).await;
    let told = config(&app, "").await;
    let settings = json!({
        "registrationForm": true, "nameFieldRegistrationForm": true, "emailFieldRegistrationForm": true,
        "displayOfflineForm": true, "visitorsCanCloseChat": true, "forceAcceptDataProcessingConsent": false,
        "limitTextLength": false, "agentHiddenInfo": false,
    });
    let expected = json!({
        "enabled": true, "settings": settings, "theme": {}, "triggers": [], "departments": [], "online": false,
        "messages": {"registrationFormMessage": "", "dataProcessingConsentText": ""}, "customFields": [],
    });
    assert_eq!(told, expected);
    for setting in [REGISTRATION_FORM, FORM_ASKS_NAME, FORM_ASKS_EMAIL, OFFLINE_FORM, VISITORS_CLOSE] {
        app.set(setting, false).await;
    }
    app.set(ASK_FOR_CONSENT, true).await;
    app.set(CONSENT_TEXT, "May we?").await;
    app.set(FORM_MESSAGE, "Who are you?").await;
    app.set(LIMIT_MESSAGES, true).await;
    app.set(MESSAGE_LIMIT, Stored::Number(400.0)).await;
    let told = config(&app, "").await;
    let settings = json!({
        "registrationForm": false, "nameFieldRegistrationForm": false, "emailFieldRegistrationForm": false,
        "displayOfflineForm": false, "visitorsCanCloseChat": false, "forceAcceptDataProcessingConsent": true,
        "limitTextLength": 400, "agentHiddenInfo": false,
    });
    assert_eq!(told["settings"], settings);
    let messages = json!({"registrationFormMessage": "Who are you?", "dataProcessingConsentText": "May we?"});
    assert_eq!(told["messages"], messages);
    online_agent(&app).await;
    let guest = visitor_who(&app, json!({"token": "t1", "name": "Ada", "email": "ada@example.org"})).await;
    let begun = room(&app, "t1").await;
    let told = config(&app, "?token=t1").await;
    let expected = json!({
        "_id": guest["_id"], "token": "t1", "name": "Ada", "username": guest["username"],
        "visitorEmails": [{"address": "ada@example.org"}],
    });
    assert_eq!((&told["guest"], &told["online"]), (&expected, &json!(true)));
    assert_eq!((&told["room"]["_id"], &told["room"]["v"]["token"]), (&begun["_id"], &json!("t1")));
    assert_eq!(config(&app, "?department=nowhere").await["online"], false);
    for query in ["", "?token=", "?token=nobody"] {
        let told = config(&app, query).await;
        assert_eq!((told.get("guest"), told.get("room"), told.get("agent")), (None, None, None), "{query}");
    }
    app.set(LIVECHAT_ENABLED, false).await;
    assert_eq!(config(&app, "?token=t1").await, json!({"enabled": false}));
}

#[tokio::test]
async fn a_widget_asks_for_public_fields_of_visitors_only() {
    let app = start().await;
    let admin = app.user("root", &["admin"]).await;
    for (field, scope, visibility, public) in [
        ("plan", "visitor", "visible", true),
        ("inner", "visitor", "visible", false),
        ("secret", "visitor", "hidden", true),
        ("order", "room", "visible", true),
    ] {
        let data = json!({
            "field": field, "label": "Plan", "scope": scope, "visibility": visibility, "public": public,
            "type": "select", "options": "gold, silver", "regexp": "^[a-z]+$",
        });
        let body = json!({"customFieldId": null, "customFieldData": data});
        assert_eq!(sent(&app, "livechat/custom-fields.save", body, &admin).await.status, 200);
    }
    let expected = json!([{
        "_id": "plan", "label": "Plan", "regexp": "^[a-z]+$", "required": false, "type": "select",
        "defaultValue": null, "options": ["gold", "silver"],
    }]);
    assert_eq!(config(&app, "").await["customFields"], expected);
}
