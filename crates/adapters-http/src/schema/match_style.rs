//! Shapes read as Match patterns (contract, framework 1.8 and contacts 2.5): no coercion; the keys of the
//! request in their order, then the first missing key.

use serde_json::Value;

use super::{Constraint, Field, Kind, Object, Root};

/// What does not match, and where: `path` is empty at the top.
struct Mismatch {
    description: String,
    path: String,
}

impl Mismatch {
    fn here(description: impl Into<String>) -> Self {
        Self { description: description.into(), path: String::new() }
    }

    /// The same, seen from the value that holds this one under `key`.
    fn under(self, key: &str) -> Self {
        let key = path_segment(key);
        let path = match self.path.as_str() {
            "" => key,
            inner if inner.starts_with('[') => format!("{key}{inner}"),
            inner => format!("{key}.{inner}"),
        };
        Self { path, ..self }
    }
}

/// Checks the outermost value. The error is the text after `Match error: `.
pub(super) fn check_root(root: Root, sent: &Value) -> Result<(), String> {
    let outcome = match root {
        Root::Object(object) => check_object(object, sent),
        Root::OneOf(branches) | Root::AnyOf(branches) => {
            if branches.iter().any(|branch| check_object(*branch, sent).is_ok()) {
                Ok(())
            } else {
                Err(no_branch())
            }
        }
    };
    outcome.map_err(
        |Mismatch { description, path }| {
            if path.is_empty() { description } else { format!("{description} in field {path}") }
        },
    )
}

fn no_branch() -> Mismatch {
    Mismatch::here("Failed Match.OneOf, Match.Maybe or Match.Optional validation")
}

fn check_object(object: Object, value: &Value) -> Result<(), Mismatch> {
    let Object { fields, closed } = object;
    let sent = plain_object(value)?;
    for (key, value) in sent {
        match fields.iter().find(|field| field.name == key) {
            Some(field) => check_field(field, value).map_err(|mismatch| mismatch.under(key))?,
            None if closed => return Err(Mismatch::here("Unknown key").under(key)),
            None => {}
        }
    }
    match fields.iter().find(|field| field.required && !sent.contains_key(field.name)) {
        Some(missing) => Err(Mismatch::here(format!("Missing key '{}'", missing.name))),
        None => Ok(()),
    }
}

fn plain_object(value: &Value) -> Result<&serde_json::Map<String, Value>, Mismatch> {
    match value {
        Value::Object(object) => Ok(object),
        Value::Array(_) => Err(Mismatch::here("Expected plain object")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Err(expected("object", value)),
    }
}

fn check_field(field: &Field, value: &Value) -> Result<(), Mismatch> {
    if field.constraints.contains(&Constraint::OrNull) {
        let fits = value.is_null() || check_kind(field.kind, value).is_ok();
        return if fits { Ok(()) } else { Err(no_branch()) };
    }
    check_kind(field.kind, value)?;
    match field.constraints.iter().find(|constraint| constraint.check(value).is_err()) {
        Some(_) => Err(Mismatch::here("Failed Match.Where validation")),
        None => Ok(()),
    }
}

fn check_kind(kind: Kind, value: &Value) -> Result<(), Mismatch> {
    match kind {
        Kind::Text if !value.is_string() => Err(expected("string", value)),
        Kind::Flag if !value.is_boolean() => Err(expected("boolean", value)),
        Kind::Number if !value.is_number() => Err(expected("number", value)),
        Kind::Integer if !is_integer(value) => Err(Mismatch::here(format!("Expected Integer, got {value}"))),
        Kind::Text | Kind::Flag | Kind::Number | Kind::Integer | Kind::Any => Ok(()),
        Kind::AnyObject => plain_object(value).map(|_| ()),
        Kind::Object(object) => check_object(object, value),
        Kind::List(kind) => match value.as_array() {
            Some(items) => check_items(*kind, items),
            None => Err(Mismatch::here(format!("Expected array, got {value}"))),
        },
    }
}

fn check_items(kind: Kind, items: &[Value]) -> Result<(), Mismatch> {
    for (index, item) in items.iter().enumerate() {
        check_kind(kind, item).map_err(|mismatch| mismatch.under(&index.to_string()))?;
    }
    Ok(())
}

/// Integers are those of 32 bits.
fn is_integer(value: &Value) -> bool {
    let bounds = f64::from(i32::MIN)..=f64::from(i32::MAX);
    value.as_f64().is_some_and(|number| number.fract() == 0.0 && bounds.contains(&number))
}

fn expected(wanted: &str, value: &Value) -> Mismatch {
    Mismatch::here(format!("Expected {wanted}, got {}", type_name(value)))
}

/// JavaScript's `typeof`, but null is called by its name.
const fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) | Value::Object(_) => "object",
    }
}

