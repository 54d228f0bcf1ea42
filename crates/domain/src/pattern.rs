//! Patterns that users give (JavaScript syntax, possibly hostile): the work is bounded, and what exceeds
//! the bound is refused (decision 13 of the contract).

use std::borrow::Cow;

use fancy_regex::{Regex, RegexBuilder};

/// Characters in a pattern's source.
const SOURCE_LIMIT: usize = 1_000;
/// Steps that a search with look-around may take.
const STEP_LIMIT: usize = 100_000;
/// Bytes that a compiled pattern may take.
const SIZE_LIMIT: usize = 1 << 20;

/// A pattern that searches a text in bounded time.
///
/// ```
/// use omnicontact_domain::pattern::Pattern;
/// let digits = Pattern::new("^[0-9]+$").unwrap();
/// assert!(digits.matches("123").unwrap());
/// assert!(!digits.matches("12a").unwrap());
/// ```
#[derive(Debug)]
pub struct Pattern(Regex);

/// Why a pattern gives no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// The source is no pattern, or is larger than the bounds.
    #[error("not a usable pattern")]
    Unusable,
    /// The search took more steps than it may.
    #[error("the pattern takes too many steps")]
    TooManySteps,
}

impl Pattern {
    /// Compiles a pattern written in JavaScript's syntax, without flags.
    ///
    /// # Errors
    /// [`PatternError::Unusable`].
    pub fn new(source: &str) -> Result<Self, PatternError> {
        Self::compiled(source, false)
    }

    /// The same with the flag `i`: letters match in either case.
    ///
    /// # Errors
    /// [`PatternError::Unusable`].
    pub fn ignoring_case(source: &str) -> Result<Self, PatternError> {
        Self::compiled(source, true)
    }

    fn compiled(source: &str, ignores_case: bool) -> Result<Self, PatternError> {
        if source.len() > SOURCE_LIMIT {
            return Err(PatternError::Unusable);
        }
        RegexBuilder::new(&translated(source))
            .case_insensitive(ignores_case)
            .backtrack_limit(STEP_LIMIT)
            .delegate_size_limit(SIZE_LIMIT)
            .build()
            .map(Self)
            .map_err(|_| PatternError::Unusable)
    }

    /// Whether the pattern is found anywhere in the text.
    ///
    /// # Errors
    /// [`PatternError::TooManySteps`].
    pub fn matches(&self, text: &str) -> Result<bool, PatternError> {
        self.0.is_match(text).map_err(|_| PatternError::TooManySteps)
    }

    /// The parts of the text that the pattern matches, from left to right, `limit` at most; empty ones are none.
    /// The bound on steps holds for each.
    ///
    /// # Errors
    /// [`PatternError::TooManySteps`].
    ///
    /// ```
    /// use omnicontact_domain::pattern::Pattern;
    /// let digits = Pattern::new("[0-9]+").unwrap();
    /// assert_eq!(digits.found_in("1 and 22 and 3", 2), Ok(vec!["1", "22"]));
    /// ```
    pub fn found_in<'t>(&self, text: &'t str, limit: usize) -> Result<Vec<&'t str>, PatternError> {
        let parts = self.0.find_iter(text).map(|found| found.map(|part| part.as_str()));
        parts
            .filter(|part| part.as_ref().map_or(true, |text| !text.is_empty()))
            .take(limit)
            .collect::<Result<_, _>>()
            .map_err(|_| PatternError::TooManySteps)
    }
}

