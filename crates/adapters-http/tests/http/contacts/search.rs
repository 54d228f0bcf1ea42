//! `GET omnichannel/contacts.search` (contract, contacts 7.5; 10, Search).

use omnicontact_domain::contact::LastChat;
use omnicontact_domain::permission::VIEW_LIVECHAT_CONTACT;
use omnicontact_domain::time::Timestamp;
use omnicontact_domain::value::Value as Stored;
use serde_json::{Value, json};

use super::{
    api, created, define, invalid, is_refused_without, mara, path, start, stored, update, with_channel,
};
use crate::support::{Caller, TestApp};

async fn found(app: &TestApp, caller: &Caller, query: &str) -> Value {
    let answer = app.get(&format!("{}?{query}", path("search"))).by(caller).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    answer.json()
}

async fn names(app: &TestApp, caller: &Caller, query: &str) -> Vec<String> {
    let body = found(app, caller, query).await;
    body["contacts"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap().to_owned()).collect()
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |encoded, byte| format!("{encoded}%{byte:02X}"))
}

async fn named(app: &TestApp, caller: &Caller, name: &str) -> String {
    created(app, caller, &json!({"name": name, "emails": [], "phones": []})).await
}

#[tokio::test]
async fn a_row_is_a_contact_with_its_manager() {
    let (app, admin, agent) = start().await;
    let id = mara(&app, &admin).await;
    update(&app, &admin, json!({"contactId": id, "contactManager": agent.id})).await;
    let body = found(&app, &admin, "").await;
    let row = &body["contacts"][0];
    let (created_at, updated_at) = (&row["createdAt"], &row["_updatedAt"]);
    let expected = json!({
        "_id": id, "createdAt": created_at, "name": "Mara Lindt", "emails": [{"address": "mara.lindt@example.org"}],
        "phones": [{"phoneNumber": "+4930123456"}],
        "contactManager": {"_id": agent.id, "name": "Name of kim.jane", "username": "kim.jane"},
        "channels": [], "customFields": {}, "unknown": false, "preRegistration": true, "_updatedAt": updated_at,
    });
    assert_eq!(body, json!({"contacts": [expected], "count": 50, "offset": 0, "total": 1, "success": true}));
}

#[tokio::test]
async fn a_whole_value_finds_exactly_one() {
    let (app, admin, _) = start().await;
    for number in 0..5 {
        let body = json!({
            "name": format!("Person {number} (test) [x]"), "emails": [format!("p{number}.x+y@example.org")],
            "phones": [format!("1-53{number}.(22) x.55{number}+9")],
        });
        created(&app, &admin, &body).await;
    }
    for text in ["p3.x%2By@example.org", "1-533.(22)%20x.553%2B9", "Person%203%20(test)%20[x]", "PERSON%203"]
    {
        let body = found(&app, &admin, &format!("searchText={text}")).await;
        assert_eq!(
            (&body["total"], &body["contacts"][0]["name"]),
            (&json!(1), &json!("Person 3 (test) [x]")),
            "{text}"
        );
    }
    for text in ["invalid", "Person.3", "p3%", "_", "*", "p3.x%2By@example.org1-5"] {
        let body =
            found(&app, &admin, &format!("searchText={}", text.replace('%', "%25").replace("%252B", "%2B")))
                .await;
        assert_eq!((&body["total"], &body["contacts"]), (&json!(0), &json!([])), "{text}");
    }
    assert_eq!(found(&app, &admin, "searchText=").await["total"], 5);
    for short in ["3", "x", "(", "n%203"] {
        assert!(
            found(&app, &admin, &format!("searchText={short}")).await["total"].as_u64().unwrap() > 0,
            "{short}"
        );
    }
}

#[tokio::test]
async fn case_does_not_matter_in_any_script_and_custom_values_are_not_searched() {
    let (app, admin, _) = start().await;
    define(&app, "plan", "Plan", &[("searchable", true.into())]).await;
    let body =
        json!({"name": "Ελένη Ünal", "emails": [], "phones": [], "customFields": {"plan": "platinum"}});
    let id = created(&app, &admin, &body).await;
    for text in ["ΕΛΈΝΗ", "λέν", "ünal", "ÜN", "η"] {
        assert_eq!(found(&app, &admin, &format!("searchText={}", encoded(text))).await["total"], 1, "{text}");
    }
    for text in ["platinum", id.as_str(), "eleni"] {
        assert_eq!(found(&app, &admin, &format!("searchText={text}")).await["total"], 0, "{text}");
    }
}

#[tokio::test]
async fn known_and_unknown_contacts_are_two_lists() {
    let (app, admin, _) = start().await;
    mara(&app, &admin).await;
    let mut unknown = with_channel(&app, "c1", api());
    unknown.unknown = true;
    stored(&app, unknown).await;
    for (query, unknown) in [
        ("", false),
        ("unknown=false", false),
        ("unknown=true", true),
        ("searchText=mara&unknown=true", true),
    ] {
        let body = found(&app, &admin, query).await;
        assert_eq!(
            (&body["total"], &body["contacts"][0]["unknown"]),
            (&json!(1), &json!(unknown)),
            "{query}"
        );
    }
}

