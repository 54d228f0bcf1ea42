//! Pages of lists (contract, framework 1.9).

use crate::setting::{ALLOW_INFINITE_COUNT, DEFAULT_COUNT, SettingValues, UPPER_COUNT_LIMIT};

/// The settings that decide how large pages are.
pub const SETTINGS: &[&str] = &[DEFAULT_COUNT, UPPER_COUNT_LIMIT, ALLOW_INFINITE_COUNT];

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many items come before it.
    pub offset: u32,
    /// How many items it has at the most; `None` for all.
    pub limit: Option<u32>,
}

impl Page {
    /// The whole list.
    pub const ALL: Self = Self { offset: 0, limit: None };

    /// The page that a request asks for, under the stored values of [`SETTINGS`].
    ///
    /// Without a count it has the default number of items; 0 asks for all, where that is allowed; nobody gets
    /// more than the upper limit otherwise. Fractions are cut off. A negative count is none, a negative offset
    /// is 0, and a setting that is not positive is its default.
    ///
    /// ```
    /// use omnicontact_domain::page::Page;
    /// use omnicontact_domain::setting::SettingValues;
    /// let page = |count| Page::requested(count, None, &SettingValues::default()).limit;
    /// assert_eq!(page(None), Some(50));
    /// assert_eq!(page(Some(500.0)), Some(100));
    /// assert_eq!(page(Some(0.0)), None);
    /// ```
    #[must_use]
    pub fn requested(count: Option<f64>, offset: Option<f64>, settings: &SettingValues) -> Self {
        let upper = positive(UPPER_COUNT_LIMIT, settings);
        let default = positive(DEFAULT_COUNT, settings).min(upper);
        let limit = match count.map(f64::trunc) {
            Some(0.0) if settings.flag(ALLOW_INFINITE_COUNT) => None,
            Some(count) if count > 0.0 => Some(whole(count).min(upper)),
            Some(_) | None => Some(default),
        };
        Self { offset: whole(offset.unwrap_or(0.0)), limit }
    }

    /// How many items the list has, where the number of items on this page says it; `None` where they must be
    /// counted.
    ///
    /// ```
    /// use omnicontact_domain::page::Page;
    /// let page = Page { offset: 20, limit: Some(10) };
    /// assert_eq!(page.total(3), Some(23));
    /// assert_eq!(page.total(10), None, "there may be more");
    /// assert_eq!(page.total(0), None, "there may be fewer than 20");
    /// ```
    #[must_use]
    pub fn total(&self, items: usize) -> Option<u64> {
        let is_last = self.limit.is_none_or(|limit| u64::from(limit) > items as u64);
        let begins_inside = self.offset == 0 || items > 0;
        (is_last && begins_inside).then(|| u64::from(self.offset) + items as u64)
    }
}

/// A setting, or its default where it is not positive.
fn positive(id: &str, settings: &SettingValues) -> u32 {
    let stored = whole(settings.number(id));
    if stored > 0 { stored } else { whole(SettingValues::default().number(id)) }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut off, and within the bounds")]
fn whole(number: f64) -> u32 {
    number.clamp(0.0, f64::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn stored(values: &[(&str, Value)]) -> SettingValues {
        SettingValues::new(values.iter().map(|(id, value)| ((*id).to_owned(), value.clone())).collect())
    }

    #[test]
    fn what_is_asked_for_is_kept_within_the_limits() {
        let settings =
            stored(&[(DEFAULT_COUNT, Value::Number(5.0)), (UPPER_COUNT_LIMIT, Value::Number(20.0))]);
        for (count, limit) in [
            (None, Some(5)),
            (Some(1.0), Some(1)),
            (Some(20.0), Some(20)),
            (Some(21.0), Some(20)),
            (Some(1e300), Some(20)),
            (Some(1.5), Some(1)),
            (Some(0.0), None),
            (Some(-0.5), None),
            (Some(-1.0), Some(5)),
        ] {
            assert_eq!(Page::requested(count, None, &settings).limit, limit, "{count:?}");
        }
    }

    #[test]
    fn all_items_are_given_only_where_that_is_allowed() {
        let settings = stored(&[(ALLOW_INFINITE_COUNT, Value::Bool(false))]);
        assert_eq!(Page::requested(Some(0.0), None, &settings).limit, Some(50));
    }

    #[test]
    fn settings_that_make_no_sense_are_their_defaults() {
        for odd in [Value::Number(0.0), Value::Number(-3.0), Value::from("many"), Value::Null] {
            let settings = stored(&[(DEFAULT_COUNT, odd.clone()), (UPPER_COUNT_LIMIT, odd)]);
            assert_eq!(Page::requested(None, None, &settings).limit, Some(50));
            assert_eq!(Page::requested(Some(1e6), None, &settings).limit, Some(100));
        }
        let settings = stored(&[(DEFAULT_COUNT, Value::Number(500.0))]);
        assert_eq!(
            Page::requested(None, None, &settings).limit,
            Some(100),
            "the upper limit binds the default"
        );
    }

    #[test]
    fn an_offset_is_cut_to_what_can_be_counted() {
        for (offset, kept) in
            [(None, 0), (Some(7.9), 7), (Some(-7.0), 0), (Some(1e300), u32::MAX), (Some(f64::NAN), 0)]
        {
            let page = Page::requested(None, offset, &SettingValues::default());
            assert_eq!(page.offset, kept, "{offset:?}");
        }
    }
}
