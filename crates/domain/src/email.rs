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

    /// A key as a store kept it.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The key's text, as stores keep it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nobody can be known by it: two people without an address are not the same person.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether a text has the form of an address (`basic_email`; contract, contacts 2.6): one `@` with something
/// else on either side. Addresses of contacts need not have it (contacts 5.3).
///
/// ```
/// use omnicontact_domain::email::is_address;
/// assert!(is_address("mara@example"));
/// for text in ["", "mara", "@example", "mara@", "a@b@c"] {
///     assert!(!is_address(text), "{text}");
/// }
/// ```
#[must_use]
pub fn is_address(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(local, host)| !local.is_empty() && !host.is_empty() && !host.contains('@'))
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
