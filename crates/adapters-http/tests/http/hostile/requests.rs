//! Requests that nobody sends by accident, to every method of every route. What a route takes is read from the
//! `OpenAPI` document, so that most requests get as far as its handler.

use axum::http::{HeaderValue, Uri};
use omnicontact_adapters_http::{RouteAccess, route_access};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::Union;
use serde_json::{Value, json};

use super::values::{anything, chance, density, fitting, fitting_named, text};

/// A request, with [`super::values::VICTIM`] where an id belongs.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// The operation that is aimed at.
    pub(super) operation: String,
    pub(super) method: axum::http::Method,
    pub(super) uri: String,
    pub(super) headers: Vec<(&'static str, Vec<u8>)>,
    pub(super) body: Vec<u8>,
}

/// One method of one route, as it is documented.
#[derive(Debug, Clone)]
struct Documented {
    route: RouteAccess,
    /// Name, schema, and whether it must be there.
    query: Vec<(String, Value, bool)>,
    body: Value,
}

/// Requests to all routes alike.
pub(super) fn requests() -> BoxedStrategy<Request> {
    Union::new(documented().into_iter().map(requests_to)).boxed()
}

fn requests_to(Documented { route, query, body }: Documented) -> impl Strategy<Value = Request> {
    let uri = (path(route.path), query_string(query)).prop_map(|(path, query)| path + &query);
    let uri = uri.prop_filter("a URI that can be sent", |uri| uri.parse::<Uri>().is_ok());
    let (operation, method) = (route.operation, route.method);
    (uri, headers(), bytes(&body)).prop_map(move |(uri, headers, body)| {
        let (operation, method) = (operation.clone(), method.clone());
        Request { operation, method, uri, headers, body }
    })
}

fn documented() -> Vec<Documented> {
    let document: Value = serde_json::from_str(&omnicontact_adapters_http::openapi()).unwrap();
    let documented = |route: RouteAccess| {
        let operation = &document["paths"][route.path][route.method.as_str().to_ascii_lowercase()];
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let in_query = parameters.filter(|parameter| parameter["in"] == "query");
        let query = in_query.map(|parameter| {
            let name = parameter["name"].as_str().unwrap().to_owned();
            (name, parameter["schema"].clone(), parameter["required"] == true)
        });
        let body = operation["requestBody"]["content"]["application/json"]["schema"].clone();
        Documented { query: query.collect(), body, route }
    };
    route_access().into_iter().map(documented).collect()
}

/// Leaves a few characters that must not matter.
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_').remove(b'$').remove(b'\'').remove(b'*');

pub(super) fn escaped(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

fn path(template: &'static str) -> impl Strategy<Value = String> {
    let segment = |segment: &'static str| {
        let Some(name) = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) else {
            return Just(segment.to_owned()).boxed();
        };
        let text = fitting_named(name, &json!({"type": "string"}));
        text.prop_map(|text| escaped(&as_text(&text))).boxed()
    };
    let segments: Vec<_> = template.split('/').map(segment).collect();
    let trick = prop::option::weighted(0.05, (trick(), any::<Index>(), 1_usize..40));
    (segments, trick).prop_map(|(segments, trick)| {
        let mut path = segments.join("/");
        if let Some((trick, index, times)) = trick {
            let cuts: Vec<usize> = (1..=path.len()).filter(|at| path.is_char_boundary(*at)).collect();
            path.insert_str(*index.get(&cuts), &trick.repeat(times));
        }
        path
    })
}

/// What somebody puts into a path who hopes that it means something else to somebody.
fn trick() -> impl Strategy<Value = &'static str> {
    const TRICKS: [&str; 14] = [
        "//",
        "/./",
        "/../",
        "/%2e%2e/",
        "/%2E/",
        "%00",
        "%2f",
        "/",
        "%",
        "%ff",
        "/..;/",
        "\\",
        "?",
        "%252e%252e",
    ];
    select(TRICKS.to_vec())
}

fn query_string(parameters: Vec<(String, Value, bool)>) -> impl Strategy<Value = String> {
    let known: Vec<_> = parameters
        .into_iter()
        .map(|(name, schema, required)| {
            (Just(name.clone()), fitting_named(&name, &schema), suffix(), chance(required))
        })
        .collect();
    let odd = prop::option::weighted(0.05, odd_part());
    (known, density(), odd, prop::bool::weighted(0.03)).prop_map(|(known, density, odd, twice)| {
        let there = known.into_iter().filter(|(_, _, _, chance)| *chance < density);
        let mut parts: Vec<String> = there
            .map(|(name, value, suffix, _)| {
                format!("{}{suffix}={}", escaped(&name), escaped(&as_text(&value)))
            })
            .chain(odd)
            .collect();
        if twice {
            parts.extend(parts.clone());
        }
        // Longer ones are refused by the server's HTTP before they come here.
        let query: String = parts.join("&").chars().take(60_000).collect();
        if query.is_empty() { query } else { format!("?{query}") }
    })
}

/// What stands behind a name.
fn suffix() -> impl Strategy<Value = &'static str> {
    let odd = [
        "[]",
        "[0]",
        "[a]",
        "[__proto__]",
        "[constructor][prototype]",
        "[$ne]",
        "[a][b][c][d][e][f][g]",
        "[600]",
        "]",
        "[",
    ];
    prop_oneof![30 => Just(""), 1 => select(odd.to_vec())]
}

