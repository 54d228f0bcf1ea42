//! Query strings in the grammar of `qs` (contract, framework 1.3): text in, a JSON object of strings, arrays
//! and objects out. No types are guessed here.

mod tree;

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use tree::{Node, Step};

use crate::percent;

/// Parameters that are read; further ones are ignored.
const PARAMETER_LIMIT: usize = 1_000;
/// Brackets that are read in one key; the rest of the key becomes one literal key.
const DEPTH_LIMIT: usize = 5;
/// Items of one array.
const ARRAY_LIMIT: usize = 500;

/// A query string asks for an array that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InvalidQuery;

/// Reads the part of a URL behind `?`.
pub(crate) fn parse(query: &str) -> Result<Map<String, Value>, InvalidQuery> {
    let mut root = Node::empty_map();
    for (key, values) in pairs(query) {
        if values.len() > ARRAY_LIMIT {
            return Err(InvalidQuery);
        }
        if let Some(steps) = steps_of(&key) {
            root = root.merge(Node::from_path(&steps, values));
        }
    }
    match root.into_value()? {
        Value::Object(object) => Ok(object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(InvalidQuery)
        }
    }
}

/// Reads the body of a form: flat, the last of equal keys wins.
pub(crate) fn parse_form(text: &str) -> Map<String, Value> {
    let mut fields = Map::new();
    for part in text.split('&').filter(|part| !part.is_empty()).take(PARAMETER_LIMIT) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        fields.insert(decode_form(key), Value::String(decode_form(value)));
    }
    fields
}

/// In forms, single malformed escapes stay as they are, and bytes that are no UTF-8 become U+FFFD.
fn decode_form(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Decoded keys with all their values, in the order of first occurrence.
fn pairs(query: &str) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for part in query.split('&').filter(|part| !part.is_empty()).take(PARAMETER_LIMIT) {
        let part = with_plain_brackets(part);
        let (key, value) = match (part.find("]="), part.find('=')) {
            (Some(bracket), _) => (&part[..=bracket], &part[bracket + 2..]),
            (None, Some(equals)) => (&part[..equals], &part[equals + 1..]),
            (None, None) => (part.as_ref(), ""),
        };
        let (key, value) = (decode(key), decode(value));
        match found.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) => values.push(value),
            None => found.push((key, vec![value])),
        }
    }
    found
}

fn with_plain_brackets(part: &str) -> Cow<'_, str> {
    if !part.contains('%') {
        return part.into();
    }
    part.replace("%5B", "[").replace("%5b", "[").replace("%5D", "]").replace("%5d", "]").into()
}

/// `+` is a space.
fn decode(text: &str) -> String {
    if text.contains('+') { percent::decode(&text.replace('+', " ")) } else { percent::decode(text) }
}

/// Splits `a[b][]` into its steps. `None` for keys that JavaScript objects have by birth: such parameters
/// are dropped.
fn steps_of(key: &str) -> Option<Vec<Step>> {
    let (parent, mut rest) = match bracketed(key) {
        Some((start, _)) => key.split_at(start),
        None => (key, ""),
    };
    let mut steps = Vec::new();
    if !parent.is_empty() {
        steps.push(Step::Key(usable(parent)?));
    }
    while let Some((start, end)) = bracketed(rest) {
        if steps.len() > DEPTH_LIMIT || (parent.is_empty() && steps.len() == DEPTH_LIMIT) {
            // Everything from here on, brackets included, is one key.
            steps.push(Step::Key(rest[start..].to_owned()));
            break;
        }
        steps.push(step_of(&rest[start + 1..end])?);
        rest = &rest[end + 1..];
    }
    (!steps.is_empty()).then_some(steps)
}

/// Where the first `[...]` without brackets inside begins and ends.
fn bracketed(text: &str) -> Option<(usize, usize)> {
    let mut open = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte, open) {
            (b'[', _) => open = Some(at),
            (b']', Some(start)) => return Some((start, at)),
            _ => {}
        }
    }
    None
}

fn step_of(inner: &str) -> Option<Step> {
    if inner.is_empty() {
        return Some(Step::Append);
    }
    match inner.parse::<usize>() {
        Ok(index) if index <= ARRAY_LIMIT && index.to_string() == inner => Some(Step::Index(index)),
        Ok(_) | Err(_) => Some(Step::Key(usable(inner)?)),
    }
}

fn usable(key: &str) -> Option<String> {
    const BORN_WITH: [&str; 13] = [
        "__proto__",
        "prototype",
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
    ];
    (!BORN_WITH.contains(&key)).then(|| key.to_owned())
}

#[cfg(test)]
mod tests;