/// A key as it stands in a path: digits are an index, identifiers stand as they are, others are quoted.
fn path_segment(key: &str) -> String {
    let mut characters = key.chars();
    let starts = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$');
    let goes_on = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.' | '[' | ']');
    if !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("[{key}]")
    } else if characters.next().is_some_and(starts) && characters.all(goes_on) && !KEYWORDS.contains(&key) {
        key.to_owned()
    } else {
        format!("[{}]", Value::from(key))
    }
}

/// JavaScript's reserved words, which a path quotes.
const KEYWORDS: [&str; 49] = [
    "do",
    "if",
    "in",
    "for",
    "let",
    "new",
    "try",
    "var",
    "case",
    "else",
    "enum",
    "eval",
    "false",
    "null",
    "this",
    "true",
    "void",
    "with",
    "break",
    "catch",
    "class",
    "const",
    "super",
    "throw",
    "while",
    "yield",
    "delete",
    "export",
    "import",
    "public",
    "return",
    "static",
    "switch",
    "typeof",
    "default",
    "extends",
    "finally",
    "package",
    "private",
    "continue",
    "debugger",
    "function",
    "arguments",
    "interface",
    "protected",
    "implements",
    "instanceof",
    "await",
    "async",
];

#[cfg(test)]
mod tests {
    use omnicontact_domain::value::Fields;

    use crate::schema::{Constraint, Invalid, Parameters, Source, parameters};

    parameters! {
        /// A manager.
        struct Manager: Match {
            /// Username.
            "username" username: String,
        }
    }

    parameters! {
        /// A body with one field of each kind.
        struct Body: Match {
            /// Text.
            "token" token: String,
            /// Text.
            "name" name: String,
            /// Optional text.
            "email" email: Option<String>,
            /// Optional object.
            "contactManager" manager: Option<Manager>,
            /// Any object.
            "customFields" custom: Option<Fields>,
            /// Flag.
            "flag" flag: Option<bool>,
            /// Number.
            "number" number: Option<f64>,
            /// Integer.
            "integer" integer: Option<i64>,
            /// Texts.
            "list" list: Option<Vec<String>>,
            /// Objects.
            "managers" managers: Option<Vec<Manager>>,
            /// Text that is not blank.
            "label" label: Option<String> [Constraint::NotBlank],
            /// Text or null.
            "id" id: Option<String> [Constraint::OrNull],
        }
    }

