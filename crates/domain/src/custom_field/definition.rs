//! Saving definitions (contract, conversations 2.1 and 2.4).

use super::{CustomField, CustomFieldId, Scope};
use crate::pattern::{Pattern, PatternError};
use crate::text::{self, OutOfBounds, TextError};
use crate::time::Timestamp;
use crate::value::{Fields, Value};
use crate::version::Version;

/// Keys that are not among the other ones of a definition: they are its own fields, or the server's.
const OWN_KEYS: [&str; 6] = ["_id", "field", "label", "scope", "visibility", "_updatedAt"];

/// What an administrator says of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// The name that people see.
    pub label: String,
    /// What the values belong to.
    pub scope: Scope,
    /// `hidden`, or any other text.
    pub visibility: String,
    /// All other keys, as sent.
    pub other: Fields,
}

/// Why a definition is not stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDefinition {
    /// The id has characters other than letters, digits, `-` and `_`, or none.
    #[error("the id of a custom field has letters, digits, hyphens and underscores")]
    Id,
    /// The pattern is none, or does not keep within the bounds of patterns.
    #[error("the pattern of the custom field cannot be used")]
    Pattern,
    /// It could not be stored.
    #[error(transparent)]
    OutOfBounds(#[from] OutOfBounds),
}

impl From<TextError> for InvalidDefinition {
    fn from(error: TextError) -> Self {
        Self::OutOfBounds(error.into())
    }
}

impl CustomFieldId {
    /// Refuses what cannot be the id of a new field.
    ///
    /// # Errors
    /// [`InvalidDefinition::Id`]; [`InvalidDefinition::OutOfBounds`] for one that is too long.
    ///
    /// ```
    /// use omnicontact_domain::custom_field::CustomFieldId;
    /// assert!(CustomFieldId::from("cf_1-a").check().is_ok());
    /// assert!(CustomFieldId::from("Custom Field 1").check().is_err());
    /// ```
    pub fn check(&self) -> Result<(), InvalidDefinition> {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if self.as_str().is_empty() || !self.as_str().chars().all(is_allowed) {
            return Err(InvalidDefinition::Id);
        }
        Ok(text::check("field", self.as_str(), text::KEY_LIMIT)?)
    }
}

impl Definition {
    /// Refuses what cannot be stored, and a pattern that would refuse every value.
    ///
    /// # Errors
    /// [`InvalidDefinition`].
    pub fn check(&self) -> Result<(), InvalidDefinition> {
        text::check("label", &self.label, text::NAME_LIMIT)?;
        text::check("visibility", &self.visibility, text::KEY_LIMIT)?;
        text::check_values("customFieldData", &self.other)?;
        match self.other.get("regexp").and_then(Value::as_text) {
            Some(source) => {
                Pattern::new(source).map(drop).map_err(|_: PatternError| InvalidDefinition::Pattern)
            }
            None => Ok(()),
        }
    }
}

impl CustomField {
    /// A new field.
    #[must_use]
    pub fn define(id: CustomFieldId, definition: Definition, now: Timestamp) -> Self {
        let Definition { label, scope, visibility, other } = definition;
        let other = without_own_keys(other);
        Self { id, label, scope, visibility, other, updated_at: now, version: Version::FIRST }
    }

    /// Writes a new definition over this one. The id stays; other keys that are not sent stay, too.
    ///
    /// ```
    /// use omnicontact_domain::custom_field::{CustomField, Definition, Scope};
    /// use omnicontact_domain::time::Timestamp;
    /// use omnicontact_domain::value::Fields;
    /// let first = Definition {
    ///     label: "Plan".into(),
    ///     scope: Scope::Visitor,
    ///     visibility: "visible".into(),
    ///     other: [("required".to_owned(), true.into())].into_iter().collect(),
    /// };
    /// let mut field = CustomField::define("plan".into(), first.clone(), Timestamp::from_millis(0));
    /// let second = Definition { label: "Tariff".into(), other: Fields::default(), ..first };
    /// field.redefine(second, Timestamp::from_millis(1));
    /// assert_eq!((field.label.as_str(), field.is_required()), ("Tariff", true));
    /// ```
    pub fn redefine(&mut self, definition: Definition, now: Timestamp) {
        self.label = definition.label;
        self.scope = definition.scope;
        self.visibility = definition.visibility;
        self.other = std::mem::take(&mut self.other).merged(without_own_keys(definition.other));
        self.updated_at = now;
    }
}

