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
}
