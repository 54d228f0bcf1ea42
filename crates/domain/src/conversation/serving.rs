//! Which agent serves a conversation (contract, conversations 3.4): one at most.

use super::{Conversation, IsClosed, ServedBy};
use crate::id::UserId;
use crate::time::Timestamp;

/// Why an agent does not get a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// It is closed.
    #[error("the conversation is closed")]
    Closed,
    /// Another agent, or this one, has it.
    #[error("the conversation has an agent")]
    Served,
}

/// Why a conversation is not put aside or taken up again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotHeld {
    /// It is closed.
    #[error("the conversation is closed")]
    Closed,
    /// Nobody serves it.
    #[error("the conversation has no agent")]
    NotServed,
    /// It is aside already, or it is not aside.
    #[error("the conversation is in that state already")]
    Unchanged,
}

impl Conversation {
    /// Gives the conversation to an agent.
    ///
    /// # Errors
    /// [`NotTaken`]; nothing is changed then.
    pub fn take(&mut self, agent: UserId, username: String, now: Timestamp) -> Result<(), NotTaken> {
        if !self.is_open() {
            return Err(NotTaken::Closed);
        }
        if self.served_by.is_some() {
            return Err(NotTaken::Served);
        }
        self.served_by = Some(ServedBy { id: agent, username, ts: now });
        self.users_count = self.users_count.saturating_add(1);
        self.queued_at = None;
        self.updated_at = now;
        Ok(())
    }

    /// Takes the conversation from its agent, and returns whether it had one. It keeps its department unless
    /// there is another one for it.
    ///
    /// # Errors
    /// [`IsClosed`]; nothing is changed then.
    pub fn give_back(&mut self, department: Option<String>, now: Timestamp) -> Result<bool, IsClosed> {
        self.check_open()?;
        if self.served_by.take().is_none() {
            return Ok(false);
        }
        self.department_id = department.or_else(|| self.department_id.take());
        self.users_count = self.users_count.saturating_sub(1);
        self.on_hold = false;
        self.queued_at = Some(now);
        self.updated_at = now;
        Ok(true)
    }

    /// Puts the conversation aside, or takes it up again.
    ///
    /// # Errors
    /// [`NotHeld`]; nothing is changed then.
    pub fn set_on_hold(&mut self, on_hold: bool, now: Timestamp) -> Result<(), NotHeld> {
        if !self.is_open() {
            return Err(NotHeld::Closed);
        }
        if self.served_by.is_none() {
            return Err(NotHeld::NotServed);
        }
        if self.on_hold == on_hold {
            return Err(NotHeld::Unchanged);
        }
        self.on_hold = on_hold;
        self.updated_at = now;
        Ok(())
    }

    /// When the agent has had the conversation for so long without a word that somebody else gets it
    /// (`Livechat_auto_transfer_chat_timeout`, in seconds; 0 is never). `None`: not at all, because nobody
    /// serves it, the agent has written since, or it is closed. Messages of the visitor make no difference.
    ///
    /// ```
    /// # use omnicontact_domain::{contact::Source, conversation::Conversation, time::Timestamp, visitor::Visitor};
    /// let at = Timestamp::from_millis;
    /// let visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), at(0));
    /// let mut room = Conversation::opened("r1".into(), &visitor, None, Source::default(), at(0));
    /// room.take("u1".into(), "kim".into(), at(1_000)).unwrap();
    /// assert_eq!((room.answer_due(3), room.answer_due(0)), (Some(at(4_000)), None));
    /// ```
    #[must_use]
    pub fn answer_due(&self, timeout_seconds: u64) -> Option<Timestamp> {
        let agent = self.served_by.as_ref().filter(|_| self.is_open() && timeout_seconds > 0)?;
        let answered = self.metrics.last_reply.is_some_and(|reply| reply >= agent.ts);
        (!answered).then(|| agent.ts.plus(std::time::Duration::from_secs(timeout_seconds)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::room::test::{at, opened};

    #[test]
    fn of_two_agents_the_first_gets_it() {
        let mut room = opened();
        assert_eq!(room.take("u1".into(), "kim".into(), at(2)), Ok(()));
        assert_eq!((room.users_count, room.queued_at), (2, None));
        let before = room.clone();
        assert_eq!(room.take("u2".into(), "lee".into(), at(3)), Err(NotTaken::Served));
        assert_eq!(room, before);
    }

    #[test]
    fn what_is_given_back_waits_again_with_its_department_or_another() {
        let mut room = opened();
        room.department_id = Some("d1".into());
        assert_eq!(room.give_back(None, at(2)), Ok(false));
        for (wanted, then) in [(None, "d1"), (Some("d2".to_owned()), "d2")] {
            room.take("u1".into(), "kim".into(), at(2)).unwrap();
            assert_eq!(room.give_back(wanted, at(3)), Ok(true));
            assert_eq!((room.department_id.as_deref(), room.queued_at), (Some(then), Some(at(3))));
            assert_eq!(room.users_count, 1);
        }
    }

    #[test]
    fn only_what_is_served_is_put_aside() {
        let mut room = opened();
        assert_eq!(room.set_on_hold(true, at(2)), Err(NotHeld::NotServed));
        room.take("u1".into(), "kim".into(), at(2)).unwrap();
        assert_eq!(room.set_on_hold(false, at(2)), Err(NotHeld::Unchanged));
        assert_eq!(room.set_on_hold(true, at(2)), Ok(()));
        assert!(room.on_hold);
        room.give_back(None, at(3)).unwrap();
        assert!(!room.on_hold);
    }
}
