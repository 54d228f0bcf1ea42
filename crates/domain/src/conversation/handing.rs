//! A conversation that turns out to be another visitor's (contract, conversations 3.7, `room.visitor`).

use super::{Conversation, Inquiry, Subscription, VisitorSnapshot};
use crate::contact::{Association, Contact};
use crate::time::Timestamp;
use crate::visitor::Visitor;

impl Conversation {
    /// The channel on which it would go on with another visitor.
    #[must_use]
    pub fn channel_of(&self, visitor: &Visitor) -> Association {
        Association { visitor_id: visitor.id.clone(), ..self.channel() }
    }

    /// Gives it to another visitor and to the contact behind that one, and calls it so. What was written and when
    /// stays. Closed ones are given, too: they are the contact's history.
    pub fn hand_to(&mut self, visitor: &Visitor, contact: &Contact, now: Timestamp) {
        self.verified = contact.is_verified(&self.channel_of(visitor));
        let seen = VisitorSnapshot::of(visitor, Some(contact));
        self.visitor = VisitorSnapshot {
            status: if self.is_open() { seen.status } else { self.visitor.status.take() },
            last_message_ts: self.visitor.last_message_ts,
            ..seen
        };
        self.contact_id = Some(contact.id.clone());
        self.fname = Self::name_for(visitor, Some(contact));
        self.updated_at = now;
    }
}

impl Inquiry {
    /// Follows its conversation to another visitor. Where the channel of that one is proven, it waits for no proof.
    pub fn follow(&mut self, room: &Conversation, now: Timestamp) {
        self.visitor = room.visitor.clone();
        self.name.clone_from(&room.fname);
        self.updated_at = now;
        if room.verified {
            self.release(now);
        }
    }
}

impl Subscription {
    /// Follows its conversation to another visitor.
    pub fn follow(&mut self, room: &Conversation, now: Timestamp) {
        self.visitor = Self::visitor_of(room);
        self.name.clone_from(&room.fname);
        self.updated_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::NewContact;
    use crate::conversation::InquiryStatus;
    use crate::conversation::closing::test::close;
    use crate::conversation::room::test::{api, at, opened};
    use crate::conversation::talk::test::asked;

    fn bert() -> Visitor {
        Visitor {
            name: Some("Bert".into()),
            ..Visitor::new("v2".into(), "guest-3".into(), "t2".into(), at(0))
        }
    }

    fn his_contact() -> Contact {
        let new = NewContact { name: "Bert Brown".into(), ..NewContact::default() };
        let mut contact = Contact::prepared("c2".into(), new, at(0));
        contact.add_channel(&bert(), api(), at(0));
        contact.verify_channel(&opened().channel_of(&bert()), "email", "b@x", at(0)).unwrap();
        contact
    }

    #[test]
    fn everything_that_belongs_to_it_follows_and_what_was_written_stays() {
        let mut room = opened();
        room.heard_visitor(&asked("hello", 2)).unwrap();
        room.take("u1".into(), "kim".into(), at(3)).unwrap();
        let mut inquiry = Inquiry::opened("i1".into(), &room, InquiryStatus::Verifying, at(1));
        let mut subscription = Subscription::of_agent("s1".into(), &room).unwrap();
        room.hand_to(&bert(), &his_contact(), at(9));
        inquiry.follow(&room, at(9));
        subscription.follow(&room, at(9));
        for (visitor, name) in [
            (&room.visitor, &room.fname),
            (&inquiry.visitor, &inquiry.name),
            (&subscription.visitor, &subscription.name),
        ] {
            assert_eq!((visitor.id.as_str(), visitor.token.as_ref()), ("v2", Some(&"t2".into())));
            assert_eq!(name, "Bert Brown");
        }
        assert_eq!(inquiry.status, InquiryStatus::Queued);
        assert_eq!((room.contact_id.clone(), room.verified), (Some("c2".into()), true));
        assert_eq!((room.messages_count, room.visitor.last_message_ts), (1, Some(at(2))));
        assert_eq!(subscription.visitor.last_message_ts, None);
        assert_eq!(room.last_message.map(|last| last.author.id), Some("v1".to_owned()));
    }

    #[test]
    fn of_a_closed_one_the_visitor_stays_offline() {
        let mut room = opened();
        close(&mut room, &[], 2).unwrap();
        room.hand_to(&bert(), &his_contact(), at(9));
        assert_eq!(room.visitor.status.as_deref(), Some("offline"));
        assert!(!room.is_open());
    }
}
