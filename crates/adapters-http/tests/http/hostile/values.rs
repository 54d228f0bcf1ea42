//! Values that a request may carry: such as fit, such as nobody sends by accident, and mixtures.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use serde_json::{Map, Value, json};

/// Stands for the id of the account that requests are made about.
pub(super) const VICTIM: &str = "(id of the victim)";

/// Texts that mean something to some handler.
const KNOWN: &[&str] = &[
    VICTIM,
    "victim",
    "root",
    "rocket.cat",
    "victim@example.org",
    "admin",
    "user",
    "livechat-agent",
    "view-l-room",
    "access-permissions",
    "Site_Url",
    "API_Default_Count",
    "Accounts_CustomFields",
    "online",
    "offline",
    "sha-256",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "1e3",
    r#"{"name":1}"#,
    r#"{"username":-1,"_id":1}"#,
    r#"{"$where":"1"}"#,
    "2023-10-30T12:09:05.982Z",
    "+91123456788",
];

/// Texts that are nothing but trouble.
const ODD: &[&str] = &[
    "",
    " ",
    "\u{0}",
    "a\u{0}b",
    "\u{202e}\u{feff}\u{fffd}\u{10ffff}",
    "e\u{301}\u{200d}👩‍👩‍👧",
    "\r\nX-Injected: 1",
    "' or 1=1; drop table users; --",
    "../../../etc/passwd",
    "%2e%2e%2f",
    "<script>alert(1)</script>",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "NaN",
    "Infinity",
    "-0",
    "1e999",
    "99999999999999999999999999",
    "0x10",
    "null",
    "undefined",
    "[object Object]",
    "2023-13-45T99:99:99Z",
    "+275760-09-13T00:00:00.001Z",
    "(a+)+$",
    "[",
];

thread_local! {
    // Made once, for they are part of nearly everything.
    static TEXT: BoxedStrategy<String> = make_text();
    static ANYTHING: BoxedStrategy<Value> = make_anything();
}

/// Any text.
pub(super) fn text() -> BoxedStrategy<String> {
    TEXT.with(Clone::clone)
}

/// Any JSON.
pub(super) fn anything() -> BoxedStrategy<Value> {
    ANYTHING.with(Clone::clone)
}

fn make_text() -> BoxedStrategy<String> {
    prop_oneof![
        6 => select(KNOWN).prop_map(str::to_owned),
        3 => select(ODD).prop_map(str::to_owned),
        2 => "[a-z]{3,8}",
        1 => "[a-z]{3,8}@[a-z]{3,8}\\.org",
        1 => "\\PC{0,12}",
        1 => (select(vec!["x", "👾", "%", "\"", "\\"]), 500_usize..20_000).prop_map(|(text, times)| text.repeat(times)),
    ]
    .boxed()
}

fn number() -> impl Strategy<Value = Value> + Clone {
    prop_oneof![
        4 => (-3_i64..200).prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => select(vec![json!(1e300), json!(-1e300), json!(5e-324), json!(0.5), json!(1.0)]),
    ]
}

fn make_anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        2 => number(),
        3 => text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..4).prop_map(|keys| Value::Object(Map::from_iter(keys))),
        ]
    })
    .boxed()
}

/// Values that mostly fit a schema of the `OpenAPI` document.
pub(super) fn fitting(schema: &Value) -> BoxedStrategy<Value> {
    prop_oneof![40 => of(schema), 1 => anything()].boxed()
}

/// The same for a key whose name says which texts make sense.
pub(super) fn fitting_named(name: &str, schema: &Value) -> BoxedStrategy<Value> {
    match meant(name) {
        Some(meant) if takes_texts(schema) => {
            prop_oneof![4 => meant.prop_map(Value::from), 1 => fitting(schema)].boxed()
        }
        Some(meant) if takes_texts(&schema["items"]) => {
            let list = prop::collection::vec(meant, 0..3).prop_map(Value::from);
            prop_oneof![4 => list, 1 => fitting(schema)].boxed()
        }
        Some(_) | None => fitting(schema),
    }
}

fn takes_texts(schema: &Value) -> bool {
    let types = &schema["type"];
    let one_of_them = types.as_array().is_some_and(|types| types.contains(&Value::from("string")));
    schema["enum"].is_null() && (types == "string" || one_of_them)
}

