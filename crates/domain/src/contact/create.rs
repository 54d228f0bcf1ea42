//! Contacts that an agent makes by hand (contract, contacts 7.1).

use super::Contact;
use crate::id::{ContactId, UserId};
use crate::text::{self, OutOfBounds};
use crate::time::Timestamp;
use crate::value::Fields;
use crate::version::Version;

/// What an agent says of a new contact. Everything is stored verbatim.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewContact {
    /// The display name; may be empty.
    pub name: String,
    /// E-mail addresses. Any text is one; addresses that differ in letter case only may stand side by side.
    pub emails: Vec<String>,
    /// Phone numbers. Any text is one.
    pub phones: Vec<String>,
    /// The responsible agent.
    pub manager: Option<UserId>,
    /// Custom values by field id.
    pub custom_fields: Fields,
}

impl NewContact {
    /// Refuses what a store could not keep.
    ///
    /// # Errors
    /// [`OutOfBounds`].
    pub fn check_bounds(&self) -> Result<(), OutOfBounds> {
        text::check("name", &self.name, text::NAME_LIMIT)?;
        text::check_addresses("emails", &self.emails)?;
        text::check_addresses("phones", &self.phones)?;
        text::check_values("customFields", &self.custom_fields)
    }
}

impl Contact {
    /// A contact made by hand: known, without channels, waiting to be adopted by a visitor. The custom values
    /// are those of [`NewContact`] after [`crate::custom_field::validate`].
    ///
    /// ```
    /// use omnicontact_domain::contact::{Contact, NewContact};
    /// use omnicontact_domain::time::Timestamp;
    /// let new = NewContact { name: "Mara Lindt".into(), ..NewContact::default() };
    /// let contact = Contact::prepared("c1".into(), new, Timestamp::from_millis(0));
    /// assert_eq!((contact.unknown, contact.pre_registration), (false, Some(true)));
    /// assert_eq!((contact.emails, contact.conflicting_fields), (Some(vec![]), None));
    /// ```
    #[must_use]
    pub fn prepared(id: ContactId, new: NewContact, now: Timestamp) -> Self {
        Self {
            id,
            name: Some(new.name),
            emails: Some(new.emails),
            phones: Some(new.phones),
            manager: new.manager,
            unknown: false,
            conflicting_fields: None,
            custom_fields: Some(new.custom_fields),
            channels: Vec::new(),
            last_chat: None,
            import_ids: None,
            activity: None,
            pre_registration: Some(true),
            enabled: true,
            created_at: now,
            updated_at: now,
            version: Version::FIRST,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{ADDRESSES_LIMIT, KEY_LIMIT, NAME_LIMIT, TextError, TooMany};

    #[test]
    fn each_field_has_its_bounds() {
        let too_long = |field, limit| Err(TextError::TooLong { field, limit }.into());
        let name = NewContact { name: "x".repeat(NAME_LIMIT + 1), ..NewContact::default() };
        assert_eq!(name.check_bounds(), too_long("name", NAME_LIMIT));
        let phones = NewContact { phones: vec!["1".repeat(KEY_LIMIT + 1)], ..NewContact::default() };
        assert_eq!(phones.check_bounds(), too_long("phones", KEY_LIMIT));
        let emails = (0..10_000).map(|number| format!("{number}@x")).collect();
        let emails = NewContact { emails, ..NewContact::default() };
        let too_many = TooMany { field: "emails", limit: ADDRESSES_LIMIT };
        assert_eq!(emails.check_bounds(), Err(too_many.into()));
        let custom_fields = [("plan".to_owned(), "x".repeat(1 << 20).into())].into_iter().collect();
        let value = NewContact { custom_fields, ..NewContact::default() };
        assert_eq!(value.check_bounds(), too_long("customFields", text::CUSTOM_VALUE_LIMIT));
        assert_eq!(NewContact::default().check_bounds(), Ok(()));
    }
}
