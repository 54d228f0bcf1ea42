//! The server as clients see it: requests into the router, over a real store.
#![expect(clippy::unwrap_used, reason = "all of this is tests, helpers included")]

mod access_matrix;
mod agents;
mod audit;
mod contact_get;
mod contact_register;
mod contact_search;
mod contacts;
mod conversations;
mod cors;
mod custom_fields;
mod golden;
mod gone_clients;
mod hostile;
mod license;
mod login;
mod login_throttle;
mod openapi;
mod outage;
mod permissions;
mod place;
mod profile;
mod rate_limit;
mod roles;
mod settings;
mod support;
mod tokens;
mod transport;
mod unauthorized;
mod users;
mod version;
mod visitors;
mod web;