fn without_own_keys(mut other: Fields) -> Fields {
    for key in OWN_KEYS {
        other.remove(key);
    }
    other
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custom_field::test::values;

    fn sent(other: &[(&str, Value)]) -> Definition {
        Definition {
            label: "Plan".into(),
            scope: Scope::Visitor,
            visibility: "public".into(),
            other: values(other),
        }
    }

    #[test]
    fn optional_keys_are_kept_as_sent_but_no_key_of_the_server() {
        let other = [
            ("type", "select".into()),
            ("_id", "x".into()),
            ("order", Value::Number(3.0)),
            ("options", Value::Null),
        ];
        let field = CustomField::define("plan".into(), sent(&other), Timestamp::from_millis(5));
        let kept =
            values(&[("type", "select".into()), ("order", Value::Number(3.0)), ("options", Value::Null)]);
        assert_eq!((field.id.as_str(), field.other), ("plan", kept));
        assert_eq!((field.updated_at, field.version), (Timestamp::from_millis(5), Version::FIRST));
    }

    #[test]
    fn a_new_definition_changes_everything_but_the_id_and_what_it_leaves_out() {
        let first = sent(&[("regexp", "^a".into()), ("required", true.into())]);
        let mut field = CustomField::define("plan".into(), first, Timestamp::from_millis(0));
        let second = Definition {
            label: "Tariff".into(),
            scope: Scope::Room,
            visibility: "hidden".into(),
            other: values(&[("required", false.into()), ("field", "other".into())]),
        };
        field.redefine(second, Timestamp::from_millis(5));
        assert_eq!((field.id.as_str(), field.label.as_str(), field.scope), ("plan", "Tariff", Scope::Room));
        assert_eq!(field.other, values(&[("regexp", "^a".into()), ("required", false.into())]));
        assert_eq!(field.updated_at, Timestamp::from_millis(5));
    }

    #[test]
    fn patterns_that_cannot_be_used_are_refused_when_they_are_saved() {
        for broken in ["(", "(a{1000}){1000}", &"a".repeat(1_001)] {
            assert_eq!(
                sent(&[("regexp", broken.into())]).check(),
                Err(InvalidDefinition::Pattern),
                "{broken}"
            );
        }
        for good in [Value::Null, "".into(), "^(?=.*[0-9])[a-z0-9]+$".into()] {
            assert_eq!(sent(&[("regexp", good)]).check(), Ok(()));
        }
    }

    #[test]
    fn definitions_have_bounds() {
        let long = |field, limit| Err(InvalidDefinition::from(TextError::TooLong { field, limit }));
        let label = Definition { label: "x".repeat(text::NAME_LIMIT + 1), ..sent(&[]) };
        assert_eq!(label.check(), long("label", text::NAME_LIMIT));
        let options = sent(&[("options", "x".repeat(text::CUSTOM_VALUE_LIMIT + 1).into())]);
        assert_eq!(options.check(), long("customFieldData", text::CUSTOM_VALUE_LIMIT));
        assert_eq!(CustomFieldId::from("x".repeat(513)).check(), long("field", text::KEY_LIMIT));
    }

    #[test]
    fn ids_have_letters_digits_hyphens_and_underscores() {
        for bad in ["", "a b", "é", "a.b", "$x", "a\n"] {
            assert_eq!(CustomFieldId::from(bad).check(), Err(InvalidDefinition::Id), "{bad:?}");
        }
        assert_eq!(CustomFieldId::from("Aa-09_").check(), Ok(()));
    }
}
