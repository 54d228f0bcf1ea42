//! Every row of the tables of contract, framework 1.7 and contacts 2.6 and 7.6.

use serde_json::{Value, json};

use crate::schema::{
    Constraint, Field, Format, Invalid, Kind, Object, ParameterType, Parameters, Root, Shape, Source, Style,
    parameters, valid,
};

parameters! {
    /// An address.
    struct Address: AjvLegacy {
        /// Address.
        "address" address: String [Constraint::Format(Format::RfcEmail)],
        /// Kind.
        "kind" kind: Option<String>,
    }
}

parameters! {
    /// One field for each keyword.
    struct Everything: AjvLegacy {
        /// Text.
        "text" text: Option<String>,
        /// Text or null.
        "textOrNull" text_or_null: Option<String> [Constraint::Nullable],
        /// Union.
        "union" union: Option<String> [Constraint::OrNull],
        /// Number.
        "number" number: Option<f64>,
        /// Number or null.
        "numberOrNull" number_or_null: Option<f64> [Constraint::Nullable],
        /// Integer.
        "integer" integer: Option<i64>,
        /// Flag.
        "flag" flag: Option<bool>,
        /// Flag or null.
        "flagOrNull" flag_or_null: Option<bool> [Constraint::Nullable],
        /// List.
        "list" list: Option<Vec<String>> [Constraint::MinItems(1), Constraint::MaxItems(4), Constraint::UniqueItems],
        /// List or null.
        "listOrNull" list_or_null: Option<Vec<String>> [Constraint::Nullable],
        /// Objects.
        "addresses" addresses: Option<Vec<Address>>,
        /// Any object.
        "object" object: Option<omnicontact_domain::value::Fields> [Constraint::MinProperties(1)],
        /// Any object or null.
        "objectOrNull" object_or_null: Option<omnicontact_domain::value::Fields> [Constraint::Nullable],
        /// Allowed values.
        "enum" r#enum: Option<String> [Constraint::Nullable, Constraint::Enum(&["Users", "Subscriptions"])],
        /// Constant.
        "const" r#const: Option<String> [Constraint::Const("x")],
        /// Lengths.
        "length" length: Option<String> [Constraint::MinLength(1), Constraint::MaxLength(3)],
        /// Bounds.
        "bounds" bounds: Option<f64> [Constraint::Minimum(1), Constraint::Maximum(3)],
        /// Pattern.
        "pattern" pattern: Option<String> [Constraint::Pattern("^[0-9]+$")],
        /// Not blank.
        "notBlank" not_blank: Option<String> [Constraint::NotBlank],
        /// E-mail.
        "email" email: Option<String> [Constraint::Format(Format::BasicEmail)],
    }
}

parameters! {
    /// Exactly one of three.
    one of struct Lookup: AjvLegacy {
        /// Id.
        "contactId" contact_id: Option<String> [Constraint::NotBlank],
        /// Address.
        "email" email: Option<String> [Constraint::Format(Format::BasicEmail), Constraint::NotBlank],
        /// Number.
        "phone" phone: Option<String> [Constraint::NotBlank],
    }
}

parameters! {
    /// Two required keys.
    struct Typed: AjvTyped {
        /// First.
        "first" first: String,
        /// Second.
        "second" second: String,
    }
}

fn says<T: Parameters>(sent: Value, source: Source) -> (String, &'static str) {
    match T::read(sent, source) {
        Ok(_) => (String::new(), ""),
        Err(Invalid::Schema { message, error_type }) => (message, error_type),
        Err(other) => panic!("{other:?}"),
    }
}

/// What becomes of a value in one field; the message comes without the suffix.
fn becomes(name: &str, value: &Value, source: Source) -> Result<Value, String> {
    let mut sent = json!({ name: value });
    super::validate(Everything::SHAPE.root, &mut sent, source)?;
    Ok(sent[name].clone())
}

