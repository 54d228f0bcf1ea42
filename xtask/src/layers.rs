//! `cargo xtask layers`: arrows between crates only point where the table allows them. The check is pure,
//! over a small graph; the graph comes from `cargo metadata`.

mod table;

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::process;
use table::{CRATES, HOMES};

/// The declared dependencies of the workspace's crates.
#[derive(Default)]
struct Graph {
    members: BTreeSet<String>,
    arrows: Vec<Arrow>,
}

struct Arrow {
    from: String,
    to: String,
    /// Declared for tests only; build dependencies count as product code.
    in_tests: bool,
}

pub(crate) fn run() -> Result<ExitCode> {
    let faults = faults(&workspace()?);
    for fault in &faults {
        println!("{fault}");
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn workspace() -> Result<Graph> {
    let metadata =
        MetadataCommand::new().no_deps().current_dir(process::root()).exec().context("cargo metadata")?;
    let mut graph = Graph::default();
    for package in metadata.packages {
        let from = package.name.to_string();
        graph.members.insert(from.clone());
        for dependency in package.dependencies {
            let in_tests = dependency.kind == DependencyKind::Development;
            graph.arrows.push(Arrow { from: from.clone(), to: dependency.name, in_tests });
        }
    }
    Ok(graph)
}

/// One line per fault: `crate -> dependency: why`.
fn faults(graph: &Graph) -> Vec<String> {
    let mut faults = Vec::new();
    for member in &graph.members {
        if !CRATES.iter().any(|rule| rule.name == member) {
            faults.push(format!("{member}: missing in the table of crates (xtask/src/layers/table.rs)"));
        }
    }
    for arrow in &graph.arrows {
        let fault = if graph.members.contains(&arrow.to) || CRATES.iter().any(|rule| rule.name == arrow.to) {
            inner_fault(arrow)
        } else {
            foreign_fault(arrow)
        };
        if let Some(why) = fault {
            let tests = if arrow.in_tests { " (in tests)" } else { "" };
            faults.push(format!("{} -> {}{tests}: {why}", arrow.from, arrow.to));
        }
    }
    faults
}

fn inner_fault(arrow: &Arrow) -> Option<String> {
    // A member without a rule has been reported already.
    let rule = CRATES.iter().find(|rule| rule.name == arrow.from)?;
    let to = arrow.to.as_str();
    if rule.may_use.contains(&to) || (arrow.in_tests && rule.tests_may_use.contains(&to)) {
        return None;
    }
    let tests: &[&str] = if arrow.in_tests { rule.tests_may_use } else { &[] };
    Some(match [rule.may_use, tests].concat() {
        none if none.is_empty() => "it may depend on no crate of the workspace".to_owned(),
        names => format!("of the workspace it may depend on {} only", names.join(", ")),
    })
}

fn foreign_fault(arrow: &Arrow) -> Option<String> {
    let Some(home) = HOMES.iter().find(|home| home.name == arrow.to) else {
        return Some("missing in the table of foreign crates (xtask/src/layers/table.rs)".to_owned());
    };
    let from = arrow.from.as_str();
    if home.users.contains(&from) || (arrow.in_tests && home.tests_of.contains(&from)) {
        return None;
    }
    let tests = home.tests_of.iter().map(|name| format!("the tests of {name}"));
    let homes: Vec<_> = home.users.iter().map(|name| (*name).to_owned()).chain(tests).collect();
    Some(format!("its homes are {}", homes.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::{Arrow, CRATES, Graph, faults, workspace};

    fn graph(arrows: &[(&str, &str)]) -> Graph {
        let mut graph = Graph::default();
        graph.members.extend(CRATES.iter().map(|rule| rule.name.to_owned()));
        for (from, to) in arrows {
            graph.arrows.push(Arrow { from: (*from).to_owned(), to: (*to).to_owned(), in_tests: false });
        }
        graph
    }

    #[test]
    fn the_workspace_obeys() {
        assert_eq!(faults(&workspace().unwrap()), [""; 0]);
    }

    #[test]
    fn arrows_that_point_down_are_fine() {
        let arrows = [
            ("omnicontact-usecases", "omnicontact-ports"),
            ("omnicontact-adapters-sqlite", "sqlx"),
            ("omnicontact", "omnicontact-adapters-http"),
        ];
        assert_eq!(faults(&graph(&arrows)), [""; 0]);
    }

    #[test]
    fn an_arrow_that_points_up_is_a_fault() {
        let faults = faults(&graph(&[("omnicontact-domain", "omnicontact-ports")]));
        let expected = "omnicontact-domain -> omnicontact-ports: it may depend on no crate of the workspace";
        assert_eq!(faults, [expected]);
    }

    #[test]
    fn a_foreign_crate_away_from_home_is_a_fault() {
        let arrows = [("omnicontact-usecases", "sqlx"), ("omnicontact-domain", "tokio")];
        let faults = faults(&graph(&arrows));
        let expected = "omnicontact-usecases -> sqlx: its homes are omnicontact-adapters-postgres, \
                        omnicontact-adapters-sqlite";
        assert_eq!(faults[0], expected);
        assert!(faults[1].starts_with("omnicontact-domain -> tokio: "), "{faults:?}");
    }

    #[test]
    fn a_foreign_crate_without_a_home_is_a_fault() {
        let faults = faults(&graph(&[("omnicontact", "left-pad")]));
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with("omnicontact -> left-pad: missing in the table"), "{faults:?}");
    }

    #[test]
    fn a_workspace_crate_without_a_rule_is_a_fault() {
        let mut graph = graph(&[]);
        graph.members.insert("omnicontact-adapters-telegraph".to_owned());
        let faults = faults(&graph);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with("omnicontact-adapters-telegraph: missing in the table"), "{faults:?}");
    }

    #[test]
    fn what_tests_may_use_product_code_may_not() {
        let mut graph = graph(&[("omnicontact-adapters-http", "omnicontact-adapters-sqlite")]);
        assert_eq!(faults(&graph).len(), 1);
        graph.arrows[0].in_tests = true;
        assert_eq!(faults(&graph), [""; 0]);
    }
}
