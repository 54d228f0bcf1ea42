//! The wire: one declarative description per endpoint, from which routing, authorisation, validation and the
//! `OpenAPI` document follow. [`router`] is the way in; there are no rules and there is no SQL here.
//!
//! To add an endpoint: a file with its parameters, its answer and an `impl Endpoint`; one line in `routes`.

mod admission;
mod agents;
mod answer;
mod body;
mod client_address;
mod contacts;
mod conversations;
mod cors;
mod credentials;
mod custom_fields;
mod date;
mod departments;
mod description;
mod endpoint;
mod entrance;
mod envelope;
mod error;
mod failure;
mod health;
mod identity;
mod inquiries;
mod license;
mod method_call;
mod openapi;
mod outage;
mod paging;
mod panics;
mod path;
mod percent;
mod permissions;
mod pipeline;
mod query_string;
mod rate_limit;
mod request_id;
mod roles;
mod rooms;
mod routes;
mod schema;
mod server_version;
mod settings;
mod state;
mod tokens;
mod users;
mod visitors;
mod web;

pub use client_address::AddressTrust;
pub use description::Rule;
pub use routes::{RouteAccess, route_access, router};
pub use state::{HttpOptions, HttpState};

/// The `OpenAPI` document of the routes, as JSON with line breaks and one at its end.
#[must_use]
pub fn openapi() -> String {
    let mut text = serde_json::to_string_pretty(&openapi::document()).unwrap_or_default();
    text.push('\n');
    text
}
