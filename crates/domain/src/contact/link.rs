//! How a conversation finds its contact (contract, conversations 3.1.3 and 3.1.4; contacts 8.1), and what the
//! contact remembers of it.

use super::{Association, Channel, ConflictMode, Contact, Incoming, LastChat, Source};
use crate::email::EmailKey;
use crate::id::UserId;
use crate::phone::{PhoneKey, Region};
use crate::time::Timestamp;
use crate::value::Fields;
use crate::visitor::Visitor;

/// What becomes of a visitor whose conversation begins.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// This contact has the channel already.
    Known(Contact),
    /// This prepared contact adopts the visitor: [`Contact::adopt`].
    Adopt(Contact),
    /// Nobody knows the visitor: [`Contact::from_visitor`].
    Create,
}

impl Link {
    /// Decides between those whom a store found: owners of the channel first, then prepared contacts who share
    /// an address with the visitor. Erased contacts and those whom the rules do not mean are passed over.
    #[must_use]
    pub fn decide(
        channel: &Association,
        visitor: &Visitor,
        region: Option<Region>,
        owners: Vec<Contact>,
        prepared: Vec<Contact>,
    ) -> Self {
        let owner = owners.into_iter().find(|contact| contact.enabled && contact.channel(channel).is_some());
        let adopts = |contact: &Contact| contact.may_adopt(visitor, region);
        owner
            .map(Self::Known)
            .or_else(|| prepared.into_iter().find(adopts).map(Self::Adopt))
            .unwrap_or(Self::Create)
    }
}

impl Contact {
    /// Whether the contact was prepared by hand and shares an e-mail address or a phone number with the
    /// visitor, by their canonical keys (decision 5 of the contract).
    ///
    /// ```
    /// use omnicontact_domain::contact::{Contact, NewContact};
    /// use omnicontact_domain::time::Timestamp;
    /// use omnicontact_domain::visitor::Visitor;
    /// let now = Timestamp::from_millis(0);
    /// let new = NewContact { emails: vec!["Ada@X.org".into()], ..NewContact::default() };
    /// let contact = Contact::prepared("c1".into(), new, now);
    /// let mut visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), now);
    /// assert!(!contact.may_adopt(&visitor, None));
    /// visitor.emails = Some(vec!["ada@x.org".into()]);
    /// assert!(contact.may_adopt(&visitor, None));
    /// ```
    #[must_use]
    pub fn may_adopt(&self, visitor: &Visitor, region: Option<Region>) -> bool {
        if !self.enabled || self.pre_registration != Some(true) {
            return false;
        }
        let emails = self.email_keys();
        let phones = self.phone_keys(region);
        visitor.emails.iter().flatten().any(|address| emails.contains(&EmailKey::of(address)))
            || visitor
                .phones
                .iter()
                .flatten()
                .any(|number| phones.contains(&PhoneKey::dialled_in(number, region)))
    }

    /// Takes a visitor over whose conversation begins on this channel: addresses and channel are added, gaps
    /// filled, what differs is recorded, and the contact is prepared no more. The arguments are those of
    /// [`Incoming::from_visitor`].
    pub fn adopt(
        &mut self,
        visitor: &Visitor,
        manager: Option<UserId>,
        values: Fields,
        channel: Channel,
        now: Timestamp,
    ) -> bool {
        let said = Incoming::from_visitor(visitor, manager, values, Some(channel));
        self.merge(&said, ConflictMode::of_target(self), now)
    }

    /// Adds a channel; one that is there already stays as it is. Returns whether it is new.
    pub fn add_channel(&mut self, visitor: &Visitor, source: Source, now: Timestamp) -> bool {
        let channel = Channel::new(visitor.id.clone(), source);
        let said = Incoming { channels: vec![channel], ..Incoming::default() };
        self.merge(&said, ConflictMode::Ignore, now)
    }

    /// Remembers a conversation that has just begun, for itself and for the channel.
    pub fn note_chat(&mut self, channel: &Association, chat: &LastChat, now: Timestamp) {
        self.last_chat = Some(chat.clone());
        for known in self.channels.iter_mut().filter(|known| known.visitor.is_meant_by(channel)) {
            known.last_chat = Some(chat.clone());
        }
        self.updated_at = now;
    }

