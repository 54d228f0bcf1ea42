//! What the use cases need of the world, as traits: a store, a clock, ids, password hashes.
//!
//! A port is named after the need (`VisitorRepository`), an adapter after engine and role (`PgStore`).
//! To add one: a file here with the trait, its rustdoc and errors; an accessor on [`Transaction`] if it is
//! stored; a double in [`mock`]; an implementation in both store adapters; laws in `conformance`.
//!
//! Rules of all repositories:
//!
//! - The verbs are a closed list: `find`, `find_by_*`, `list`, `add`, `update`, `remove`, and named
//!   transitions. There is no `exists`: it invites to check and then act.
//! - Absence is `Ok(None)`. A fault of the store is never turned into absence.
//! - Entities arrive complete: ids and times are made by the use case.
//! - `update` writes only if the stored version is the entity's, and stores the next one.
#![deny(missing_docs)]
#![cfg_attr(feature = "mock", expect(clippy::ref_option_ref, reason = "mockall writes such code"))]

pub mod access;
pub mod agents;
pub mod audit;
pub mod clock;
pub mod contacts;
pub mod conversations;
pub mod custom_fields;
pub mod departments;
pub mod error;
pub mod ids;
pub mod inquiries;
pub mod login_attempts;
pub mod messages;
#[cfg(feature = "mock")]
pub mod mock;
pub mod passwords;
pub mod settings;
pub mod store;
pub mod subscriptions;
pub mod users;
pub mod visitors;

pub use access::{
    AccessRepository, PermissionRecord, Prefetch, Prefetched, RoleRecord, Session, SessionBatch, SessionKey,
    SessionQuestion, TokenRepository,
};
pub use agents::{AgentRepository, OnlineAgent};
pub use audit::{AuditFilter, AuditPage, AuditRepository};
pub use clock::Clock;
pub use contacts::{ContactFilter, ContactPage, ContactRepository};
pub use conversations::{
    ConversationRepository, HistoryFilter, HistoryPage, NameFilter, RoomFilter, RoomPage, RoomState, Span,
};
pub use custom_fields::CustomFieldRepository;
pub use departments::DepartmentRepository;
pub use error::{Constraint, StoreError};
pub use ids::IdSource;
pub use inquiries::{InquiryRepository, QueueFilter, QueuePage};
pub use login_attempts::LoginAttemptRepository;
pub use messages::{MessageFilter, MessagePage, MessageRepository};
pub use passwords::{HasherBusy, PasswordHasher};
pub use settings::SettingRepository;
pub use store::{Lookups, Store, Transaction};
pub use subscriptions::SubscriptionRepository;
pub use users::{UserFilter, UserOrder, UserPage, UserRepository};
pub use visitors::{VisitorFilter, VisitorPage, VisitorRepository};
