//! What else is said of a person flows into a contact (contract, contacts 8.3): from a visitor who is adopted
//! or registers again, or from another contact that proved the same identity.

mod incoming;

pub use incoming::Incoming;

use std::collections::BTreeSet;

use super::{Channel, ConflictingField, Contact, LastChat};
use crate::email::EmailKey;
use crate::id::UserId;
use crate::phone::PhoneKey;
use crate::time::Timestamp;
use crate::value::{Fields, Value};

/// Months that a contact's activity goes back.
const ACTIVE_MONTHS: usize = 12;

/// What becomes of a single value that differs from the contact's own. Lists are always united.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictMode {
    /// It replaces the contact's own.
    Overwrite,
    /// A name or a manager is recorded as a conflict; a custom value is dropped.
    Conflict,
    /// It is dropped.
    Ignore,
}

impl ConflictMode {
    /// The mode for what visitors say: nobody confirmed an unknown contact, so the latest word counts.
    #[must_use]
    pub fn of_target(contact: &Contact) -> Self {
        if contact.unknown { Self::Overwrite } else { Self::Conflict }
    }
}

impl Contact {
    /// Takes over what is said of the same person. E-mail addresses and phone numbers that are the same by
    /// their canonical keys are the same (decision 5 of the contract), so the contact keeps its own spelling.
    /// Returns whether anything changed; only then is the time written. Doing it twice changes nothing more.
    ///
    /// ```
    /// use omnicontact_domain::contact::{ConflictMode, Contact, Incoming, NewContact};
    /// use omnicontact_domain::time::Timestamp;
    /// let new = NewContact { name: "Mara".into(), emails: vec!["Mara@x.org".into()], ..NewContact::default() };
    /// let mut contact = Contact::prepared("c1".into(), new, Timestamp::from_millis(0));
    /// let said = Incoming {
    ///     names: vec!["M. Lindt".into()],
    ///     emails: vec!["mara@x.org".into(), "m@work.example".into()],
    ///     ..Incoming::default()
    /// };
    /// assert!(contact.merge(&said, ConflictMode::of_target(&contact), Timestamp::from_millis(1)));
    /// assert_eq!(contact.emails, Some(vec!["Mara@x.org".into(), "m@work.example".into()]));
    /// assert_eq!((contact.name.as_deref(), contact.open_conflicts()), (Some("Mara"), 1));
    /// ```
    pub fn merge(&mut self, said: &Incoming, mode: ConflictMode, now: Timestamp) -> bool {
        let before = self.clone();
        self.merge_names(said, mode);
        self.merge_managers(&said.managers, mode);
        self.merge_values(&said.custom_fields, mode);
        unite(&mut self.emails, &said.emails, EmailKey::of);
        unite(&mut self.phones, &said.phones, PhoneKey::of);
        unite(&mut self.import_ids, &said.import_ids, str::to_owned);
        for channel in &said.channels {
            self.merge_channel(channel);
        }
        self.merge_activity(&said.activity);
        self.last_chat = latest(self.last_chat.take(), said.last_chat.as_ref());
        if mode == ConflictMode::Conflict {
            said.conflicts.iter().for_each(|conflict| self.merge_conflict(conflict));
        }
        let changed = *self != before;
        if changed {
            self.updated_at = now;
        }
        changed
    }

    fn merge_names(&mut self, said: &Incoming, mode: ConflictMode) {
        let mut names = said.names.iter().filter(|name| !name.is_empty());
        let lacks_name = self.name.as_deref().unwrap_or_default().is_empty();
        if lacks_name || mode == ConflictMode::Overwrite {
            let first = names.next().or(if lacks_name { said.fallback_name.as_ref() } else { None });
            if let Some(name) = first {
                self.name = Some(name.clone());
            }
        }
        if mode == ConflictMode::Conflict {
            for name in names {
                if self.name.as_ref() != Some(name) {
                    self.record_once(ConflictingField::name(name));
                }
            }
        }
    }

    fn merge_managers(&mut self, managers: &[UserId], mode: ConflictMode) {
        let mut managers = managers.iter();
        if self.manager.is_none() || mode == ConflictMode::Overwrite {
            self.manager = managers.next().cloned().or_else(|| self.manager.take());
        }
        if mode == ConflictMode::Conflict {
            for manager in managers {
                if self.manager.as_ref() != Some(manager) {
                    self.record_once(ConflictingField::manager(manager));
                }
            }
        }
    }

    fn merge_values(&mut self, values: &Fields, mode: ConflictMode) {
        for (field, value) in values.iter() {
            let stored = self.custom_fields.as_ref().and_then(|stored| stored.get(field));
            if mode == ConflictMode::Overwrite || !stored.is_some_and(Value::is_truthy) {
                self.custom_fields.get_or_insert_default().set(field, value.clone());
            }
        }
    }

    /// A channel that is there already keeps its place; what blocked or proved either of the two is kept, and
    /// the newest conversation.
    fn merge_channel(&mut self, channel: &Channel) {
        let known = self.channels.iter_mut().find(|known| known.visitor.is_same_channel(&channel.visitor));
        if let Some(known) = known {
            known.blocked |= channel.blocked;
            if channel.verified && !known.verified {
                known.verified = true;
                known.verification.clone_from(&channel.verification);
            }
            known.last_chat = latest(known.last_chat.take(), channel.last_chat.as_ref());
        } else {
            self.channels.push(channel.clone());
            self.pre_registration = Some(false);
        }
    }

    fn merge_activity(&mut self, months: &[String]) {
        if months.is_empty() {
            return;
        }
        let all: BTreeSet<&String> = self.activity.iter().flatten().chain(months).collect();
        let too_old = all.len().saturating_sub(ACTIVE_MONTHS);
        self.activity = Some(all.into_iter().skip(too_old).cloned().collect());
    }

    /// A conflict of the other contact waits on, unless its value is the one that counts now.
    fn merge_conflict(&mut self, conflict: &ConflictingField) {
        let counts = if conflict.is_about_name() {
            self.name.as_deref() == conflict.value.as_text()
        } else if conflict.is_about_manager() {
            self.manager.as_ref().map(UserId::as_str) == conflict.value.as_text()
        } else {
            let stored = self.custom_fields.as_ref().zip(conflict.custom_field());
            stored.and_then(|(values, field)| values.get(field)) == Some(&conflict.value)
        };
        if !counts {
            self.record_once(conflict.clone());
        }
    }
}

/// Appends what is new by its key. Nothing said leaves an absent list absent.
fn unite<K: Ord>(stored: &mut Option<Vec<String>>, said: &[String], key: impl Fn(&str) -> K) {
    if said.is_empty() {
        return;
    }
    let list = stored.get_or_insert_default();
    let mut known: BTreeSet<K> = list.iter().map(|text| key(text)).collect();
    for text in said {
        if known.insert(key(text)) {
            list.push(text.clone());
        }
    }
}

/// The newer of two conversations; the first of equals.
fn latest(stored: Option<LastChat>, said: Option<&LastChat>) -> Option<LastChat> {
    match (stored, said) {
        (Some(stored), Some(said)) if said.ts > stored.ts => Some(said.clone()),
        (None, said) => said.cloned(),
        (stored, _) => stored,
    }
}

#[cfg(test)]
mod tests;
