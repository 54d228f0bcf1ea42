//! What `contacts.checkExistence` asks for (contract, contacts 7.6; decision 5: canonical keys).

use crate::email::EmailKey;
use crate::id::ContactId;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Existence {
    /// A contact with this id.
    Contact(ContactId),
    /// A contact with an e-mail address of this key.
    Email(EmailKey),
    /// A contact with this phone number, however it is written, in the region where the server is.
    Phone(String),
}

impl Existence {
    /// A contact with this e-mail address, in whatever case.
    ///
    /// ```
    /// use omnicontact_domain::contact::Existence;
    /// assert_eq!(Existence::of_email(" A@x "), Existence::of_email("a@x"));
    /// ```
    #[must_use]
    pub fn of_email(address: &str) -> Self {
        Self::Email(EmailKey::of(address))
    }
}
