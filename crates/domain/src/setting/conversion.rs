//! How a value is read as another kind of value: the conversions that the dialect makes of parameters
//! (contract, framework 1.7). What they do not convert is `None`.

use crate::value::Value;

/// Yes or no: also `"true"` and `"false"`, 1 and 0, and `null` for no.
pub(super) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Null | Value::Number(0.0) => Some(false),
        Value::Number(1.0) => Some(true),
        Value::Text(text) if text == "false" => Some(false),
        Value::Text(text) if text == "true" => Some(true),
        Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Fields(_) => None,
    }
}

/// A number: also a text that is one, 1 and 0 for yes and no, and 0 for `null`.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Null => Some(0.0),
        Value::Bool(truth) => Some(f64::from(u8::from(*truth))),
        Value::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        Value::List(_) | Value::Fields(_) => None,
    }
}

/// A text: also that of a number or of yes and no, and the empty one for `null`.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Null => Some(String::new()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::List(_) | Value::Fields(_) => None,
    }
}

/// A list of texts, and nothing else.
pub(super) fn texts(value: &Value) -> Option<Vec<&str>> {
    if let Value::List(list) = value { list.iter().map(Value::as_text).collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Fields;

    #[test]
    fn values_are_read_as_the_dialect_converts_parameters() {
        let table = [
            (Value::Bool(true), Some(true), Some(1.0), Some("true")),
            (Value::Bool(false), Some(false), Some(0.0), Some("false")),
            (Value::Null, Some(false), Some(0.0), Some("")),
            (Value::Number(1.0), Some(true), Some(1.0), Some("1")),
            (Value::Number(0.05), None, Some(0.05), Some("0.05")),
            (Value::from("true"), Some(true), None, Some("true")),
            (Value::from("1"), None, Some(1.0), Some("1")),
            (Value::from("1e3"), None, Some(1000.0), Some("1e3")),
            (Value::from("-1"), None, Some(-1.0), Some("-1")),
            (Value::from("yes"), None, None, Some("yes")),
            (Value::from(""), None, None, Some("")),
            (Value::from("infinity"), None, None, Some("infinity")),
            (Value::List(vec![]), None, None, None),
            (Value::Fields(Fields::default()), None, None, None),
        ];
        for (value, as_flag, as_number, as_text) in table {
            assert_eq!(flag(&value), as_flag, "{value:?}");
            assert_eq!(number(&value), as_number, "{value:?}");
            assert_eq!(text(&value).as_deref(), as_text, "{value:?}");
        }
    }

    #[test]
    fn only_lists_of_texts_are_lists_of_texts() {
        assert_eq!(texts(&Value::List(vec!["a".into(), "b".into()])), Some(vec!["a", "b"]));
        assert_eq!(texts(&Value::List(vec![])), Some(vec![]));
        for other in [Value::List(vec!["a".into(), Value::Null]), Value::from("a"), Value::Null] {
            assert_eq!(texts(&other), None, "{other:?}");
        }
    }
}
