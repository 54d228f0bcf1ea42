//! The Rust types that parameters may have, and how they are read from what was found valid.

use omnicontact_domain::password::PlainPassword;
use omnicontact_domain::value::{Fields, Value};
use serde_json::{Map, Value as Json};

use super::{Invalid, Kind};

/// A Rust type that a parameter may have.
pub(crate) trait ParameterType: Sized {
    /// What is accepted on the wire.
    const KIND: Kind;
    /// Whether the parameter must be there.
    const REQUIRED: bool = true;

    /// Reads a valid value.
    fn from_valid(sent: Json) -> Result<Self, Invalid>;

    /// What a parameter is that was left out, if it may be.
    fn absent() -> Option<Self> {
        None
    }
}

/// A parameter of which the handler must know whether it was left out or sent as null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(dead_code, reason = "not every endpoint of the dialect is here yet")]
pub(crate) enum Sent<T> {
    /// It was left out.
    #[default]
    Absent,
    /// It was sent as null.
    Null,
    /// It was sent.
    Value(T),
}

/// An object of which one key after the other is taken.
pub(crate) struct Keys(Map<String, Json>);

impl Keys {
    pub(crate) fn of(sent: Json) -> Result<Self, Invalid> {
        match sent {
            Json::Object(keys) => Ok(Self(keys)),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
                Err(mismatch("an object"))
            }
        }
    }

    pub(crate) fn take<T: ParameterType>(&mut self, name: &str) -> Result<T, Invalid> {
        match self.0.remove(name) {
            Some(sent) => T::from_valid(sent),
            None => T::absent().ok_or_else(|| mismatch(name)),
        }
    }
}

/// Values stay out of the message: it goes to the log.
fn mismatch(expected: &str) -> Invalid {
    Invalid::Mismatch(format!("expected {expected}"))
}

impl ParameterType for String {
    const KIND: Kind = Kind::Text;

    fn from_valid(sent: Json) -> Result<Self, Invalid> {
        if let Json::String(text) = sent { Ok(text) } else { Err(mismatch("a text")) }
    }
}

impl ParameterType for PlainPassword {
    const KIND: Kind = Kind::Text;

    fn from_valid(sent: Json) -> Result<Self, Invalid> {
        String::from_valid(sent).map(Self::new)
    }
}

impl ParameterType for bool {
    const KIND: Kind = Kind::Flag;

    fn from_valid(sent: Json) -> Result<Self, Invalid> {
        sent.as_bool().ok_or_else(|| mismatch("true or false"))
    }
}

impl ParameterType for f64 {
    const KIND: Kind = Kind::Number;

    fn from_valid(sent: Json) -> Result<Self, Invalid> {
        sent.as_f64().ok_or_else(|| mismatch("a number"))
    }
}

impl ParameterType for i64 {
    const KIND: Kind = Kind::Integer;

    /// Whole numbers come as `5`, `5.0` or `1e300`; the last one as the greatest there is.
    #[expect(clippy::cast_possible_truncation, reason = "whole, and the greatest or least beyond the bounds")]
    fn from_valid(sent: Json) -> Result<Self, Invalid> {
        let whole = || sent.as_f64().filter(|number| number.fract() == 0.0);
        sent.as_i64().or_else(|| Some(whole()? as Self)).ok_or_else(|| mismatch("a whole number"))
    }
}

impl ParameterType for Fields {
    const KIND: Kind = Kind::AnyObject;

    fn from_valid(sent: Json) -> Result<Self, Invalid> {
        serde_json::from_value(sent).map_err(|_| mismatch("an object"))
    }
}

impl ParameterType for Value {
    const KIND: Kind = Kind::Any;

    fn from_valid(sent: Json) -> Result<Self, Invalid> {
        serde_json::from_value(sent).map_err(|_| mismatch("JSON"))
    }
}

impl<T: ParameterType> ParameterType for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);

    fn from_valid(sent: Json) -> Result<Self, Invalid> {
        let Json::Array(items) = sent else { return Err(mismatch("a list")) };
        items.into_iter().map(T::from_valid).collect()
    }
}

impl<T: ParameterType> ParameterType for Option<T> {
    const KIND: Kind = T::KIND;
    const REQUIRED: bool = false;

    fn from_valid(sent: Json) -> Result<Self, Invalid> {
        let null_is_a_value = matches!(T::KIND, Kind::Any);
        if sent.is_null() && !null_is_a_value { Ok(None) } else { T::from_valid(sent).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: ParameterType> ParameterType for Sent<T> {
    const KIND: Kind = T::KIND;
    const REQUIRED: bool = false;

    fn from_valid(sent: Json) -> Result<Self, Invalid> {
        if sent.is_null() { Ok(Self::Null) } else { T::from_valid(sent).map(Self::Value) }
    }

    fn absent() -> Option<Self> {
        Some(Self::Absent)
    }
}
