//! `cargo xtask codegen`: documents that are made from the code. Each belongs to a test that compares the
//! committed file with what the code says, and writes the file when it is asked to bless it.

use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use crate::process;

/// Set to `1`, it makes the tests below write their file instead of comparing it.
const BLESS: &str = "OMNICONTACT_BLESS";

struct Document {
    subject: &'static str,
    /// The rest of `cargo test --all-features`.
    test: &'static [&'static str],
}

#[rustfmt::skip]
const DOCUMENTS: [Document; 5] = [
    Document {
        subject: "the permissions and who holds them",
        test: &["-p", "omnicontact-domain", "--test", "policy_matrix"],
    },
    Document {
        subject: "the settings and what they mean",
        test: &["-p", "omnicontact-domain", "--test", "settings_page"],
    },
    Document {
        subject: "the OpenAPI document",
        test: &["-p", "omnicontact-adapters-http", "--test", "http", "openapi"],
    },
    Document {
        subject: "which role may call which route",
        test: &["-p", "omnicontact-adapters-http", "--test", "http", "access_matrix"],
    },
    Document {
        subject: "the configuration page",
        test: &["-p", "omnicontact", "configuration_page"],
    },
];

pub(crate) fn run(check: bool) -> Result<ExitCode> {
    let mut stale = Vec::new();
    for document in DOCUMENTS {
        let mut test = process::cargo(&["test", "--all-features"]);
        test.args(document.test).stderr(Stdio::inherit());
        if check {
            test.env_remove(BLESS);
        } else {
            test.env(BLESS, "1");
        }
        let output = test.output().context("cannot run cargo")?;
        let said = String::from_utf8_lossy(&output.stdout);
        print!("{said}");
        if !output.status.success() {
            stale.push(document.subject);
        } else if passed(&said) == 0 {
            bail!("no test makes {}; was it renamed? (xtask/src/codegen.rs)", document.subject);
        }
    }
    if stale.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("failed: {}", stale.join(", "));
    if check {
        eprintln!("if the change is meant, `cargo xtask codegen` writes the documents again");
    }
    Ok(ExitCode::FAILURE)
}

/// The number of passed tests in all summaries of a run.
fn passed(output: &str) -> u32 {
    let summaries = output.lines().filter_map(|line| line.strip_prefix("test result: "));
    let counts = summaries.filter_map(|line| line.split(' ').nth(1)?.parse::<u32>().ok());
    counts.sum()
}

#[cfg(test)]
mod tests {
    use super::passed;

    #[test]
    fn passed_tests_are_counted_over_all_binaries() {
        let output = "running 2 tests\n\
                      test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out\n\
                      test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 9 filtered out\n";
        assert_eq!(passed(output), 2);
        assert_eq!(passed("running 0 tests"), 0);
    }
}
