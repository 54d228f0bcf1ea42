//! Bounds and folding of texts that come from outside.
//!
//! The dialect bounds nothing; a store with indexes must. These limits are far beyond what people write,
//! and what exceeds them is refused with the field's name before anything is written.

use sha2::{Digest as _, Sha256};

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The text is longer than the field holds.
    #[error("the value of field {field} is longer than {limit} characters")]
    TooLong {
        /// The field's name on the wire.
        field: &'static str,
        /// How many characters it holds.
        limit: usize,
    },
    /// The text holds U+0000, which no store keeps.
    #[error("the value of field {field} holds a NUL character")]
    Nul {
        /// The field's name on the wire.
        field: &'static str,
    },
}

/// 40 hexadecimal digits that tell a text from others.
///
/// ```
/// use omnicontact_domain::text::fingerprint;
/// assert_eq!(fingerprint("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a3");
/// ```
#[must_use]
pub fn fingerprint(text: &str) -> String {
    use std::fmt::Write as _;
    let mut hex = String::with_capacity(40);
    for byte in Sha256::digest(text.as_bytes()).iter().take(20) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Characters in texts that are keys of an index: tokens, e-mail addresses, phone numbers, usernames.
pub const KEY_LIMIT: usize = 512;
/// Characters in a display name.
pub const NAME_LIMIT: usize = 2_000;
/// Characters in one custom value.
pub const CUSTOM_VALUE_LIMIT: usize = 10_000;
/// Custom values in one request.
pub const CUSTOM_VALUES_LIMIT: usize = 1_000;

/// Refuses a text that a store could not keep.
///
/// # Errors
/// [`TextError`], with the field's name.
///
/// ```
/// use omnicontact_domain::text::{KEY_LIMIT, check};
/// assert!(check("token", "434lxd7iss8yh8c4m80wh", KEY_LIMIT).is_ok());
/// assert_eq!(check("token", "a\0", KEY_LIMIT).unwrap_err().to_string(), "the value of field token holds a NUL character");
/// ```
pub fn check(field: &'static str, text: &str, limit: usize) -> Result<(), TextError> {
    if text.contains('\0') {
        return Err(TextError::Nul { field });
    }
    // Bytes first: a text with no more bytes than the limit cannot have more characters.
    if text.len() > limit && text.chars().count() > limit {
        return Err(TextError::TooLong { field, limit });
    }
    Ok(())
}

/// The form in which texts are compared without regard to case, in every store the same:
/// Unicode lower case, computed here and never by SQL.
///
/// ```
/// use omnicontact_domain::text::fold;
/// assert_eq!(fold("ÀÉ Straße"), "àé straße");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// The entries of a list with commas, trimmed; empty ones are left out.
///
/// ```
/// use omnicontact_domain::text::comma_list;
/// assert_eq!(comma_list("user, admin,").collect::<Vec<_>>(), ["user", "admin"]);
/// ```
pub fn comma_list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

/// The beginning of the folded form, short enough for an index: what texts are ordered by, and what is counted
/// by a text that nobody checked. U+0000, which no store keeps, is left out.
///
/// ```
/// use omnicontact_domain::text::{KEY_LIMIT, index_key};
/// assert_eq!(index_key("Kim\0 Jane"), "kim jane");
/// assert_eq!(index_key(&"X".repeat(KEY_LIMIT + 1)), "x".repeat(KEY_LIMIT));
/// ```
#[must_use]
pub fn index_key(text: &str) -> String {
    fold(text).chars().filter(|c| *c != '\0').take(KEY_LIMIT).collect()
}
