//! When two e-mail addresses are the same person's: the canonical key (decision 5 of the contract).

/// The key under which an address is compared. Stored beside the verbatim address, never shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailKey(String);

impl EmailKey {
    /// The key of an address: trimmed, case folded.
    ///
    /// ```
    /// use omnicontact_domain::email::EmailKey;
    /// assert_eq!(EmailKey::of(" Mara.Lindt@Example.org "), EmailKey::of("mara.lindt@example.ORG"));
    /// ```
    #[must_use]
    pub fn of(address: &str) -> Self {
        Self(crate::text::fold(address.trim()))
    }

    /// The key's text, as stores keep it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The form in which the first API stores an address that it was given: trimmed and in lower case.
#[must_use]
pub fn normalised(address: &str) -> String {
    crate::text::fold(address.trim())
}
