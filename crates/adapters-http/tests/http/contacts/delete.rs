//! `POST omnichannel/contacts.delete` (contract, contacts 7.11; 10, Delete), as far as it goes without
//! conversations.

use omnicontact_domain::permission::DELETE_LIVECHAT_CONTACT;
use serde_json::json;

use super::{api, is_refused_without, mara, path, plain, shown, start, stored, update, with_channel};
use crate::support::CONTACT;

#[tokio::test]
async fn a_deleted_contact_is_nowhere_any_more() {
    let (app, admin, _) = start().await;
    stored(&app, with_channel(&app, "c1", api())).await;
    let body = json!({"contactId": "c1"}).to_string();
    app.post(&path("delete"), body.clone()).by(&admin).await.says(200, r#"{"success":true}"#);
    let missing = plain("error-contact-not-found");
    app.post(&path("delete"), body.clone()).by(&admin).await.says(400, &missing);
    app.post(&path("conflicts"), body.clone()).by(&admin).await.says(400, &missing);
    update(&app, &admin, json!({"contactId": "c1", "name": "x"})).await.says(400, &missing);
    app.get(&format!("{}?contactId=c1", path("history"))).by(&admin).await.says(400, &missing);
    app.get(&format!("{}?contactId=c1", path("get")))
        .by(&admin)
        .await
        .says(404, &plain("Resource not found"));
    app.get(&format!("{}?contactId=c1", path("channels")))
        .by(&admin)
        .await
        .says(200, r#"{"channels":[],"success":true}"#);
    let visitor = app.get(&format!("{CONTACT}?contactId=visitor-of-c1")).by(&admin).await;
    visitor.says(200, r#"{"contact":null,"success":true}"#);
    let again = mara(&app, &admin).await;
    assert_eq!(shown(&app, &admin, &again).await["name"], "Mara Lindt", "a new contact with the same data");
}

#[tokio::test]
async fn the_schema_says_what_is_wrong() {
    let (app, admin, _) = start().await;
    for (body, text) in [
        (json!({}), "must have required property 'contactId'"),
        (json!({"contactId": "c", "x": 1}), "must NOT have additional properties"),
        (json!({"contactId": []}), "must be string"),
    ] {
        let answer = app.post(&path("delete"), body.to_string()).by(&admin).await;
        answer
            .says(400, &json!({"success": false, "error": text, "errorType": "invalid-params"}).to_string());
    }
    app.post(&path("delete"), r#"{"contactId":""}"#)
        .by(&admin)
        .await
        .says(400, &plain("error-contact-not-found"));
}

#[tokio::test]
async fn nobody_deletes_without_the_permission() {
    let (app, admin, _) = start().await;
    let id = mara(&app, &admin).await;
    let call = app.post(&path("delete"), json!({"contactId": id}).to_string());
    is_refused_without(&app, &DELETE_LIVECHAT_CONTACT, call, &admin).await;
    assert_eq!(shown(&app, &admin, &id).await["name"], "Mara Lindt");
}
