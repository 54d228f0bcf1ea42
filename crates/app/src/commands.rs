//! The commands, one file each.

pub(crate) mod audit;
mod columns;
pub(crate) mod demo;
pub(crate) mod migrate;
pub(crate) mod password;
pub(crate) mod role;
pub(crate) mod serve;
pub(crate) mod token;
pub(crate) mod user;
