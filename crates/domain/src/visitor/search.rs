//! Search over visitors (contract, conversations 1.6 and 1.7): what is asked, what is stored beside a visitor so
//! that it is found, and who fits. How a store finds is its affair.

use super::{Visitor, VisitorKeys};
use crate::custom_field::CustomFieldId;
use crate::search::{SearchTerm, SearchText, normal_form};
use crate::sort::SORTED_CHARACTERS;
use crate::text::fold;
use crate::time::Timestamp;

/// What begins the username of nearly every visitor, and so tells nobody apart.
const USUAL: &str = "guest-";

/// What visitors are ordered by; among equals by their ids, in the same direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitorOrder {
    /// When they were first seen.
    SeenAt,
    /// The beginning of the name without regard to case; those without a name come first.
    Name,
}

impl VisitorOrder {
    /// What a key of the wire stands for.
    ///
    /// ```
    /// use omnicontact_domain::visitor::VisitorOrder;
    /// assert_eq!(VisitorOrder::parse("ts"), Some(VisitorOrder::SeenAt));
    /// assert_eq!(VisitorOrder::parse("token"), None);
    /// ```
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        match key {
            "ts" => Some(Self::SeenAt),
            "name" => Some(Self::Name),
            _ => None,
        }
    }
}

/// Which visitors are looked for. Erased ones never fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitorSearch {
    text: String,
    names: SearchTerm,
    values: String,
    fields: Vec<CustomFieldId>,
}

impl VisitorSearch {
    /// A text as it was sent, and the custom fields whose values are searched.
    #[must_use]
    pub fn new(text: String, fields: Vec<CustomFieldId>) -> Self {
        Self { names: SearchTerm::of(&text), values: fold(&text), text, fields }
    }

    /// The text as it was sent: an e-mail address or a phone number is exactly this.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What name or username contain.
    #[must_use]
    pub const fn names(&self) -> &SearchTerm {
        &self.names
    }

    /// What the value of one of the fields contains, in the form of [`VisitorKeys::values`].
    #[must_use]
    pub fn values(&self) -> &str {
        &self.values
    }

    /// The fields whose values are searched.
    #[must_use]
    pub fn fields(&self) -> &[CustomFieldId] {
        &self.fields
    }

    /// What [`VisitorTexts::indexed`] has of everybody who fits by a value; `None` where no field is searched.
    #[must_use]
    pub fn indexed_values(&self) -> Option<String> {
        (!self.fields.is_empty()).then(|| SearchText::field(&self.values))
    }

    /// Whether a visitor fits: what every store must find.
    ///
    /// ```
    /// use omnicontact_domain::time::Timestamp;
    /// use omnicontact_domain::visitor::{Visitor, VisitorSearch};
    /// let mut ada = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), Timestamp::from_millis(0));
    /// ada.name = Some("Ada Visitor".into());
    /// ada.emails = Some(vec!["ada@x.org".into()]);
    /// let fits = |text: &str| VisitorSearch::new(text.into(), vec![]).fits(&ada);
    /// assert!(fits("VISIT") && fits("guest") && fits("ada@x.org") && fits(""));
    /// assert!(!fits("ada@x") && !fits("guest-3"));
    /// ```
    #[must_use]
    pub fn fits(&self, visitor: &Visitor) -> bool {
        let Some(texts) = VisitorTexts::of(visitor) else { return false };
        match self.names {
            SearchTerm::Everything => return true,
            SearchTerm::Nothing => return false,
            SearchTerm::Short(_) | SearchTerm::Long(_) => {}
        }
        let is_one_of = |list: &Option<Vec<String>>| list.iter().flatten().any(|one| *one == self.text);
        let keys = VisitorKeys::of(visitor);
        let value = |field: &CustomFieldId| keys.values.get(field.as_str());
        texts.names.fits(&self.names)
            || is_one_of(&visitor.emails)
            || is_one_of(&visitor.phones)
            || self.fields.iter().filter_map(value).any(|value| value.contains(&self.values))
    }
}

/// What a visitor is found and ordered by, beside its addresses and numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitorTexts {
    /// When the visitor was first seen, in milliseconds; before everything where it is not known.
    pub seen_at: i64,
    /// The beginning of the name in normal form.
    pub name_key: Option<String>,
    /// Name and username in normal form. A name comes first.
    pub names: SearchText,
    /// The custom values that are texts, of whatever field, as they stand in an index.
    pub values: SearchText,
}

impl VisitorTexts {
    /// The texts of a visitor. An erased one has none.
    #[must_use]
    pub fn of(visitor: &Visitor) -> Option<Self> {
        if visitor.disabled {
            return None;
        }
        let names = visitor.name.iter().chain(&visitor.username);
        let keys = VisitorKeys::of(visitor);
        Some(Self {
            seen_at: visitor.ts.map_or(i64::MIN, Timestamp::as_millis),
            name_key: visitor.name.as_deref().map(name_key),
            names: SearchText::of_fields(names.map(|name| normal_form(name))),
            values: SearchText::of_fields(keys.values.into_values()),
        })
    }

