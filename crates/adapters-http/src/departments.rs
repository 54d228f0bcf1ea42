//! Departments.

pub(crate) mod create;
mod department_body;
pub(crate) mod list;
pub(crate) mod list_of_agent;
mod membership_body;
pub(crate) mod remove;
mod request;
pub(crate) mod show;
pub(crate) mod update;
