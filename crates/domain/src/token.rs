//! Login tokens: the secret that a client sends, and the form in which it is stored
//! (contract, framework 2.2).

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::time::Timestamp;

/// Characters in a token made here: 43 of 64 symbols are 258 bits.
pub const RAW_TOKEN_LENGTH: usize = 43;

const ALPHABET: &[u8; 64] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

/// The secret itself, as a client sends it. Shown to nobody but its owner: `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct RawToken(String);

impl RawToken {
    /// A token as a client sent it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A fresh token from random bytes.
    #[must_use]
    pub fn from_random(bytes: &[u8; RAW_TOKEN_LENGTH]) -> Self {
        Self(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 64)])).collect())
    }

    /// The secret, to send it to its owner.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The stored form: base64 of SHA-256.
    ///
    /// ```
    /// use omnicontact_domain::token::RawToken;
    /// let token = RawToken::new("9HqLlyZOugoStsXCUfD_0YdwnNnunAJF8V47U3QHXSq");
    /// assert_eq!(token.hashed().as_str(), "ui3/82zPrpjnqZbLqQeMM8D1K9n6EwuUOXOReep/WGc=");
    /// ```
    #[must_use]
    pub fn hashed(&self) -> HashedToken {
        HashedToken(STANDARD.encode(Sha256::digest(self.0.as_bytes())))
    }

    /// The last six characters, by which owners tell their personal access tokens apart.
    #[must_use]
    pub fn last_part(&self) -> String {
        let skipped = self.0.chars().count().saturating_sub(6);
        self.0.chars().skip(skipped).collect()
    }
}

impl fmt::Debug for RawToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawToken(hidden)")
    }
}

/// The stored form of a token: 44 characters, useless to whoever reads it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HashedToken(String);

impl HashedToken {
    /// A hash as a store kept it.
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

/// What a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenKind {
    /// Made by a login; expires.
    Session,
    /// Made by its owner for a program; never expires.
    Personal {
        /// The owner's name for it, one of a kind for the owner.
        name: String,
        /// The last six characters of the secret.
        last_token_part: String,
        /// Whether its bearer is spared the second factor.
        bypass_two_factor: bool,
    },
}

/// A stored login token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginToken {
    /// The stored form of the secret.
    pub hashed: HashedToken,
    /// When it was made.
    pub created_at: Timestamp,
    /// What it is for.
    pub kind: TokenKind,
}

/// Session tokens that a user may have at once; the oldest go first.
pub const MAX_SESSIONS: u32 = 50;

const DAY: Duration = Duration::from_hours(24);
const DEFAULT_LIFETIME_DAYS: f64 = 90.0;
/// About 2,700 years: enough for "never", and far from overflowing.
const LONGEST_LIFETIME_DAYS: f64 = 1_000_000.0;

impl LoginToken {
    /// Whether the token still opens the door. `lifetime_days` is the setting `Accounts_LoginExpiration`;
    /// what is no positive number means 90. Personal tokens never expire.
    ///
    /// ```
    /// use omnicontact_domain::time::Timestamp;
    /// use omnicontact_domain::token::{LoginToken, RawToken, TokenKind};
    /// let made = Timestamp::from_millis(0);
    /// let token = LoginToken { hashed: RawToken::new("x").hashed(), created_at: made, kind: TokenKind::Session };
    /// let day = 24 * 60 * 60 * 1000;
    /// assert!(token.is_alive(Some(1.0), Timestamp::from_millis(day - 1)));
    /// assert!(!token.is_alive(Some(1.0), Timestamp::from_millis(day)));
    /// assert!(token.is_alive(Some(-1.0), Timestamp::from_millis(89 * day)));
    /// ```
    #[must_use]
    pub fn is_alive(&self, lifetime_days: Option<f64>, now: Timestamp) -> bool {
        self.expires_at(lifetime_days).is_none_or(|end| now < end)
    }

    /// When the token expires; `None` for never. `lifetime_days` as for [`LoginToken::is_alive`].
    #[must_use]
    pub fn expires_at(&self, lifetime_days: Option<f64>) -> Option<Timestamp> {
        match self.kind {
            TokenKind::Personal { .. } => None,
            TokenKind::Session => Some(self.created_at.plus(session_lifetime(lifetime_days))),
        }
    }
}

/// How long a session lives. `days` is the setting `Accounts_LoginExpiration`; what is no positive number means 90.
#[must_use]
pub fn session_lifetime(days: Option<f64>) -> Duration {
    let days = days.filter(|days| *days > 0.0).unwrap_or(DEFAULT_LIFETIME_DAYS);
    DAY.mul_f64(days.min(LONGEST_LIFETIME_DAYS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_token_has_43_characters_of_the_alphabet() {
        let mut bytes = [0; RAW_TOKEN_LENGTH];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::try_from(index * 6 % 256).unwrap();
        }
        let token = RawToken::from_random(&bytes);
        assert_eq!(token.expose().len(), 43);
        assert!(token.expose().bytes().all(|byte| ALPHABET.contains(&byte)));
        assert_eq!(token.last_part(), token.expose()[37..]);
    }

    #[test]
    fn debug_hides_the_secret() {
        assert_eq!(format!("{:?}", RawToken::new("secret")), "RawToken(hidden)");
    }
}
