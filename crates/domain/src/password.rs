//! Passwords: what a client may send, and the form in which they are stored (contract, framework 7).
//! Hashing with bcrypt is slow by design and needs randomness; it lives behind a port.

use std::fmt;

use sha2::{Digest, Sha256};

/// The SHA-256 of a password as 64 lower-case hexadecimal digits: what bcrypt is computed over, and what a
/// client may send instead of the password. As good as the password itself: `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordDigest(String);

impl PasswordDigest {
    /// The digest of a password.
    ///
    /// ```
    /// use omnicontact_domain::password::PasswordDigest;
    /// assert_eq!(
    ///     PasswordDigest::of("password").expose(),
    ///     "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"
    /// );
    /// ```
    #[must_use]
    pub fn of(password: &str) -> Self {
        use std::fmt::Write as _;
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(password.as_bytes()) {
            let _ = write!(hex, "{byte:02x}");
        }
        Self(hex)
    }

    /// A digest that a client computed; `None` unless it is 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn from_hex(hex: &str) -> Option<Self> {
        let is_digest = hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        is_digest.then(|| Self(hex.to_owned()))
    }

    /// The digits, to hash them.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordDigest(hidden)")
    }
}

/// A password as somebody chose it, to be checked and hashed. It is stored nowhere; `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct PlainPassword(String);

impl PlainPassword {
    /// A password as a client sent it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, to check it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is hashed.
    #[must_use]
    pub fn digest(&self) -> PasswordDigest {
        PasswordDigest::of(&self.0)
    }
}

impl fmt::Debug for PlainPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainPassword(hidden)")
    }
}

/// A stored password: bcrypt over the digest, `$2b$10$` and so on. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash as a store or hasher gave it.
    #[must_use]
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text that a store keeps.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lower_case_hexadecimal_digests_are_taken() {
        let digest = PasswordDigest::of("x");
        assert_eq!(PasswordDigest::from_hex(digest.expose()), Some(digest.clone()));
        assert_eq!(PasswordDigest::from_hex(&digest.expose().to_uppercase()), None);
        assert_eq!(PasswordDigest::from_hex(&digest.expose()[1..]), None);
        assert_eq!(format!("{digest:?}"), "PasswordDigest(hidden)");
        assert_eq!(format!("{:?}", PlainPassword::new("x")), "PlainPassword(hidden)");
    }
}
