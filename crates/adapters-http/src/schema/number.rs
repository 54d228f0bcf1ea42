//! Numbers as JavaScript writes and reads them, and keys by which equal JSON values are found.

use serde_json::{Number, Value};

/// The text of a number: `"" + number`.
pub(crate) fn text_of(number: &Number) -> String {
    number.as_f64().map_or_else(|| number.to_string(), js_text)
}

/// JavaScript writes plain digits between 1e-6 and 1e21, and an exponent elsewhere.
fn js_text(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if (1e-6..1e21).contains(&size) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        Some(_) | None => text,
    }
}

/// The number that JavaScript's `+text` gives; `None` for what is not a finite number.
/// Blank texts are 0; the empty one is the caller's business.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let number = match text.get(..2) {
        Some("0x" | "0X") => radix(&text[2..], 16)?,
        Some("0o" | "0O") => radix(&text[2..], 8)?,
        Some("0b" | "0B") => radix(&text[2..], 2)?,
        Some(_) | None if text.is_empty() => 0.0,
        Some(_) | None => decimal(text)?,
    };
    number.is_finite().then_some(number)
}

fn radix(digits: &str, radix: u32) -> Option<f64> {
    let mut number = 0.0;
    for c in digits.chars() {
        number = number * f64::from(radix) + f64::from(c.to_digit(radix)?);
    }
    (!digits.is_empty()).then_some(number)
}

/// Rust also reads `inf` and `nan`, JavaScript does not.
fn decimal(text: &str) -> Option<f64> {
    let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E'));
    if plain { text.parse().ok() } else { None }
}

/// A JSON number, without a fraction where there is none.
pub(crate) fn value_of(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within the exact range")]
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// Equal values have equal keys: `1` and `1.0` are one number; a text is none.
pub(crate) fn key_of(value: &Value) -> String {
    match value {
        Value::Number(number) => text_of(number),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        for (json, text) in [
            ("5", "5"),
            ("5.0", "5"),
            ("-0.0", "0"),
            ("0.05", "0.05"),
            ("1e3", "1000"),
            ("100000000000000000000", "100000000000000000000"),
            ("1e21", "1e+21"),
            ("1.5e300", "1.5e+300"),
            ("0.0000001", "1e-7"),
            ("-1.25", "-1.25"),
        ] {
            let Value::Number(number) = serde_json::from_str(json).unwrap() else { panic!("{json}") };
            assert_eq!(text_of(&number), text, "{json}");
        }
    }

    #[test]
    fn texts_are_read_as_javascript_reads_them() {
        for (text, number) in [
            ("12", Some(12.0)),
            (" 12 ", Some(12.0)),
            ("1e3", Some(1000.0)),
            ("+.5", Some(0.5)),
            ("5.", Some(5.0)),
            ("0x10", Some(16.0)),
            ("0b11", Some(3.0)),
            ("  ", Some(0.0)),
            ("0x", None),
            ("abc", None),
            ("1_000", None),
            ("inf", None),
            ("NaN", None),
            ("1e999", None),
            ("é1", None),
        ] {
            assert_eq!(parse(text), number, "{text}");
        }
    }
}
