//! What is converted before a type is checked (contract, framework 1.7 and contacts 2.6).

use serde_json::Value;

use super::{Constraint, Kind, Source, number};

/// Whether a value is of the kind, or null where null is allowed.
pub(crate) fn conforms(kind: Kind, constraints: &[Constraint], value: &Value) -> bool {
    let of_kind = match kind {
        Kind::Text => value.is_string(),
        Kind::Flag => value.is_boolean(),
        Kind::Number => value.is_number(),
        Kind::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        Kind::List(_) => value.is_array(),
        Kind::AnyObject | Kind::Object(_) => value.is_object(),
        Kind::Any => true,
    };
    of_kind || (value.is_null() && may_be_null(constraints))
}

/// Converts a value to the kind if the dialect does. Afterwards the value conforms, or `false` is returned.
pub(crate) fn coerce(kind: Kind, constraints: &[Constraint], value: &mut Value, source: Source) -> bool {
    if conforms(kind, constraints, value) {
        return true;
    }
    if source == Source::Query && unwrap_single(value) && conforms(kind, constraints, value) {
        return true;
    }
    match converted(kind, value, source).or_else(|| as_null(constraints, value)) {
        Some(new) => {
            *value = new;
            true
        }
        None => false,
    }
}

/// Replaces an array with one item by the item.
fn unwrap_single(value: &mut Value) -> bool {
    let Value::Array(items) = value else { return false };
    if items.len() != 1 {
        return false;
    }
    let Some(item) = items.pop() else { return false };
    *value = item;
    true
}

fn converted(kind: Kind, value: &Value, source: Source) -> Option<Value> {
    match kind {
        Kind::Text => as_text(value),
        Kind::Flag => as_flag(value),
        Kind::Number => as_number(value).map(number::value_of),
        Kind::Integer => as_number(value).filter(|number| number.fract() == 0.0).map(number::value_of),
        Kind::List(_) if source == Source::Query && !value.is_object() && !value.is_array() => {
            Some(Value::Array(vec![value.clone()]))
        }
        Kind::List(_) | Kind::AnyObject | Kind::Object(_) | Kind::Any => None,
    }
}

fn as_text(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) => Some(number::text_of(number).into()),
        Value::Bool(truth) => Some(truth.to_string().into()),
        Value::Null => Some("".into()),
        Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn as_flag(value: &Value) -> Option<Value> {
    match value {
        Value::Null => Some(false.into()),
        Value::String(text) if text == "false" => Some(false.into()),
        Value::String(text) if text == "true" => Some(true.into()),
        Value::Number(number) if number.as_f64() == Some(0.0) => Some(false.into()),
        Value::Number(number) if number.as_f64() == Some(1.0) => Some(true.into()),
        Value::Bool(_) | Value::String(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Null => Some(0.0),
        Value::Bool(truth) => Some(f64::from(u8::from(*truth))),
        Value::String(text) if !text.is_empty() => number::parse(text),
        Value::String(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn as_null(constraints: &[Constraint], value: &Value) -> Option<Value> {
    let is_nothing = match value {
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::Bool(truth) => !truth,
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    };
    (is_nothing && may_be_null(constraints)).then_some(Value::Null)
}

fn may_be_null(constraints: &[Constraint]) -> bool {
    constraints.iter().any(|constraint| matches!(constraint, Constraint::Nullable | Constraint::OrNull))
}