/// Texts that make sense under a name.
fn meant(name: &str) -> Option<BoxedStrategy<String>> {
    let name = name.to_ascii_lowercase();
    let one_of = |texts: &'static [&'static str]| select(texts).prop_map(str::to_owned);
    let is = |part: &str| name.contains(part);
    if is("mail") {
        Some(
            prop_oneof![2 => "[a-z]{3,8}@[a-z]{3,8}\\.org", 1 => Just("victim@example.org".to_owned())]
                .boxed(),
        )
    } else if is("pass") {
        Some(one_of(&["Abc-123-xyz-QRS!", "correct horse battery staple"]).boxed())
    } else if is("role") {
        Some(one_of(&["user", "livechat-agent", "bot", "guest", "admin"]).boxed())
    } else if is("sort") {
        Some(one_of(&[r#"{"name":1}"#, r#"{"username":-1,"_id":1}"#, r#"{"__proto__":1}"#]).boxed())
    } else if is("expires") || is("since") || is("date") {
        Some(one_of(&["2023-10-30T12:09:05.982Z", "2123-10-30T12:09:05.982Z", "2023-10-30"]).boxed())
    } else if name.ends_with("id") {
        let settings = ["Site_Url", "API_Default_Count", "Accounts_CustomFields", "Livechat_title_color"];
        let permissions = ["view-l-room", "create-user", "view-statistics"];
        Some(
            prop_oneof![
                3 => Just(VICTIM.to_owned()),
                1 => select(settings.to_vec()).prop_map(str::to_owned),
                1 => select(permissions.to_vec()).prop_map(str::to_owned),
            ]
            .boxed(),
        )
    } else if is("name") || is("user") {
        Some(prop_oneof![2 => "[a-z]{3,8}", 2 => Just("victim".to_owned())].boxed())
    } else {
        None
    }
}

fn of(schema: &Value) -> BoxedStrategy<Value> {
    let branches = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
    if let Some(branches) = branches {
        return Union::new(branches.iter().map(of)).boxed();
    }
    if let Some(allowed) = schema["enum"].as_array() {
        return select(allowed.clone()).boxed();
    }
    let types = &schema["type"];
    let types =
        types.as_array().map_or_else(|| vec![types.as_str()], |all| all.iter().map(Value::as_str).collect());
    let strategies: Vec<_> = types.into_iter().flatten().map(|name| of_type(name, schema)).collect();
    if strategies.is_empty() { anything().boxed() } else { Union::new(strategies).boxed() }
}

fn of_type(name: &str, schema: &Value) -> BoxedStrategy<Value> {
    match name {
        "string" => text().prop_map(Value::from).boxed(),
        "number" | "integer" => number().boxed(),
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "array" => prop::collection::vec(fitting(&schema["items"]), 0..4).prop_map(Value::from).boxed(),
        "object" => object(schema),
        _ => Just(Value::Null).boxed(),
    }
}

fn object(schema: &Value) -> BoxedStrategy<Value> {
    let Some(properties) = schema["properties"].as_object() else {
        let keys = prop::collection::vec((text(), anything()), 0..5);
        return keys.prop_map(|keys| Value::Object(Map::from_iter(keys))).boxed();
    };
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let keys = properties.iter().map(|(name, schema)| {
        let required = required.contains(&name.as_str());
        (Just(name.clone()), fitting_named(name, schema), chance(required))
    });
    let more = prop::option::weighted(0.02, (text(), anything()));
    (keys.collect::<Vec<_>>(), density(), more)
        .prop_map(|(keys, density, more)| {
            let there = keys.into_iter().filter(|(_, _, chance)| *chance < density);
            let there = there.map(|(name, value, _)| (name, value));
            Value::Object(there.chain(more).collect())
        })
        .boxed()
}

/// Whether a key is there: if its chance is below the density of the object, which differs from one to another,
/// so that there are sparse ones and full ones.
pub(super) fn chance(required: bool) -> BoxedStrategy<f64> {
    if required { prop_oneof![60 => Just(0.0), 1 => Just(1.0)].boxed() } else { (0.01..1.0).boxed() }
}

pub(super) fn density() -> BoxedStrategy<f64> {
    select(vec![0.1, 0.25, 0.6]).boxed()
}
