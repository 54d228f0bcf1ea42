//! Custom fields: what administrators define, and the rules that decide which given values are stored
//! (contract, contacts 5.1 and conversations 2).

mod assignment;
mod definition;
mod edit;
mod list;
mod validation;

pub use assignment::{Assignment, AssignmentError, assignable};
pub use definition::{Definition, InvalidDefinition};
pub use edit::{InvalidEdit, edit_values};
pub use list::list_definitions;
pub use validation::{InvalidCustomField, UnknownKeys, usable, validate, validate_replacement};

use crate::id::text_id;
use crate::pattern::Pattern;
use crate::time::Timestamp;
use crate::value::{Fields, Value};
use crate::version::Version;

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

impl Scope {
    /// The scope's name on the wire and in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Room => "room",
        }
    }

    /// The scope with that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Visitor, Self::Room].into_iter().find(|scope| scope.as_str() == text)
    }
}

/// A custom field as an administrator defined it.
///
/// The optional keys of a definition are kept as they were sent, in [`CustomField::other`]; the methods say
/// what the rules make of them.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomField {
    /// The key of the values.
    pub id: CustomFieldId,
    /// The name that people see.
    pub label: String,
    /// What the values belong to.
    pub scope: Scope,
    /// `hidden` keeps the field from people who fill in contacts; any other text (`visible`, `public`) does not.
    pub visibility: String,
    /// All other keys of the definition, as they were sent: `type`, `regexp`, `required`, `defaultValue`,
    /// `options`, `public`, `searchable`, and whatever else.
    pub other: Fields,
    /// When the definition was last written.
    pub updated_at: Timestamp,
    /// Which write of the definition this is.
    pub version: Version,
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
        self.scope == Scope::Visitor && self.visibility != "hidden"
    }

    /// Whether a contact must have a value.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.other.get("required").is_some_and(Value::is_truthy)
    }

    /// Whether widgets ask visitors for a value (contract, conversations 2.10).
    #[must_use]
    pub fn is_asked_by_widgets(&self) -> bool {
        self.is_for_visitors() && self.other.get("public").is_some_and(Value::is_truthy)
    }

    /// Whether values take part in searches.
    #[must_use]
    pub fn is_searchable(&self) -> bool {
        self.other.get("searchable").is_some_and(Value::is_truthy)
    }

    /// The pattern that a value must contain; `None` when there is none or an empty one.
    #[must_use]
    pub fn pattern(&self) -> Option<&str> {
        self.other.get("regexp").and_then(Value::as_text).filter(|pattern| !pattern.is_empty())
    }

    /// Whether a text satisfies the pattern. A pattern that cannot be used, or that takes too many steps, lets
    /// nothing pass (decision 13 of the contract).
    #[must_use]
    pub fn accepts(&self, value: &str) -> bool {
        let found = |source| Pattern::new(source).and_then(|pattern| pattern.matches(value));
        self.pattern().is_none_or(|source| found(source).unwrap_or(false))
    }
}

#[cfg(test)]
pub(crate) mod test {
    //! Definitions for tests.

    use super::*;

    /// A visible definition for visitors with these optional keys.
    pub(crate) fn definition(id: &str, other: &[(&str, Value)]) -> CustomField {
        let definition = Definition {
            label: format!("Label of {id}"),
            scope: Scope::Visitor,
            visibility: "visible".into(),
            other: values(other),
        };
        CustomField::define(id.into(), definition, Timestamp::from_millis(0))
    }

    /// Named values.
    pub(crate) fn values(pairs: &[(&str, Value)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::test::definition;
    use super::*;

    #[test]
    fn what_is_falsy_asks_for_nothing() {
        for other in
            [&[][..], &[("required", Value::Null), ("regexp", Value::Null), ("searchable", false.into())]]
        {
            let field = definition("cf1", other);
            assert!(!field.is_required() && !field.is_searchable());
            assert!(field.accepts("anything") && field.pattern().is_none());
        }
        let field = definition(
            "cf1",
            &[("required", true.into()), ("searchable", true.into()), ("regexp", "".into())],
        );
        assert!(field.is_required() && field.is_searchable() && field.accepts(""));
    }

    #[test]
    fn widgets_ask_for_public_fields_of_visitors() {
        let public = || definition("cf1", &[("public", true.into())]);
        assert!(public().is_asked_by_widgets());
        assert!(!definition("cf1", &[("public", false.into())]).is_asked_by_widgets());
        assert!(!definition("cf1", &[]).is_asked_by_widgets());
        assert!(!CustomField { scope: Scope::Room, ..public() }.is_asked_by_widgets());
        assert!(!CustomField { visibility: "hidden".into(), ..public() }.is_asked_by_widgets());
    }

    #[test]
    fn a_pattern_that_cannot_be_used_lets_nothing_pass() {
        for broken in ["(", "(a{1000}){1000}"] {
            assert!(!definition("cf1", &[("regexp", broken.into())]).accepts("a"));
        }
        let hostile = definition("cf1", &[("regexp", r"(?=(a+))(a+)+b\1".into())]);
        assert!(!hostile.accepts(&"a".repeat(5_000)));
    }

    #[test]
    fn scopes_are_read_as_they_are_written() {
        for scope in [Scope::Visitor, Scope::Room] {
            assert_eq!(Scope::parse(scope.as_str()), Some(scope));
        }
        assert_eq!(Scope::parse("Visitor"), None);
    }
}
