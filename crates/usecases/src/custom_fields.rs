//! Custom fields: managers define them, visitors set their values.

mod assign;
pub mod delete;
mod error;
pub mod list;
pub mod save;
pub mod set_value;
pub mod set_values;
pub mod show;

pub use error::{AssignError, CustomFieldError};
