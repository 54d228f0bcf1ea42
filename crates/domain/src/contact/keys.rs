//! What finds a contact without its id: stores keep these beside the record, in step with it.

use std::collections::BTreeSet;

use super::Contact;
use crate::phone::Region;

/// A channel's key: visitor, type of the source, id of the source or the empty text.
pub type ChannelKey = (String, String, String);

/// The keys of one contact, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContactKeys {
    /// The canonical keys of the e-mail addresses.
    pub emails: BTreeSet<String>,
    /// The canonical keys of the phone numbers.
    pub phones: BTreeSet<String>,
    /// The channels.
    pub channels: BTreeSet<ChannelKey>,
    /// Field and value of what proved a channel.
    pub verifications: BTreeSet<(String, String)>,
}

impl ContactKeys {
    /// What finds this contact.
    #[must_use]
    pub fn of(contact: &Contact) -> Self {
        Self::in_region(contact, None)
    }

    /// What finds this contact where phone numbers without a country code are those of a region.
    ///
    /// ```
    /// use omnicontact_domain::contact::{Contact, ContactKeys, NewContact};
    /// use omnicontact_domain::phone::Region;
    /// use omnicontact_domain::time::Timestamp;
    /// let phones = vec!["+4930123456".into(), "030 123456".into(), " ".into()];
    /// let new = NewContact { phones, ..NewContact::default() };
    /// let contact = Contact::prepared("c1".into(), new, Timestamp::from_millis(0));
    /// assert_eq!(ContactKeys::of(&contact).phones.len(), 2);
    /// assert_eq!(ContactKeys::in_region(&contact, Region::parse("DE")).phones.len(), 1);
    /// ```
    #[must_use]
    pub fn in_region(contact: &Contact, region: Option<Region>) -> Self {
        let channels = contact.channels.iter();
        Self {
            emails: contact.email_keys().iter().map(|key| key.as_str().to_owned()).collect(),
            phones: contact.phone_keys(region).iter().map(|key| key.as_str().to_owned()).collect(),
            channels: channels
                .clone()
                .map(|channel| {
                    (
                        channel.visitor.visitor_id.as_str().to_owned(),
                        channel.visitor.source_type.clone(),
                        channel.visitor.source_id.clone().unwrap_or_default(),
                    )
                })
                .collect(),
            verifications: channels
                .filter_map(|channel| channel.verification.as_ref())
                .map(|verification| (verification.field.clone(), verification.value.clone()))
                .collect(),
        }
    }
}
