//! Percent-encoded texts as the dialect reads them: what is malformed stays as it is.

use percent_encoding::percent_decode_str;

/// The decoded text. A text with an incomplete escape, or whose bytes are no UTF-8, stays as it is.
pub(crate) fn decode(text: &str) -> String {
    let escapes_are_complete = text.match_indices('%').all(|(at, _)| {
        text.as_bytes().get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    if !escapes_are_complete {
        return text.to_owned();
    }
    match percent_decode_str(text).decode_utf8() {
        Ok(decoded) => decoded.into_owned(),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn what_is_malformed_stays_as_it_is() {
        for (text, decoded) in [
            ("a%2Fb%2fc", "a/b/c"),
            ("%C3%A9", "é"),
            ("a+b", "a+b"),
            ("%00", "\0"),
            ("%zz%20", "%zz%20"),
            ("%2", "%2"),
            ("%ff%20", "%ff%20"),
            ("é%", "é%"),
        ] {
            assert_eq!(decode(text), decoded, "{text}");
        }
    }
}
