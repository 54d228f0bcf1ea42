//! How long people wait for each other in a conversation (contract, conversations 3.3 and 6.2), in
//! milliseconds; the wire has seconds.

use crate::id::UserId;
use crate::time::Timestamp;

/// The agent who answered last.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct ResponseBy {
    /// The agent's user id.
    #[cfg_attr(feature = "serde", serde(rename = "_id"))]
    pub id: UserId,
    /// The agent's username.
    pub username: String,
    /// When this agent answered first after the visitor had waited.
    pub first_response_ts: Timestamp,
    /// When the agent wrote last.
    pub last_message_ts: Timestamp,
}

/// Waiting times of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Waits {
    /// When the first one ended.
    pub first_at: Timestamp,
    /// How long the first one was.
    pub first_millis: i64,
    /// How long all of them were.
    pub total_millis: i64,
    /// How many there were; at least one.
    pub count: u32,
}

impl Waits {
    /// How long one was on average.
    #[must_use]
    pub fn average_millis(&self) -> i64 {
        self.total_millis / i64::from(self.count.max(1))
    }

    fn after(before: Option<Self>, millis: i64, now: Timestamp) -> Self {
        match before {
            None => Self { first_at: now, first_millis: millis, total_millis: millis, count: 1 },
            Some(before) => Self {
                total_millis: before.total_millis.saturating_add(millis),
                count: before.count.saturating_add(1),
                ..before
            },
        }
    }
}

/// The measures of a conversation. `None`: not measured, because it did not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase", default))]
pub struct Metrics {
    /// From its opening to its closing.
    pub chat_millis: Option<i64>,
    /// From when its agent took it to its closing.
    pub service_millis: Option<i64>,
    /// How long the visitor waited for answers.
    pub response: Option<Waits>,
    /// How long agents took after they had got the conversation or the question.
    pub reaction: Option<Waits>,
    /// When the visitor asked last (`v.lq`).
    pub last_question: Option<Timestamp>,
    /// When an agent wrote last (`servedBy.lr`).
    pub last_reply: Option<Timestamp>,
}

impl Metrics {
    /// The visitor asks. Of several messages without an answer the first one counts.
    pub fn note_question(&mut self, now: Timestamp) {
        if self.last_question <= self.last_reply {
            self.last_question = Some(now);
        }
    }

    /// An agent writes. Only the first message after a question ends a wait. `opened` and `taken` are when the
    /// conversation began and when its agent got it.
    pub fn note_reply(&mut self, opened: Timestamp, taken: Option<Timestamp>, now: Timestamp) {
        let asked = self.last_question.unwrap_or(opened);
        let waited = millis_between(asked, now);
        if self.last_reply.is_none() {
            self.response = Some(Waits::after(self.response, waited, now));
            let reacted = millis_between(taken.unwrap_or(opened), now);
            self.reaction = Some(Waits::after(self.reaction, reacted, now));
        } else if self.last_question > self.last_reply {
            self.response = Some(Waits::after(self.response, waited, now));
            self.reaction = Some(Waits::after(self.reaction, waited, now));
        }
        self.last_reply = Some(now);
    }
}

/// Milliseconds from one time to a later one; none if it is not later.
pub(super) const fn millis_between(from: Timestamp, to: Timestamp) -> i64 {
    let millis = to.as_millis().saturating_sub(from.as_millis());
    if millis < 0 { 0 } else { millis }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn waits_end_with_the_first_answer_to_a_question() {
        let mut metrics = Metrics::default();
        metrics.note_question(at(10));
        metrics.note_question(at(20));
        metrics.note_reply(at(0), Some(at(30)), at(40));
        metrics.note_reply(at(0), Some(at(30)), at(50));
        metrics.note_question(at(60));
        metrics.note_reply(at(0), Some(at(30)), at(70));
        let response = metrics.response.unwrap();
        assert_eq!((response.first_at, response.first_millis, response.total_millis), (at(40), 30, 40));
        assert_eq!((response.count, response.average_millis()), (2, 20));
        assert_eq!(metrics.reaction.map(|waits| (waits.first_millis, waits.total_millis)), Some((10, 20)));
        assert_eq!((metrics.last_question, metrics.last_reply), (Some(at(60)), Some(at(70))));
    }

    #[test]
    fn an_agent_who_writes_first_is_measured_from_the_opening() {
        let mut metrics = Metrics::default();
        metrics.note_reply(at(5), None, at(25));
        assert_eq!(metrics.response.map(|waits| waits.first_millis), Some(20));
    }
}
