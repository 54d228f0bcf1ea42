//! What searches remember: how many contacts fit a term, as long as nothing changed, and which parts of texts
//! are rare.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use omnicontact_domain::search::Rarity;

/// Numbers that are remembered.
const REMEMBERED: usize = 256;

/// What was there when contacts were counted: equal marks mean the same contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// When the server started. One that took over for another may lack the last changes of that one.
    pub(crate) server: String,
    /// How often what finds contacts was written.
    pub(crate) changes: i64,
}

/// The numbers, the ones that were needed last in front.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    counts: Mutex<VecDeque<Count>>,
    rarity: Mutex<Arc<Rarity>>,
}

#[derive(Debug)]
struct Count {
    text: String,
    unknown: bool,
    mark: Mark,
    total: u64,
}

impl Counts {
    /// What was counted last, if it is still so at this mark.
    pub(crate) fn recall(&self, text: &str, unknown: bool, mark: &Mark) -> Option<u64> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let place = counts.iter().position(|count| count.text == text && count.unknown == unknown)?;
        let count = counts.remove(place).filter(|count| count.mark == *mark)?;
        let total = count.total;
        counts.push_front(count);
        Some(total)
    }

    /// Remembers how many contacts fit.
    pub(crate) fn remember(&self, text: &str, unknown: bool, mark: Mark, total: u64) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.retain(|count| count.text != text || count.unknown != unknown);
        counts.truncate(REMEMBERED - 1);
        counts.push_front(Count { text: text.to_owned(), unknown, mark, total });
    }

    /// What the last sample says, if it still speaks of so many contacts.
    pub(crate) fn rarity(&self, contacts: u64) -> Option<Arc<Rarity>> {
        let rarity = self.rarity.lock().unwrap_or_else(PoisonError::into_inner);
        rarity.speaks_of(contacts).then(|| Arc::clone(&rarity))
    }

    /// Remembers what a sample says.
    pub(crate) fn learn(&self, sampled: &Arc<Rarity>) {
        *self.rarity.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(sampled);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(changes: i64) -> Mark {
        Mark { server: "started".to_owned(), changes }
    }

    #[test]
    fn a_number_is_good_for_its_own_question_and_mark() {
        let counts = Counts::default();
        counts.remember("mara", true, mark(7), 5);
        assert_eq!(counts.recall("mara", true, &mark(7)), Some(5));
        for other in [mark(8), Mark { server: "started again".to_owned(), changes: 7 }] {
            counts.remember("mara", true, mark(7), 5);
            assert_eq!(counts.recall("mara", true, &other), None);
        }
        for (text, unknown) in [("mar", true), ("mara", false)] {
            assert_eq!(counts.recall(text, unknown, &mark(7)), None);
        }
        counts.remember("mara", true, mark(7), 5);
        counts.remember("mara", true, mark(8), 6);
        assert_eq!(counts.recall("mara", true, &mark(8)), Some(6));
    }

    #[test]
    fn only_the_last_ones_are_remembered() {
        let counts = Counts::default();
        let one = Some(1);
        counts.remember("first", true, mark(1), 1);
        for number in 1..REMEMBERED {
            counts.remember(&number.to_string(), true, mark(1), 1);
        }
        assert_eq!(counts.recall("first", true, &mark(1)), one);
        counts.remember("one more", true, mark(1), 1);
        assert_eq!(counts.recall("first", true, &mark(1)), one);
        assert_eq!(counts.recall("1", true, &mark(1)), None);
    }
}