#[test]
fn coercion_of_bodies() {
    let long = json!(["a", "b", "c", "d", "e"]);
    for (name, value, result) in [
        ("text", json!(1), Ok(json!("1"))),
        ("text", json!(1e21), Ok(json!("1e+21"))),
        ("text", json!(true), Ok(json!("true"))),
        ("text", json!(null), Ok(json!(""))),
        ("text", json!({}), Err("must be string")),
        ("text", json!(["a"]), Err("must be string")),
        ("text", json!(["a", "b"]), Err("must be string")),
        ("textOrNull", json!(null), Ok(json!(null))),
        ("textOrNull", json!([]), Err("must be string")),
        ("union", json!(null), Ok(json!(null))),
        ("union", json!({}), Err("must be string,null")),
        ("number", json!("1e3"), Ok(json!(1000))),
        ("number", json!("1.5"), Ok(json!(1.5))),
        ("number", json!(true), Ok(json!(1))),
        ("number", json!(null), Ok(json!(0))),
        ("number", json!(""), Err("must be number")),
        ("number", json!("abc"), Err("must be number")),
        ("number", json!(-1), Ok(json!(-1))),
        ("numberOrNull", json!(""), Ok(json!(null))),
        ("numberOrNull", json!(null), Ok(json!(null))),
        ("integer", json!("5"), Ok(json!(5))),
        ("integer", json!(false), Ok(json!(0))),
        ("integer", json!(1.5), Err("must be integer")),
        ("integer", json!("1.5"), Err("must be integer")),
        ("flag", json!("true"), Ok(json!(true))),
        ("flag", json!("false"), Ok(json!(false))),
        ("flag", json!(1), Ok(json!(true))),
        ("flag", json!(0), Ok(json!(false))),
        ("flag", json!(null), Ok(json!(false))),
        ("flag", json!("1"), Err("must be boolean")),
        ("flag", json!("yes"), Err("must be boolean")),
        ("flag", json!(""), Err("must be boolean")),
        ("flag", json!(2), Err("must be boolean")),
        ("flagOrNull", json!(""), Ok(json!(null))),
        ("flagOrNull", json!(null), Ok(json!(null))),
        ("flagOrNull", json!(0), Ok(json!(false))),
        ("flagOrNull", json!("yes"), Err("must be boolean")),
        ("list", json!("a"), Err("must be array")),
        ("list", json!([]), Err("must NOT have fewer than 1 items")),
        ("list", long, Err("must NOT have more than 4 items")),
        ("list", json!(["a", {}]), Err("must be string")),
        ("list", json!(["a", "A"]), Ok(json!(["a", "A"]))),
        (
            "list",
            json!(["a", "b", "a", "c"]),
            Err("must NOT have duplicate items (items ## 2 and 0 are identical)"),
        ),
        ("list", json!(["1", 1]), Err("must NOT have duplicate items (items ## 1 and 0 are identical)")),
        ("listOrNull", json!(""), Ok(json!(null))),
        ("listOrNull", json!("a"), Err("must be array")),
        ("addresses", json!([{}]), Err("must have required property 'address'")),
        ("addresses", json!([{"address": "a@x.y", "b": 1}]), Err("must NOT have additional properties")),
        ("addresses", json!([{"address": "a@x..y"}]), Err("must match format \"rfc_email\"")),
        ("addresses", json!([5]), Err("must be object")),
        ("object", json!("x"), Err("must be object")),
        ("object", json!(null), Err("must be object")),
        ("object", json!({}), Err("must NOT have fewer than 1 properties")),
        ("objectOrNull", json!(""), Ok(json!(null))),
        ("objectOrNull", json!(null), Ok(json!(null))),
        ("enum", json!("Users"), Ok(json!("Users"))),
        ("enum", json!("users"), Err("must be equal to one of the allowed values")),
        ("enum", json!(null), Err("must be equal to one of the allowed values")),
        ("const", json!("y"), Err("must be equal to constant")),
        ("length", json!(""), Err("must NOT have fewer than 1 characters")),
        ("length", json!("éééé"), Err("must NOT have more than 3 characters")),
        ("length", json!("ééé"), Ok(json!("ééé"))),
        ("bounds", json!(0), Err("must be >= 1")),
        ("bounds", json!("4"), Err("must be <= 3")),
        ("pattern", json!("1a"), Err("must match pattern \"^[0-9]+$\"")),
        ("pattern", json!(12), Ok(json!("12"))),
        ("notBlank", json!(" \t"), Err("must pass \"isNotEmpty\" keyword validation")),
        ("email", json!("x"), Err("must match format \"basic_email\"")),
        ("email", json!("a@b@c"), Err("must match format \"basic_email\"")),
        ("email", json!("a b@c"), Ok(json!("a b@c"))),
    ] {
        assert_eq!(becomes(name, &value, Source::Body), result.map_err(str::to_owned), "{name}: {value}");
    }
}

#[test]
fn coercion_of_queries() {
    for (name, value, result) in [
        ("text", json!(["a"]), Ok(json!("a"))),
        ("text", json!([["a"]]), Err("must be string")),
        ("text", json!(["a", "b"]), Err("must be string")),
        ("text", json!({"a": "b"}), Err("must be string")),
        ("number", json!("12"), Ok(json!(12))),
        ("number", json!(["1.5"]), Ok(json!(1.5))),
        ("number", json!(""), Err("must be number")),
        ("number", json!("abc"), Err("must be number")),
        ("flag", json!("true"), Ok(json!(true))),
        ("flag", json!(["false"]), Ok(json!(false))),
        ("flag", json!("1"), Err("must be boolean")),
        ("flag", json!(""), Err("must be boolean")),
        ("flag", json!("maybe"), Err("must be boolean")),
        ("list", json!("a"), Ok(json!(["a"]))),
        ("list", json!({"a": "b"}), Err("must be array")),
    ] {
        assert_eq!(becomes(name, &value, Source::Query), result.map_err(str::to_owned), "{name}: {value}");
    }
}

