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

/// Whether a text has the form of an address: one `@` with something on both sides. Users may have no other
/// (contract, framework 4.4.2).
///
/// ```
/// use omnicontact_domain::email::has_form;
/// assert!(has_form("mara.lindt@example.org"));
/// assert!(!has_form("mara.lindt") && !has_form("a@b@c"));
/// ```
#[must_use]
pub fn has_form(address: &str) -> bool {
    address
        .split_once('@')
        .is_some_and(|(local, host)| !local.is_empty() && !host.is_empty() && !host.contains('@'))
}
