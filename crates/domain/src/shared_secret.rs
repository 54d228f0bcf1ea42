//! A secret that an operator and a client share.

use std::fmt;

use sha2::{Digest, Sha256};

/// A secret that an operator and a client share. `Debug` hides it.
#[derive(Clone)]
pub struct SharedSecret(String);

impl SharedSecret {
    /// The secret; `None` for an empty one, which would be none.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        if text.is_empty() { None } else { Some(Self(text)) }
    }

    /// Whether somebody knows the secret. How long this takes says nothing about how much of it is right.
    ///
    /// ```
    /// use omnicontact_domain::shared_secret::SharedSecret;
    /// let secret = SharedSecret::new("1234567890abcdef").unwrap();
    /// assert!(secret.is("1234567890abcdef"));
    /// assert!(!secret.is("1234567890abcdeg"));
    /// assert!(!secret.is(""));
    /// ```
    #[must_use]
    pub fn is(&self, given: &str) -> bool {
        let (secret, given) = (Sha256::digest(self.0.as_bytes()), Sha256::digest(given.as_bytes()));
        secret.iter().zip(given).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_no_secret_and_debug_hides_it() {
        assert!(SharedSecret::new("").is_none());
        assert_eq!(format!("{:?}", SharedSecret::new("x")), "Some(SharedSecret(hidden))");
    }
}
