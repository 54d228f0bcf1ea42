//! Pages of lists (contract, framework 1.9).

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
