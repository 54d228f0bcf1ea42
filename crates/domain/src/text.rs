//! Bounds and folding of texts that come from outside.
//!
//! The dialect bounds nothing; a store with indexes must. These limits are far beyond what people write,
//! and what exceeds them is refused with the field's name before anything is written.

use crate::value::{Fields, Value};
use sha2::{Digest as _, Sha256};

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The text is longer than the field holds.
    #[error("the value of field {field} is longer than {limit} characters")]
    TooLong {
        /// The field's name on the wire.
        field: &'static str,
        /// How many characters it holds.
        limit: usize,
    },
    /// The text holds U+0000, which no store keeps.
    #[error("the value of field {field} holds a NUL character")]
    Nul {
        /// The field's name on the wire.
        field: &'static str,
    },
}

/// 40 hexadecimal digits that tell a text from others.
///
/// ```
/// use omnicontact_domain::text::fingerprint;
/// assert_eq!(fingerprint("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a3");
/// ```
#[must_use]
pub fn fingerprint(text: &str) -> String {
    use std::fmt::Write as _;
    let mut hex = String::with_capacity(40);
    for byte in Sha256::digest(text.as_bytes()).iter().take(20) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Characters in texts that are keys of an index: tokens, e-mail addresses, phone numbers, usernames.
pub const KEY_LIMIT: usize = 512;
/// Characters in a display name.
pub const NAME_LIMIT: usize = 2_000;
/// E-mail addresses of one contact in one request, and phone numbers likewise.
pub const ADDRESSES_LIMIT: usize = 1_000;
/// Characters in one custom value.
pub const CUSTOM_VALUE_LIMIT: usize = 10_000;
/// Custom values in one request.
pub const CUSTOM_VALUES_LIMIT: usize = 1_000;
/// The most characters of a message, and of the comment that closes a conversation.
pub const MESSAGE_TEXT_LIMIT: usize = 10_000;

/// Refuses a text that a store could not keep.
///
/// # Errors
/// [`TextError`], with the field's name.
///
/// ```
/// use omnicontact_domain::text::{KEY_LIMIT, check};
/// assert!(check("token", "434lxd7iss8yh8c4m80wh", KEY_LIMIT).is_ok());
/// assert_eq!(check("token", "a\0", KEY_LIMIT).unwrap_err().to_string(), "the value of field token holds a NUL character");
/// ```
pub fn check(field: &'static str, text: &str, limit: usize) -> Result<(), TextError> {
    if text.contains('\0') {
        return Err(TextError::Nul { field });
    }
    // Bytes first: a text with no more bytes than the limit cannot have more characters.
    if text.len() > limit && text.chars().count() > limit {
        return Err(TextError::TooLong { field, limit });
    }
    Ok(())
}

/// A list or an object holds more than it may.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the value of field {field} holds more than {limit} entries")]
pub struct TooMany {
    /// The field's name on the wire.
    pub field: &'static str,
    /// How many entries it holds.
    pub limit: usize,
}

/// Why given values could not be stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutOfBounds {
    /// One of the texts could not.
    #[error(transparent)]
    Text(#[from] TextError),
    /// There are too many.
    #[error(transparent)]
    TooMany(#[from] TooMany),
}

/// Refuses a list of addresses or numbers that a store could not keep.
///
/// # Errors
/// [`OutOfBounds`], with the field's name.
pub fn check_addresses(field: &'static str, addresses: &[String]) -> Result<(), OutOfBounds> {
    check_count(field, addresses.len(), ADDRESSES_LIMIT)?;
    Ok(addresses.iter().try_for_each(|address| check(field, address, KEY_LIMIT))?)
}

/// Refuses custom values that a store could not keep: too many of them, a long or unusable name, a long or
/// unusable text at any depth.
///
/// # Errors
/// [`OutOfBounds`], with the field's name.
///
/// ```
/// use omnicontact_domain::text::{CUSTOM_VALUE_LIMIT, check_values};
/// use omnicontact_domain::value::{Fields, Value};
/// let mut values = Fields::default();
/// values.set("notes", Value::List(vec!["x".repeat(CUSTOM_VALUE_LIMIT).into()]));
/// assert!(check_values("customFields", &values).is_ok());
/// values.set("notes", Value::List(vec!["x".repeat(CUSTOM_VALUE_LIMIT + 1).into()]));
/// assert!(check_values("customFields", &values).is_err());
/// ```
pub fn check_values(field: &'static str, values: &Fields) -> Result<(), OutOfBounds> {
    check_count(field, values.len(), CUSTOM_VALUES_LIMIT)?;
    values.iter().try_for_each(|(name, value)| {
        check(field, name, KEY_LIMIT)?;
        check_value(field, value)
    })
}

fn check_count(field: &'static str, count: usize, limit: usize) -> Result<(), TooMany> {
    if count > limit { Err(TooMany { field, limit }) } else { Ok(()) }
}

fn check_value(field: &'static str, value: &Value) -> Result<(), OutOfBounds> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        Value::Text(text) => Ok(check(field, text, CUSTOM_VALUE_LIMIT)?),
        Value::List(items) => items.iter().try_for_each(|item| check_value(field, item)),
        Value::Fields(fields) => check_values(field, fields),
    }
}

/// The form in which texts are compared without regard to case, in every store the same:
/// Unicode lower case, computed here and never by SQL.
///
/// ```
/// use omnicontact_domain::text::fold;
/// assert_eq!(fold("ÀÉ Straße"), "àé straße");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// The entries of a list with commas, trimmed; empty ones are left out.
///
/// ```
/// use omnicontact_domain::text::comma_list;
/// assert_eq!(comma_list("user, admin,").collect::<Vec<_>>(), ["user", "admin"]);
/// ```
pub fn comma_list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

/// The beginning of the folded form, short enough for an index: what texts are ordered by, and what is counted
/// by a text that nobody checked. U+0000, which no store keeps, is left out.
///
/// ```
/// use omnicontact_domain::text::{KEY_LIMIT, index_key};
/// assert_eq!(index_key("Kim\0 Jane"), "kim jane");
/// assert_eq!(index_key(&"X".repeat(KEY_LIMIT + 1)), "x".repeat(KEY_LIMIT));
/// ```
#[must_use]
pub fn index_key(text: &str) -> String {
    fold(text).chars().filter(|c| *c != '\0').take(KEY_LIMIT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_objects_are_bounded() {
        let many = vec![String::new(); ADDRESSES_LIMIT + 1];
        let too_many = TooMany { field: "emails", limit: ADDRESSES_LIMIT };
        assert_eq!(check_addresses("emails", &many), Err(too_many.into()));
        assert_eq!(check_addresses("emails", &many[1..]), Ok(()));
        let long = TextError::TooLong { field: "phones", limit: KEY_LIMIT };
        assert_eq!(check_addresses("phones", &["1".repeat(KEY_LIMIT + 1)]), Err(long.into()));
        let values: Fields =
            (0..=CUSTOM_VALUES_LIMIT).map(|number| (number.to_string(), Value::Null)).collect();
        let too_many = TooMany { field: "customFields", limit: CUSTOM_VALUES_LIMIT };
        assert_eq!(check_values("customFields", &values), Err(too_many.into()));
    }

    #[test]
    fn a_bad_text_is_found_at_any_depth_and_in_names() {
        let inner: Fields = [("a\0".to_owned(), Value::Null)].into_iter().collect();
        let outer: Fields = [("list".to_owned(), Value::List(vec![Value::Bool(true), Value::Fields(inner)]))]
            .into_iter()
            .collect();
        let nul = TextError::Nul { field: "customFields" };
        assert_eq!(check_values("customFields", &outer), Err(nul.into()));
    }
}
