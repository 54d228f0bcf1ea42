//! U+0000 is refused before anything is done with parameters: no store keeps it in a text.

use serde_json::Value;

use super::Invalid;

/// Refuses parameters that hold U+0000 in any key or text, with the name of the outermost key.
pub(crate) fn refuse_nul(sent: &Value) -> Result<(), Invalid> {
    let Value::Object(fields) = sent else { return Ok(()) };
    match fields.iter().find(|(name, value)| name.contains('\0') || holds_nul(value)) {
        Some((name, _)) => Err(Invalid::Nul { field: name.replace('\0', "\u{fffd}") }),
        None => Ok(()),
    }
}

/// Whether any key or text in a value holds U+0000. JSON texts are at most 128 levels deep.
pub(crate) fn holds_nul(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_outermost_key_is_named() {
        for value in [json!("a\0"), json!({"deep": [1, {"x\0": 1}]}), json!([["\0"]])] {
            assert_eq!(
                refuse_nul(&json!({"ok": 1, "field": value})),
                Err(Invalid::Nul { field: "field".into() })
            );
        }
        assert_eq!(refuse_nul(&json!({"a": "b", "c": {"d": [null, true, 1.5]}})), Ok(()));
    }
}
