//! The golden table role x permission, asked of the one function that answers every permission question.
//! `docs/permissions.md` is generated from here; this test fails when it differs.

use std::fmt::Write as _;
use std::path::Path;

use omnicontact_domain::permission::{self, PermissionId};
use omnicontact_domain::policy::{Actor, Grants};
use omnicontact_domain::role::{BUILT_IN_ROLES, RoleId};

const HEAD: &str = "\
# Who holds what at the first start

<!-- Generated from crates/domain by `cargo xtask codegen`. -->

A user holds a permission if one of the user's roles is listed for it. There is no super-user: what is taken
from `admin` is gone for administrators, too. These are the defaults of the first start; operators change
them while the server runs, and no update resets them. `x` means: holders of the role hold the permission.

";

/// The grants of the first start.
fn grants() -> Grants {
    let mut grants = Grants::default();
    for (permission, roles) in permission::defaults() {
        grants.insert(permission, roles.iter().map(|role| RoleId::from(*role)).collect());
    }
    grants
}

fn page() -> String {
    let holders: Vec<Actor> = BUILT_IN_ROLES
        .iter()
        .map(|role| Actor::new("someone", None, vec![RoleId::from(role.id)], grants()))
        .collect();
    let mut page = HEAD.to_owned();
    let names: Vec<&str> = BUILT_IN_ROLES.iter().map(|role| role.id).collect();
    let _ = writeln!(page, "| permission | {} |", names.join(" | "));
    let _ = writeln!(page, "|---|{}", ":-:|".repeat(names.len()));
    let mut permissions: Vec<PermissionId> =
        permission::defaults().map(|(permission, _)| permission).collect();
    permissions.sort();
    for permission in permissions {
        let held: Vec<&str> =
            holders.iter().map(|holder| if holder.holds(&permission) { "x" } else { "" }).collect();
        let _ = writeln!(page, "| {permission} | {} |", held.join(" | "));
    }
    page
}

#[test]
fn the_committed_table_is_what_the_policy_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
    if std::env::var_os("OMNICONTACT_BLESS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, page(), "docs/permissions.md is old; run `cargo xtask codegen`");
}
