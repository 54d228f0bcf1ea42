//! Accounts as their owners use them.

pub(crate) mod log_in;
pub(crate) mod log_out;
mod login_form;
mod profile_body;
pub(crate) mod show_profile;

pub(crate) use profile_body::AddressBody;
