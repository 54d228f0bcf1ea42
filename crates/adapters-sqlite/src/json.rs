//! Documents inside columns: JSON texts, whose keys keep their order.

use omnicontact_ports::StoreError;
use serde::de::DeserializeOwned;
use serde::{Deserialize as _, Deserializer, Serialize};

use crate::error::corrupt;

/// The text of a document.
pub(crate) fn write<T: Serialize + ?Sized>(document: &T) -> Result<String, StoreError> {
    serde_json::to_string(document).map_err(|error| StoreError::Backend(error.into()))
}

/// The text of a document that may be absent.
pub(crate) fn write_some<T: Serialize>(document: Option<&T>) -> Result<Option<String>, StoreError> {
    document.map(write).transpose()
}

/// The document of a text in the record `what` `id`.
pub(crate) fn read<T: DeserializeOwned>(what: &'static str, id: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| corrupt(what, id, place(&error)))
}

/// Where a text stops making sense. The error itself quotes it, and it may be secret or personal.
fn place(error: &serde_json::Error) -> String {
    format!("{:?} error at line {}, column {}", error.classify(), error.line(), error.column())
}

/// The document of a text that may be absent.
pub(crate) fn read_some<T: DeserializeOwned>(
    what: &'static str,
    id: &str,
    text: Option<&str>,
) -> Result<Option<T>, StoreError> {
    text.map(|text| read(what, id, text)).transpose()
}

/// A truth as `SQLite` stores it.
pub(crate) fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    u8::deserialize(deserializer).map(|number| number != 0)
}

/// A truth that may be null.
pub(crate) fn truth_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(Option::<u8>::deserialize(deserializer)?.map(|number| number != 0))
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::read;

    #[test]
    fn what_makes_no_sense_is_not_quoted() {
        for text in
            ["\"kim@example.org\"", "[\"kim@example.org\"]", "{\"kim@example.org\"", "kim@example.org"]
        {
            let error = read::<Vec<u8>>("user", "u1", text).unwrap_err();
            let cause = error.source().unwrap().to_string();
            assert!(cause.contains("line 1"), "{cause}");
            assert!(!format!("{error:?} {cause}").contains("kim"), "{error:?}");
        }
    }
}
