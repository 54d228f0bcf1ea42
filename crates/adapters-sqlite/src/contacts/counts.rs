//! What searches remember: counts, as long as nothing changed, and which parts of texts are rare.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use omnicontact_domain::search::Rarity;

/// How many counts are remembered: the terms that many clients ask for at once, page after page.
const LIMIT: usize = 256;

/// What was counted: the term, and whether among unknown contacts.
type Key = (String, bool);

/// Counts of committed states. A state has a mark, which grows with every change that could change a count, in
/// whatever process; so a count of an equal mark is the count.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    counts: Mutex<HashMap<Key, Count>>,
    rarity: Mutex<Arc<Rarity>>,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    mark: i64,
    total: u64,
    /// Grows with every use.
    used: u64,
}

impl Counts {
    /// The count at that mark, if it is remembered.
    pub(crate) fn find(&self, term: &str, unknown: bool, mark: i64) -> Option<u64> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let now = next_use(&counts);
        let count = counts.get_mut(&(term.to_owned(), unknown)).filter(|count| count.mark == mark)?;
        count.used = now;
        Some(count.total)
    }

    /// Remembers a count of a committed state; the one that was not used for longest makes room.
    pub(crate) fn remember(&self, term: &str, unknown: bool, mark: i64, total: u64) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let used = next_use(&counts);
        counts.insert((term.to_owned(), unknown), Count { mark, total, used });
        if counts.len() > LIMIT {
            let oldest = counts.iter().min_by_key(|(_, count)| count.used).map(|(key, _)| key.clone());
            oldest.map(|key| counts.remove(&key));
        }
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

fn next_use(counts: &HashMap<Key, Count>) -> u64 {
    counts.values().map(|count| count.used).max().unwrap_or_default() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_known_at_its_mark_only() {
        let counts = Counts::default();
        counts.remember("mara", false, 7, 3);
        assert_eq!(counts.find("mara", false, 7), Some(3));
        for (term, unknown, mark) in
            [("mara", false, 8), ("mara", false, 6), ("mara", true, 7), ("mar", false, 7)]
        {
            assert_eq!(counts.find(term, unknown, mark), None);
        }
        counts.remember("mara", false, 8, 4);
        assert_eq!((counts.find("mara", false, 7), counts.find("mara", false, 8)), (None, Some(4)));
    }

    #[test]
    fn what_was_not_used_for_longest_makes_room() {
        let counts = Counts::default();
        for number in 0..LIMIT {
            counts.remember(&number.to_string(), false, 1, number as u64);
        }
        assert_eq!(counts.find("0", false, 1), Some(0));
        counts.remember("one more", true, 1, 5);
        assert_eq!(counts.find("0", false, 1), Some(0));
        assert_eq!(counts.find("1", false, 1), None);
        assert_eq!(counts.find("one more", true, 1), Some(5));
        assert_eq!(counts.counts.lock().unwrap().len(), LIMIT);
    }
}
