//! Shapes read as closed JSON Schemas, with coercion (contract, framework 1.7 and contacts 2.6). The first
//! failing keyword ends the validation; only alternatives report several messages.

use serde_json::{Map, Value};

use super::coercion::{coerce, conforms};
use super::constraint::Phase;
use super::{Constraint, Kind, Object, Root, Source};

/// Validates and converts the outermost value. The error is the joined messages.
pub(super) fn validate(root: Root, sent: &mut Value, source: Source) -> Result<(), String> {
    let schema = Schema { source };
    match root {
        Root::Object(object) => schema.check_root(object, sent),
        Root::OneOf(branches) => schema.check_one_of(branches, sent),
        Root::AnyOf(branches) => schema.check_any_of(branches, sent),
    }
}

struct Schema {
    source: Source,
}

impl Schema {
    fn check_root(&self, object: Object, sent: &mut Value) -> Result<(), String> {
        let Value::Object(keys) = sent else { return Err(must_be(Kind::AnyObject, &[])) };
        self.check_keys(object, keys)
    }

    fn check_one_of(&self, branches: &[Object], sent: &mut Value) -> Result<(), String> {
        let mut messages = Vec::new();
        let mut passed = 0;
        for branch in branches {
            match self.check_root(*branch, sent) {
                Ok(()) => passed += 1,
                Err(message) => messages.push(message),
            }
            if passed > 1 {
                break;
            }
        }
        if passed == 1 { Ok(()) } else { Err(joined(messages, "must match exactly one schema in oneOf")) }
    }

    fn check_any_of(&self, branches: &[Object], sent: &mut Value) -> Result<(), String> {
        let mut messages = Vec::new();
        for branch in branches {
            match self.check_root(*branch, sent) {
                Ok(()) => return Ok(()),
                Err(message) => messages.push(message),
            }
        }
        Err(joined(messages, "must match a schema in anyOf"))
    }

    /// `required`, `additionalProperties`, `properties`.
    fn check_keys(&self, object: Object, keys: &mut Map<String, Value>) -> Result<(), String> {
        let Object { fields, closed } = object;
        if let Some(missing) = fields.iter().find(|field| field.required && !keys.contains_key(field.name)) {
            return Err(format!("must have required property '{}'", missing.name));
        }
        if closed && keys.keys().any(|key| fields.iter().all(|field| field.name != key)) {
            return Err("must NOT have additional properties".to_owned());
        }
        for field in fields {
            if let Some(value) = keys.get_mut(field.name) {
                self.check_value(field.kind, field.constraints, value)?;
            }
        }
        Ok(())
    }

    fn check_value(&self, kind: Kind, constraints: &[Constraint], value: &mut Value) -> Result<(), String> {
        if !coerce(kind, constraints, value, self.source) {
            return Err(must_be(kind, constraints));
        }
        self.check_phase(Phase::AnyType, constraints, value)?;
        if !conforms(kind, &[], value) {
            return Ok(()); // null, where null is allowed: nothing else speaks of it
        }
        self.check_phase(Phase::ByType, constraints, value)?;
        match (kind, &mut *value) {
            (Kind::Object(object), Value::Object(keys)) => self.check_keys(object, keys)?,
            (Kind::List(kind), Value::Array(items)) => {
                for item in items {
                    self.check_value(*kind, &[], item)?;
                }
            }
            _ => {}
        }
        self.check_phase(Phase::AfterItems, constraints, value)
    }

    #[expect(clippy::unused_self, reason = "reads as the other keywords do")]
    fn check_phase(&self, phase: Phase, constraints: &[Constraint], value: &Value) -> Result<(), String> {
        constraints.iter().filter(|constraint| constraint.phase() == phase).try_for_each(|c| c.check(value))
    }
}

fn must_be(kind: Kind, constraints: &[Constraint]) -> String {
    let name = match kind {
        Kind::Text => "string",
        Kind::Flag => "boolean",
        Kind::Number => "number",
        Kind::Integer => "integer",
        Kind::List(_) => "array",
        Kind::AnyObject | Kind::Object(_) => "object",
        Kind::Any => "anything",
    };
    let or_null = if constraints.contains(&Constraint::OrNull) { ",null" } else { "" };
    format!("must be {name}{or_null}")
}

fn joined(mut messages: Vec<String>, last: &str) -> String {
    messages.push(last.to_owned());
    messages.join("\n ")
}

#[cfg(test)]
mod tests;
