//! Definitions and values by example, and what holds for all.

use proptest::prelude::*;

use super::*;

fn fields(pairs: &[(&str, Value)]) -> Fields {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
}

fn defined(definitions: &[(&str, &[(&str, Value)])]) -> UserFields {
    let definitions =
        definitions.iter().map(|(key, said)| ((*key).to_owned(), Value::Fields(fields(said)))).collect();
    UserFields::of(&definitions).unwrap()
}

/// The definition that the suite writes.
fn of_the_suite() -> UserFields {
    let said = [
        ("type", Value::from("text")),
        ("required", Value::Bool(true)),
        ("minLength", Value::Number(2.0)),
        ("maxLength", Value::Number(10.0)),
    ];
    defined(&[("customFieldText", &said)])
}

#[test]
fn a_required_text_is_neither_missing_nor_too_short_nor_too_long() {
    let definitions = of_the_suite();
    let key = || "customFieldText".to_owned();
    for (value, refusal) in [
        (Value::from(""), InvalidUserField::Required { key: key() }),
        (Value::from("  "), InvalidUserField::Required { key: key() }),
        (Value::Null, InvalidUserField::Required { key: key() }),
        (Value::from("1"), InvalidUserField::TooShort { key: key(), limit: 2.0 }),
        (Value::from("0123456789|1"), InvalidUserField::TooLong { key: key(), limit: 10.0 }),
        (Value::List(vec![]), InvalidUserField::Invalid { key: key() }),
    ] {
        let form = fields(&[("customFieldText", value)]);
        assert_eq!(definitions.check_form(&form), Err(refusal), "{form:?}");
    }
    assert_eq!(definitions.check_form(&Fields::default()), Err(InvalidUserField::Required { key: key() }));
}

#[test]
fn only_what_is_defined_is_stored_and_as_it_was_given() {
    let form = fields(&[("other", "x".into()), ("customFieldText", " success ".into())]);
    let stored = of_the_suite().check_form(&form);
    assert_eq!(stored, Ok(fields(&[("customFieldText", " success ".into())])));
    assert_eq!(UserFields::default().check_form(&form), Ok(Fields::default()));
}

#[test]
fn a_choice_must_be_one_of_the_options() {
    let options = Value::List(vec!["red".into(), "green".into()]);
    let colour = defined(&[("colour", &[("type", "select".into()), ("options", options)])]);
    assert!(colour.check_form(&fields(&[("colour", " red ".into())])).is_ok());
    for wrong in ["blue", ""] {
        let refused = colour.check_form(&fields(&[("colour", wrong.into())]));
        assert_eq!(refused, Err(InvalidUserField::Invalid { key: "colour".into() }), "{wrong:?}");
    }
}

#[test]
fn lengths_may_be_written_as_texts_and_nothing_is_longer_than_the_store_keeps() {
    let said = [("maxLength", Value::from("3"))];
    let short = defined(&[("a", &said)]);
    let refused = short.check_form(&fields(&[("a", "1234".into())]));
    assert_eq!(refused, Err(InvalidUserField::TooLong { key: "a".into(), limit: 3.0 }));
    let endless = defined(&[("a", &[])]);
    let refused = endless.check_form(&fields(&[("a", "x".repeat(CUSTOM_VALUE_LIMIT + 1).into())]));
    assert_eq!(refused, Err(InvalidUserField::TooLong { key: "a".into(), limit: 10_000.0 }));
}

#[test]
fn what_is_not_given_stays_and_empty_values_are_kept_as_such() {
    let definitions = defined(&[("a", &[]), ("b", &[("minLength", Value::Number(2.0))])]);
    let stored = fields(&[("old", "gone from the definitions".into()), ("a", "init".into())]);
    for emptied in [Value::from(""), Value::Null] {
        let merged = definitions.merged(Some(&stored), &fields(&[("b", emptied.clone()), ("c", "x".into())]));
        let expected =
            fields(&[("old", "gone from the definitions".into()), ("a", "init".into()), ("b", emptied)]);
        assert_eq!(merged, Ok(Some(expected)));
    }
    assert_eq!(definitions.merged(None, &fields(&[("c", "x".into())])), Ok(None));
}

#[test]
fn a_required_value_cannot_be_emptied_but_need_not_be_sent_again() {
    let definitions = of_the_suite();
    assert_eq!(definitions.merged(None, &Fields::default()), Ok(None));
    let refused = definitions.merged(None, &fields(&[("customFieldText", "".into())]));
    assert_eq!(refused, Err(InvalidUserField::Required { key: "customFieldText".into() }));
}

#[test]
fn everybody_sees_public_values_alone() {
    let definitions = defined(&[("open", &[("public", Value::Bool(true))]), ("own", &[])]);
    let stored = fields(&[("own", "1".into()), ("open", "2".into()), ("old", "3".into())]);
    assert_eq!(definitions.public(&stored), fields(&[("open", "2".into())]));
}

#[cfg(feature = "serde")]
#[test]
fn the_setting_is_json_or_blank() {
    assert_eq!(UserFields::parse(" \n"), Ok(UserFields::default()));
    let text = r#"{"customFieldText":{"type":"text","required":true,"minLength":2,"maxLength":10}}"#;
    assert_eq!(UserFields::parse(text), Ok(of_the_suite()));
    for broken in ["{", "[]", "null", "5", r#"{"a":5}"#, r#"{"a":[]}"#] {
        assert_eq!(UserFields::parse(broken), Err(InvalidUserFields), "{broken}");
    }
}

proptest! {
    #[test]
    fn what_a_form_stores_can_be_given_again_and_changes_nothing(values in prop::collection::vec(("[a-d]", "[ a-z]{0,4}"), 0..6)) {
        let definitions = defined(&[("a", &[]), ("b", &[("maxLength", Value::Number(3.0))]), ("c", &[])]);
        let given: Fields = values.into_iter().map(|(key, value)| (key, Value::Text(value))).collect();
        if let Ok(stored) = definitions.check_form(&given) {
            prop_assert_eq!(definitions.check_form(&stored), Ok(stored.clone()));
            prop_assert_eq!(definitions.merged(Some(&stored), &given), Ok(Some(stored)));
        }
    }
}
