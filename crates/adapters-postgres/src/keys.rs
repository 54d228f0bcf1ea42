//! What changes in a key table when a record is overwritten.

use std::collections::BTreeSet;

/// The keys that go and the keys that come, in order.
#[derive(Debug)]
pub(crate) struct KeyChange<K> {
    pub(crate) gone: Vec<K>,
    pub(crate) come: Vec<K>,
}

impl<K: Ord + Clone> KeyChange<K> {
    pub(crate) fn between(old: &BTreeSet<K>, new: &BTreeSet<K>) -> Self {
        Self { gone: old.difference(new).cloned().collect(), come: new.difference(old).cloned().collect() }
    }
}

/// Each key once, in order: writers of the same keys then wait for each other and do not lock each other out.
pub(crate) fn sorted<K: Clone>(keys: &BTreeSet<K>) -> Vec<K> {
    keys.iter().cloned().collect()
}
