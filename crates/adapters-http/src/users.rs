//! Accounts (contract, framework 4.4): one endpoint per file.

pub(crate) mod create;
pub(crate) mod deactivate_idle;
pub(crate) mod delete;
pub(crate) mod forgot_password;
pub(crate) mod get_preferences;
pub(crate) mod get_presence;
pub(crate) mod get_status;
pub(crate) mod list;
mod preference_fields;
pub(crate) mod register;
pub(crate) mod set_active_status;
pub(crate) mod set_preferences;
pub(crate) mod set_status;
pub(crate) mod show;
pub(crate) mod update;
mod user_body;
mod whom;
