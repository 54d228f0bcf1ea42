//! Inquiries: the queue of conversations (contract, conversations 3.4).

pub(crate) mod give_back;
pub(crate) mod inquiry_body;
pub(crate) mod list;
pub(crate) mod list_for_agent;
pub(crate) mod show;
pub(crate) mod take;
