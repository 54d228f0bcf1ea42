//! Agents and managers: the users who work on conversations, as far as they are users and roles (contract,
//! framework 4.5).

pub mod add;
mod error;
pub mod list;
pub mod remove;
pub mod save;
pub mod set_status;
pub mod show;

pub use error::{AgentError, AgentStatusError};
