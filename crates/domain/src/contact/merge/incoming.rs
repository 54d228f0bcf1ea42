//! What is said of a person, gathered from a visitor or from another contact.

use crate::contact::{Channel, ConflictingField, Contact, LastChat};
use crate::email;
use crate::id::UserId;
use crate::value::Fields;
use crate::visitor::Visitor;

/// What is said of a person. Empty lists say nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Incoming {
    /// Display names, the most trusted first.
    pub names: Vec<String>,
    /// A name for a person who has none at all; it never competes with another.
    pub fallback_name: Option<String>,
    /// Responsible agents, the most trusted first.
    pub managers: Vec<UserId>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// Phone numbers.
    pub phones: Vec<String>,
    /// Custom values by field id.
    pub custom_fields: Fields,
    /// Channels.
    pub channels: Vec<Channel>,
    /// Months (`YYYY-MM`) with an answered conversation.
    pub activity: Vec<String>,
    /// The newest conversation.
    pub last_chat: Option<LastChat>,
    /// Ids in the source of an import.
    pub import_ids: Vec<String>,
    /// Conflicts that wait for a decision elsewhere.
    pub conflicts: Vec<ConflictingField>,
}

impl Incoming {
    /// What a visitor says of itself. The manager is the user whom the visitor's manager resolves to, the
    /// values are those that [`crate::custom_field::usable`] let pass, the channel is the one of the
    /// conversation that begins, if one does. Addresses without the form of one stay with the visitor
    /// (contract, contacts 5.3 and 8.5).
    ///
    /// ```
    /// use omnicontact_domain::contact::Incoming;
    /// use omnicontact_domain::time::Timestamp;
    /// use omnicontact_domain::value::Fields;
    /// use omnicontact_domain::visitor::Visitor;
    /// let visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), Timestamp::from_millis(0));
    /// let said = Incoming::from_visitor(&visitor, None, Fields::default(), None);
    /// assert_eq!((said.names.len(), said.fallback_name.as_deref()), (0, Some("guest-2")));
    /// ```
    #[must_use]
    pub fn from_visitor(
        visitor: &Visitor,
        manager: Option<UserId>,
        values: Fields,
        channel: Option<Channel>,
    ) -> Self {
        let name = visitor.name.clone().filter(|name| !name.is_empty());
        let emails = visitor.emails.iter().flatten().map(|address| email::normalised(address));
        Self {
            fallback_name: visitor.username.clone().filter(|_| name.is_none()),
            names: name.into_iter().collect(),
            managers: manager.into_iter().collect(),
            emails: emails.filter(|address| email::is_address(address)).collect(),
            phones: visitor.phones.iter().flatten().filter(|number| !number.is_empty()).cloned().collect(),
            custom_fields: values,
            channels: channel.into_iter().collect(),
            activity: visitor.activity.clone().unwrap_or_default(),
            last_chat: visitor.last_chat.clone(),
            import_ids: Vec::new(),
            conflicts: Vec::new(),
        }
    }

    /// All that another contact knows of the same person.
    #[must_use]
    pub fn from_contact(other: &Contact) -> Self {
        Self {
            names: other.name.iter().filter(|name| !name.is_empty()).cloned().collect(),
            fallback_name: None,
            managers: other.manager.iter().cloned().collect(),
            emails: other.emails.clone().unwrap_or_default(),
            phones: other.phones.clone().unwrap_or_default(),
            custom_fields: other.custom_fields.clone().unwrap_or_default(),
            channels: other.channels.clone(),
            activity: other.activity.clone().unwrap_or_default(),
            last_chat: other.last_chat.clone(),
            import_ids: other.import_ids.clone().unwrap_or_default(),
            conflicts: other.conflicting_fields.clone().unwrap_or_default(),
        }
    }
}
