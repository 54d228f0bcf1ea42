//! Text search over contacts (contract, contacts 7.5): the normal form in which texts are compared, the text
//! that is stored beside a contact, and what a search term asks of a store. How a store finds is its affair.

mod rarity;

use std::collections::BTreeSet;

pub use self::rarity::Rarity;
use crate::contact::Contact;
use crate::text::NAME_LIMIT;

/// Stands between the fields in a search text, so that no term is found across two of them.
const SEPARATOR: char = '\u{1f}';
/// What a separator inside a field, or in a term, is seen as.
const SEPARATOR_SIGN: char = '\u{241f}';
/// Terms with fewer characters have no trigram.
const TRIGRAM: usize = 3;

/// The normal form of a text: each character without regard to case, by itself and never by its neighbours,
/// so that the normal form of a part is a part of the normal form. (Lower case alone would not do: a Greek
/// sigma depends on what follows.) One character stays one character.
///
/// ```
/// use omnicontact_domain::search::normal_form;
/// assert_eq!(normal_form("ÀÉ Straße"), "àé straße");
/// assert!(normal_form("ΟΔΥΣΣΕΥΣ").contains(&normal_form("οδυς")));
/// ```
#[must_use]
pub fn normal_form(text: &str) -> String {
    text.chars().map(normal_char).collect()
}

fn normal_char(c: char) -> char {
    match c {
        'a'..='z' | '0'..='9' => c,
        SEPARATOR => SEPARATOR_SIGN,
        // Upper case would make an `i` with a dot of it.
        'ı' => c,
        _ => {
            // Lower case of upper case makes one of the forms that a letter has: the sigmas, the long s.
            let lower = alone(c.to_lowercase()).unwrap_or(c);
            let upper = alone(lower.to_uppercase()).unwrap_or(lower);
            alone(upper.to_lowercase()).unwrap_or(lower)
        }
    }
}

/// The character, if it is a single one.
fn alone(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

/// What a contact is found by: name, e-mail addresses and phone numbers in normal form, one after the other.
/// Stored beside the contact in the same transaction, so that it is found by the very next request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    /// The text of a contact. That of an erased one is empty.
    ///
    /// ```
    /// use omnicontact_domain::contact::{Contact, NewContact};
    /// use omnicontact_domain::search::{SearchTerm, SearchText};
    /// use omnicontact_domain::time::Timestamp;
    /// let new = NewContact { name: "Mara Lindt".into(), phones: vec!["+49 (30) 12".into()], ..NewContact::default() };
    /// let text = SearchText::of(&Contact::prepared("c1".into(), new, Timestamp::from_millis(0)));
    /// assert!(text.fits(&SearchTerm::of("LIND")) && text.fits(&SearchTerm::of("+49 (30)")));
    /// assert!(!text.fits(&SearchTerm::of("t+4")));
    /// ```
    #[must_use]
    pub fn of(contact: &Contact) -> Self {
        let name = contact.name.iter();
        let fields = name.chain(contact.emails.iter().flatten()).chain(contact.phones.iter().flatten());
        Self::of_fields(fields.map(|field| normal_form(field)))
    }

    /// The text of fields that are in some normal form already.
    #[must_use]
    pub fn of_fields(fields: impl IntoIterator<Item = String>) -> Self {
        let mut text = String::new();
        for field in fields {
            if !text.is_empty() {
                text.push(SEPARATOR);
            }
            text.push_str(&Self::field(&field));
        }
        Self(text)
    }

    /// A field, or a part of one, as it stands in a text.
    #[must_use]
    pub fn field(text: &str) -> String {
        text.replace(SEPARATOR, SEPARATOR_SIGN.encode_utf8(&mut [0; 4]))
    }

    /// The fields of one text, then those of another.
    #[must_use]
    pub fn joined(one: &Self, other: &Self) -> Self {
        match (one.0.as_str(), other.0.as_str()) {
            (text, "") | ("", text) => Self(text.to_owned()),
            (one, other) => Self(format!("{one}{SEPARATOR}{other}")),
        }
    }

    /// The text of a contact, as a store kept it.
    #[must_use]
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text, as stores keep it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a contact with this text fits a term: what every store must find.
    #[must_use]
    pub fn fits(&self, term: &SearchTerm) -> bool {
        match term {
            SearchTerm::Everything => true,
            SearchTerm::Short(text) | SearchTerm::Long(text) => self.0.contains(text),
            SearchTerm::Nothing => false,
        }
    }

    /// Everything of one or two characters that is found in the text: the keys of an index for short terms.
    ///
    /// ```
    /// # use omnicontact_domain::contact::{Contact, NewContact};
    /// # use omnicontact_domain::search::SearchText;
    /// # use omnicontact_domain::time::Timestamp;
    /// let new = NewContact { name: "Bo".into(), emails: vec!["b@x".into()], ..NewContact::default() };
    /// let text = SearchText::of(&Contact::prepared("c1".into(), new, Timestamp::from_millis(0)));
    /// assert_eq!(Vec::from_iter(text.short_parts()), ["@", "@x", "b", "b@", "bo", "o", "x"]);
    /// ```
    #[must_use]
    pub fn short_parts(&self) -> BTreeSet<String> {
        let mut parts = BTreeSet::new();
        for field in self.0.split(SEPARATOR) {
            let mut previous: Option<char> = None;
            for c in field.chars() {
                parts.insert(c.to_string());
                if let Some(previous) = previous {
                    parts.insert([previous, c].iter().collect());
                }
                previous = Some(c);
            }
        }
        parts
    }
}

/// What is searched for, in normal form, by how a store can find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchTerm {
    /// No text: every contact fits.
    Everything,
    /// One or two characters, too few for a trigram.
    Short(String),
    /// Three characters or more.
    Long(String),
    /// More characters than a field holds: no contact fits.
    Nothing,
}

impl SearchTerm {
    /// The term of a text as it was sent. Nothing is trimmed: a blank is a character like others.
    ///
    /// ```
    /// use omnicontact_domain::search::SearchTerm;
    /// assert_eq!(SearchTerm::of(""), SearchTerm::Everything);
    /// assert_eq!(SearchTerm::of("ÄB"), SearchTerm::Short("äb".into()));
    /// assert_eq!(SearchTerm::of("+49 (30)"), SearchTerm::Long("+49 (30)".into()));
    /// ```
    #[must_use]
    pub fn of(text: &str) -> Self {
        match text.chars().take(NAME_LIMIT + 1).count() {
            0 => Self::Everything,
            count if count < TRIGRAM => Self::Short(normal_form(text)),
            count if count <= NAME_LIMIT => Self::Long(normal_form(text)),
            _ => Self::Nothing,
        }
    }
}

#[cfg(test)]
mod tests;