#[tokio::test]
async fn the_order_is_binary_by_name_or_as_wished() {
    let (app, admin, _) = start().await;
    for name in ["zoe", "Adam", "Zoe", "adam", "Émile"] {
        named(&app, &admin, name).await;
    }
    assert_eq!(names(&app, &admin, "").await, ["Adam", "Zoe", "adam", "zoe", "Émile"]);
    assert_eq!(names(&app, &admin, "sort={%22name%22:-1}").await, ["Émile", "zoe", "adam", "Zoe", "Adam"]);
    assert_eq!(
        names(&app, &admin, "sort={%22createdAt%22:1}").await,
        ["zoe", "Adam", "Zoe", "adam", "Émile"]
    );
    assert_eq!(names(&app, &admin, "sort={%22_id%22:-1}").await.len(), 5);
    assert_eq!(names(&app, &admin, "searchText=o&sort={%22createdAt%22:-1}").await, ["Zoe", "zoe"]);
    assert_eq!(names(&app, &admin, "searchText=zoe&count=1&offset=1").await, ["zoe"]);
    let body = found(&app, &admin, "count=2&offset=4").await;
    assert_eq!((&body["count"], &body["offset"], &body["total"]), (&json!(2), &json!(4), &json!(5)));
    assert_eq!(body["contacts"].as_array().unwrap().len(), 1);
    assert_eq!(found(&app, &admin, "count=0").await["contacts"].as_array().unwrap().len(), 5);
    assert_eq!(found(&app, &admin, "count=500").await["count"], 100);
    assert_eq!(found(&app, &admin, "offset=99").await["contacts"], json!([]));
}

#[tokio::test]
async fn the_last_conversation_and_a_custom_value_order_and_unknown_names_do_not() {
    let (app, admin, _) = start().await;
    for (id, ts, plan) in [("c1", Some(5), "b"), ("c2", None, "c"), ("c3", Some(9), "a")] {
        let mut contact = with_channel(&app, id, api());
        contact.name = Some(id.to_owned());
        contact.last_chat = ts.map(|ts| LastChat { room_id: "r".into(), ts: Timestamp::from_millis(ts) });
        contact.custom_fields = Some([("plan".to_owned(), Stored::from(plan))].into_iter().collect());
        stored(&app, contact).await;
    }
    for (sort, expected) in [
        (r#"{"lastChat.ts":-1}"#, ["c3", "c1", "c2"]),
        (r#"{"lastChat.ts":1}"#, ["c2", "c1", "c3"]),
        (r#"{"customFields.plan":1}"#, ["c3", "c1", "c2"]),
        (r#"{"nothing":-1,"name":-1}"#, ["c3", "c2", "c1"]),
        (r#"{"unknown":-1}"#, ["c3", "c2", "c1"]),
        (r#"{"unknown":1}"#, ["c1", "c2", "c3"]),
    ] {
        let encoded = encoded(sort);
        assert_eq!(names(&app, &admin, &format!("sort={encoded}")).await, expected, "{sort}");
    }
    let many: Vec<_> = (0..50).map(|number| format!(r#""customFields.f{number}":1"#)).collect();
    let sort = encoded(&format!("{{{}}}", many.join(",")));
    assert_eq!(names(&app, &admin, &format!("sort={sort}")).await.len(), 3, "the first eight count");
}

#[tokio::test]
async fn the_very_next_search_finds_what_was_written() {
    let (app, admin, _) = start().await;
    let id = named(&app, &admin, "Before").await;
    assert_eq!(names(&app, &admin, "searchText=before").await, ["Before"]);
    update(&app, &admin, json!({"contactId": id, "name": "After", "phones": ["+49 171"]})).await;
    assert!(names(&app, &admin, "searchText=before").await.is_empty());
    assert_eq!(names(&app, &admin, "searchText=%2B49%20171").await, ["After"]);
    app.post(&path("delete"), json!({"contactId": id}).to_string()).by(&admin).await;
    assert!(names(&app, &admin, "searchText=after").await.is_empty());
    assert_eq!(found(&app, &admin, "").await["total"], 0);
}

#[tokio::test]
async fn the_schema_says_what_is_wrong() {
    let (app, admin, _) = start().await;
    for (query, text) in [
        ("count=abc", "must be number"),
        ("count=", "must be number"),
        ("offset=abc", "must be number"),
        ("unknown=maybe", "must be boolean"),
        ("unknown=", "must be boolean"),
        ("unknown=1", "must be boolean"),
        ("searchText=a&searchText=b", "must be string"),
        ("query={}", "must NOT have additional properties"),
        ("fields={}", "must NOT have additional properties"),
    ] {
        app.get(&format!("{}?{query}", path("search"))).by(&admin).await.says(400, &invalid(text));
    }
    let answer = app.get(&format!("{}?sort=x", path("search"))).by(&admin).await;
    answer.says(
        400,
        r#"{"success":false,"error":"Invalid sort parameter provided: \"x\" [error-invalid-sort]","errorType":"error-invalid-sort","details":{"helperMethod":"parseJsonQuery"}}"#,
    );
    is_refused_without(&app, &VIEW_LIVECHAT_CONTACT, app.get(&path("search")), &admin).await;
}
