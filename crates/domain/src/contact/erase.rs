//! Erasing a contact (contract, contacts 7.11): what names or reaches the person is gone, what counts is kept.

use super::Contact;
use crate::time::Timestamp;

impl Contact {
    /// Removes everything personal. What stays is the id, the manager, whether the contact was unknown or
    /// prepared, its months of activity, its ids in an import, and when it was made.
    ///
    /// ```
    /// use omnicontact_domain::contact::{Contact, NewContact};
    /// use omnicontact_domain::time::Timestamp;
    /// let new = NewContact { name: "Mara".into(), ..NewContact::default() };
    /// let mut contact = Contact::prepared("c1".into(), new, Timestamp::from_millis(0));
    /// contact.erase(Timestamp::from_millis(1));
    /// assert_eq!((contact.name, contact.enabled), (None, false));
    /// ```
    pub fn erase(&mut self, now: Timestamp) {
        // Named one by one: a new field does not compile before somebody decides about it.
        *self = Self {
            id: self.id.clone(),
            name: None,
            emails: None,
            phones: None,
            manager: self.manager.take(),
            unknown: self.unknown,
            conflicting_fields: None,
            custom_fields: None,
            channels: Vec::new(),
            last_chat: None,
            import_ids: self.import_ids.take(),
            activity: self.activity.take(),
            pre_registration: self.pre_registration,
            enabled: false,
            created_at: self.created_at,
            updated_at: now,
            version: self.version,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::{
        Channel, ConflictingField, ContactKeys, Incoming, LastChat, NewContact, Source, Verification,
    };
    use crate::search::SearchText;
    use proptest::prelude::*;

    /// A contact in which every field that a person can fill holds the same secret.
    fn full(secret: &str) -> Contact {
        let chat = LastChat { room_id: secret.into(), ts: Timestamp::from_millis(1) };
        let source = Source {
            kind: "email".into(),
            id: Some(secret.to_owned()),
            alias: Some(secret.to_owned()),
            label: Some(secret.to_owned()),
            sidebar_icon: None,
            default_icon: None,
            destination: Some(secret.to_owned()),
        };
        let verification = Verification {
            field: "email".into(),
            value: secret.to_owned(),
            verified_at: Timestamp::from_millis(1),
        };
        let channel = Channel {
            verification: Some(verification),
            last_chat: Some(chat.clone()),
            ..Channel::new(secret.into(), source)
        };
        let new = NewContact {
            name: secret.to_owned(),
            emails: vec![format!("{secret}@x")],
            phones: vec![secret.to_owned()],
            manager: Some("agent-1".into()),
            custom_fields: [("plan".to_owned(), secret.into())].into_iter().collect(),
        };
        Contact {
            channels: vec![channel],
            last_chat: Some(chat),
            conflicting_fields: Some(vec![ConflictingField::name(secret)]),
            import_ids: Some(vec!["import-1".into()]),
            activity: Some(vec!["2026-01".into()]),
            pre_registration: Some(false),
            ..Contact::prepared("c1".into(), new, Timestamp::from_millis(0))
        }
    }

    #[test]
    fn what_counts_is_kept() {
        let mut contact = full("Mara");
        contact.erase(Timestamp::from_millis(9));
        assert_eq!(contact.manager, Some("agent-1".into()));
        assert_eq!(contact.activity, Some(vec!["2026-01".to_owned()]));
        assert_eq!(contact.import_ids, Some(vec!["import-1".to_owned()]));
        assert_eq!((contact.unknown, contact.pre_registration), (false, Some(false)));
        assert_eq!(contact.created_at, Timestamp::from_millis(0));
        assert_eq!(contact.updated_at, Timestamp::from_millis(9));
    }

    #[test]
    fn nothing_finds_an_erased_contact() {
        let mut contact = full("Mara");
        contact.erase(Timestamp::from_millis(9));
        assert_eq!(ContactKeys::of(&contact), ContactKeys::default());
        assert_eq!(SearchText::of(&contact).as_str(), "");
        assert_eq!(contact.visitor_ids(), []);
    }

    proptest! {
        #[test]
        fn no_personal_value_is_left_in_any_field(secret in "[A-Z]{12}") {
            let mut contact = full(&secret);
            let before = format!("{contact:?}");
            contact.erase(Timestamp::from_millis(9));
            let after = format!("{contact:?} {:?}", Incoming::from_contact(&contact));
            prop_assert!(before.contains(&secret) && !after.contains(&secret));
        }

        #[test]
        fn erasing_twice_is_erasing_once(secret in "[A-Z]{3}") {
            let mut contact = full(&secret);
            contact.erase(Timestamp::from_millis(9));
            let once = contact.clone();
            contact.erase(Timestamp::from_millis(9));
            prop_assert_eq!(contact, once);
        }
    }
}
