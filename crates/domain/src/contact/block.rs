//! Blocking a channel (contract, contacts 7.9 and 7.10).

use super::{Association, Channel, Contact};
use crate::time::Timestamp;

impl Contact {
    /// The first channel that somebody who names `wanted` means.
    #[must_use]
    pub fn channel(&self, wanted: &Association) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.visitor.is_meant_by(wanted))
    }

    /// Blocks or unblocks the first channel that is meant, and returns it. Doing it again is no error.
    /// `None` where the contact has no such channel; then nothing is changed.
    ///
    /// ```
    /// use omnicontact_domain::contact::{Channel, Contact, NewContact, Source};
    /// use omnicontact_domain::time::Timestamp;
    /// let mut contact = Contact::prepared("c1".into(), NewContact::default(), Timestamp::from_millis(0));
    /// let api = Channel::new("v1".into(), Source { kind: "api".into(), ..Source::default() });
    /// contact.channels = vec![api.clone()];
    /// assert!(contact.set_blocked(&api.visitor, true, Timestamp::from_millis(1)).unwrap().blocked);
    /// ```
    pub fn set_blocked(&mut self, wanted: &Association, blocked: bool, now: Timestamp) -> Option<&Channel> {
        let channel = self.channels.iter_mut().find(|channel| channel.visitor.is_meant_by(wanted))?;
        channel.blocked = blocked;
        self.updated_at = now;
        Some(channel)
    }

    /// Whether conversations of that visitor on exactly that source are refused.
    #[must_use]
    pub fn is_blocked(&self, association: &Association) -> bool {
        self.channels.iter().any(|channel| channel.blocked && channel.visitor.is_same_channel(association))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::{NewContact, Source};

    const LATER: Timestamp = Timestamp::from_millis(9);

    fn channel(visitor: &str, kind: &str, id: Option<&str>) -> Channel {
        let source = Source { kind: kind.into(), id: id.map(str::to_owned), ..Source::default() };
        Channel::new(visitor.into(), source)
    }

    fn contact() -> Contact {
        let channels = vec![
            channel("v1", "api", None),
            channel("v1", "email", Some("i1")),
            channel("v1", "email", Some("i2")),
        ];
        Contact {
            channels,
            ..Contact::prepared("c1".into(), NewContact::default(), Timestamp::from_millis(0))
        }
    }

    fn wanted(visitor: &str, kind: &str, id: Option<&str>) -> Association {
        Association::new(visitor.into(), kind.into(), id.map(str::to_owned))
    }

    fn blocked(contact: &Contact) -> Vec<bool> {
        contact.channels.iter().map(|channel| channel.blocked).collect()
    }

    #[test]
    fn exactly_the_channel_that_is_meant_is_blocked_and_unblocked() {
        for (association, expected) in [
            (wanted("v1", "api", None), [true, false, false]),
            (wanted("v1", "email", Some("i2")), [false, false, true]),
            // Without an id, or with an empty one, the first of the type is meant.
            (wanted("v1", "email", None), [false, true, false]),
            (wanted("v1", "email", Some("")), [false, true, false]),
        ] {
            let mut contact = contact();
            for _ in 0..2 {
                assert!(contact.set_blocked(&association, true, LATER).is_some());
                assert_eq!(blocked(&contact), expected);
            }
            assert_eq!(contact.updated_at, LATER);
            assert!(contact.set_blocked(&association, false, LATER).is_some());
            assert_eq!(blocked(&contact), [false; 3]);
        }
    }

    #[test]
    fn a_channel_that_is_not_there_changes_nothing() {
        let mut contact = contact();
        for association in
            [wanted("invalid", "api", None), wanted("v1", "sms", None), wanted("v1", "email", Some("i3"))]
        {
            assert_eq!(contact.set_blocked(&association, true, LATER), None);
        }
        assert_eq!(contact, self::contact());
    }

    #[test]
    fn a_block_holds_for_its_own_source_only() {
        let mut contact = contact();
        contact.set_blocked(&wanted("v1", "email", Some("i1")), true, LATER);
        assert!(contact.is_blocked(&wanted("v1", "email", Some("i1"))));
        assert!(!contact.is_blocked(&wanted("v1", "email", Some("i2"))));
        assert!(!contact.is_blocked(&wanted("v1", "email", None)));
    }
}
