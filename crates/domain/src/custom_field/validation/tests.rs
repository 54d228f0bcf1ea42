//! Examples and laws of the validation of custom values.

use proptest::prelude::*;

use super::*;
use crate::custom_field::Scope;
use crate::custom_field::test::{definition, values};

fn required(id: &str) -> CustomField {
    definition(id, &[("required", true.into())])
}

fn digits(id: &str) -> CustomField {
    definition(id, &[("regexp", "^[0-9]+$".into())])
}

fn invalid(id: &str) -> Result<Fields, InvalidCustomField> {
    Err(InvalidCustomField::Value { name: format!("Label of {id}") })
}

fn not_allowed(key: &str) -> Result<Fields, InvalidCustomField> {
    Err(InvalidCustomField::NotAllowed { key: key.into() })
}

#[test]
fn a_required_field_wants_a_text_that_is_not_blank() {
    let required = [required("cf1")];
    for bad in [values(&[]), values(&[("cf1", " ".into())]), values(&[("cf1", Value::Number(5.0))])] {
        assert_eq!(validate(&required, &bad, UnknownKeys::Drop), invalid("cf1"));
    }
    let good = values(&[("cf1", " 123 ".into())]);
    assert_eq!(validate(&required, &good, UnknownKeys::Drop), Ok(values(&[("cf1", "123".into())])));
}

#[test]
fn an_optional_field_drops_what_is_no_text() {
    let optional = [definition("cf1", &[])];
    for dropped in [Value::Null, Value::Number(1.0), "".into(), "  ".into()] {
        let stored = validate(&optional, &values(&[("cf1", dropped)]), UnknownKeys::Refuse);
        assert_eq!(stored, Ok(Fields::default()));
    }
}

#[test]
fn the_pattern_binds_optional_fields_too() {
    let digits = [digits("cf1")];
    assert_eq!(validate(&digits, &values(&[("cf1", "x".into())]), UnknownKeys::Drop), invalid("cf1"));
    assert!(validate(&digits, &values(&[("cf1", "12".into())]), UnknownKeys::Drop).is_ok());
}

#[test]
fn hidden_and_room_fields_are_unknown_keys() {
    let others = [
        CustomField { visibility: "hidden".into(), ..required("secret") },
        CustomField { scope: Scope::Room, ..required("topic") },
    ];
    for key in ["secret", "topic", "nothing"] {
        let given = values(&[(key, "x".into())]);
        assert_eq!(validate(&others, &given, UnknownKeys::Drop), Ok(Fields::default()));
        assert_eq!(validate(&others, &given, UnknownKeys::Refuse), not_allowed(key));
    }
}

#[test]
fn every_other_visibility_is_visible() {
    for visibility in ["visible", "public", ""] {
        let field = CustomField { visibility: visibility.into(), ..required("cf1") };
        assert_eq!(validate(&[field], &Fields::default(), UnknownKeys::Drop), invalid("cf1"));
    }
}

#[test]
fn a_bad_value_wins_over_an_unknown_key() {
    let given = values(&[("nothing", "x".into())]);
    assert_eq!(validate(&[required("cf1")], &given, UnknownKeys::Refuse), invalid("cf1"));
    assert_eq!(validate_replacement(&[required("cf1")], &given, &Fields::default()), invalid("cf1"));
}

#[test]
fn a_field_without_a_label_is_called_by_its_id() {
    let unnamed = [CustomField { label: String::new(), ..required("cf1") }];
    assert_eq!(
        validate(&unnamed, &Fields::default(), UnknownKeys::Drop),
        Err(InvalidCustomField::Value { name: "cf1".into() })
    );
}

#[test]
fn a_replacement_keeps_legacy_values_and_nothing_else() {
    let definitions = [required("cf1"), definition("optional", &[])];
    let stored = values(&[("cf1", "123".into()), ("optional", "o".into()), ("cf2", "456".into())]);
    let expected = values(&[("cf1", "456".into()), ("cf2", "456".into())]);
    for given in [
        values(&[("cf1", "456".into()), ("cf2", "789".into())]),
        values(&[("cf1", " 456".into()), ("cf2", Value::Null)]),
        values(&[("cf1", "456".into())]),
    ] {
        assert_eq!(validate_replacement(&definitions, &given, &stored), Ok(expected.clone()));
    }
    let never_known = values(&[("cf1", "456".into()), ("cf3", "x".into())]);
    assert_eq!(validate_replacement(&definitions, &never_known, &stored), not_allowed("cf3"));
    assert_eq!(validate_replacement(&definitions, &Fields::default(), &stored), invalid("cf1"));
}

#[test]
fn a_field_that_was_hidden_later_is_legacy() {
    let hidden = [CustomField { visibility: "hidden".into(), ..definition("cf1", &[]) }];
    let stored = values(&[("cf1", "old".into())]);
    assert_eq!(validate_replacement(&hidden, &values(&[("cf1", "new".into())]), &stored), Ok(stored.clone()));
}

#[test]
fn a_visitor_loses_without_a_word_what_is_not_usable() {
    let definitions = [required("cf1"), digits("cf2"), definition("cf3", &[])];
    let given = values(&[("cf3", " x ".into()), ("cf2", "no digits".into()), ("nothing", "x".into())]);
    assert_eq!(usable(&definitions, &given), values(&[("cf3", "x".into())]));
}

fn given() -> impl Strategy<Value = Fields> {
    prop::collection::vec(("[a-e]", "[ 0-1a-b]{0,3}"), 0..6)
        .prop_map(|pairs| pairs.into_iter().map(|(key, text)| (key, text.into())).collect())
}

fn definitions() -> [CustomField; 3] {
    [required("a"), digits("b"), definition("c", &[])]
}

proptest! {
    #[test]
    fn what_passed_once_passes_again_unchanged(given in given()) {
        if let Ok(once) = validate(&definitions(), &given, UnknownKeys::Drop) {
            prop_assert_eq!(validate(&definitions(), &once, UnknownKeys::Refuse), Ok(once.clone()));
            prop_assert_eq!(usable(&definitions(), &given), once);
        }
    }

    #[test]
    fn a_replacement_without_legacy_values_is_the_strict_rule(given in given()) {
        let strict = validate(&definitions(), &given, UnknownKeys::Refuse);
        prop_assert_eq!(validate_replacement(&definitions(), &given, &Fields::default()), strict);
    }

    #[test]
    fn no_replacement_touches_a_legacy_value(given in given(), stored in given()) {
        let Ok(replacement) = validate_replacement(&definitions(), &given, &stored) else { return Ok(()) };
        for key in ["d", "e"] {
            prop_assert_eq!(replacement.get(key), stored.get(key));
        }
        // And doing it again with the outcome changes nothing.
        prop_assert_eq!(validate_replacement(&definitions(), &replacement, &replacement), Ok(replacement.clone()));
    }
}
