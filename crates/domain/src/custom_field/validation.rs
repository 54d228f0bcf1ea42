//! Which given values a contact stores (contract, contacts 5.1, 7.2 and conversations 2.8).

use super::CustomField;
use crate::value::{Fields, Value};

/// What becomes of keys that no usable definition has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownKeys {
    /// They are dropped.
    Drop,
    /// They are an error.
    Refuse,
}

/// Why given custom values are not stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCustomField {
    /// A value is missing, no text, empty or does not match.
    #[error("invalid value for custom field {name}")]
    Value {
        /// The field's label, or its id where it has none.
        name: String,
    },
    /// A key has no usable definition.
    #[error("custom field {key} is not allowed")]
    NotAllowed {
        /// The key as given.
        key: String,
    },
}

impl CustomField {
    /// The form in which a given value is stored: trimmed; `None` for an optional field without a usable one.
    fn stored_form<'a>(&self, given: Option<&'a Value>) -> Result<Option<&'a str>, InvalidCustomField> {
        let text = given.and_then(Value::as_text).map(str::trim).filter(|text| !text.is_empty());
        let is_good = text.map_or(!self.is_required(), |text| self.accepts(text));
        if is_good {
            Ok(text)
        } else {
            Err(InvalidCustomField::Value { name: self.display_name().to_owned() })
        }
    }
}

/// The values to store, trimmed and in the order of the definitions.
///
/// Every definition for visitors is visited in order: a required one without a usable value and any value
/// that does not match are errors; an optional one without a usable value is skipped. Then come the keys
/// without a definition, which `unknown` decides about. Errors of values win over errors of keys.
///
/// # Errors
/// [`InvalidCustomField`], the first.
///
/// ```
/// use omnicontact_domain::custom_field::{UnknownKeys, validate};
/// use omnicontact_domain::value::Fields;
/// let mut given = Fields::default();
/// given.set("plan", "gold");
/// assert_eq!(validate(&[], &given, UnknownKeys::Drop), Ok(Fields::default()));
/// assert!(validate(&[], &given, UnknownKeys::Refuse).is_err());
/// ```
pub fn validate(
    definitions: &[CustomField],
    given: &Fields,
    unknown: UnknownKeys,
) -> Result<Fields, InvalidCustomField> {
    let stored = validate_known(definitions, given)?;
    match unknown {
        UnknownKeys::Drop => {}
        UnknownKeys::Refuse => refuse_unknown(definitions, given, |_| false)?,
    }
    Ok(stored)
}

/// The values that replace a contact's (contract, contacts 7.2): those of [`validate`], and the contact's own
/// under keys that have no usable definition any more. Such legacy values stay as they are, whether or not
/// they are given; an optional field that is not given is removed; a key without a definition that the contact
/// does not have is an error.
///
/// # Errors
/// [`InvalidCustomField`], the first.
///
/// ```
/// use omnicontact_domain::custom_field::validate_replacement;
/// use omnicontact_domain::value::Fields;
/// let mut legacy = Fields::default();
/// legacy.set("cf2", "456");
/// let mut given = Fields::default();
/// given.set("cf2", "789");
/// assert_eq!(validate_replacement(&[], &given, &legacy), Ok(legacy.clone()));
/// assert_eq!(validate_replacement(&[], &Fields::default(), &legacy), Ok(legacy));
/// ```
pub fn validate_replacement(
    definitions: &[CustomField],
    given: &Fields,
    stored: &Fields,
) -> Result<Fields, InvalidCustomField> {
    let mut replacement = validate_known(definitions, given)?;
    refuse_unknown(definitions, given, |key| stored.get(key).is_some())?;
    for (key, value) in stored.iter().filter(|(key, _)| !is_defined(definitions, key)) {
        replacement.set(key, value.clone());
    }
    Ok(replacement)
}

/// The values that a contact takes over from a visitor (contract, contacts 5.1 and 8.2): whatever is not
/// usable is dropped without a word.
///
/// ```
/// use omnicontact_domain::custom_field::usable;
/// use omnicontact_domain::value::Fields;
/// let mut given = Fields::default();
/// given.set("plan", "gold");
/// assert_eq!(usable(&[], &given), Fields::default());
/// ```
#[must_use]
pub fn usable(definitions: &[CustomField], given: &Fields) -> Fields {
    let mut stored = Fields::default();
    for definition in definitions.iter().filter(|definition| definition.is_for_visitors()) {
        if let Ok(Some(text)) = definition.stored_form(given.get(definition.id.as_str())) {
            stored.set(definition.id.as_str(), text);
        }
    }
    stored
}

fn validate_known(definitions: &[CustomField], given: &Fields) -> Result<Fields, InvalidCustomField> {
    let mut stored = Fields::default();
    for definition in definitions.iter().filter(|definition| definition.is_for_visitors()) {
        if let Some(text) = definition.stored_form(given.get(definition.id.as_str()))? {
            stored.set(definition.id.as_str(), text);
        }
    }
    Ok(stored)
}

fn refuse_unknown(
    definitions: &[CustomField],
    given: &Fields,
    is_tolerated: impl Fn(&str) -> bool,
) -> Result<(), InvalidCustomField> {
    match given.iter().find(|(key, _)| !is_defined(definitions, key) && !is_tolerated(key)) {
        Some((key, _)) => Err(InvalidCustomField::NotAllowed { key: key.to_owned() }),
        None => Ok(()),
    }
}

fn is_defined(definitions: &[CustomField], key: &str) -> bool {
    definitions.iter().any(|definition| definition.is_for_visitors() && definition.id.as_str() == key)
}

#[cfg(test)]
mod tests;