fn odd_part() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("&&=&==".to_owned()),
        Just("__proto__[x]=1&constructor[prototype][x]=1".to_owned()),
        Just("a=%zz&a=%ff%fe&%00=%00".to_owned()),
        Just("a=%ed%a0%80&b=%F0%9F%91%BE".to_owned()),
        (text(), text()).prop_map(|(name, value)| format!("{}={}", escaped(&name), escaped(&value))),
        (1_usize..2_000).prop_map(|times| vec!["a=1"; times].join("&")),
        (1_usize..3_000).prop_map(|times| format!("a{}=1", "[b]".repeat(times))),
    ]
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> {
    let content_type = prop_oneof![
        20 => Just(&b"application/json"[..]),
        2 => Just(&b"application/x-www-form-urlencoded"[..]),
        1 => Just(&b"multipart/form-data; boundary=x"[..]),
        1 => Just(&b"text/plain"[..]),
        1 => Just(&b"\xff"[..]),
        1 => Just(&b"application/json; charset=utf-16"[..]),
    ];
    let names = [
        "x-real-ip",
        "x-forwarded-for",
        "x-request-id",
        "x-2fa-code",
        "x-2fa-method",
        "origin",
        "content-length",
        "accept",
        "user-agent",
        "x-auth-token",
    ];
    let value = prop_oneof![text().prop_map(String::into_bytes), prop::collection::vec(any::<u8>(), 0..40)];
    let other = prop::collection::vec((select(names.to_vec()), value), 0..3);
    (content_type, prop::bool::weighted(0.1), other).prop_map(|(content_type, with_others, others)| {
        let others =
            others.into_iter().filter(|(_, value)| with_others && HeaderValue::from_bytes(value).is_ok());
        others.chain([("content-type", content_type.to_vec())]).collect()
    })
}

fn bytes(schema: &Value) -> BoxedStrategy<Vec<u8>> {
    let fitting = if schema.is_null() { anything().boxed() } else { fitting(schema) };
    prop_oneof![
        40 => fitting.clone().prop_map(|value| value.to_string().into_bytes()),
        2 => (fitting.clone(), fitting.clone()).prop_map(|(a, b)| keys_twice(&a, &b)),
        2 => fitting.clone().prop_map(|value| as_form(&value)),
        2 => (fitting.clone(), any::<Index>(), any::<u8>()).prop_map(|(value, index, byte)| {
            let mut bytes = value.to_string().into_bytes();
            let at = index.index(bytes.len());
            bytes[at] = byte;
            bytes
        }),
        2 => (fitting, select(vec![100, 127, 128, 10_000]), select(vec!["[", "{\"a\":", "{\"__proto__\":"])).prop_map(|(value, depth, open)| deep(&value, depth, open)),
        1 => anything().prop_map(|value| value.to_string().into_bytes()),
        1 => select(vec!["", "[", "{", "\u{feff}{}", "1e999", "-", "\"\\ud800\"", "nul", "{\"a\":1,}", "{'a':1}"]).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
    .boxed()
}

/// An object whose keys stand twice.
fn keys_twice(a: &Value, b: &Value) -> Vec<u8> {
    let inside = |value: &Value| value.to_string().trim_start_matches('{').trim_end_matches('}').to_owned();
    format!("{{{},{}}}", inside(a), inside(b)).into_bytes()
}

fn as_form(value: &Value) -> Vec<u8> {
    let pairs = value.as_object().into_iter().flatten();
    let pair = |(name, value): (&String, &Value)| format!("{}={}", escaped(name), escaped(&as_text(value)));
    pairs.map(pair).collect::<Vec<_>>().join("&").into_bytes()
}

/// The same object with one of its values, or one more, buried deeply.
fn deep(value: &Value, depth: usize, open: &str) -> Vec<u8> {
    const MARK: &str = "\"(here)\"";
    let close = if open == "[" { "]" } else { "}" };
    let mut value = value.clone();
    if let Some(keys) = value.as_object_mut() {
        let name = keys.keys().next().cloned().unwrap_or_else(|| "value".to_owned());
        keys.insert(name, Value::from("(here)"));
    } else {
        value = Value::from("(here)");
    }
    let buried = format!("{}1{}", open.repeat(depth), close.repeat(depth));
    value.to_string().replacen(MARK, &buried, 1).into_bytes()
}

/// Bodies that a route might take, each with this text in another place.
pub(super) fn with_long_texts(route: &RouteAccess, long: &str) -> Vec<Vec<u8>> {
    let same = |other: &Documented| other.route.operation == route.operation;
    let Some(body) = documented().into_iter().find(same).map(|documented| documented.body) else {
        return vec![];
    };
    let names = body["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
    let mut bodies: Vec<Vec<u8>> = names
        .map(|name| {
            let mut sent = least(&body);
            sent[&name] = Value::from(long);
            sent.to_string().into_bytes()
        })
        .collect();
    if !body.is_null() {
        bodies.push(format!("{{\"{long}\":1}}").into_bytes());
        bodies.push(format!("[{}1]", "1,".repeat(long.len() / 2 - 2)).into_bytes());
    }
    bodies
}

/// The least that fits a schema.
fn least(schema: &Value) -> Value {
    match schema["type"].as_str() {
        Some("string") => Value::from("x"),
        Some("number" | "integer") => Value::from(1),
        Some("boolean") => Value::from(true),
        Some("array") => Value::Array(vec![]),
        _ => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            required
                .map(|name| (name.to_owned(), least(&schema["properties"][name])))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
    }
}
