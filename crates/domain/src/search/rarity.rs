//! How rare parts of texts are, judged by a sample. A hint about what to look for first; it decides nothing.

use std::collections::{BTreeSet, HashMap};

use super::TRIGRAM;

/// Which texts of a sample have which parts of three characters.
#[derive(Debug, Clone, Default)]
pub struct Rarity {
    contacts: u64,
    texts: u32,
    /// The numbers of the texts, upwards.
    holders: HashMap<[char; TRIGRAM], Vec<u32>>,
}

impl Rarity {
    /// What a sample of search texts says of so many contacts.
    pub fn of<T: AsRef<str>>(contacts: u64, sample: impl IntoIterator<Item = T>) -> Self {
        let mut rarity = Self { contacts, ..Self::default() };
        for text in sample {
            for part in parts(text.as_ref()).into_iter().collect::<BTreeSet<_>>() {
                rarity.holders.entry(part).or_default().push(rarity.texts);
            }
            rarity.texts = rarity.texts.saturating_add(1);
        }
        rarity
    }

    /// Parts of three characters of a term, so many at the most: the rarest one first, then each time the one that
    /// the fewest texts have together with those before it. (All parts of a given name are equally rare; two of
    /// them tell no more than one, and one of the family name tells the most.) Where nothing tells them apart, the
    /// rarer one comes first, and then those that lie side by side.
    ///
    /// ```
    /// use omnicontact_domain::search::Rarity;
    /// let rarity = Rarity::of(2, ["mara lindt", "mara brown", "lina lindt"]);
    /// assert_eq!(rarity.rarest("mara lindt", 3), ["mar", "a l", "ind"]);
    /// assert_eq!(Rarity::default().rarest("mara", 5), ["mar", "ara"]);
    /// ```
    #[must_use]
    pub fn rarest(&self, term: &str, most: usize) -> Vec<String> {
        let mut parts: Vec<_> = parts(term).into_iter().enumerate().collect();
        let mut rarest = Vec::new();
        let mut together: Option<Vec<u32>> = None;
        while rarest.len() < most {
            let best = parts.iter().min_by_key(|(place, part)| {
                let holders = self.holders(part);
                let shared =
                    together.as_deref().map_or(holders.len(), |before| shared(before, holders).count());
                (shared, holders.len(), place % TRIGRAM != 0)
            });
            let Some((_, best)) = best.copied() else { break };
            let holders = self.holders(&best);
            together = Some(match together {
                None => holders.to_vec(),
                Some(before) => shared(&before, holders).collect(),
            });
            parts.retain(|(_, part)| *part != best);
            rarest.push(String::from_iter(best));
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
        let rarest = parts(term).iter().map(|part| self.holders(part).len() as u64).min();
        self.contacts.saturating_mul(rarest.unwrap_or(self.texts.into())) / u64::from(self.texts.max(1))
    }

    fn holders(&self, part: &[char; TRIGRAM]) -> &[u32] {
        self.holders.get(part).map(Vec::as_slice).unwrap_or_default()
    }
}

/// What stands in both of two lists that go upwards.
fn shared<'a>(one: &'a [u32], other: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
    one.iter().copied().filter(|text| other.binary_search(text).is_ok())
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
            let mut left: Vec<_> = sample.iter().collect();
            for (place, part) in rarest.iter().enumerate() {
                let holders = |part: &str| left.iter().filter(|text| text.contains(part)).count();
                let rest = all.iter().filter(|other| !rarest[..place].contains(other));
                prop_assert_eq!(Some(holders(part)), rest.map(|other| holders(other)).min());
                left.retain(|text| text.contains(part.as_str()));
            }
        }
    }
}
