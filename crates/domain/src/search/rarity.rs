//! How rare parts of texts are, judged by a sample. A hint about what to look for first; it decides nothing.

use std::collections::{BTreeSet, HashMap};

use super::TRIGRAM;

/// How many texts of a sample have which parts of three characters.
#[derive(Debug, Clone, Default)]
pub struct Rarity {
    contacts: u64,
    texts: u32,
    holding: HashMap<[char; TRIGRAM], u32>,
}

impl Rarity {
    /// What a sample of search texts says of so many contacts.
    pub fn of<T: AsRef<str>>(contacts: u64, sample: impl IntoIterator<Item = T>) -> Self {
        let mut rarity = Self { contacts, ..Self::default() };
        for text in sample {
            rarity.texts = rarity.texts.saturating_add(1);
            let parts: BTreeSet<_> = parts(text.as_ref()).into_iter().collect();
            for part in parts {
                *rarity.holding.entry(part).or_default() += 1;
            }
        }
        rarity
    }

    /// Parts of three characters of a term, the rarest ones first, so many at the most. Where nothing tells them
    /// apart, those come first that lie side by side.
    ///
    /// ```
    /// use omnicontact_domain::search::Rarity;
    /// let rarity = Rarity::of(2, ["mara lindt", "mara brown"]);
    /// assert_eq!(rarity.rarest("mara lindt", 2), ["a l", "ind"]);
    /// assert_eq!(Rarity::default().rarest("mara", 5), ["mar", "ara"]);
    /// ```
    #[must_use]
    pub fn rarest(&self, term: &str, most: usize) -> Vec<String> {
        let mut parts: Vec<_> = parts(term).into_iter().enumerate().collect();
        parts.sort_by_key(|(place, part)| (self.holding(part), place % TRIGRAM != 0));
        let mut rarest = Vec::new();
        for (_, part) in parts {
            let part = String::from_iter(part);
            if rarest.len() < most && !rarest.contains(&part) {
                rarest.push(part);
            }
        }
        rarest
    }

    /// Whether this is still to be asked when there are so many contacts: neither twice as many nor half as many
    /// as when the sample was taken.
    #[must_use]
    pub const fn speaks_of(&self, contacts: u64) -> bool {
        contacts / 2 <= self.contacts && self.contacts / 2 <= contacts
    }

    /// How many contacts have a term at the most: as many as have its rarest part. A sample may err.
    #[must_use]
    pub fn most_matches(&self, term: &str) -> u64 {
        let rarest = parts(term).iter().map(|part| self.holding(part)).min().unwrap_or(self.texts);
        self.contacts.saturating_mul(rarest.into()) / u64::from(self.texts.max(1))
    }

    fn holding(&self, part: &[char; TRIGRAM]) -> u32 {
        self.holding.get(part).copied().unwrap_or_default()
    }
}

fn parts(text: &str) -> Vec<[char; TRIGRAM]> {
    let characters: Vec<char> = text.chars().collect();
    characters.array_windows().copied().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_more_contacts_have_a_term_than_its_rarest_part() {
        let rarity = Rarity::of(200, ["mara", "maria", "kim", "mama"]);
        for (term, most) in [("mar", 100), ("mara", 50), ("mari", 50), ("xyz", 0), ("im", 200)] {
            assert_eq!(rarity.most_matches(term), most, "{term}");
        }
        assert_eq!(Rarity::default().most_matches("mara"), 0);
    }

    #[test]
    fn a_sample_grows_old_with_the_directory() {
        let rarity = Rarity::of(200, [""; 3]);
        for (contacts, speaks) in [(0, false), (99, false), (100, true), (401, true), (402, false)] {
            assert_eq!(rarity.speaks_of(contacts), speaks, "{contacts}");
        }
        assert!(Rarity::default().speaks_of(1) && !Rarity::default().speaks_of(2));
    }

    proptest! {
        #[test]
        fn the_rarest_parts_are_parts_of_the_term_each_once(
            sample in proptest::collection::vec("[abc ]{0,12}", 0..8), term in "[abcé ]{0,12}", most in 0_usize..6,
        ) {
            let rarity = Rarity::of(8, &sample);
            let rarest = rarity.rarest(&term, most);
            let all: BTreeSet<_> = parts(&term).into_iter().map(String::from_iter).collect();
            prop_assert_eq!(rarest.len(), most.min(all.len()));
            prop_assert_eq!(rarest.iter().cloned().collect::<BTreeSet<_>>().len(), rarest.len());
            prop_assert!(rarest.iter().all(|part| all.contains(part)));
            let holders = |part: &String| sample.iter().filter(|text| text.contains(part.as_str())).count();
            prop_assert!(rarest.is_sorted_by_key(holders));
            if let Some(first) = rarest.first() {
                prop_assert!(all.iter().all(|part| holders(part) >= holders(first)));
            }
        }
    }
}
