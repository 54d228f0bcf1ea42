//! Values whose shape the directory does not decide: custom values, settings, preferences.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A value as JSON knows it. Numbers are those of the wire's dialect: IEEE 754 doubles.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A finite number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// An object; its keys keep their order.
    Fields(Fields),
}

impl Value {
    /// The text, if the value is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The truth value, if the value is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self { Some(*truth) } else { None }
    }

    /// The number, if the value is one.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// Whether the dialect's programs take the value for something: everything but `null`, `false`, zero and
    /// the empty text.
    ///
    /// ```
    /// use omnicontact_domain::value::Value;
    /// assert!(Value::from("0").is_truthy() && Value::List(vec![]).is_truthy());
    /// assert!(!Value::from("").is_truthy() && !Value::Number(0.0).is_truthy() && !Value::Null.is_truthy());
    /// ```
    #[must_use]
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(truth) => *truth,
            Self::Number(number) => *number != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(_) | Self::Fields(_) => true,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

/// Named values in the order in which they were first set. A name occurs once.
///
/// ```
/// use omnicontact_domain::value::Fields;
/// let mut fields = Fields::default();
/// fields.set("plan", "gold");
/// fields.set("plan", "platinum");
/// assert_eq!(fields.len(), 1);
/// assert_eq!(fields.get("plan").and_then(|v| v.as_text()), Some("platinum"));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields(Vec<(String, Value)>);

impl Fields {
    /// The value with that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Sets a value: an existing name keeps its place, a new one goes last.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(key, _)| *key == name) {
            Some((_, stored)) => *stored = value,
            None => self.0.push((name, value)),
        }
    }

    /// Takes a value out; the others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let place = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(place).1)
    }

    /// These values with others set over them.
    #[must_use]
    pub fn merged(self, over: Self) -> Self {
        self.0.into_iter().chain(over.0).collect()
    }

    /// All names with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, Value)> for Fields {
    /// Like [`Fields::set`] one after the other, in time that grows with the number of pairs only: objects
    /// of a request may have a hundred thousand names.
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(pairs: I) -> Self {
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut fields: Vec<(String, Value)> = Vec::new();
        for (name, value) in pairs {
            match places.entry(name) {
                Entry::Occupied(known) => fields[*known.get()].1 = value,
                Entry::Vacant(new) => {
                    fields.push((new.key().clone(), value));
                    new.insert(fields.len() - 1);
                }
            }
        }
        Self(fields)
    }
}

#[cfg(feature = "serde")]
mod wire {
    //! JSON in and out; whole numbers are written without a fraction.

    use std::fmt;

    use serde::de::{self, MapAccess, SeqAccess, Visitor};
    use serde::ser::SerializeMap;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Fields, Value};

    /// Beyond this, doubles are no longer exact whole numbers.
    const EXACT: f64 = 9_007_199_254_740_992.0;

    impl Serialize for Value {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self {
                Self::Null => serializer.serialize_unit(),
                Self::Bool(truth) => serializer.serialize_bool(*truth),
                #[expect(clippy::cast_possible_truncation, reason = "whole and within the exact range")]
                Self::Number(number) if number.fract() == 0.0 && number.abs() <= EXACT => {
                    serializer.serialize_i64(*number as i64)
                }
                Self::Number(number) => serializer.serialize_f64(*number),
                Self::Text(text) => serializer.serialize_str(text),
                Self::List(list) => list.serialize(serializer),
                Self::Fields(fields) => fields.serialize(serializer),
            }
        }
    }

    impl Serialize for Fields {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(self.len()))?;
            for (name, value) in self.iter() {
                map.serialize_entry(name, value)?;
            }
            map.end()
        }
    }

    struct AnyValue;

    #[expect(clippy::cast_precision_loss, reason = "the dialect's numbers are doubles")]
    impl<'de> Visitor<'de> for AnyValue {
        type Value = Value;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a JSON value")
        }

        fn visit_unit<E>(self) -> Result<Value, E> {
            Ok(Value::Null)
        }

        fn visit_none<E>(self) -> Result<Value, E> {
            Ok(Value::Null)
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
            Value::deserialize(deserializer)
        }

        fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
            Ok(Value::Bool(truth))
        }

        fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
            Ok(Value::Number(number as f64))
        }

        fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
            Ok(Value::Number(number as f64))
        }

        fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
            Ok(Value::Number(number))
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
            Ok(Value::Text(text.to_owned()))
        }

        fn visit_string<E>(self, text: String) -> Result<Value, E> {
            Ok(Value::Text(text))
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
            let mut list = Vec::new();
            while let Some(item) = seq.next_element()? {
                list.push(item);
            }
            Ok(Value::List(list))
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = map.next_entry::<String, Value>()? {
                pairs.push(pair);
            }
            Ok(Value::Fields(pairs.into_iter().collect()))
        }
    }

    impl<'de> Deserialize<'de> for Value {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(AnyValue)
        }
    }

    impl<'de> Deserialize<'de> for Fields {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            match Value::deserialize(deserializer)? {
                Value::Fields(fields) => Ok(fields),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
                    Err(de::Error::custom("expected an object"))
                }
            }
        }
    }
}

#[cfg(test)]
mod field_tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn collecting_is_setting_one_after_the_other(pairs in prop::collection::vec(("[a-d]", "[x-z]"), 0..12)) {
            let pairs: Vec<_> = pairs.into_iter().map(|(name, text)| (name, Value::Text(text))).collect();
            let mut one_by_one = Fields::default();
            for (name, value) in pairs.clone() {
                one_by_one.set(name, value);
            }
            let (under, over) = pairs.split_at(pairs.len() / 2);
            let merged = Fields::from_iter(under.to_vec()).merged(over.iter().cloned().collect());
            prop_assert_eq!(&merged, &one_by_one);
            prop_assert_eq!(pairs.into_iter().collect::<Fields>(), one_by_one);
        }

        #[test]
        fn what_is_removed_is_gone_and_the_rest_stays(names in prop::collection::hash_set("[a-f]", 0..6)) {
            let all: Fields = names.iter().map(|name| (name.clone(), Value::from(name.as_str()))).collect();
            for name in &names {
                let mut rest = all.clone();
                prop_assert_eq!(rest.remove(name), Some(Value::from(name.as_str())));
                prop_assert_eq!(rest.remove(name), None);
                let expected: Fields = all
                    .iter()
                    .filter(|(key, _)| key != name)
                    .map(|(key, value)| (key.to_owned(), value.clone()))
                    .collect();
                prop_assert_eq!(rest, expected);
            }
        }
    }
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_and_written_without_loss() {
        let text = r#"{"b":[1,0.05,-3,true,null],"a":{"z":"é","y":{}},"big":1e300}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(
            serde_json::to_string(&value).unwrap(),
            r#"{"b":[1,0.05,-3,true,null],"a":{"z":"é","y":{}},"big":1e+300}"#
        );
    }

    #[test]
    fn a_repeated_name_keeps_its_place_and_takes_the_last_value() {
        let fields: Fields = serde_json::from_str(r#"{"a":1,"b":2,"a":3}"#).unwrap();
        assert_eq!(serde_json::to_string(&fields).unwrap(), r#"{"a":3,"b":2}"#);
    }
}
