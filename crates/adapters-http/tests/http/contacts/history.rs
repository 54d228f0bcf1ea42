//! `GET omnichannel/contacts.history` (contract, contacts 7.7; 10, History), as far as it goes without
//! conversations.

use omnicontact_domain::permission::VIEW_LIVECHAT_CONTACT_HISTORY;
use serde_json::json;

use super::{invalid, is_refused_without, mara, path, plain, start};

#[tokio::test]
async fn a_contact_without_conversations_has_an_empty_history() {
    let (app, admin, _) = start().await;
    let id = mara(&app, &admin).await;
    for query in ["", "&source=api", "&source=", "&sort={%22ts%22:1}&count=5"] {
        let answer = app.get(&format!("{}?contactId={id}{query}", path("history"))).by(&admin).await;
        answer.says(200, r#"{"history":[],"count":0,"offset":0,"total":0,"success":true}"#);
    }
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let (app, admin, _) = start().await;
    for query in ["contactId=invalid", "contactId=", "contactId=%20"] {
        let answer = app.get(&format!("{}?{query}", path("history"))).by(&admin).await;
        answer.says(400, &plain("error-contact-not-found"));
    }
    for (query, text) in [
        ("", "must have required property 'contactId'"),
        ("contactId=c&count=abc", "must be number"),
        ("contactId=c&query={}", "must NOT have additional properties"),
    ] {
        app.get(&format!("{}?{query}", path("history"))).by(&admin).await.says(400, &invalid(text));
    }
    let answer = app.get(&format!("{}?contactId=c&sort=x", path("history"))).by(&admin).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["errorType"]), (400, &json!("error-invalid-sort")));
    let call = app.get(&format!("{}?contactId=c", path("history")));
    is_refused_without(&app, &VIEW_LIVECHAT_CONTACT_HISTORY, call, &admin).await;
}