/// The same pattern in the syntax of the engine, where the two differ: JavaScript's `\d` and `\w` are
/// ASCII, `\/` is a slash, `[^]` is anything, and code units are written `\uXXXX`.
fn translated(source: &str) -> Cow<'_, str> {
    if !source.contains(['\\', '[']) {
        return Cow::Borrowed(source);
    }
    let mut out = String::with_capacity(source.len() + 16);
    let mut chars = source.chars().peekable();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match (c, in_class) {
            ('\\', _) => translate_escape(&mut chars, in_class, &mut out),
            ('[', false) => {
                let rest: String = chars.clone().take(2).collect();
                if rest.starts_with(']') {
                    chars.next();
                    out.push_str("(?!)");
                } else if rest == "^]" {
                    chars.nth(1);
                    out.push_str(r"[\s\S]");
                } else {
                    in_class = true;
                    out.push('[');
                }
            }
            // The engine knows nested classes and set operations, JavaScript without flags does not.
            ('[' | '&' | '~', true) => {
                out.push('\\');
                out.push(c);
            }
            (']', true) => {
                in_class = false;
                out.push(']');
            }
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

const PLAIN_PUNCTUATION: &str = "/-_@#%&~'\",:;!=<> ";
/// What has a meaning between square brackets.
const SET_PUNCTUATION: &str = "-&~";

/// Writes what stands behind a backslash.
fn translate_escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, in_class: bool, out: &mut String) {
    match chars.next() {
        Some('d') => out.push_str(if in_class { "0-9" } else { "[0-9]" }),
        Some('D') => out.push_str("[^0-9]"),
        Some('w') => out.push_str(if in_class { "A-Za-z0-9_" } else { "[A-Za-z0-9_]" }),
        Some('W') => out.push_str("[^A-Za-z0-9_]"),
        Some('u') => {
            let hex: String = chars.clone().take(4).collect();
            if hex.len() == 4 && hex.bytes().all(|b| b.is_ascii_hexdigit()) {
                chars.nth(3);
                out.push_str(r"\x{");
                out.push_str(&hex);
                out.push('}');
            } else {
                out.push('u');
            }
        }
        // Punctuation that the engine knows no escape for, or needs one for inside a class only.
        Some(c) if PLAIN_PUNCTUATION.contains(c) => {
            if in_class && SET_PUNCTUATION.contains(c) {
                out.push('\\');
            }
            out.push(c);
        }
        Some(c) => {
            out.push('\\');
            out.push(c);
        }
        None => out.push('\\'),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern).unwrap().matches(text).unwrap()
    }

    #[test]
    fn the_search_is_not_anchored() {
        assert!(found("b+", "abbbc"));
    }

    #[test]
    fn look_ahead_works() {
        assert!(found(r"^(?=.*\d)[a-z\d]+$", "abc1"));
        assert!(!found(r"^(?=.*\d)[a-z\d]+$", "abc"));
    }

    #[test]
    fn javascript_escapes_mean_what_they_mean_there() {
        assert!(!found(r"^\d$", "٣"), "digits are ASCII");
        assert!(found(r"^a\/b\-c$", "a/b-c"));
        assert!(found(r"^[\w\-\s]+$", "a_b - c"));
        assert!(found(r"^\u00e9$", "é"));
        assert!(found(r"^[^]$", "\n"));
        assert!(found(r"^[[&&]+$", "[&"), "no set operations in classes");
    }

    #[test]
    fn a_hostile_pattern_is_refused_in_bounded_time() {
        let hostile = Pattern::new(r"^(?=a)((a+)+)\2$").unwrap();
        assert_eq!(hostile.matches(&"a".repeat(60).replace("aab", "b").replacen('a', "ab", 1)), Ok(false));
        let evil = Pattern::new(r"(?=(a+))(a+)+b\1").unwrap();
        assert_eq!(evil.matches(&"a".repeat(5_000)), Err(PatternError::TooManySteps));
        assert_eq!(Pattern::new("(a{1000}){1000}").err(), Some(PatternError::Unusable));
    }

    proptest! {
        #[test]
        fn no_source_makes_it_panic(source in r"[\\\[\]^$a-zA-Z0-9(){}?*+|.&~-]{0,40}", text in "[a-z0-9 -]{0,40}") {
            if let Ok(pattern) = Pattern::new(&source) {
                let _ = pattern.matches(&text);
            }
        }
    }
}
