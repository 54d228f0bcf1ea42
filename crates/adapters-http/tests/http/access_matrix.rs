//! Who may call which route at the first start: computed from the descriptions and the default grants.

use std::fmt::Write as _;

use omnicontact_adapters_http::{RouteAccess, Rule, route_access};
use omnicontact_domain::permission::{self, PermissionId};
use omnicontact_domain::policy::{Actor, Grants, Requirement, authorize};
use omnicontact_domain::role::{BUILT_IN_ROLES, RoleId};

use crate::golden;

const ABOUT: &str = "# Who may call which route\n\n\
    Made by `cargo test -p omnicontact-adapters-http` from the descriptions of the endpoints and the default grants\n\
    of permissions; `OMNICONTACT_BLESS=1` renews it. A caller without credentials is in column `-`; one with an\n\
    account but no role in column `no role`. `more`: the caller may do or see more than others, because of the\n\
    permissions after `inside`, about which the handler asks.\n\n";

#[test]
fn the_matrix_is_up_to_date() {
    golden::compare("access.md", &matrix());
}

fn matrix() -> String {
    let roles: Vec<&str> = BUILT_IN_ROLES.iter().map(|role| role.id).collect();
    let mut text = ABOUT.to_owned();
    let _ = writeln!(text, "| route | operation | requires | - | no role | {} |", roles.join(" | "));
    let _ = writeln!(text, "|---|---|---|{}", "---|".repeat(roles.len() + 2));
    for route in route_access() {
        let mut cells = vec![cell(&route, None), cell(&route, Some(&actor(&[])))];
        cells.extend(roles.iter().map(|role| cell(&route, Some(&actor(&[role])))));
        let RouteAccess { method, path, operation, .. } = &route;
        let (requires, cells) = (requires(&route), cells.join(" | "));
        let _ = writeln!(text, "| {method} {path} | {operation} | {requires} | {cells} |");
    }
    text
}

fn actor(roles: &[&str]) -> Actor {
    let mut grants = Grants::default();
    for (permission, holders) in permission::defaults() {
        grants.insert(permission, holders.iter().map(|role| RoleId::from(*role)).collect());
    }
    Actor::new("somebody", None, roles.iter().map(|role| RoleId::from(*role)).collect(), grants)
}

fn cell(route: &RouteAccess, actor: Option<&Actor>) -> &'static str {
    let Some(actor) = actor else {
        return match route.rule {
            Rule::Public | Rule::Anyone(_) => "yes",
            Rule::SignedIn | Rule::Requires(_) => "401",
        };
    };
    match &route.rule {
        Rule::Public => "yes",
        Rule::Requires(requirement) if authorize(actor, requirement).is_err() => "403",
        Rule::Anyone(_) | Rule::SignedIn | Rule::Requires(_) => {
            let inside = inside(route);
            let may_more = !inside.is_empty() && inside.iter().all(|permission| actor.holds(permission));
            if may_more { "more" } else { "yes" }
        }
    }
}

/// What the handler asks about.
fn inside(route: &RouteAccess) -> Vec<PermissionId> {
    match route.rule {
        Rule::Anyone(permissions) => [permissions, route.asks].concat(),
        Rule::Public | Rule::SignedIn | Rule::Requires(_) => route.asks.to_vec(),
    }
}

fn requires(route: &RouteAccess) -> String {
    let names = |permissions: &[PermissionId], between: &str| {
        permissions.iter().map(PermissionId::as_str).collect::<Vec<_>>().join(between)
    };
    let before = match &route.rule {
        Rule::Public | Rule::Anyone(_) => "nothing".to_owned(),
        Rule::SignedIn | Rule::Requires(Requirement::All([])) => "an account".to_owned(),
        Rule::Requires(Requirement::All(permissions)) => names(permissions, " and "),
        Rule::Requires(Requirement::Any(permissions)) => names(permissions, " or "),
    };
    match inside(route).as_slice() {
        [] => before,
        inside => format!("{before}; inside: {}", names(inside, ", ")),
    }
}
