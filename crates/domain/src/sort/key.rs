//! The keys that values are ordered by where a client may name any field. Every store orders by these keys,
//! byte by byte, and never by a collation of its own.

use super::Direction;
use crate::time::Timestamp;
use crate::value::Value;

/// Characters of a text that count for its order: an index has no room for more. What begins alike is
/// ordered by the next key, in the end by the id.
pub const SORTED_CHARACTERS: usize = 250;

/// What a value is ordered by: kinds in the dialect's order, a value within its kind. What is missing, and
/// `null`, comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    /// There is no value.
    Missing,
    /// A number, as bits that are ordered like the numbers.
    Number(u64),
    /// A text: its first [`SORTED_CHARACTERS`] characters, in binary order (upper case before lower case).
    Text(String),
    /// An object; objects are not ordered among each other.
    Object,
    /// Yes or no; no first.
    Flag(bool),
    /// A time.
    Time(Timestamp),
}

impl SortKey {
    /// The key of a text.
    ///
    /// ```
    /// use omnicontact_domain::sort::SortKey;
    /// assert!(SortKey::text("Zoe") < SortKey::text("adam"));
    /// assert!(SortKey::Missing < SortKey::text(""));
    /// ```
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(text.chars().take(SORTED_CHARACTERS).collect())
    }

    /// The key of a number.
    #[must_use]
    pub fn number(number: f64) -> Self {
        // Both zeroes are one number.
        let bits = (number + 0.0).to_bits();
        // Negative numbers: all bits turned round; others: above all negative ones.
        Self::Number(if bits >> 63 == 1 { !bits } else { bits | (1 << 63) })
    }

    /// The key of what may be missing.
    #[must_use]
    pub fn of_text(text: Option<&str>) -> Self {
        text.map_or(Self::Missing, Self::text)
    }

    /// The key of any value. A list is ordered by one of its items: the least in ascending, the greatest in
    /// descending order; an empty list is ordered as missing.
    ///
    /// ```
    /// use omnicontact_domain::sort::{Direction, SortKey};
    /// use omnicontact_domain::value::Value;
    /// let list = Value::List(vec!["b".into(), "a".into()]);
    /// assert_eq!(SortKey::of_value(Some(&list), Direction::Ascending), SortKey::text("a"));
    /// assert_eq!(SortKey::of_value(Some(&list), Direction::Descending), SortKey::text("b"));
    /// ```
    #[must_use]
    pub fn of_value(value: Option<&Value>, direction: Direction) -> Self {
        match value {
            None | Some(Value::Null) => Self::Missing,
            Some(Value::Bool(truth)) => Self::Flag(*truth),
            Some(Value::Number(number)) => Self::number(*number),
            Some(Value::Text(text)) => Self::text(text),
            Some(Value::Fields(_)) => Self::Object,
            Some(Value::List(items)) => {
                Self::of_many(items.iter().map(|item| Self::of_value(Some(item), direction)), direction)
            }
        }
    }

    /// The key of many at once: the least in ascending, the greatest in descending order.
    #[must_use]
    pub fn of_many(keys: impl Iterator<Item = Self>, direction: Direction) -> Self {
        match direction {
            Direction::Ascending => keys.min(),
            Direction::Descending => keys.max(),
        }
        .unwrap_or(Self::Missing)
    }

    /// The key as one text whose binary order is the order of keys; `None` for what is missing. This is what a
    /// store keeps where values of several kinds are ordered by one column.
    #[must_use]
    pub fn stored(&self) -> Option<String> {
        match self {
            Self::Missing => None,
            Self::Number(bits) => Some(format!("1{bits:016x}")),
            Self::Text(text) => Some(format!("2{text}")),
            Self::Object => Some("3".to_owned()),
            Self::Flag(truth) => Some(format!("4{}", u8::from(*truth))),
            // Times are ordered like whole numbers; the offset keeps the years before 1970 in front.
            Self::Time(time) => {
                Some(format!("5{:016x}", time.as_millis().abs_diff(Timestamp::MIN.as_millis())))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> impl Strategy<Value = SortKey> {
        prop_oneof![
            Just(SortKey::Missing),
            any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(SortKey::number),
            "[a-bA-B é]{0,3}".prop_map(|text| SortKey::text(&text)),
            Just(SortKey::Object),
            any::<bool>().prop_map(SortKey::Flag),
            any::<i64>().prop_map(|millis| SortKey::Time(Timestamp::from_millis(millis))),
        ]
    }

    #[test]
    fn kinds_come_in_the_order_of_the_dialect() {
        let keys = [
            SortKey::Missing,
            SortKey::number(1e9),
            SortKey::text(""),
            SortKey::Object,
            SortKey::Flag(false),
            SortKey::Flag(true),
            SortKey::Time(Timestamp::MIN),
        ];
        assert!(keys.is_sorted_by(|one, other| one < other));
    }

    #[test]
    fn long_texts_are_cut() {
        let long = "é".repeat(SORTED_CHARACTERS);
        assert_eq!(SortKey::text(&long), SortKey::text(&format!("{long}z")));
    }

    #[test]
    fn a_list_is_ordered_by_its_best_item() {
        let list = Value::List(vec![Value::Number(3.0), Value::Null, "x".into()]);
        assert_eq!(SortKey::of_value(Some(&list), Direction::Ascending), SortKey::Missing);
        assert_eq!(SortKey::of_value(Some(&list), Direction::Descending), SortKey::text("x"));
        for direction in [Direction::Ascending, Direction::Descending] {
            assert_eq!(SortKey::of_value(Some(&Value::List(vec![])), direction), SortKey::Missing);
        }
    }

    proptest! {
        #[test]
        fn numbers_are_ordered_like_numbers(one in -1e12..1e12_f64, other in -1e12..1e12_f64) {
            prop_assert_eq!(Some(SortKey::number(one).cmp(&SortKey::number(other))), one.partial_cmp(&other));
        }

        #[test]
        fn stored_forms_are_ordered_like_keys(one in key(), other in key()) {
            prop_assert_eq!(one.stored().cmp(&other.stored()), one.cmp(&other));
        }
    }
}
