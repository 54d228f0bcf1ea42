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
    account but no role in column `no role`. `more`: the caller sees more than others.\n\n";

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
        let mut cells = vec![cell(&route.rule, None), cell(&route.rule, Some(&actor(&[])))];
        cells.extend(roles.iter().map(|role| cell(&route.rule, Some(&actor(&[role])))));
        let RouteAccess { method, path, operation, rule } = &route;
        let _ =
            writeln!(text, "| {method} {path} | {operation} | {} | {} |", requires(rule), cells.join(" | "));
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

fn cell(rule: &Rule, actor: Option<&Actor>) -> &'static str {
    match (rule, actor) {
        (Rule::Public, _) | (Rule::Anyone(_), None) | (Rule::SignedIn, Some(_)) => "yes",
        (Rule::SignedIn | Rule::Requires(_), None) => "401",
        (Rule::Anyone(permissions), Some(actor)) => {
            if authorize(actor, &Requirement::All(permissions)).is_ok() { "more" } else { "yes" }
        }
        (Rule::Requires(requirement), Some(actor)) => {
            if authorize(actor, requirement).is_ok() {
                "yes"
            } else {
                "403"
            }
        }
    }
}

fn requires(rule: &Rule) -> String {
    match rule {
        Rule::Public | Rule::Anyone(_) => "nothing".to_owned(),
        Rule::SignedIn => "an account".to_owned(),
        Rule::Requires(requirement) => {
            let names: Vec<&str> = requirement.permissions().iter().map(PermissionId::as_str).collect();
            match requirement {
                Requirement::All(_) => names.join(" and "),
                Requirement::Any(_) => names.join(" or "),
            }
        }
    }
}
