//! Permissions: which roles hold what. There are as many as the catalogue has; only their roles change.

pub mod list;
pub mod update;