    fn says(json: &str) -> String {
        match Body::read(serde_json::from_str(json).unwrap(), Source::Body) {
            Ok(_) => String::new(),
            Err(Invalid::Match(text)) => text,
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_row_of_the_tables() {
        for (json, text) in [
            ("{}", "Missing key 'token'"),
            (r#"{"token":"t"}"#, "Missing key 'name'"),
            (r#"{"foo":1}"#, "Unknown key in field foo"),
            (r#"{"name":1,"foo":1}"#, "Expected string, got number in field name"),
            (r#"{"foo":1,"name":1}"#, "Unknown key in field foo"),
            (r#"{"email":5}"#, "Expected string, got number in field email"),
            (r#"{"email":null}"#, "Expected string, got null in field email"),
            (r#"{"email":true}"#, "Expected string, got boolean in field email"),
            (r#"{"email":["a","b"]}"#, "Expected string, got object in field email"),
            (r#"{"email":{}}"#, "Expected string, got object in field email"),
            (r#"{"contactManager":{}}"#, "Missing key 'username' in field contactManager"),
            (
                r#"{"contactManager":{"username":5}}"#,
                "Expected string, got number in field contactManager.username",
            ),
            (r#"{"contactManager":{"username":"a","foo":1}}"#, "Unknown key in field contactManager.foo"),
            (r#"{"contactManager":"joe"}"#, "Expected object, got string in field contactManager"),
            (r#"{"contactManager":null}"#, "Expected object, got null in field contactManager"),
            (r#"{"contactManager":[]}"#, "Expected plain object in field contactManager"),
            (r#"{"customFields":"x"}"#, "Expected object, got string in field customFields"),
            (r#"{"customFields":null}"#, "Expected object, got null in field customFields"),
            (r#"{"customFields":[1]}"#, "Expected plain object in field customFields"),
            (r#"{"flag":"true"}"#, "Expected boolean, got string in field flag"),
            (r#"{"number":"5"}"#, "Expected number, got string in field number"),
            (r#"{"integer":1.5}"#, "Expected Integer, got 1.5 in field integer"),
            (r#"{"integer":"5"}"#, "Expected Integer, got \"5\" in field integer"),
            (r#"{"list":{"a":1}}"#, "Expected array, got {\"a\":1} in field list"),
            (r#"{"list":["a",2]}"#, "Expected string, got number in field list[1]"),
            (r#"{"managers":[{"username":1}]}"#, "Expected string, got number in field managers[0].username"),
            (r#"{"label":"  "}"#, "Failed Match.Where validation in field label"),
            (r#"{"id":5}"#, "Failed Match.OneOf, Match.Maybe or Match.Optional validation in field id"),
            (r#"{"12":1}"#, "Unknown key in field [12]"),
            (r#"{"a-b":1}"#, "Unknown key in field [\"a-b\"]"),
            (r#"{"new":1}"#, "Unknown key in field [\"new\"]"),
            (r#"{"":1}"#, "Unknown key in field [\"\"]"),
            ("5", "Expected object, got number"),
            ("null", "Expected object, got null"),
            (r#""x""#, "Expected object, got string"),
            ("true", "Expected object, got boolean"),
            ("[]", "Expected plain object"),
        ] {
            assert_eq!(says(json), text, "{json}");
        }
    }

    #[test]
    fn what_matches_arrives_typed_and_unchanged() {
        let json = r#"{"token":" t ","name":"","email":"a","contactManager":{"username":"kim"},
            "customFields":{"b":1,"a":[null]},"flag":true,"number":1.5,"integer":7,"list":["x"],
            "managers":[{"username":"lee"}],"label":"l","id":null}"#;
        let body = Body::read(serde_json::from_str(json).unwrap(), Source::Body).unwrap();
        assert_eq!((body.token.as_str(), body.name.as_str(), body.email.as_deref()), (" t ", "", Some("a")));
        assert_eq!(body.manager.unwrap().username, "kim");
        assert_eq!(body.custom.unwrap().len(), 2);
        assert_eq!((body.flag, body.number, body.integer), (Some(true), Some(1.5), Some(7)));
        assert_eq!((body.list.unwrap().len(), body.managers.unwrap()[0].username.as_str()), (1, "lee"));
        assert_eq!((body.label.as_deref(), body.id), (Some("l"), None));
    }

    #[test]
    fn nul_is_refused_after_the_pattern_and_before_the_handler() {
        let sent = serde_json::json!({"token": "t", "name": "a\0"});
        assert_eq!(Body::read(sent, Source::Body).unwrap_err(), Invalid::Nul { field: "name".into() });
    }
}
