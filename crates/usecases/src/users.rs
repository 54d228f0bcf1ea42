//! Accounts as callers of the API manage and see them (contract, framework 4.4). What owners do with their
//! sessions stands in [`crate::identity`], what operators do at the machine in [`crate::operator`].

pub mod create;
pub mod deactivate_idle;
pub mod delete;
mod error;
pub mod forgot_password;
pub mod get_preferences;
pub mod get_presence;
pub mod get_status;
pub mod list;
pub mod register;
pub mod restore_presence;
mod rules;
mod seen;
pub mod set_active_status;
pub mod set_preferences;
pub mod set_status;
pub mod show;
#[cfg(test)]
pub(crate) mod testing;
pub mod update;
mod whom;

pub use error::{
    ActiveStatusError, PreferencesError, RegisterUserError, RequiredText, ShowUserError, StatusError,
    UserError,
};
pub use seen::SeenUser;
pub use whom::Whom;
