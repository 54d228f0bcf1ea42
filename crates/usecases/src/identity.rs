//! Accounts as their owners use them: log in, prove who one is, log out, see the own profile.

mod authenticate;
mod log_in;
mod log_out;
mod show_profile;

pub use authenticate::{Asked, Authenticated, Credentials, authenticate};
pub use log_in::{LoggedIn, LoginError, LoginRequest, log_in};
pub use log_out::log_out;
pub use show_profile::{Profile, show_profile};
