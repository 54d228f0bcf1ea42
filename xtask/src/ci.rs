//! `cargo xtask ci`: the steps of continuous integration on a machine that has everything already. What a
//! bare machine needs before is installed by `.ci/run`, which takes the same steps.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use crate::{layers, process, sqlx, test, tidy};

struct Step {
    /// The command line that a person would type.
    title: &'static str,
    work: Work,
}

enum Work {
    Cargo(&'static [&'static str]),
    Documentation(&'static [&'static str]),
    Verb(fn() -> Result<ExitCode>),
}

/// Cheapest first; tests last, so that their summary ends the output.
#[rustfmt::skip]
const STEPS: [Step; 7] = [
    Step {
        title: "cargo fmt --all --check",
        work: Work::Cargo(&["fmt", "--all", "--check"]),
    },
    Step { title: "cargo xtask layers", work: Work::Verb(layers::run) },
    Step { title: "cargo xtask tidy", work: Work::Verb(tidy::run) },
    Step {
        title: "cargo clippy --workspace --all-targets --all-features -- -D warnings",
        work: Work::Cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]),
    },
    Step {
        title: "cargo doc --workspace --no-deps --all-features",
        work: Work::Documentation(&["doc", "--workspace", "--no-deps", "--all-features"]),
    },
    Step { title: "cargo xtask sqlx --check", work: Work::Verb(|| sqlx::run(true)) },
    // Stale generated documents are failing tests, so `codegen --check` would say nothing new.
    Step { title: "cargo xtask test", work: Work::Verb(|| test::run(&[])) },
];

pub(crate) fn run() -> Result<ExitCode> {
    for step in STEPS {
        let start = Instant::now();
        let code = match step.work {
            Work::Cargo(arguments) => process::exit_code(process::cargo(arguments).status()?),
            Work::Documentation(arguments) => {
                let mut cargo = process::cargo(arguments);
                process::exit_code(cargo.env("RUSTDOCFLAGS", "-D warnings").status()?)
            }
            Work::Verb(verb) => verb()?,
        };
        let outcome = if code == ExitCode::SUCCESS { "passed" } else { "FAILED" };
        println!("{outcome} {:>6.1} s  {}", start.elapsed().as_secs_f64(), step.title);
        if code != ExitCode::SUCCESS {
            return Ok(code);
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::{STEPS, process};

    #[test]
    fn the_script_for_bare_machines_takes_the_same_steps_in_the_same_order() {
        let script = std::fs::read_to_string(process::root().join(".ci/run")).unwrap();
        // Variables may stand before `step`; the last one replaces the script.
        let taken: Vec<_> = script
            .lines()
            .filter_map(|line| line.split("step ").nth(1).or(line.strip_prefix("exec ")))
            .filter(|command| command.starts_with("cargo "))
            .collect();
        let named: Vec<_> = STEPS.iter().map(|step| step.title).collect();
        assert_eq!(taken, named);
    }
}
