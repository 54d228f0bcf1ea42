//! Everything a user can do, one function per file.
//!
//! | who | can | where |
//! |---|---|---|
//! | an agent | register a contact, read one, find one (first API) | [`contacts`] |
//! | whoever holds the permission | make, change, list and remove users | [`users`] |
//! | an agent | make, change, find, block and erase contacts, decide about conflicts (second API) | [`contacts`] |
//! | a visitor | open, lead and close conversations | [`conversations`] |
//! | an agent | find, take, return and close conversations | [`conversations`] |
//! | a manager | define custom fields | [`custom_fields`] |
//! | a visitor | set custom values | [`custom_fields`] |
//! | whoever manages conversations | make agents and managers, list them, say who takes conversations | [`agents`] |
//! | whoever manages departments | make, change, list and remove them | [`departments`] |
//! | anybody with an account | log in, log out, see the own profile | [`identity`] |
//! | anybody with an account | make, see and end the own sessions and tokens, and others' if permitted | [`tokens`] |
//! | an administrator of access | see and change permissions, roles and who holds them | [`permissions`], [`roles`] |
//! | an administrator of settings | read and write settings; everybody reads the public ones | [`settings`] |
//! | the operator at the machine | make and unlock users, set passwords, give and take roles, make and end tokens, read the trail | [`operator`] |
//! | the program itself | write roles, permissions, settings and the first administrator; tidy up | [`server`] |
//! | whoever tries the program out | fill the store with made-up people | [`demo`] |
//!
//! The order in each: ask [`omnicontact_domain::policy`], begin, work, commit, answer. No transaction is
//! held across anything but the store. What an operator does at the machine has no actor: whoever may run
//! the program on its database may do everything.
#![cfg_attr(
    test,
    allow(clippy::large_stack_arrays, reason = "tables of cases, each with the double of a transaction")
)]

pub mod agents;
mod audit;
pub mod contacts;
mod context;
pub mod conversations;
pub mod custom_fields;
pub mod demo;
pub mod departments;
pub mod identity;
pub mod inquiries;
mod last_administrator;
pub mod license;
pub mod operator;
pub mod permissions;
mod prefetched;
#[cfg(test)]
mod prepared;
mod retry;
pub mod roles;
pub mod rooms;
pub mod server;
pub mod settings;
pub mod tokens;
pub mod users;
pub mod visitors;

pub use context::Context;
