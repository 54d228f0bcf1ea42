//! What can go wrong with reading conversations.

use omnicontact_domain::policy::Denied;
use omnicontact_ports::StoreError;

/// Why a conversation is not shown.
#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    /// There is none.
    #[error("there is no such conversation")]
    NotFound,
    /// The caller may not read it.
    #[error("the caller may not read the conversation")]
    NotAllowed,
    /// The caller may read none.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why conversations are not listed.
#[derive(Debug, thiserror::Error)]
pub enum RoomsError {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
