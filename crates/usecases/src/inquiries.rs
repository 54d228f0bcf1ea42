//! Inquiries: the queue of conversations, which agents take from it and give back to it.

mod error;
pub mod give_back;
pub mod list;
pub mod list_for_agent;
pub mod pass_on;
pub mod show;
pub mod take;

pub use error::{GiveBackError, InquiryError, TakeError};
