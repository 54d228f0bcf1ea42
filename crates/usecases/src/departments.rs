//! Departments: groups of agents with a queue of their own.

pub mod create;
mod error;
pub mod list;
pub mod list_of_agent;
mod members;
pub(crate) mod named;
pub mod remove;
pub mod show;
pub mod update;

pub use error::DepartmentError;
pub use members::{NewMember, SavedDepartment};
