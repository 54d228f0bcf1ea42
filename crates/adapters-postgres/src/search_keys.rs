//! What stands in the index that texts are found by: numbers of their parts. Two parts may have the same
//! number, so whatever is found is looked at again.

use std::borrow::Borrow;
use std::collections::BTreeSet;

use omnicontact_domain::contact::Contact;
use omnicontact_domain::search::{Rarity, SearchTerm, SearchText};
use omnicontact_domain::sort::SORTED_CHARACTERS;

/// Characters of a part that is long enough to tell texts apart.
pub(crate) const TRIGRAM: usize = 3;
/// Parts of a term that are looked for, the rarest ones. More make the search slower and its answer hardly smaller.
const ASKED: usize = 4;
/// Bytes of an entry of the index by name, which has to stay below a third of a page.
const INDEXED_BYTES: usize = 2_000;

/// The row of `contact_search` that belongs to a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SearchRow {
    pub(crate) unknown: bool,
    pub(crate) name_key: Option<String>,
    /// The text, if it is short enough to stand in an index.
    pub(crate) search_text: Option<String>,
    /// The text, if it is not.
    pub(crate) long_text: Option<String>,
    pub(crate) search_keys: Vec<i16>,
}

impl SearchRow {
    /// The row of a contact; an erased one has none.
    pub(crate) fn of(contact: &Contact) -> Option<Self> {
        if !contact.enabled {
            return None;
        }
        let name_key = contact.name.as_deref().map(beginning);
        let search_text = SearchText::of(contact).as_str().to_owned();
        let bytes = contact.id.as_str().len() + name_key.as_ref().map_or(0, String::len) + search_text.len();
        let search_keys = text_keys(&search_text);
        let (search_text, long_text) =
            if bytes <= INDEXED_BYTES { (Some(search_text), None) } else { (None, Some(search_text)) };
        Some(Self { unknown: contact.unknown, name_key, search_text, long_text, search_keys })
    }
}

/// The rows of `contact_search` as the columns of an `unnest`.
#[derive(Debug, Default)]
pub(crate) struct SearchColumns {
    pub(crate) owners: Vec<String>,
    pub(crate) unknown: Vec<bool>,
    pub(crate) name_keys: Vec<Option<String>>,
    pub(crate) search_texts: Vec<Option<String>>,
    pub(crate) long_texts: Vec<Option<String>>,
    /// Arrays as texts: an `unnest` knows no array of arrays.
    pub(crate) search_keys: Vec<String>,
}

impl SearchColumns {
    pub(crate) fn of<C: Borrow<Contact>>(contacts: &[C]) -> Self {
        let mut columns = Self::default();
        for contact in contacts {
            let contact = contact.borrow();
            let Some(row) = SearchRow::of(contact) else { continue };
            columns.owners.push(contact.id.as_str().to_owned());
            columns.unknown.push(row.unknown);
            columns.name_keys.push(row.name_key);
            columns.search_texts.push(row.search_text);
            columns.long_texts.push(row.long_text);
            columns.search_keys.push(array_text(&row.search_keys));
        }
        columns
    }
}

/// An array as a text.
pub(crate) fn array_text(keys: &[i16]) -> String {
    let keys: Vec<String> = keys.iter().map(i16::to_string).collect();
    format!("{{{}}}", keys.join(","))
}

/// What of a text counts for its order.
fn beginning(text: &str) -> String {
    text.chars().take(SORTED_CHARACTERS).collect()
}

/// The numbers of a text's parts: all of three characters, and the shorter ones that few texts have.
fn text_keys(text: &str) -> Vec<i16> {
    keys_of(text, |part| part.chars().count() == TRIGRAM || is_rare(part))
}

/// The numbers of all parts of a text that have up to three characters.
pub(crate) fn all_keys(text: &str) -> Vec<i16> {
    keys_of(text, |_| true)
}

fn keys_of(text: &str, is_key: impl Fn(&str) -> bool) -> Vec<i16> {
    let mut keys = BTreeSet::new();
    for field in text.split('\u{1f}') {
        let ends: Vec<usize> = field.char_indices().map(|(at, _)| at).chain([field.len()]).collect();
        for length in 1..=TRIGRAM {
            for (start, end) in ends.iter().zip(ends.iter().skip(length)) {
                let part = field.get(*start..*end).unwrap_or_default();
                if is_key(part) {
                    keys.insert(number(part));
                }
            }
        }
    }
    keys.into_iter().collect()
}

/// The numbers that all texts have in which the term is found; `None` where no number tells.
pub(crate) fn term_keys(term: &SearchTerm, rarity: &Rarity) -> Option<Vec<i16>> {
    match term {
        SearchTerm::Everything | SearchTerm::Nothing => None,
        SearchTerm::Short(text) => is_rare(text).then(|| vec![number(text)]),
        SearchTerm::Long(text) => Some(rarity.rarest(text, ASKED).iter().map(|part| number(part)).collect()),
    }
}

/// Whether a part has a character that is neither a letter or digit of English nor usual in addresses and
/// numbers: a part of such ones alone is in so many texts that an index is no help.
fn is_rare(part: &str) -> bool {
    !part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || " @.-_+()'/".contains(c))
}

/// The number of a part: FNV-1a, folded to 16 bits. The smaller the rows, the faster are searches that find many,
/// and a term is told by several numbers.
pub(crate) fn number(part: &str) -> i16 {
    let hash =
        part.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let [high_a, high_b, low_a, low_b] = hash.to_be_bytes();
    i16::from_be_bytes([high_a ^ low_a, high_b ^ low_b])
}

#[cfg(test)]
mod tests {
    use omnicontact_domain::search::normal_form;

    use super::*;

    #[test]
    fn the_keys_of_a_term_are_keys_of_every_text_that_has_it() {
        for text in ["mara lindt", "οδυσσέας", "+49 (30) 12", "ß", "日本語", "a\u{301}b"] {
            let text = normal_form(text);
            let keys = text_keys(&format!("before {text} after\u{1f}more"));
            let chars: Vec<char> = text.chars().collect();
            let rarity = Rarity::of(1, [&text]);
            for length in 1..=chars.len() {
                for part in chars.windows(length) {
                    let term = SearchTerm::of(&String::from_iter(part));
                    let asked = term_keys(&term, &rarity).unwrap_or_default();
                    assert!(asked.iter().all(|key| keys.binary_search(key).is_ok()), "{term:?}");
                    assert!(length < TRIGRAM || !asked.is_empty(), "{term:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_found_across_two_fields() {
        let keys = text_keys("ab\u{1f}cd");
        assert_eq!(keys, [0; 0]);
    }

    #[test]
    fn short_parts_are_keys_only_where_they_are_rare() {
        assert_eq!(term_keys(&SearchTerm::of("ma"), &Rarity::default()), None);
        assert_eq!(term_keys(&SearchTerm::of("m "), &Rarity::default()), None);
        assert_eq!(term_keys(&SearchTerm::of("mä"), &Rarity::default()), Some(vec![number("mä")]));
        assert_eq!(term_keys(&SearchTerm::of("本"), &Rarity::default()), Some(vec![number("本")]));
        assert_eq!(term_keys(&SearchTerm::Everything, &Rarity::default()), None);
    }

    #[test]
    fn a_long_term_asks_for_few_keys() {
        let term: String = ('a'..='z').cycle().zip('0'..='9').flat_map(|(a, b)| [a, b]).collect();
        let term = SearchTerm::of(&format!("{term}{}", "xyz0".repeat(400)));
        assert!(term_keys(&term, &Rarity::default()).is_some_and(|keys| keys.len() == ASKED));
    }
}