#[test]
fn required_comes_before_additional_properties_before_types() {
    for (sent, message) in [
        (json!({}), "must have required property 'first'"),
        (json!({"first": {}, "other": 1}), "must have required property 'second'"),
        (json!({"first": {}, "second": "b", "other": 1}), "must NOT have additional properties"),
        (json!({"second": [], "first": {}}), "must be string"),
        (json!(null), "must be object"),
        (json!("x"), "must be object"),
        (json!(5), "must be object"),
        (json!([]), "must be object"),
    ] {
        assert_eq!(
            says::<Typed>(sent.clone(), Source::Body),
            (message.to_owned(), "invalid-params"),
            "{sent}"
        );
    }
}

#[test]
fn the_style_decides_suffix_and_error_type() {
    let missing = "must have required property 'first'".to_owned();
    assert_eq!(says::<Typed>(json!({}), Source::Query), (missing.clone(), "error-invalid-params"));
    assert_eq!(says::<Typed>(json!({}), Source::Body), (missing, "invalid-params"));
    for source in [Source::Query, Source::Body] {
        let closed = "must NOT have additional properties [invalid-params]".to_owned();
        assert_eq!(says::<Everything>(json!({"foo": 1}), source), (closed, "invalid-params"));
    }
}

#[test]
fn exactly_one_of_three() {
    const ID: &str = "must have required property 'contactId'";
    const EMAIL: &str = "must have required property 'email'";
    const PHONE: &str = "must have required property 'phone'";
    const MORE: &str = "must NOT have additional properties";
    const BLANK: &str = "must pass \"isNotEmpty\" keyword validation";
    for (sent, messages) in [
        (json!({}), [ID, EMAIL, PHONE]),
        (json!({"foo": "x"}), [ID, EMAIL, PHONE]),
        (json!({"contactId": "a", "email": "a@b", "phone": "1"}), [MORE, MORE, MORE]),
        (json!({"contactId": "a", "email": "a@b"}), [MORE, MORE, PHONE]),
        (json!({"contactId": "a", "phone": "1"}), [MORE, EMAIL, MORE]),
        (json!({"email": "a@b", "phone": "1"}), [ID, MORE, MORE]),
        (json!({"contactId": "a", "foo": "x"}), [MORE, EMAIL, PHONE]),
        (json!({"contactId": ""}), [BLANK, EMAIL, PHONE]),
        (json!({"email": ""}), [ID, "must match format \"basic_email\"", PHONE]),
        (json!({"email": "x"}), [ID, "must match format \"basic_email\"", PHONE]),
        (json!({"phone": ""}), [ID, EMAIL, BLANK]),
        (json!({"phone": ["1", "2"]}), [ID, EMAIL, "must be string"]),
    ] {
        let expected =
            format!("{}\n must match exactly one schema in oneOf [invalid-params]", messages.join("\n "));
        assert_eq!(says::<Lookup>(sent.clone(), Source::Query).0, expected, "{sent}");
    }
    let found = Lookup::read(json!({"email": "a@b"}), Source::Query).unwrap();
    assert_eq!((found.contact_id, found.email.as_deref(), found.phone), (None, Some("a@b"), None));
}

#[test]
fn at_least_one_of_two() {
    const BRANCHES: Root = Root::AnyOf(&[
        Object::closed(&[Field {
            name: "a",
            about: "",
            required: true,
            kind: <String as ParameterType>::KIND,
            constraints: &[],
        }]),
        Object::closed(&[Field { name: "b", about: "", required: true, kind: Kind::Flag, constraints: &[] }]),
    ]);
    let shape = Shape { about: "", style: Style::AjvLegacy, root: BRANCHES };
    let refused = valid(&shape, json!({"c": 1}), Source::Body).unwrap_err();
    let message = "must have required property 'a'\n must have required property 'b'\n must match a schema in anyOf [invalid-params]";
    assert_eq!(refused, Invalid::Schema { message: message.into(), error_type: "invalid-params" });
    assert!(valid(&shape, json!({"b": "true"}), Source::Body).is_ok());
}

#[test]
fn converted_values_arrive_typed() {
    let sent =
        json!({"text": 1, "number": "2", "integer": "3", "flag": 1, "list": ["a"], "textOrNull": null});
    let read = Everything::read(sent, Source::Body).unwrap();
    assert_eq!((read.text.as_deref(), read.number, read.integer), (Some("1"), Some(2.0), Some(3)));
    assert_eq!((read.flag, read.list, read.text_or_null), (Some(true), Some(vec!["a".to_owned()]), None));
    assert!(read.union.is_none() && read.number_or_null.is_none() && read.flag_or_null.is_none());
    assert!(read.list_or_null.is_none() && read.addresses.is_none() && read.object.is_none());
    assert!(read.object_or_null.is_none() && read.r#enum.is_none() && read.r#const.is_none());
    assert!(read.length.is_none() && read.bounds.is_none() && read.pattern.is_none());
    assert!(read.not_blank.is_none() && read.email.is_none());
    let address = Address::read(json!({"address": "a@x.y"}), Source::Body).unwrap();
    assert_eq!((address.address.as_str(), address.kind), ("a@x.y", None));
    let typed = Typed::read(json!({"first": "a", "second": "b"}), Source::Body).unwrap();
    assert_eq!((typed.first.as_str(), typed.second.as_str()), ("a", "b"));
}
