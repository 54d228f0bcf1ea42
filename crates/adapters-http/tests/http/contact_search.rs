//! `GET omnichannel/contact.search`, line by line of contract, contacts 6.3.

use omnicontact_domain::custom_field::{CustomField, Definition, Scope};

use crate::support::{SEARCH, TestApp};

const NOBODY: &str = r#"{"contact":null,"success":true}"#;
const NOTHING: &str =
    r#"{"success":false,"error":"[error-invalid-params]","errorType":"error-invalid-params"}"#;

async fn prepared() -> (TestApp, crate::support::Caller, String) {
    let app = TestApp::start().await;
    let agent = app.agent().await;
    let mut tx = app.ctx.store.begin().await.unwrap();
    for (id, searchable) in [("plan", true), ("region", true), ("secret", false)] {
        let definition = Definition {
            label: id.to_owned(),
            scope: Scope::Visitor,
            visibility: "visible".into(),
            other: [("searchable".to_owned(), searchable.into())].into_iter().collect(),
        };
        let definition = CustomField::define(id.into(), definition, app.ctx.clock.now());
        tx.custom_fields().add(&definition).await.unwrap();
    }
    tx.commit().await.unwrap();
    let body = r#"{"token":"t1","name":"Mara","email":"mara.lindt@example.org","phone":"+4930123456",
        "customFields":{"plan":"Gold (2)","region":"north","secret":"x"}}"#;
    let id = app.registered(&agent, body).await;
    (app, agent, id)
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[tokio::test]
async fn whoever_fits_is_shown_with_the_token() {
    let (app, agent, id) = prepared().await;
    for query in [
        "email=mara.lindt%40example.org".to_owned(),
        "phone=%2B4930123456".to_owned(),
        "email=&phone=%2B4930123456".to_owned(),
        "email=mara.lindt%40example.org&phone=%2B4930123456".to_owned(),
        format!("custom={}", encoded(r#"{"plan":"gol"}"#)),
        format!("custom={}", encoded(r#"{"plan":"(2)","region":"NORTH"}"#)),
        "custom={%22plan%22:%22gol%22}".to_owned(),
    ] {
        let answer = app.get(&format!("{SEARCH}?{query}")).by(&agent).await;
        assert_eq!(answer.status.as_u16(), 200, "{query}: {}", answer.body);
        let contact = &answer.json()["contact"];
        assert_eq!(
            (contact["_id"].as_str(), contact["token"].as_str()),
            (Some(id.as_str()), Some("t1")),
            "{query}"
        );
    }
}

#[tokio::test]
async fn nobody_is_null() {
    let (app, agent, _) = prepared().await;
    for query in [
        "email=Mara.Lindt%40example.org".to_owned(),
        "phone=4930123456".to_owned(),
        "phone=+4930123456".to_owned(),
        "email=mara.lindt%40example.org&phone=1".to_owned(),
        format!("custom={}", encoded(r#"{"plan":"silver"}"#)),
        format!("custom={}", encoded(r#"{"unknown":"x"}"#)),
        format!("custom={}", encoded(r#"{"secret":"x"}"#)),
        format!("custom={}", encoded(r#"{"$regex":".*"}"#)),
        format!("custom={}", encoded(r#"{"plan":"gol","unknown":"x"}"#)),
        format!("custom={}", encoded(r#"{"plan":"(a+)+$"}"#)),
    ] {
        app.get(&format!("{SEARCH}?{query}")).by(&agent).await.says(200, NOBODY);
    }
}

#[tokio::test]
async fn a_search_for_nothing_is_refused() {
    let (app, agent, _) = prepared().await;
    for query in [
        "",
        "?email=",
        "?email=&phone=",
        "?custom=",
        "?custom={}",
        "?custom=[]",
        "?custom=5",
        "?custom=null",
        "?custom={%22plan%22:5}",
    ] {
        app.get(&format!("{SEARCH}{query}")).by(&agent).await.says(400, NOTHING);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let (app, agent, _) = prepared().await;
    for custom in ["{bad", "%7B%22a%22", "undefined"] {
        app.get(&format!("{SEARCH}?custom={custom}")).by(&agent).await.says(
            400,
            r#"{"success":false,"error":"[error-invalid-params-custom]","errorType":"error-invalid-params-custom"}"#,
        );
    }
    app.get(&format!("{SEARCH}?custom={}", encoded(r#"{"plan":"\u0000"}"#))).by(&agent).await.says(
        400,
        r#"{"success":false,"error":"The value of field custom holds a NUL character [error-invalid-params]","errorType":"error-invalid-params"}"#,
    );
    for (query, text) in [
        ("name=x", "Unknown key in field name"),
        ("email=a&email=b", "Expected string, got object in field email"),
        ("custom[plan]=x", "Expected string, got object in field custom"),
    ] {
        let answer = app.get(&format!("{SEARCH}?{query}")).by(&agent).await;
        answer.says(400, &format!(r#"{{"success":false,"error":"Match error: {text}"}}"#));
    }
}
