//! What it does to a conversation that a message of it is changed or removed. The moments at which people wrote, who
//! waits for whom and what was measured stay as they were.

use super::{Conversation, Inquiry, IsClosed, Message};
use crate::time::Timestamp;

impl Conversation {
    /// Takes note that a message of it was changed.
    ///
    /// # Errors
    /// [`IsClosed`]; nothing is changed then.
    pub fn reread(&mut self, message: &Message) -> Result<(), IsClosed> {
        self.check_open()?;
        replace(&mut self.last_message, message);
        self.updated_at = message.updated_at;
        Ok(())
    }

    /// Takes note that a message of it was removed, which counts no more. `newest` is the newest that people wrote
    /// among those that are left.
    ///
    /// # Errors
    /// [`IsClosed`]; nothing is changed then.
    pub fn forget(&mut self, id: &str, newest: Option<&Message>, now: Timestamp) -> Result<(), IsClosed> {
        self.check_open()?;
        self.messages_count = self.messages_count.saturating_sub(1);
        forget(&mut self.last_message, id, newest);
        self.updated_at = now;
        Ok(())
    }
}

impl Inquiry {
    /// Takes note that a message of the conversation was changed.
    pub fn reread(&mut self, message: &Message) {
        replace(&mut self.last_message, message);
        self.updated_at = message.updated_at;
    }

    /// Takes note that a message of the conversation was removed, as [`Conversation::forget`] does.
    pub fn forget(&mut self, id: &str, newest: Option<&Message>, now: Timestamp) {
        forget(&mut self.last_message, id, newest);
        self.updated_at = now;
    }
}

fn replace(last: &mut Option<Message>, changed: &Message) {
    if let Some(last) = last.as_mut().filter(|last| last.id == changed.id) {
        *last = changed.clone();
    }
}

fn forget(last: &mut Option<Message>, id: &str, newest: Option<&Message>) {
    if last.as_ref().is_some_and(|last| last.id == id) {
        *last = newest.cloned();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::conversation::closing::test::close;
    use crate::conversation::room::test::{at, opened};
    use crate::conversation::talk::test::asked;
    use crate::conversation::{Author, InquiryStatus};

    fn said(id: &str, millis: i64) -> Message {
        Message { id: id.to_owned(), ..asked("hello", millis) }
    }

    #[test]
    fn only_the_last_message_is_seen_from_outside() {
        let mut room = opened();
        let mut inquiry = Inquiry::opened("i1".into(), &room, InquiryStatus::Queued, at(1));
        for message in [said("a", 2), said("b", 3)] {
            room.heard_visitor(&message).unwrap();
            inquiry.heard(&message);
        }
        let author = Author { id: "v1".into(), username: None, name: None };
        for (mut message, expected) in [(said("a", 2), "hello"), (said("b", 3), "changed")] {
            message.edit("changed".into(), author.clone(), at(9));
            room.reread(&message).unwrap();
            inquiry.reread(&message);
            for last in [&room.last_message, &inquiry.last_message] {
                assert_eq!(last.as_ref().unwrap().body, expected);
            }
        }
        assert_eq!((room.messages_count, room.updated_at, inquiry.updated_at), (2, at(9), at(9)));
    }

    #[test]
    fn what_is_closed_stays() {
        let mut room = opened();
        room.heard_visitor(&said("a", 2)).unwrap();
        close(&mut room, &[], 5).unwrap();
        let before = room.clone();
        assert_eq!(room.reread(&said("a", 2)), Err(IsClosed));
        assert_eq!(room.forget("a", None, at(9)), Err(IsClosed));
        assert_eq!(room, before);
    }

    proptest! {
        #[test]
        fn whatever_is_removed_the_rest_is_counted_and_the_newest_shown(
            removed in proptest::collection::vec(0_usize..6, 0..6),
        ) {
            let mut room = opened();
            let mut inquiry = Inquiry::opened("i1".into(), &room, InquiryStatus::Queued, at(1));
            let mut left: Vec<Message> = (0..6).map(|n| said(&format!("m{n}"), 10 + n)).collect();
            for message in &left {
                room.heard_visitor(message).unwrap();
                inquiry.heard(message);
            }
            for index in removed {
                if index >= left.len() {
                    continue;
                }
                let gone = left.remove(index);
                room.forget(&gone.id, left.last(), at(99)).unwrap();
                inquiry.forget(&gone.id, left.last(), at(99));
                prop_assert_eq!(room.messages_count, left.len() as u64);
                prop_assert_eq!(room.last_message.as_ref(), left.last());
                prop_assert_eq!(inquiry.last_message.as_ref(), left.last());
            }
        }
    }
}
