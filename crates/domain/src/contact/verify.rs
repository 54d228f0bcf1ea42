//! Proving who is behind a channel, and what follows (contract, contacts 8.6 and 8.7).

use super::{Association, Channel, ConflictMode, Contact, Incoming, Verification};
use crate::id::ContactId;
use crate::time::Timestamp;

/// When a channel has to be proven (`Livechat_Require_Contact_Verification`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerificationRule {
    /// Never.
    Never,
    /// Before its first conversation.
    Once,
    /// Before each conversation.
    Always,
}

impl VerificationRule {
    /// The rule with that name in the setting.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "never" => Some(Self::Never),
            "once" => Some(Self::Once),
            "always" => Some(Self::Always),
            _ => None,
        }
    }

    /// Whether a new conversation waits until its channel is proven.
    #[must_use]
    pub const fn holds_back(self, is_verified: bool) -> bool {
        match self {
            Self::Never => false,
            Self::Once | Self::Always => !is_verified,
        }
    }
}

/// The contact has no such channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the contact has no such channel")]
pub struct NoSuchChannel;

/// Whose conversations agents may not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TakeRules {
    /// Those of unknown contacts (`Livechat_Block_Unknown_Contacts`).
    pub block_unknown: bool,
    /// Those of channels that are not proven (`Livechat_Block_Unverified_Contacts`).
    pub block_unverified: bool,
}

/// Why agents may not take a contact's conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MayNotTake {
    /// There is no contact.
    #[error("the conversation has no contact")]
    NoContact,
    /// Nobody confirmed who it is.
    #[error("the contact is unknown")]
    Unknown,
    /// Nothing proved who it is.
    #[error("the channel is not verified")]
    Unverified,
}

impl TakeRules {
    /// Whether an agent may take a conversation of this contact on this channel.
    ///
    /// # Errors
    /// [`MayNotTake`], in the order of its variants.
    pub fn check(self, contact: Option<&Contact>, channel: &Association) -> Result<(), MayNotTake> {
        let contact = contact.ok_or(MayNotTake::NoContact)?;
        if self.block_unknown && contact.unknown {
            return Err(MayNotTake::Unknown);
        }
        if self.block_unverified && !contact.is_verified(channel) {
            return Err(MayNotTake::Unverified);
        }
        Ok(())
    }
}

impl Contact {
    /// Whether exactly that channel is proven.
    #[must_use]
    pub fn is_verified(&self, channel: &Association) -> bool {
        self.channels.iter().any(|known| known.verified && known.visitor.is_same_channel(channel))
    }

    /// Marks a channel as proven by a value, which is kept in lower case.
    ///
    /// # Errors
    /// [`NoSuchChannel`]; nothing is changed then.
    ///
    /// ```
    /// use omnicontact_domain::contact::{Channel, Contact, NewContact, Source};
    /// use omnicontact_domain::time::Timestamp;
    /// let now = Timestamp::from_millis(0);
    /// let mut contact = Contact::prepared("c1".into(), NewContact::default(), now);
    /// let api = Channel::new("v1".into(), Source { kind: "api".into(), ..Source::default() });
    /// contact.channels = vec![api.clone()];
    /// contact.verify_channel(&api.visitor, "email", "Ada@X.org", now).unwrap();
    /// assert!(contact.is_verified(&api.visitor) && contact.proves("email", "ada@x.org"));
    /// ```
    pub fn verify_channel(
        &mut self,
        channel: &Association,
        field: &str,
        value: &str,
        now: Timestamp,
    ) -> Result<(), NoSuchChannel> {
        let is_wanted = |known: &&mut Channel| known.visitor.is_same_channel(channel);
        let known = self.channels.iter_mut().find(is_wanted).ok_or(NoSuchChannel)?;
        known.verified = true;
        known.verification =
            Some(Verification { field: field.to_owned(), value: value.to_lowercase(), verified_at: now });
        self.updated_at = now;
        Ok(())
    }

    /// Asks for a new proof of a channel (rule [`VerificationRule::Always`]); what proved it before is still
    /// told. Returns whether there was a proof.
    pub fn reset_verification(&mut self, channel: &Association, now: Timestamp) -> bool {
        let mut was_verified = false;
        for known in self.channels.iter_mut().filter(|known| known.visitor.is_meant_by(channel)) {
            was_verified |= std::mem::take(&mut known.verified);
        }
        if was_verified {
            self.updated_at = now;
        }
        was_verified
    }

    /// Whether one of its channels is proven by this value, compared in lower case.
    #[must_use]
    pub fn proves(&self, field: &str, value: &str) -> bool {
        let value = value.to_lowercase();
        let proven = self.channels.iter().filter(|channel| channel.verified);
        proven
            .filter_map(|channel| channel.verification.as_ref())
            .any(|v| v.field == field && v.value == value)
    }