    /// Counts the month of an agent's answer, the last 12 at most. Returns whether it is the first of the month.
    pub fn note_answer(&mut self, now: Timestamp) -> bool {
        let said = Incoming { activity: vec![now.month()], ..Incoming::default() };
        self.merge(&said, ConflictMode::Ignore, now)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::contact::NewContact;

    const THEN: Timestamp = Timestamp::from_millis(0);
    const NOW: Timestamp = Timestamp::from_millis(9);

    fn visitor() -> Visitor {
        Visitor {
            emails: Some(vec!["ada@x.org".into()]),
            phones: Some(vec!["030 123456".into()]),
            ..Visitor::new("v1".into(), "guest-2".into(), "t1".into(), THEN)
        }
    }

    fn api() -> Source {
        Source { kind: "api".into(), ..Source::default() }
    }

    fn contact(id: &str, emails: &[&str], phones: &[&str]) -> Contact {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        let new = NewContact {
            name: "Ada".into(),
            emails: texts(emails),
            phones: texts(phones),
            ..NewContact::default()
        };
        Contact::prepared(id.into(), new, THEN)
    }

    fn owner(id: &str) -> Contact {
        let mut contact = contact(id, &[], &[]);
        contact.add_channel(&visitor(), api(), THEN);
        contact
    }

    fn decided(owners: Vec<Contact>, prepared: Vec<Contact>) -> Link {
        let channel = Channel::new("v1".into(), api()).visitor;
        Link::decide(&channel, &visitor(), Region::parse("DE"), owners, prepared)
    }

    #[test]
    fn who_owns_the_channel_comes_before_who_was_prepared() {
        let prepared = contact("c2", &["ADA@x.org"], &[]);
        assert_eq!(decided(vec![owner("c1")], vec![prepared.clone()]), Link::Known(owner("c1")));
        assert_eq!(
            decided(vec![], vec![contact("c3", &["b@x"], &[]), prepared.clone()]),
            Link::Adopt(prepared)
        );
        assert_eq!(decided(vec![], vec![]), Link::Create);
    }

    #[test]
    fn a_number_of_the_region_is_the_one_with_its_country_code() {
        let prepared = contact("c2", &[], &["+49 30 123456"]);
        assert!(prepared.may_adopt(&visitor(), Region::parse("DE")));
        assert!(!prepared.may_adopt(&visitor(), None));
    }

    #[test]
    fn erased_and_adopted_contacts_adopt_nobody() {
        let mut erased = owner("c1");
        erased.erase(NOW);
        let mut adopted = contact("c2", &["ada@x.org"], &[]);
        adopted.adopt(&visitor(), None, Fields::default(), Channel::new("v9".into(), api()), NOW);
        assert_eq!(decided(vec![erased], vec![adopted]), Link::Create);
    }

    #[test]
    fn adoption_joins_addresses_and_ends_the_waiting() {
        let mut contact = contact("c1", &["Ada@x.org"], &[]);
        assert!(contact.adopt(&visitor(), None, Fields::default(), Channel::new("v1".into(), api()), NOW));
        assert_eq!(contact.emails, Some(vec!["Ada@x.org".to_owned()]));
        assert_eq!(contact.phones, Some(vec!["030 123456".to_owned()]));
        assert_eq!((contact.pre_registration, contact.conflicting_fields), (Some(false), None));
    }

    #[test]
    fn a_chat_is_remembered_by_the_contact_and_its_channel_only() {
        let mut contact = owner("c1");
        contact.add_channel(&visitor(), Source { kind: "widget".into(), ..Source::default() }, THEN);
        let chat = LastChat { room_id: "r1".into(), ts: NOW };
        contact.note_chat(&Channel::new("v1".into(), api()).visitor, &chat, NOW);
        assert_eq!(contact.last_chat.as_ref(), Some(&chat));
        let chats: Vec<_> = contact.channels.iter().map(|channel| channel.last_chat.is_some()).collect();
        assert_eq!(chats, [true, false]);
    }

    #[test]
    fn only_the_first_answer_of_a_month_counts_and_twelve_months_are_kept() {
        let mut contact = owner("c1");
        assert!(contact.note_answer(NOW) && !contact.note_answer(NOW));
        for month in 0..20 {
            contact.note_answer(Timestamp::from_millis(month * 31 * 24 * 3_600_000));
        }
        let activity = contact.activity.unwrap();
        assert_eq!(activity.len(), 12);
        assert!(activity.is_sorted() && activity.last().is_some_and(|month| month.starts_with("1971-")));
    }

    proptest! {
        #[test]
        fn adding_a_channel_twice_is_adding_it_once(
            sources in prop::collection::vec(("api|widget|email", prop::option::of("[ab]?")), 1..8),
        ) {
            let mut contact = contact("c1", &[], &[]);
            for (kind, id) in &sources {
                contact.add_channel(&visitor(), Source { kind: kind.clone(), id: id.clone(), ..Source::default() }, NOW);
            }
            let once = contact.clone();
            for (kind, id) in &sources {
                let source = Source { kind: kind.clone(), id: id.clone(), ..Source::default() };
                prop_assert!(!contact.add_channel(&visitor(), source, NOW));
            }
            prop_assert_eq!(contact, once);
        }
    }
}