    /// Everything that an index has of the visitor.
    #[must_use]
    pub fn indexed(&self) -> SearchText {
        SearchText::joined(&self.names, &self.values)
    }
}

/// What orders names, and finds those that begin with it: the beginning in normal form.
///
/// ```
/// assert_eq!(omnicontact_domain::visitor::name_key("Ada"), "ada");
/// ```
#[must_use]
pub fn name_key(name: &str) -> String {
    normal_form(name).chars().take(SORTED_CHARACTERS).collect()
}

/// Parts of three characters of an indexed text, so many at the most, that tell visitors apart best: none that nearly
/// everybody has, as long as there are others. Whoever has the text has all of them.
///
/// ```
/// use omnicontact_domain::visitor::telling_parts;
/// assert_eq!(telling_parts("guest-12345", 3), ["123", "t-1", "-12"].map(str::to_owned));
/// assert_eq!(telling_parts("guest", 2).len(), 2);
/// ```
#[must_use]
pub fn telling_parts(text: &str, most: usize) -> Vec<String> {
    let parts = crate::search::Rarity::default().rarest(text, most + USUAL.len());
    let (usual, telling): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|part| USUAL.contains(part.as_str()));
    let mut chosen = if telling.is_empty() { usual } else { telling };
    chosen.truncate(most);
    chosen
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::Fields;

    fn visitor(name: Option<&str>) -> Visitor {
        let mut visitor = Visitor::new("v1".into(), "guest-2".into(), "t1".into(), Timestamp::from_millis(7));
        visitor.name = name.map(str::to_owned);
        visitor
    }

    fn with_plan(value: &str) -> Visitor {
        let mut visitor = visitor(None);
        let mut values = Fields::default();
        values.set("plan", value);
        visitor.livechat_data = Some(values);
        visitor
    }

    fn fits(text: &str, fields: &[&str], visitor: &Visitor) -> bool {
        let fields = fields.iter().map(|field| CustomFieldId::from(*field)).collect();
        VisitorSearch::new(text.to_owned(), fields).fits(visitor)
    }

    #[test]
    fn values_count_only_where_their_field_is_searched() {
        let gold = with_plan("GOLD\u{1f}plus");
        assert!(fits("old\u{1f}p", &["other", "plan"], &gold));
        assert!(!fits("old", &["other"], &gold) && !fits("old", &[], &gold));
    }

    #[test]
    fn an_erased_visitor_fits_nothing_and_what_is_too_long_fits_nobody() {
        let mut gone = visitor(Some("Ada"));
        assert!(fits("", &[], &gone));
        assert!(!fits(&"a".repeat(crate::text::NAME_LIMIT + 1), &[], &visitor(Some(&"a".repeat(9_000)))));
        gone.erase(Timestamp::from_millis(9));
        assert!(!fits("", &[], &gone) && VisitorTexts::of(&gone).is_none());
    }

    #[test]
    fn nothing_is_found_across_name_and_username() {
        assert!(!fits("adag", &[], &visitor(Some("Ada"))));
        assert!(!fits("a\u{1f}g", &[], &visitor(Some("Ada"))));
    }

    proptest! {
        #[test]
        fn whoever_fits_by_name_or_value_has_the_telling_parts_in_the_index(
            name in "[gGuest\\-12Σσς\u{1f} ]{3,12}", value in "[aAΣσ\u{1f}ſİ]{3,8}",
            of_name in any::<bool>(), start in 0_usize..10, length in 3_usize..8,
        ) {
            let whole: Vec<char> = if of_name { name.chars() } else { value.chars() }.collect();
            let text: String = whole.iter().skip(start % (whole.len() - 2)).take(length).collect();
            let visitor = Visitor { name: Some(name), ..with_plan(&value) };
            let search = VisitorSearch::new(text, vec!["plan".into()]);
            prop_assert!(!of_name || search.fits(&visitor));
            // A sigma at the end of a part has another lower case than in the middle of the whole.
            prop_assume!(search.fits(&visitor));
            let indexed = VisitorTexts::of(&visitor).unwrap().indexed();
            let values = search.indexed_values().unwrap();
            let SearchTerm::Long(names) = search.names() else { panic!("{search:?}") };
            let has = |text: &str| {
                let parts = telling_parts(text, 4);
                !parts.is_empty() && parts.iter().all(|part| indexed.as_str().contains(part.as_str()))
            };
            prop_assert!(has(names) || has(&values), "{:?} {:?}", search, indexed);
        }
    }
}
