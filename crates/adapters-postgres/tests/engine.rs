//! What only this engine does: nodes that start at once, restarts, and plans.
#![expect(clippy::unwrap_used, reason = "a test: what it did not expect ends it")]

#[path = "support/fresh.rs"]
mod fresh;

mod engine {
    //! One topic per file.

    pub(crate) mod connections;
    pub(crate) mod conversation_rows;
    pub(crate) mod conversations;
    pub(crate) mod directory;
    pub(crate) mod erasure;
    pub(crate) mod migrations;
    pub(crate) mod plans;
    pub(crate) mod races;
}
