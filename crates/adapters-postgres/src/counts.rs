//! How many contacts fit a term, remembered as long as nothing changed.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

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
pub(crate) struct Counts(Mutex<VecDeque<Count>>);

/// A remembered number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recalled {
    /// So many fit.
    Total(u64),
    /// So many did, before something changed.
    Former(u64),
}

#[derive(Debug)]
struct Count {
    text: String,
    unknown: bool,
    mark: Mark,
    total: u64,
}

impl Counts {
    /// What was counted last, and whether it is still so at this mark.
    pub(crate) fn recall(&self, text: &str, unknown: bool, mark: &Mark) -> Option<Recalled> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = counts.iter().position(|count| count.text == text && count.unknown == unknown)?;
        let count = counts.remove(place)?;
        let recalled =
            if count.mark == *mark { Recalled::Total(count.total) } else { Recalled::Former(count.total) };
        counts.push_front(count);
        Some(recalled)
    }

    /// Remembers how many contacts fit.
    pub(crate) fn remember(&self, text: &str, unknown: bool, mark: Mark, total: u64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.retain(|count| count.text != text || count.unknown != unknown);
        counts.truncate(REMEMBERED - 1);
        counts.push_front(Count { text: text.to_owned(), unknown, mark, total });
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
        assert_eq!(counts.recall("mara", true, &mark(7)), Some(Recalled::Total(5)));
        for other in [mark(8), Mark { server: "started again".to_owned(), changes: 7 }] {
            assert_eq!(counts.recall("mara", true, &other), Some(Recalled::Former(5)));
        }
        for (text, unknown) in [("mar", true), ("mara", false)] {
            assert_eq!(counts.recall(text, unknown, &mark(7)), None);
        }
        counts.remember("mara", true, mark(8), 6);
        assert_eq!(counts.recall("mara", true, &mark(8)), Some(Recalled::Total(6)));
        assert_eq!(counts.recall("mara", true, &mark(7)), Some(Recalled::Former(6)));
    }

    #[test]
    fn only_the_last_ones_are_remembered() {
        let counts = Counts::default();
        let one = Some(Recalled::Total(1));
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
