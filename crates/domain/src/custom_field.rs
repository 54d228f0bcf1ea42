//! Custom fields: their definitions and the rule that decides which given values are stored
//! (contract, contacts 5.1 and conversations 2.8).

use crate::id::text_id;
use crate::pattern::Pattern;
use crate::value::{Fields, Value};

text_id! {
    /// Id of a custom field: the key of its values.
    CustomFieldId
}

/// What the values of a field belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// A visitor, and the contact that the visitor belongs to.
    Visitor,
    /// A conversation.
    Room,
}

/// A custom field as an administrator defined it.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomField {
    /// The key of the values.
    pub id: CustomFieldId,
    /// The name that people see.
    pub label: String,
    /// What the values belong to.
    pub scope: Scope,
    /// Whether the field is kept from people who fill in contacts.
    pub hidden: bool,
    /// A pattern that a value must contain; none when absent or empty.
    pub pattern: Option<String>,
    /// Whether a contact must have a value.
    pub required: bool,
    /// Whether values take part in searches.
    pub searchable: bool,
    /// Everything else of the definition, as it was sent (`type`, `options`, `defaultValue`, ...).
    pub other: Fields,
}

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
    /// What errors call the field: its label, or its id where it has none.
    #[must_use]
    pub fn display_name(&self) -> &str {
        if self.label.is_empty() { self.id.as_str() } else { &self.label }
    }

    /// Whether contacts and visitors may carry values of this field.
    #[must_use]
    pub fn is_for_visitors(&self) -> bool {
        self.scope == Scope::Visitor && !self.hidden
    }

    /// The stored form of a given value: trimmed, `None` when it is no text or empty.
    fn stored_form(given: &Value) -> Option<&str> {
        given.as_text().map(str::trim).filter(|text| !text.is_empty())
    }

    /// Whether a stored form satisfies the pattern. A pattern that cannot be used, or that takes too many
    /// steps, lets nothing pass.
    fn accepts(&self, value: &str) -> bool {
        match self.pattern.as_deref() {
            None | Some("") => true,
            Some(source) => Pattern::new(source).and_then(|pattern| pattern.matches(value)).unwrap_or(false),
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
    let usable = || definitions.iter().filter(|definition| definition.is_for_visitors());
    let mut stored = Fields::default();
    for definition in usable() {
        let invalid = || InvalidCustomField::Value { name: definition.display_name().to_owned() };
        match given.get(definition.id.as_str()).and_then(CustomField::stored_form) {
            None if definition.required => return Err(invalid()),
            None => {}
            Some(value) if !definition.accepts(value) => return Err(invalid()),
            Some(value) => stored.set(definition.id.as_str(), value),
        }
    }
    if unknown == UnknownKeys::Refuse
        && let Some((key, _)) = given.iter().find(|(key, _)| !usable().any(|d| d.id.as_str() == *key))
    {
        return Err(InvalidCustomField::NotAllowed { key: key.to_owned() });
    }
    Ok(stored)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn definition(id: &str) -> CustomField {
        CustomField {
            id: id.into(),
            label: format!("Label of {id}"),
            scope: Scope::Visitor,
            hidden: false,
            pattern: None,
            required: false,
            searchable: false,
            other: Fields::default(),
        }
    }

    fn given(pairs: &[(&str, Value)]) -> Fields {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
    }

    fn invalid(id: &str) -> Result<Fields, InvalidCustomField> {
        Err(InvalidCustomField::Value { name: format!("Label of {id}") })
    }

    #[test]
    fn a_required_field_wants_a_text_that_is_not_blank() {
        let required = [CustomField { required: true, ..definition("cf1") }];
        for bad in [given(&[]), given(&[("cf1", " ".into())]), given(&[("cf1", Value::Number(5.0))])] {
            assert_eq!(validate(&required, &bad, UnknownKeys::Drop), invalid("cf1"));
        }
        let good = given(&[("cf1", " 123 ".into())]);
        assert_eq!(validate(&required, &good, UnknownKeys::Drop), Ok(given(&[("cf1", "123".into())])));
    }

    #[test]
    fn an_optional_field_drops_what_is_no_text() {
        let optional = [definition("cf1")];
        for dropped in [Value::Null, Value::Number(1.0), "".into(), "  ".into()] {
            let values = validate(&optional, &given(&[("cf1", dropped)]), UnknownKeys::Refuse);
            assert_eq!(values, Ok(Fields::default()));
        }
    }

    #[test]
    fn the_pattern_binds_optional_fields_too() {
        let digits = [CustomField { pattern: Some("^[0-9]+$".into()), ..definition("cf1") }];
        assert_eq!(validate(&digits, &given(&[("cf1", "x".into())]), UnknownKeys::Drop), invalid("cf1"));
        assert!(validate(&digits, &given(&[("cf1", "12".into())]), UnknownKeys::Drop).is_ok());
    }

    #[test]
    fn an_unusable_pattern_lets_nothing_pass() {
        let broken = [CustomField { pattern: Some("(".into()), ..definition("cf1") }];
        assert_eq!(validate(&broken, &given(&[("cf1", "x".into())]), UnknownKeys::Drop), invalid("cf1"));
    }

    #[test]
    fn hidden_and_room_fields_are_unknown_keys() {
        let others = [
            CustomField { hidden: true, required: true, ..definition("secret") },
            CustomField { scope: Scope::Room, required: true, ..definition("topic") },
        ];
        for key in ["secret", "topic", "nothing"] {
            let values = given(&[(key, "x".into())]);
            assert_eq!(validate(&others, &values, UnknownKeys::Drop), Ok(Fields::default()));
            assert_eq!(
                validate(&others, &values, UnknownKeys::Refuse),
                Err(InvalidCustomField::NotAllowed { key: key.into() })
            );
        }
    }

    #[test]
    fn a_bad_value_wins_over_an_unknown_key() {
        let required = [CustomField { required: true, ..definition("cf1") }];
        assert_eq!(
            validate(&required, &given(&[("nothing", "x".into())]), UnknownKeys::Refuse),
            invalid("cf1")
        );
    }

    #[test]
    fn a_field_without_a_label_is_called_by_its_id() {
        let unnamed = [CustomField { label: String::new(), required: true, ..definition("cf1") }];
        assert_eq!(
            validate(&unnamed, &Fields::default(), UnknownKeys::Drop),
            Err(InvalidCustomField::Value { name: "cf1".into() })
        );
    }

    proptest! {
        #[test]
        fn what_passed_once_passes_again_unchanged(values in prop::collection::vec(("[a-d]", "[ a-z]{0,4}"), 0..6)) {
            let definitions: Vec<_> = ["a", "b", "c"].map(definition).into();
            let given: Fields = values.into_iter().map(|(key, value)| (key, Value::Text(value))).collect();
            let once = validate(&definitions, &given, UnknownKeys::Drop).unwrap();
            prop_assert_eq!(validate(&definitions, &once, UnknownKeys::Refuse), Ok(once));
        }
    }
}
