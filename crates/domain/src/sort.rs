//! The order of lists (contract, framework 1.9).

mod key;

pub use key::{SORTED_CHARACTERS, SortKey};

/// Which way a list is ordered by a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The least first.
    Ascending,
    /// The greatest first.
    Descending,
}

impl Direction {
    /// An order of ascending keys, turned round where this is descending.
    #[must_use]
    pub const fn apply(self, ascending: std::cmp::Ordering) -> std::cmp::Ordering {
        match self {
            Self::Ascending => ascending,
            Self::Descending => ascending.reverse(),
        }
    }
}

/// The order that a request asks for: by the first key, then among equals by the second, and so on. Keys are
/// those of the wire and may be unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sort(Vec<(String, Direction)>);

impl Sort {
    /// An order by these keys.
    #[must_use]
    pub fn new(keys: Vec<(String, Direction)>) -> Self {
        Self(keys)
    }

    /// Whether nothing was asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The order in a store's terms: `known` says what a key stands for, and nothing for a key that means
    /// nothing here.
    ///
    /// ```
    /// use omnicontact_domain::sort::{Direction, Sort};
    /// let asked = Sort::new(vec![("name".into(), Direction::Descending), ("shoe".into(), Direction::Ascending)]);
    /// let order = asked.by(|key| (key == "name").then_some("folded_name"));
    /// assert_eq!(order, [("folded_name", Direction::Descending)]);
    /// ```
    pub fn by<K, I: IntoIterator<Item = K>>(&self, known: impl Fn(&str) -> I) -> Vec<(K, Direction)> {
        let in_terms = |(key, direction): &(String, Direction)| {
            let direction = *direction;
            known(key).into_iter().map(move |term| (term, direction)).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(in_terms).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_may_stand_for_several() {
        let asked =
            Sort::new(vec![("status".into(), Direction::Descending), ("name".into(), Direction::Ascending)]);
        let order = asked.by(|key| if key == "status" { vec!["status", "active"] } else { vec![] });
        assert_eq!(order, [("status", Direction::Descending), ("active", Direction::Descending)]);
        assert!(!asked.is_empty() && Sort::default().is_empty());
    }
}
