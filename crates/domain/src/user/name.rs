//! Which display names users may have (contract, framework 4.4.2).

/// What a name may not contain, and how the same is written in addresses of the web.
const FORBIDDEN: [(char, &str); 4] = [('<', "%3c"), ('>', "%3e"), ('\\', "%5c"), ('/', "%2f")];

/// Whether a name has no `<`, `>`, `\` or `/`, neither plain nor percent-encoded.
///
/// ```
/// use omnicontact_domain::user::has_allowed_characters;
/// assert!(has_allowed_characters("Kim Jané 100%"));
/// assert!(!has_allowed_characters("<b>Kim</b>"));
/// assert!(!has_allowed_characters("Kim%3Cb%3E"));
/// ```
#[must_use]
pub fn has_allowed_characters(name: &str) -> bool {
    let encoded = name.to_ascii_lowercase();
    !FORBIDDEN.iter().any(|(plain, code)| name.contains(*plain) || encoded.contains(code))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn one_forbidden_character_anywhere_is_enough(
            before in "[a-zé %]{0,8}",
            wrong in prop::sample::select(vec!["<", ">", "\\", "/", "%3C", "%3c", "%3E", "%5C", "%5c", "%2F", "%2f"]),
            after in "[a-zé %]{0,8}",
        ) {
            let name = format!("{before}{wrong}{after}");
            prop_assert!(!has_allowed_characters(&name));
        }

        #[test]
        fn everything_else_is_allowed(name in "[^<>\\\\/%]{0,20}") {
            prop_assert!(has_allowed_characters(&name));
        }
    }
}
