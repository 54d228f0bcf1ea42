//! Conversations as users read them.

mod error;
pub mod list;
pub mod list_of_visitor;
pub mod list_pages;
pub mod list_sources;
pub(crate) mod reader;
pub mod show;
pub mod show_subscription;

pub use error::{RoomError, RoomsError};