    /// Unites the others who proved the same identity with this contact, whose own values win; unlike names and
    /// managers become conflicts. Returns the ids of those who are no more: their conversations go to this
    /// contact. Itself, erased contacts and those who did not prove it are passed over.
    pub fn absorb(&mut self, others: &[Self], field: &str, value: &str, now: Timestamp) -> Vec<ContactId> {
        let mut gone = Vec::new();
        for other in others {
            if other.id == self.id
                || !other.enabled
                || !other.proves(field, value)
                || gone.contains(&other.id)
            {
                continue;
            }
            self.merge(&Incoming::from_contact(other), ConflictMode::Conflict, now);
            gone.push(other.id.clone());
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::contact::{NewContact, Source};
    use crate::email::EmailKey;
    use crate::phone::PhoneKey;

    const THEN: Timestamp = Timestamp::from_millis(0);
    const NOW: Timestamp = Timestamp::from_millis(9);

    fn channel(visitor: &str) -> Channel {
        Channel::new(visitor.into(), Source { kind: "api".into(), ..Source::default() })
    }

    fn contact(id: &str, emails: Vec<String>, phones: Vec<String>) -> Contact {
        let new = NewContact { name: id.to_owned(), emails, phones, ..NewContact::default() };
        Contact { channels: vec![channel(id)], ..Contact::prepared(id.into(), new, THEN) }
    }

    fn proven(id: &str) -> Contact {
        let mut contact = contact(id, vec![], vec![]);
        contact.verify_channel(&channel(id).visitor, "email", "Ada@x.org", THEN).unwrap();
        contact
    }

    #[test]
    fn a_channel_that_is_not_there_is_not_proven() {
        let mut contact = contact("c1", vec![], vec![]);
        let before = contact.clone();
        assert_eq!(contact.verify_channel(&channel("v9").visitor, "email", "a@x", NOW), Err(NoSuchChannel));
        assert_eq!(contact, before);
    }

    #[test]
    fn only_others_who_proved_the_same_are_absorbed() {
        let mut winner = proven("c1");
        let mut erased = proven("c5");
        erased.erase(NOW);
        let others = [
            proven("c1"),
            proven("c2"),
            contact("c3", vec!["ada@x.org".into()], vec![]),
            proven("c2"),
            erased,
        ];
        assert_eq!(winner.absorb(&others, "email", "ADA@x.org", NOW), [ContactId::from("c2")]);
        assert_eq!((winner.name.as_deref(), winner.open_conflicts()), (Some("c1"), 1));
        assert_eq!(winner.channels.len(), 2);
    }

    #[test]
    fn a_channel_that_was_reset_waits_for_its_proof_again() {
        let mut contact = proven("c1");
        let api = channel("c1").visitor;
        assert!(contact.reset_verification(&api, NOW) && !contact.reset_verification(&api, NOW));
        assert!(!contact.is_verified(&api) && !contact.proves("email", "ada@x.org"));
    }

    #[test]
    fn agents_take_whom_the_rules_let_pass() {
        let api = channel("c1").visitor;
        let open = TakeRules::default();
        let strict = TakeRules { block_unknown: true, block_unverified: true };
        assert_eq!(open.check(None, &api), Err(MayNotTake::NoContact));
        let mut contact = contact("c1", vec![], vec![]);
        contact.unknown = true;
        assert_eq!(open.check(Some(&contact), &api), Ok(()));
        assert_eq!(strict.check(Some(&contact), &api), Err(MayNotTake::Unknown));
        contact.unknown = false;
        assert_eq!(strict.check(Some(&contact), &api), Err(MayNotTake::Unverified));
        assert_eq!(strict.check(Some(&proven("c1")), &api), Ok(()));
    }

    #[test]
    fn a_rule_holds_back_what_is_not_proven() {
        let held =
            |name| VerificationRule::parse(name).map(|rule| (rule.holds_back(false), rule.holds_back(true)));
        assert_eq!(held("never"), Some((false, false)));
        assert_eq!((held("once"), held("always")), (Some((true, false)), Some((true, false))));
        assert_eq!(held("sometimes"), None);
    }

    fn addresses() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec("[aB]{1,2}@x|\\+49 ?30 ?12345[67]", 0..4)
    }

    proptest! {
        #[test]
        fn absorbing_loses_no_address_and_no_channel(
            people in prop::collection::vec((addresses(), addresses()), 1..5),
        ) {
            let contacts: Vec<_> = people.into_iter().enumerate().map(|(at, (emails, phones))| {
                let id = format!("c{at}");
                let mut contact = contact(&id, emails, phones);
                contact.verify_channel(&channel(&id).visitor, "email", "a@x", THEN).unwrap();
                contact
            }).collect();
            let mut winner = contacts[0].clone();
            let gone = winner.absorb(&contacts, "email", "a@x", NOW);
            prop_assert_eq!(gone.len(), contacts.len() - 1);
            for contact in &contacts {
                for address in contact.emails.iter().flatten() {
                    prop_assert!(winner.email_keys().contains(&EmailKey::of(address)));
                }
                for number in contact.phones.iter().flatten() {
                    prop_assert!(winner.phone_keys(None).contains(&PhoneKey::of(number)));
                }
                for channel in &contact.channels {
                    prop_assert!(winner.is_verified(&channel.visitor));
                }
            }
        }
    }
}
