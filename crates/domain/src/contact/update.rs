//! Changes by an agent: what was not sent stays untouched (contract, contacts 7.2).

use super::Contact;
use crate::id::UserId;
use crate::text::{self, OutOfBounds};
use crate::time::Timestamp;
use crate::value::Fields;

/// What becomes of the manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManagerChange {
    /// This user is the manager.
    Set(UserId),
    /// There is no manager.
    Clear,
}

impl ManagerChange {
    /// The change of a user id as it was sent: the empty one clears.
    #[must_use]
    pub fn of(id: &str) -> Self {
        if id.is_empty() { Self::Clear } else { Self::Set(id.into()) }
    }

    /// The user who is to be the manager.
    #[must_use]
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::Set(user) => Some(user),
            Self::Clear => None,
        }
    }
}

/// What was sent of a contact. `None` leaves a field as it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ContactUpdate {
    /// The name.
    pub name: Option<String>,
    /// All e-mail addresses.
    pub emails: Option<Vec<String>>,
    /// All phone numbers.
    pub phones: Option<Vec<String>>,
    /// All custom values.
    pub custom_fields: Option<Fields>,
    /// The manager.
    pub manager: Option<ManagerChange>,
    /// Whether all conflicts are discarded.
    pub wipe_conflicts: bool,
}

/// The name of a contact cannot be made empty (decision 9 of the contract).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the new name is empty")]
pub struct EmptyName;

/// What an update did beside writing fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Updated {
    /// Whether the name differs from the former one: conversations take it over (contract, contacts 5.4).
    pub renamed: bool,
    /// How many conflicts were discarded.
    pub wiped: usize,
}

impl ContactUpdate {
    /// Whether nothing at all was sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Refuses what a store could not keep.
    ///
    /// # Errors
    /// [`OutOfBounds`].
    pub fn check_bounds(&self) -> Result<(), OutOfBounds> {
        text::check("name", self.name.as_deref().unwrap_or_default(), text::NAME_LIMIT)?;
        text::check_addresses("emails", self.emails.as_deref().unwrap_or_default())?;
        text::check_addresses("phones", self.phones.as_deref().unwrap_or_default())?;
        self.custom_fields.as_ref().map_or(Ok(()), |values| text::check_values("customFields", values))
    }
}

impl Contact {
    /// Writes what was sent; the custom values are those that
    /// [`crate::custom_field::validate_replacement`] returned. Whatever is written makes the contact known; an
    /// empty update writes nothing, not even the time.
    ///
    /// # Errors
    /// [`EmptyName`]; then nothing is changed.
    ///
    /// ```
    /// use omnicontact_domain::contact::{Contact, ContactUpdate, NewContact};
    /// use omnicontact_domain::time::Timestamp;
    /// let new = NewContact { phones: vec!["1".into()], ..NewContact::default() };
    /// let mut contact = Contact::prepared("c1".into(), new, Timestamp::from_millis(0));
    /// let sent = ContactUpdate { name: Some("Mara".into()), ..ContactUpdate::default() };
    /// assert!(contact.update(sent, Timestamp::from_millis(1)).unwrap().renamed);
    /// assert_eq!(contact.phones, Some(vec!["1".into()]));
    /// ```
    pub fn update(&mut self, sent: ContactUpdate, now: Timestamp) -> Result<Updated, EmptyName> {
        if sent.name.as_deref() == Some("") {
            return Err(EmptyName);
        }
        if sent.is_empty() {
            return Ok(Updated { renamed: false, wiped: 0 });
        }
        let renamed = sent.name.is_some() && sent.name != self.name;
        let wiped = if sent.wipe_conflicts { self.wipe_conflicts() } else { 0 };
        replace(&mut self.name, sent.name);
        replace(&mut self.emails, sent.emails);
        replace(&mut self.phones, sent.phones);
        replace(&mut self.custom_fields, sent.custom_fields);
        self.change_manager(sent.manager.as_ref());
        self.unknown = false;
        self.updated_at = now;
        Ok(Updated { renamed, wiped })
    }

    /// Sets or clears the manager, where something was said of one.
    pub(super) fn change_manager(&mut self, change: Option<&ManagerChange>) {
        if let Some(change) = change {
            self.manager = change.user().cloned();
        }
    }

    /// Discards all conflicts and returns how many there were. A contact that never had one still has none.
    pub(super) fn wipe_conflicts(&mut self) -> usize {
        self.conflicting_fields.as_mut().map_or(0, |conflicts| conflicts.drain(..).count())
    }
}

fn replace<T>(stored: &mut Option<T>, sent: Option<T>) {
    if sent.is_some() {
        *stored = sent;
    }
}

#[cfg(test)]
mod tests;
