//! Agents and managers (contract, framework 4.5): one endpoint per file.

pub(crate) mod add;
pub(crate) mod list;
mod path;
pub(crate) mod remove;
pub(crate) mod save;
pub(crate) mod set_status;
pub(crate) mod show;
mod staff_body;
