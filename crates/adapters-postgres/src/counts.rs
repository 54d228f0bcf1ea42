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

#[derive(Debug)]
struct Count {
    text: String,
    unknown: bool,
    mark: Mark,
    total: u64,
}

impl Counts {
    /// How many contacts fit, if that is known of this mark.
    pub(crate) fn total(&self, text: &str, unknown: bool, mark: &Mark) -> Option<u64> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = counts.iter().position(|count| count.text == text && count.unknown == unknown)?;
        let count = counts.remove(place)?;
        let total = (count.mark == *mark).then_some(count.total);
        counts.push_front(count);
        total
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
        assert_eq!(counts.total("mara", true, &mark(7)), Some(5));
        for (text, unknown, mark) in [
            ("mar", true, mark(7)),
            ("mara", false, mark(7)),
            ("mara", true, mark(8)),
            ("mara", true, Mark { server: "started again".to_owned(), changes: 7 }),
        ] {
            assert_eq!(counts.total(text, unknown, &mark), None);
        }
        counts.remember("mara", true, mark(8), 6);
        assert_eq!(counts.total("mara", true, &mark(8)), Some(6));
        assert_eq!(counts.total("mara", true, &mark(7)), None);
    }

    #[test]
    fn only_the_last_ones_are_remembered() {
        let counts = Counts::default();
        counts.remember("first", true, mark(1), 1);
        for number in 1..REMEMBERED {
            counts.remember(&number.to_string(), true, mark(1), 1);
        }
        assert_eq!(counts.total("first", true, &mark(1)), Some(1));
        counts.remember("one more", true, mark(1), 1);
        assert_eq!(counts.total("first", true, &mark(1)), Some(1));
        assert_eq!(counts.total("1", true, &mark(1)), None);
    }
}
