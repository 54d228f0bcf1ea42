//! What messages do to their conversation (contract, conversations 3.8). Notes of the system do nothing to it,
//! except that of the closing.

use super::{Conversation, IsClosed, Message, ResponseBy};
use crate::id::UserId;

/// Why a visitor's message is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotHeard {
    /// The conversation is closed.
    #[error("the conversation is closed")]
    Closed,
    /// The text is longer than `Livechat_message_character_limit`.
    #[error("the message is too long")]
    TooLong,
    /// The channel is blocked.
    #[error("the channel is blocked")]
    Blocked,
}

impl Conversation {
    /// Whether the visitor may write: `limit` is in characters, if there is one; `is_blocked` is what the
    /// contact says of the channel.
    ///
    /// # Errors
    /// [`NotHeard`], in the order of its variants.
    pub fn check_message(&self, text: &str, limit: Option<usize>, is_blocked: bool) -> Result<(), NotHeard> {
        if !self.is_open() {
            return Err(NotHeard::Closed);
        }
        if limit.is_some_and(|limit| text.chars().count() > limit) {
            return Err(NotHeard::TooLong);
        }
        if is_blocked { Err(NotHeard::Blocked) } else { Ok(()) }
    }

    /// Takes note of what the visitor wrote.
    ///
    /// # Errors
    /// [`IsClosed`]; nothing is changed then.
    pub fn heard_visitor(&mut self, message: &Message) -> Result<(), IsClosed> {
        self.heard(message)?;
        self.visitor.last_message_ts = Some(message.ts);
        self.waiting_response = true;
        self.metrics.note_question(message.ts);
        Ok(())
    }

    /// Takes note of what an agent wrote: the visitor waits no more.
    ///
    /// # Errors
    /// [`IsClosed`]; nothing is changed then.
    pub fn heard_agent(&mut self, message: &Message, agent: &UserId, name: &str) -> Result<(), IsClosed> {
        self.heard(message)?;
        let first = match self.response_by.take() {
            Some(before) if !self.waiting_response && before.id == *agent => before.first_response_ts,
            Some(_) | None => message.ts,
        };
        self.waiting_response = false;
        self.response_by = Some(ResponseBy {
            id: agent.clone(),
            username: name.to_owned(),
            first_response_ts: first,
            last_message_ts: message.ts,
        });
        let taken = self.served_by.as_ref().map(|agent| agent.ts);
        self.metrics.note_reply(self.ts, taken, message.ts);
        Ok(())
    }

    /// Counts the month of an agent's answer among those of the visitor, the last 12 at most; the contact counts
    /// it, too ([`crate::contact::Contact::note_answer`]). Returns whether it is the first of the month.
    pub fn note_activity(&mut self, month: &str) -> bool {
        note_month(&mut self.visitor.activity, month)
    }

    fn heard(&mut self, message: &Message) -> Result<(), IsClosed> {
        self.check_open()?;
        self.messages_count = self.messages_count.saturating_add(1);
        self.last_message_at = Some(message.ts);
        self.last_message = Some(message.clone());
        self.updated_at = message.ts;
        Ok(())
    }
}

/// Adds a month to months in order, of which the last 12 are kept.
pub(super) fn note_month(months: &mut Option<Vec<String>>, month: &str) -> bool {
    let known = months.get_or_insert_default();
    match known.binary_search_by(|known| known.as_str().cmp(month)) {
        Ok(_) => false,
        Err(place) => {
            known.insert(place, month.to_owned());
            let too_old = known.len().saturating_sub(12);
            known.drain(..too_old);
            true
        }
    }
}

#[cfg(test)]
pub(super) mod test {
    //! Messages for tests.

    use super::*;
    use crate::conversation::Author;
    use crate::conversation::room::test::at;

    pub(in crate::conversation) fn asked(text: &str, millis: i64) -> Message {
        let author = Author { id: "v1".into(), username: Some("guest-2".into()), name: None };
        Message::of_visitor("m1".into(), "r1".into(), text.into(), author, at(millis))
    }

    pub(in crate::conversation) fn answered(text: &str, millis: i64) -> Message {
        let author = Author::user(&"u1".into(), Some("kim"), None);
        Message::of_agent("m1".into(), "r1".into(), text.into(), author, at(millis))
    }
}

#[cfg(test)]
mod tests {
    use super::test::{answered, asked};
    use super::*;
    use crate::conversation::room::test::{at, opened};

    #[test]
    fn an_answer_ends_the_waiting_and_the_first_of_a_row_counts() {
        let mut room = opened();
        room.heard_visitor(&asked("hello", 2)).unwrap();
        room.heard_agent(&answered("hi", 3), &"u1".into(), "kim").unwrap();
        room.heard_agent(&answered("?", 4), &"u1".into(), "kim").unwrap();
        let response = room.response_by.clone().unwrap();
        assert_eq!((response.first_response_ts, response.last_message_ts), (at(3), at(4)));
        assert!(!room.waiting_response);
        assert_eq!((room.messages_count, room.visitor.last_message_ts), (3, Some(at(2))));
        room.heard_visitor(&asked("yes", 5)).unwrap();
        assert!(room.waiting_response);
    }

    #[test]
    fn an_answer_stops_the_clock_and_a_question_does_not() {
        let mut room = opened();
        room.take("u1".into(), "kim".into(), at(2_000)).unwrap();
        room.heard_visitor(&asked("hello?", 2_500)).unwrap();
        assert_eq!(room.answer_due(3), Some(at(5_000)));
        room.heard_agent(&answered("hi", 2_600), &"u1".into(), "kim").unwrap();
        assert_eq!(room.answer_due(3), None);
        room.give_back(None, at(2_700)).unwrap();
        assert_eq!(room.answer_due(3), None);
        room.take("u2".into(), "lee".into(), at(3_000)).unwrap();
        assert_eq!(room.answer_due(3), Some(at(6_000)));
    }

    #[test]
    fn long_messages_and_blocked_channels_are_refused() {
        let room = opened();
        assert_eq!(room.check_message("äöü", Some(3), false), Ok(()));
        assert_eq!(room.check_message("äöüß", Some(3), true), Err(NotHeard::TooLong));
        assert_eq!(room.check_message("a", None, true), Err(NotHeard::Blocked));
    }

    #[test]
    fn a_month_counts_once_and_old_ones_go() {
        let mut room = opened();
        assert!(room.note_activity("2026-01") && !room.note_activity("2026-01"));
        for month in 1..=12 {
            room.note_activity(&format!("2025-{month:02}"));
        }
        let months = room.visitor.activity.unwrap();
        assert_eq!((months.len(), months.first().unwrap().as_str()), (12, "2025-02"));
    }
}
